"""Reads a lesson file: blocks at `##`, key points, boxes, checks and flows by line, and what is wrong with it."""

import re
from dataclasses import dataclass, replace

from lms.courses.rules import front_matter, inline
from lms.courses.rules.boxes import Case, Check, Drawing, KeyBox, Part, Words, read_box
from lms.courses.rules.findings import N_, Finding, error, warning
from lms.courses.rules.flow import parse_flow
from lms.courses.rules.inline import Link

MOST_BLOCKS = 6
LEAST_BLOCKS = 2
LONGEST_HEADING = 200
LONGEST_SOURCE = 20_000  # a lesson of five minutes has some 6,000 characters
FENCE_OPEN = re.compile(r"^(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*$")
BOX_OPEN = re.compile(r"^:::[ \t]*([A-Za-z-]+)[ \t]*(.*?)[ \t]*$")
BOX_CLOSE = re.compile(r"^:::[ \t]*$")
HEADING = re.compile(r"^(#{1,6})([ \t]*)(.*?)[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r"^(?:=+|-+)[ \t]*$")
SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
STORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ud800-\udfff]")


@dataclass(frozen=True)
class Point:
    """A key point as the lesson's list shows it: `number` from 1, `block` from 0, `text` without markup."""

    number: int
    line: int
    block: int
    under: str | None  # the `###` heading above it in its block
    text: str
    question: str | None = None


@dataclass(frozen=True)
class Block:
    """What progress is saved by: from one `##` to the next; the first may have no heading."""

    line: int
    heading: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class LessonSource:
    """A lesson file as it reads, in one language."""

    source: str
    front: front_matter.FrontMatter
    blocks: tuple[Block, ...]
    points: tuple[Point, ...]
    links: tuple[Link, ...]
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """Return the title of the head."""
        return self.front.title

    @property
    def checks(self) -> tuple[Check, ...]:
        """Return the questions asked in the text, in their order."""
        return tuple(part for block in self.blocks for part in block.parts if isinstance(part, Check))


def parse_lesson(source: str) -> LessonSource:
    """Return the lesson that `source` states, with findings by line; never raises, whatever the text is."""
    unstorable = STORABLE.search(source)
    if unstorable or len(source) > LONGEST_SOURCE:
        line = source.count("\n", 0, unstorable.start()) + 1 if unstorable else 1
        why = (
            N_("There is a character here that is no text.")
            if unstorable
            else N_("The lesson is far too long to be read.")
        )
        return LessonSource(source, front_matter.FrontMatter(), (), (), (), (error(line, why),))
    findings: tuple[Finding, ...]
    head, lines, first = front_matter.split(source)
    if head is None:
        front, findings = (
            front_matter.FrontMatter(),
            (error(1, N_("A lesson begins with a head between two lines “---”.")),),
        )
    else:
        front, findings = front_matter.read(head)
    body = _Body(lines, first)
    body.read()
    return LessonSource(
        source, front, tuple(body.blocks), tuple(body.points), tuple(body.links), (*findings, *sorted(body.findings))
    )


class _Body:
    """The state of one reading: where we are, and what has been gathered."""

    def __init__(self, lines: list[str], first: int) -> None:
        self.lines = lines
        self.first = first
        self.at = 0
        self.blocks: list[Block] = []
        self.points: list[Point] = []
        self.links: list[Link] = []
        self.findings: list[Finding] = []
        self.heading: str | None = None
        self.under: str | None = None
        self.block_line = first
        self.parts: list[Part] = []
        self.prose: list[str] = []

    def line(self, at: int | None = None) -> int:
        """Return the number in the file of the row we are at."""
        return self.first + (self.at if at is None else at)

    def read(self) -> None:
        """Read all rows."""
        while self.at < len(self.lines):
            row = self.lines[self.at]
            if fence := FENCE_OPEN.match(row):
                self._fence(fence.group(1), fence.group(2))
            elif box := BOX_OPEN.match(row):
                self._box(box.group(1), box.group(2))
            elif heading := HEADING.match(row):
                self._heading(heading)
            else:
                self._row(row)
        self._end_block()
        if not LEAST_BLOCKS <= len(self.blocks) <= MOST_BLOCKS:
            self.findings.append(
                warning(
                    self.first,
                    N_("The lesson has %(count)s blocks; %(least)s to %(most)s read best. A “## heading” begins one."),
                    count=len(self.blocks),
                    least=LEAST_BLOCKS,
                    most=MOST_BLOCKS,
                )
            )

    def _row(self, row: str) -> None:
        if row.startswith(":::"):
            self.findings.append(error(self.line(), N_("“:::” closes nothing here, or the kind of box is missing.")))
            row = ""
        elif UNDERLINE.match(row) and self.prose and self.prose[-1].strip() and not HEADING.match(self.prose[-1]):
            self.findings.append(
                error(self.line(), N_("Headings are written with “##”; leave a blank line above a rule."))
            )
        self.prose.append(row)
        self.at += 1

    def _fence_end(self, start: int, fence: str) -> int | None:
        """Return the row that closes the fence opened at `start`, or None."""
        return next((n for n in range(start + 1, len(self.lines)) if self.lines[n].rstrip(" ") == fence), None)

    def _fence(self, fence: str, language: str) -> None:
        end = self._fence_end(self.at, fence)
        if end is None:
            self.findings.append(error(self.line(), N_("This code fence is never closed.")))
            end = len(self.lines)
        if language == "mermaid":
            self._end_prose()
            flow, findings = parse_flow(self.lines[self.at + 1 : end], self.line() + 1)
            self.parts.append(Drawing(self.line(), flow))
            self.findings.extend(findings)
        else:
            self.prose.extend(self.lines[self.at : end + 1])
        self.at = end + 1

    def _heading(self, found: re.Match[str]) -> None:
        level, space, text = len(found.group(1)), found.group(2), found.group(3)
        if not space or not text or level not in (2, 3):
            self.findings.append(
                error(self.line(), N_("A heading is “## Text” or “### Text”; the title stands in the head."))
            )
            self.at += 1
            return
        if level == 2:  # noqa: PLR2004  # `##`
            self._end_block()
            self.block_line, self.heading = self.line(), inline.plain(text)[:LONGEST_HEADING]
        else:
            self._end_prose()
            self.under = inline.plain(text)
            self.prose.append(self.lines[self.at])
        self.at += 1

    def _box(self, kind: str, argument: str) -> None:
        self._end_prose()
        start, rows, fence = self.at, list[str](), ""
        self.at += 1
        while self.at < len(self.lines) and (fence or not BOX_CLOSE.match(self.lines[self.at])):
            row = self.lines[self.at]
            opened = FENCE_OPEN.match(row)
            if fence:
                fence = "" if row.rstrip(" ") == fence else fence
            elif opened and self._fence_end(self.at, opened.group(1)) is not None:
                fence = opened.group(1)
            elif BOX_OPEN.match(row) or HEADING.match(row):
                self.findings.append(
                    error(
                        self.line(),
                        N_("The box that begins in line %(opened)s must end with “:::” before this."),
                        opened=self.line(start),
                    )
                )
                break
            rows.append(row)
            self.at += 1
        else:
            if self.at == len(self.lines):
                self.findings.append(error(self.line(start), N_("This box is never closed with “:::”.")))
            self.at += 1
        part, findings = read_box(kind, argument, rows, self.line(start))
        self.findings.extend(findings)
        if part is not None:
            self._take(part)

    def _end_prose(self) -> None:
        text = "\n".join(self.prose)
        if text.strip():
            self._take(Words(self.line() - len(self.prose), "prose", text))
        self.prose = []

    def _take(self, part: Part) -> None:
        """Add a part to the block, and its key points to the lesson's."""
        if isinstance(part, Words):
            part = replace(part, first=len(self.points) + 1)
            self._take_words(part)
        elif isinstance(part, KeyBox):
            part = replace(part, number=len(self.points) + 1)
            self._point(part.line, part.text, part.question)
            self._links(part.line, part.text)
        elif isinstance(part, Case):
            if part.sound:
                self.links.append(Link(part.line, part.sound, image=True, text=part.title))
            for turn in part.turns:
                self._links(turn.line, turn.text)
        self.parts.append(part)

    def _take_words(self, part: Words) -> None:
        for mark in part.marks:
            self._point(part.line + part.text.count("\n", 0, mark.start), mark.text, None)
        for offset in inline.loose_marks(part.text):
            self.findings.append(error(part.line + offset, N_("This “==” has no partner in its paragraph.")))
        self._links(part.line, part.text)

    def _point(self, line: int, text: str, question: str | None) -> None:
        words = inline.plain(text)
        if not words:
            self.findings.append(error(line, N_("This key point has no words.")))
        asked = inline.plain(question) if question else None
        self.points.append(Point(len(self.points) + 1, line, len(self.blocks), self.under, words, asked))

    def _links(self, line: int, text: str) -> None:
        for link in inline.links(text):
            scheme = SCHEME.match(link.target)
            if scheme and scheme.group(1).lower() not in SAFE_SCHEMES:
                self.findings.append(
                    error(line + link.line, N_("A link may not begin with “%(scheme)s:”."), scheme=scheme.group(1)[:40])
                )
            self.links.append(replace(link, line=line + link.line))

    def _end_block(self) -> None:
        self._end_prose()
        if self.parts:
            self.blocks.append(Block(self.block_line, self.heading, tuple(self.parts)))
        elif self.heading is not None:
            self.findings.append(error(self.block_line, N_("There is nothing under this heading.")))
        self.parts, self.heading, self.under = [], None, None

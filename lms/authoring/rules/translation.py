"""How far a translation follows its source: blocks of both side by side, and what changed since they last agreed."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from lms.courses.rules import front_matter
from lms.courses.rules.lesson_source import parse_lesson

OTHER = {"zh": "en", "en": "zh"}
ALIKE = 0.6  # blocks that share less are another block


@dataclass(frozen=True)
class Section:
    """A block of a text as it is written; number 0 is the head with the title, 1 the first block."""

    number: int
    line: int
    heading: str
    text: str
    points: int = 0
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A block of the source beside that of the translation; `mark`: '', changed, new or missing."""

    source: Section | None
    target: Section | None
    mark: str = ""

    @property
    def lacks_points(self) -> int:
        """Return how many key points of the source the translation lacks; negative where it has more."""
        return (self.source.points if self.source else 0) - (self.target.points if self.target else 0)

    @property
    def lacks_checks(self) -> tuple[str, ...]:
        """Return the checks of the source that the translation does not ask."""
        has = self.target.checks if self.target else ()
        return tuple(ref for ref in (self.source.checks if self.source else ()) if ref not in has)


@dataclass(frozen=True)
class Agreement:
    """How a translation stands to its source."""

    pairs: tuple[Pair, ...]

    @property
    def changed(self) -> int:
        """Return how many blocks of the source changed or came since the translation was confirmed."""
        return sum(pair.mark in ("changed", "new") for pair in self.pairs)

    @property
    def missing(self) -> int:
        """Return how many blocks the translation lacks."""
        return sum(pair.mark == "missing" for pair in self.pairs)

    @property
    def is_current(self) -> bool:
        """Say whether there is nothing to bring up to date."""
        return not self.changed and not self.missing


def sections(text: str) -> tuple[Section, ...]:
    """Return the head, if there is one, and the blocks of a lesson's text; joined they are the text again."""
    lines = text.split("\n")
    _head, _body, first = front_matter.split(text)
    read = parse_lesson(text)
    starts = [block.line for block in read.blocks if block.heading is not None]
    bounds = [1, *([first] if first > 1 else []), *(start for start in starts if start > first), len(lines) + 1]
    found = []
    for number, (start, end) in enumerate(pairwise(bounds), 0 if first > 1 else 1):
        inside = [block for block in read.blocks if start <= block.line < end] if number else []
        found.append(
            Section(
                number=number,
                line=start,
                heading=read.title if not number else next((b.heading for b in inside if b.heading), ""),
                text="\n".join(lines[start - 1 : end - 1]),
                points=sum(start <= point.line < end for point in read.points) if number else 0,
                checks=tuple(check.ref for check in read.checks if start <= check.line < end) if number else (),
            )
        )
    return tuple(found)


def agreement(source: str, target: str, confirmed: str) -> Agreement:
    """Return how `target` follows `source`, given the source as it was when the two last agreed."""
    ours, theirs = sections(source), sections(target)
    before = [section.text for section in sections(confirmed)]
    return Agreement(tuple(_pairs(ours, theirs, before)))


def _pairs(ours: tuple[Section, ...], theirs: tuple[Section, ...], before: list[str]) -> Iterator[Pair]:
    sources = {section.number: section for section in ours}
    targets = {section.number: section for section in theirs}
    for number in sorted(sources.keys() | targets.keys()):
        source, target = sources.get(number), targets.get(number)
        yield Pair(source, target, _mark(source, target, before, grown=len(ours) > len(before)))


def _mark(source: Section | None, target: Section | None, before: list[str], *, grown: bool) -> str:
    text = source.text.strip() if source else ""
    if target is None or not target.text.strip():
        return "missing" if text else ""
    if source is None or any(text == old.strip() for old in before):
        return ""
    alike = any(SequenceMatcher(None, old, text, autojunk=False).quick_ratio() >= ALIKE for old in before)
    return "new" if grown and text and not alike else "changed"


def is_behind(version_of_source: int, against: int | None) -> bool:
    """Say whether a source has been saved since its translation was confirmed; a new draft agrees with its first."""
    return version_of_source > (against or 1)


def joined(texts: list[str]) -> str:
    """Return the text of a lesson that its sections make."""
    return "\n".join(texts)

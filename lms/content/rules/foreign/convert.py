"""Makes courses of the pages of another tool: lessons in our form, the pictures they need, and what was changed."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from lms.content.rules.foreign.blocks import read_blocks
from lms.content.rules.foreign.cutting import Cut, Unit, cut, taken_minutes
from lms.content.rules.foreign.inline import Links, mender
from lms.content.rules.foreign.order import Listed, aside, ordered, stem
from lms.content.rules.foreign.pages import Page, headings, language_of, read_page
from lms.content.rules.foreign.pieces import Piece
from lms.content.rules.recognition import slug
from lms.courses.rules.findings import N_, Finding, warning
from lms.courses.rules.front_matter import LONGEST_TITLE
from lms.courses.rules.inline import plain

MOST_LESSONS = 99  # a lesson's folder begins with two digits
MOST_MEDIA = 300
LARGEST_MEDIUM = 5 * 1024 * 1024
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MOST_PROPOSALS = 3
BOLD = re.compile(r"(?<![*\\])\*\*(?=\S)([^*\n]{8,160})(?<=\S)\*\*")
SENTENCE = re.compile(r"(?:\S+\s+){4}\S|[㐀-䶿一-鿿]{8}")
DEFINES = re.compile(
    r"^(?:[A-Z][^.!?\n]{2,60} (?:is|are|means) (?:an? |the )[^.!?\n]{10,140}[.]"
    r"|[^。！？\n]{1,20}(?:是指|指的是|就是)[^。！？\n]{6,60}。)"
)
UNTRANSLATED = {
    "zh": "> 本课还没有译成中文，以下是原文。",
    "en": "> This lesson is not translated into English yet; here is the original.",
}
NAMED = {"index", "readme", "_index"}
COMMON = 3  # a first heading that so many pages share is the name of the whole, not of the page


@dataclass(frozen=True)
class Source:
    """A folder of another tool: the texts of its pages, the sizes of its other files, and what orders them."""

    texts: Mapping[str, str]
    sizes: Mapping[str, int]
    contents: tuple[Listed, ...] = ()  # its own table of contents; empty: it has none
    positions: Mapping[str, float] | None = None  # of folders
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What the course is to be called."""

    slug: str
    title_zh: str
    title_en: str
    posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson as it was cut: where it comes from, its texts by language, and the pictures it needs, by their name."""

    slug: str
    title: str
    minutes: int
    path: str
    line: int
    texts: Mapping[str, str]
    media: Mapping[str, str]  # name in media/: path in the source
    proposals: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """One course; of a large source there are several."""

    slug: str
    title_zh: str
    title_en: str
    posts: tuple[str, ...]
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Conversion:
    """What became of a source."""

    courses: tuple[Course, ...]
    language: str
    findings: tuple[Finding, ...]
    pages: int

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Return all lessons in their order."""
        return tuple(lesson for course in self.courses for lesson in course.lessons)


class _Media:
    """Keeps account of the pictures that pages call, and what they are called in a lesson."""

    def __init__(self, source: Source) -> None:
        self.sizes = source.sizes
        self.names: dict[str, str] = {}

    def name(self, path: str, page: Page, line: int) -> str | None:
        """Return the name of the picture `path` in media/, or None with a finding where it does not come along."""
        if path in self.names:
            return self.names[path]
        kind = PurePosixPath(path).suffix.lower()
        refused = (
            (path not in self.sizes, N_("The picture %(target)s is not in the folder.")),
            (kind not in PICTURES, N_("%(target)s is no picture that is taken along; save it as PNG.")),
            (self.sizes.get(path, 0) > LARGEST_MEDIUM, N_("The picture %(target)s is too large and was left out.")),
            (len(self.names) >= MOST_MEDIA, N_("There are too many pictures; %(target)s was left out.")),
        )
        for wrong, template in refused:
            if wrong:
                page.told(line, template, target=path[:200])
                return None
        name = slug(PurePosixPath(path).stem, "picture")
        taken = set(self.names.values())
        number = next(n for n in range(1, len(taken) + 2) if (f"{name}-{n}" if n > 1 else name) + kind not in taken)
        self.names[path] = (f"{name}-{number}" if number > 1 else name) + kind
        return self.names[path]


def convert(source: Source, wanted: Wanted) -> Conversion:
    """Return the courses that `source` makes. Nothing is marked as a key point: what might be one is proposed."""
    findings = list(source.findings)
    pages = _pages(source, wanted, findings)
    language = language_of("".join(source.texts[page.path][:20_000] for page in pages))
    places: dict[str, str] = {}
    media = _Media(source)

    def lesson_at(path: str) -> str | None:
        candidates = (path, f"{path}.md", f"{path}/index.md", f"{path}/README.md", re.sub(r"\.html?$", ".md", path))
        return next((places[name] for name in candidates if name in places), None)

    places.update({page.path: page.title for page in pages})
    cuts: list[tuple[Page, Cut]] = []
    for page in pages:
        pieces = read_blocks(page, mender(page, Links(lesson_at, media.name)), language)
        made = cut(page.title, _body(page, pieces))
        if not made:
            page.told(1, N_("There is nothing on this page to read; it became no lesson."))
        cuts += [(page, each) for each in made]
    paths = {name: path for path, name in media.names.items()}
    courses = tuple(_courses(cuts, wanted, language, paths))
    for page in pages:
        findings += page.findings
    return Conversion(courses, language, tuple(sorted(set(findings))), len(pages))


def _pages(source: Source, wanted: Wanted, findings: list[Finding]) -> list[Page]:
    """Return the pages that belong to the course, in their order."""
    read = {path: read_page(path, text) for path, text in source.texts.items()}
    names = {listed.path: listed.title for listed in source.contents if listed.path in read}
    missing = N_("The table of contents names this page, but it is not there.")
    findings += [warning(1, missing, file=listed.path) for listed in source.contents if listed.path not in read]
    positions = dict(source.positions or {})
    positions |= {path: page.position for path, page in read.items() if page.position is not None}
    heads = {path: headings(page.rows) for path, page in read.items()}
    shared = Counter(first[0] for first, _ in heads.values() if first)
    common = {name for name, count in shared.items() if count >= COMMON}
    pages = []
    for path in names or ordered(read, positions):
        page = read[path]
        if page.draft:
            findings.append(warning(1, N_("The page calls itself a draft and was left out."), file=path))
        elif not names and aside(path):
            why = N_("The page is about its project, not part of the course; it was left out.")
            findings.append(warning(1, why, file=path))
        else:
            first, second = heads[path]
            page.repeated = next((name for name in first if name in common), "")
            own = [*(name for name in first if name not in common), *(second if len(second) == 1 else ())]
            page.title = _title(page.title or next(iter(own), "") or names.get(path, "") or _named(path, wanted))
            pages.append(page)
    if names:
        why = N_("The page is not in the table of contents; it was left out.")
        left = (path for path in sorted(read.keys() - names.keys()) if not stem(path).startswith(("summary", "_")))
        findings += [warning(1, why, file=path) for path in left]
    return pages


def _named(path: str, wanted: Wanted) -> str:
    """Return what a page without any heading is called: by its file, by its folder, or like the course."""
    parts = path.split("/")
    name = (parts[-2] if len(parts) > 1 else "") if stem(path) in NAMED else parts[-1].rsplit(".", 1)[0]
    return re.sub(r"^\d+[-_. ]+", "", name).replace("-", " ").replace("_", " ").strip() or wanted.title_en


def _title(raw: str) -> str:
    text = plain(re.sub(r"[ \t]*\{[:#.][^{}]*\}[ \t]*$|:[a-z_+-]+:", "", raw))
    return "".join(char for char in text if char.isprintable())[:LONGEST_TITLE].strip() or "?"


def _body(page: Page, pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without the headings that only say the page's title again, or what every page says."""
    kept: list[Piece] = []
    said = False
    for piece in pieces:
        if piece.kind == "heading" and not said:
            text = plain(piece.text)
            if page.repeated and text == plain(page.repeated):
                continue
            said = True
            if text == page.title:
                continue
        kept.append(piece)
    return kept


def _courses(cuts: list[tuple[Page, Cut]], wanted: Wanted, language: str, media: Mapping[str, str]) -> Iterable[Course]:
    """Yield courses of at most as many lessons as two digits can number, cut between folders where that is possible."""
    shares: list[list[tuple[Page, Cut]]] = []
    for group in _groups(cuts):
        if not shares or len(shares[-1]) + len(group) > MOST_LESSONS:
            shares.append([])
        shares[-1].extend(group)
    for n, share in enumerate(shares, 1):
        more = f"-{n}" if n > 1 else ""
        note = f" ({n}/{len(shares)})" if len(shares) > 1 else ""
        lessons = tuple(_lesson(number, page, each, language, media) for number, (page, each) in enumerate(share, 1))
        yield Course(wanted.slug + more, wanted.title_zh + note, wanted.title_en + note, wanted.posts, lessons)


def _groups(cuts: list[tuple[Page, Cut]]) -> list[list[tuple[Page, Cut]]]:
    """Return the cuts by top folder; where one is too large by page, and of a page that is too large in shares."""
    for key in (_top, _path):
        found = [list(group) for _, group in groupby(cuts, key)]
        if all(len(group) <= MOST_LESSONS for group in found):
            return found
    return [group[n : n + MOST_LESSONS] for group in found for n in range(0, len(group), MOST_LESSONS)]


def _top(item: tuple[Page, Cut]) -> str:
    return item[0].path.split("/")[0] if "/" in item[0].path else ""


def _path(item: tuple[Page, Cut]) -> str:
    return item[0].path


def _lesson(number: int, page: Page, made: Cut, language: str, media: Mapping[str, str]) -> Lesson:
    title = "".join(char for char in plain(made.title) if char.isprintable())[:LONGEST_TITLE].strip() or page.title
    body = "\n".join(map(_unit, made.units))
    needed = {name: media[name] for name in re.findall(r"\]\(media/([\w.-]+)\)", body) if name in media}
    spent = taken_minutes(made.units, title)
    head = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\nminutes: {spent}\ncompetencies: []\n---\n"
    other = "en" if language == "zh" else "zh"
    texts = {language: head + body, other: head + _marked(body, UNTRANSLATED[other])}
    return Lesson(
        slug=f"{number:02d}-{slug(title)}",
        title=title,
        minutes=spent,
        path=page.path,
        line=made.line,
        texts=texts,
        media=needed,
        proposals=_proposals(made),
    )


def _unit(unit: Unit) -> str:
    """Return a block as Markdown: items of a list stand together, all else apart."""
    made = f"## {unit.heading}\n\n" if unit.heading else ""
    before = ""
    for piece in unit.pieces:
        text = _piece(piece)
        same = ("1" if text[:1].isdigit() else text[:2]) if piece.kind == "item" else ""
        if made and not made.endswith("\n\n"):
            made += "\n" if same and before == same else "\n\n"
        made += text
        before = same
    return made + "\n"


def _piece(piece: Piece) -> str:
    if piece.kind == "heading":
        return f"### {piece.text}"
    if piece.kind in ("code", "flow"):
        longest = max((len(run) for run in re.findall(r"`{3,}", piece.text)), default=2)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{piece.info}\n{piece.text}\n{fence}"
    return piece.text


def _marked(body: str, mark: str) -> str:
    """Return `body` with a mark in its first block: the number of blocks stays the same in both languages."""
    if body.startswith("## "):
        heading, rest = body.split("\n", 1)
        return f"{heading}\n\n{mark}\n{rest}"
    return f"{mark}\n\n{body}"


def _proposals(made: Cut) -> tuple[str, ...]:
    """Return sentences that may be key points: bold ones, and those that define something. None is marked."""
    found: dict[str, None] = {}
    for unit in made.units:
        for piece in unit.pieces:
            if piece.kind not in ("text", "item") or piece.info == "quote":
                continue
            for bold in BOLD.finditer(piece.text):
                if SENTENCE.search(bold.group(1)) and not bold.group(1).rstrip().endswith((":", "：")):
                    found[plain(bold.group(1))] = None
            defined = DEFINES.match(plain(piece.text))
            if defined:
                found[defined.group()] = None
    return tuple(found)[:MOST_PROPOSALS]

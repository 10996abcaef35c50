"""What a search finds: in a handful of statements, only what the reader may read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, Lesson, Programme
from lms.courses.queries.reach import readable
from lms.courses.rules.reader import Reader
from lms.knowledge import fulltext
from lms.knowledge.models import ManualPage, SearchEntry
from lms.knowledge.rules import marking
from lms.knowledge.rules.marking import Part
from lms.knowledge.rules.ranking import Ranked, ordered
from lms.knowledge.rules.words import Question, Word, question

CANDIDATES = 60
ENOUGH = 30
RANKED = 400
WITHIN = ("title", "points", "all")
STEP = 1000.0  # more than any rank: a hit in a title stands before one in a text
MOST = 30
LONGEST_ANSWER = 320


@dataclass(frozen=True)
class Hit(Ranked):
    """An entry that was found, with the names of where it stands; `key` names it in both languages."""

    key: str
    locale: str
    answer: str
    body: str
    place: int | None
    term_id: int | None
    page_slug: str | None
    page_kind: str | None
    lesson_zh: str | None
    lesson_en: str | None
    course_zh: str | None
    course_en: str | None


@dataclass(frozen=True)
class Line:
    """A hit as it is shown: title and passage in parts, those that were asked for marked."""

    hit: Hit
    title: tuple[Part, ...]
    passage: tuple[Part, ...]


@dataclass(frozen=True)
class Result:
    """What was found; `some`: no entry holds all of the words, these hold some; `other`: in the other language."""

    question: Question
    lines: tuple[Line, ...]
    some: bool = False
    other: bool = False

    @property
    def missed(self) -> bool:
        """Say whether something was asked for and nothing holds all of it."""
        return not self.question.is_empty and (self.some or not self.lines)


@dataclass(frozen=True)
class Answer:
    """One answer, to be read out during a call."""

    hit: Hit
    text: tuple[Part, ...]
    number: int
    count: int
    some: bool
    other: bool


@dataclass(frozen=True)
class _Asker:
    """For whom is searched, and what of it: only `kind`, only what is for `post`, where they are named."""

    reader: Reader
    post: str = ""
    kind: str = ""


def search(session: Session, reader: Reader, text: str, locale: str, *, post: str = "", kind: str = "") -> Result:
    """Return what `text` finds for `reader`: entries with all words, or of the other language, or with some."""
    asked = question(text)
    if asked.is_empty:
        return Result(asked, ())
    other = "en" if locale == "zh" else "zh"
    tries: list[tuple[Sequence[Word], str, bool]] = [(asked.every, locale, True)]
    if asked.loose != asked.every:
        tries.append((asked.loose, locale, True))
    tries.append((asked.every, other, True))
    if len(asked.every) > 1:
        tries.append((asked.every, locale, False))
    for words, language, every in tries:
        hits = _hits(session, _Asker(reader, post, kind), language, words, every=every)
        if hits:
            lines = tuple(_line(hit, words) for hit in ordered(hits, asked.text, MOST))
            return Result(asked, lines, some=not every, other=language != locale)
    return Result(asked, ())


def answers(
    session: Session, reader: Reader, text: str, locale: str, *, number: int = 1
) -> tuple[Result, Answer | None]:
    """Return what `text` finds and, of it, answer `number` (the last one where there are fewer)."""
    found = search(session, reader, text, locale)
    if not found.lines:
        return found, None
    hits = sorted((line.hit for line in found.lines), key=lambda hit: not hit.answer)  # a lesson is no short answer
    number = min(number, len(hits))
    hit = hits[number - 1]
    said = hit.answer or marking.passage(hit.body, found.question.every)
    if len(said) > LONGEST_ANSWER:
        said = said[:LONGEST_ANSWER].rstrip() + "…"
    parts = marking.marked(said, found.question.every)
    return found, Answer(hit, parts, number, len(hits), some=found.some, other=found.other)


def post_choices(session: Session) -> tuple[tuple[str, str, str], ...]:
    """Return the posts that there is a path for: slug, name in Chinese, name in English."""
    rows = session.execute(select(Programme.post, Programme.title_zh, Programme.title_en).order_by(Programme.id))
    return tuple({row.post: (row.post, row.title_zh, row.title_en) for row in rows}.values())


def _line(hit: Hit, words: Sequence[Word]) -> Line:
    return Line(hit, marking.marked(hit.title, words), marking.excerpt(hit.body, words) if hit.body else ())


def _may_read(reader: Reader) -> ColumnElement[bool]:
    own = select(Course.id).where(Course.retired_at.is_(None), readable(reader))
    return or_(SearchEntry.course_id.is_(None), and_(SearchEntry.course_id.in_(own), Lesson.retired_at.is_(None)))


def _hits(session: Session, asker: _Asker, locale: str, words: Sequence[Word], *, every: bool) -> list[Hit]:
    """Return hits in titles first, then in key points, then in the text, until there are enough of them."""
    found: dict[str, Hit] = {}
    for step, within in enumerate(WITHIN):
        matching = fulltext.matching(session, locale, words, every=every, within=within)
        for hit in _hits_within(session, asker, matching):
            found.setdefault(hit.key, replace(hit, rank=hit.rank + step * STEP))
        if len(found) >= ENOUGH:
            break
    return list(found.values())


def _hits_within(session: Session, asker: _Asker, found: fulltext.Found) -> list[Hit]:
    """Return the best of the first RANKED entries that match and may be read.

    A word that stands everywhere has tens of thousands of matches; to rank them all takes a second, and says nothing.
    """
    entry = SearchEntry
    first = (
        select(entry.id, found.rank.label("rank"))
        .select_from(found.source)
        .join(entry, entry.id == found.entry_id)
        .outerjoin(Lesson, Lesson.id == entry.lesson_id)
        .where(found.matches, _may_read(asker.reader))
        .limit(RANKED)
    )
    if asker.post:
        first = first.where(or_(entry.posts == "", entry.posts.contains(f" {asker.post} ", autoescape=True)))
    if asker.kind:
        first = first.where(entry.kind == asker.kind)
    best = first.subquery()
    query = (
        select(
            entry.key,
            *(entry.kind, entry.title, entry.lesson_id, best.c.rank),
            *(entry.locale, entry.answer, entry.body, entry.place, entry.term_id),
            *(ManualPage.slug.label("page_slug"), ManualPage.kind.label("page_kind")),
            *(Lesson.title_zh.label("lesson_zh"), Lesson.title_en.label("lesson_en")),
            *(Course.title_zh.label("course_zh"), Course.title_en.label("course_en")),
        )
        .join(best, best.c.id == entry.id)
        .outerjoin(Lesson, Lesson.id == entry.lesson_id)
        .outerjoin(Course, Course.id == entry.course_id)
        .outerjoin(ManualPage, ManualPage.id == entry.page_id)
        .order_by(best.c.rank, entry.id)
        .limit(CANDIDATES)
    )
    return [Hit(**row) for row in session.execute(query).mappings()]

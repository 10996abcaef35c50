"""What a search finds: in a handful of statements, only what the reader may read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, CompoundSelect, or_, select, true, union_all
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
    """What may be found: `lessons` None: of all lessons; only `kind`, only what is for `post`, where they are named."""

    lessons: Sequence[int] | None
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
    asker = _Asker(_own_lessons(session, reader), post, kind)
    for words, language, every in tries:
        hits = _hits(session, asker, language, words, every=every)
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


def _wanted(asker: _Asker, locale: str) -> list[ColumnElement[bool]]:
    entry = SearchEntry
    wanted = [entry.locale == locale]
    if asker.post:
        wanted.append(or_(entry.posts == "", entry.posts.contains(f" {asker.post} ", autoescape=True)))
    if asker.kind:
        wanted.append(entry.kind == asker.kind)
    return wanted


def _own_lessons(session: Session, reader: Reader) -> Sequence[int] | None:
    """Return the lessons that a reader of some courses may read; None for who sees all."""
    if reader.sees_all:
        return None
    own = (
        select(Lesson.id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None), readable(reader))
    )
    return session.scalars(own).all()


def _among(asker: _Asker, locale: str) -> CompoundSelect[int]:
    """Return the ids of all entries that a reader of some lessons may find: few, and found by their indexes.

    The lessons are listed, not asked for within: PostgreSQL would take half of the library for theirs, and read it all.
    """
    entry = SearchEntry
    # Greater than none, not "is not null": SQLite would look at every entry.
    kinds = (entry.lesson_id.in_(asker.lessons or ()), entry.page_id > 0, entry.term_id > 0)
    return union_all(*(select(entry.id).where(kind, *_wanted(asker, locale)) for kind in kinds))


def _is_open(asker: _Asker, locale: str, found: fulltext.Found) -> ColumnElement[bool]:
    """Return the condition that a match may be found by who sees all, asked match by match.

    Joined, or asked with EXISTS, PostgreSQL first sorts or hashes all matches; a scalar stops with the last ranked.
    """
    entry = SearchEntry
    row = (
        select(entry.id)
        .outerjoin(Lesson, Lesson.id == entry.lesson_id)
        .outerjoin(Course, Course.id == entry.course_id)
        .where(entry.id == found.entry_id, Lesson.retired_at.is_(None), Course.retired_at.is_(None))
        .where(*_wanted(asker, locale))
    )
    return row.correlate(found.source).scalar_subquery().is_not(None)


def _hits(session: Session, asker: _Asker, locale: str, words: Sequence[Word], *, every: bool) -> list[Hit]:
    """Return hits in titles first, then in key points, then in the text, until there are enough of them."""
    found: dict[str, Hit] = {}
    among = None if asker.lessons is None else _among(asker, locale)
    for step, within in enumerate(WITHIN):
        matching = fulltext.matching(session, locale, words, every=every, within=within, among=among)
        open_to = _is_open(asker, locale, matching) if among is None else true()
        for hit in _hits_within(session, matching, open_to):
            found.setdefault(hit.key, replace(hit, rank=hit.rank + step * STEP))
        if len(found) >= ENOUGH:
            break
    return list(found.values())


def _hits_within(session: Session, found: fulltext.Found, open_to: ColumnElement[bool]) -> list[Hit]:
    """Return the best of the first RANKED entries that match and may be read.

    A word that stands everywhere has tens of thousands of matches; to rank them all takes a second, and says nothing.
    """
    entry = SearchEntry
    first = (
        select(found.entry_id.label("id"), found.rank.label("rank"))
        .select_from(found.source)
        .where(found.matches, open_to)
        .limit(RANKED)
    )
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

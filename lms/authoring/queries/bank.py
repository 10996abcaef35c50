"""One question of the bank with its history, pairs that ask nearly the same, what an import would bring."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import queries as audit
from lms.authoring.queries.gates import gate_book
from lms.authoring.rules.banking import item_of
from lms.authoring.rules.board import Feed
from lms.authoring.rules.diff import Row as DiffRow
from lms.authoring.rules.diff import rows as differences
from lms.authoring.texts import questions_text
from lms.certification.models import CompetencyPoint
from lms.content.queries import question_value
from lms.content.rules.library import Question as Value
from lms.courses.models import Course, Lesson
from lms.media.queries import all_media
from lms.quizzes.models import QuestionVersion
from lms.quizzes.queries.bank import Row, Wanted, bank_row, bank_rows, bank_stems, versions_of
from lms.quizzes.rules.duplicates import Pair, near_pairs
from lms.quizzes.rules.formats.foreign import Picture
from lms.quizzes.rules.formats.items import Item
from lms.quizzes.rules.formats.outgoing import pictures_in

REVIEWS = ("question.approved", "question.withheld")

MOST_BYTES = 7 * 1024 * 1024  # of pictures in a file: in base64 they are a third more, and 10 MB come in again


@dataclass(frozen=True)
class Change:
    """A version and how it differs from the one before; no rows for the first."""

    version: QuestionVersion
    rows: tuple[DiffRow, ...]


@dataclass(frozen=True)
class Review:
    """A decision about a question as the record has it."""

    state: str
    at: datetime
    actor: str
    note: str


@dataclass(frozen=True)
class QuestionPage:
    """Everything a trainer weighs about one question."""

    row: Row
    changes: tuple[Change, ...]
    reviews: tuple[Review, ...]
    feeds: tuple[Feed, ...]


def question_page(session: Session, question_id: int) -> QuestionPage:
    """Return one question with its versions, its reviews and the gates that ask for it; raises NotFound."""
    row = bank_row(session, question_id)
    versions = versions_of(session, question_id)
    texts = [questions_text((question_value(row.question, version),)) for version in versions]
    changes = [
        Change(version, differences(texts[n + 1], texts[n]) if n + 1 < len(versions) else ())
        for n, version in enumerate(versions)
    ]
    feeds = gate_book(session).feeds(row.course.slug, row.lesson.slug, {row.question.ref})
    return QuestionPage(row, tuple(changes), tuple(_reviews(session, row.question.ref)), feeds)


def _reviews(session: Session, ref: str) -> Iterator[Review]:
    """Yield what was decided about a question, newest first."""
    for entry in audit.about(session, ref):
        _about, _dot, state = entry.action.partition(".")
        if entry.action in REVIEWS:
            yield Review(state, entry.at, entry.actor, str(json.loads(entry.payload)["detail"].get("note", "")))


@dataclass(frozen=True)
class Alike:
    """Two questions that ask nearly the same."""

    one: Row
    other: Row
    pair: Pair


def alike(session: Session, threshold: float, *, most: int = 100) -> tuple[tuple[Alike, ...], int, bool]:
    """Return pairs of live questions, the most alike first, how many there are, and whether all were looked at."""
    found = near_pairs(bank_stems(session), threshold)
    shown = found.pairs[:most]
    ids = {number for pair in shown for number in (pair.one, pair.other)}
    rows = {row.question.id: row for row in bank_rows(session, Wanted(), ids=ids)}
    pairs = tuple(Alike(rows[pair.one], rows[pair.other], pair) for pair in shown)
    return pairs, len(found.pairs), found.complete


@dataclass(frozen=True)
class Places:
    """Where questions may go: live lessons with their courses, and the competencies there are."""

    lessons: tuple[tuple[Course, Lesson], ...]
    competencies: tuple[CompetencyPoint, ...]


def places(session: Session) -> Places:
    """Return where questions may go, in two statements."""
    lessons = session.execute(
        select(Course, Lesson)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
        .order_by(Course.position, Course.slug, Lesson.position)
    )
    points: dict[str, CompetencyPoint] = {}
    for row in session.scalars(select(CompetencyPoint).order_by(CompetencyPoint.position, CompetencyPoint.id)):
        points.setdefault(row.slug, row)
    return Places(tuple((row[0], row[1]) for row in lessons), tuple(points.values()))


def outgoing_values(
    session: Session, wanted: Wanted, read: Callable[[str], bytes] = lambda _path: b""
) -> tuple[tuple[Value, ...], tuple[Item, ...]]:
    """Return the questions that are asked for, as our files say them and as they travel.

    `read` returns the bytes at a path where media are kept; pictures beyond MOST_BYTES stay behind.
    """
    rows = bank_rows(session, wanted)
    values = tuple(question_value(row.question, row.version) for row in rows)
    items = [item_of(value, row.question.tags) for value, row in zip(values, rows, strict=True)]
    shown = [set().union(*map(pictures_in, item.stem.values())) for item in items]
    media = all_media(session) if any(shown) else {}
    room = MOST_BYTES
    for n, (row, names) in enumerate(zip(rows, shown, strict=True)):
        held = media.get((row.course.slug, row.lesson.slug), {})
        files = {
            name: held[name].medium for name in sorted(names) if name in held and held[name].medium.kind == "image"
        }
        if files and (size := sum(medium.bytes for medium in files.values())) <= room:
            room -= size
            pictures = tuple(Picture(name, read(medium.path)) for name, medium in files.items())
            items[n] = replace(items[n], pictures=pictures)
    return values, tuple(items)

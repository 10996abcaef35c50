"""One question of the bank with its history, pairs that ask nearly the same, what an import would bring."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
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
from lms.quizzes.models import QuestionVersion
from lms.quizzes.queries.bank import Row, Wanted, bank_row, bank_rows, bank_stems, versions_of
from lms.quizzes.rules.duplicates import Pair, near_pairs
from lms.quizzes.rules.formats.items import Item

REVIEWS = ("question.approved", "question.withheld")


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


def outgoing_values(session: Session, wanted: Wanted) -> tuple[tuple[Value, ...], tuple[Item, ...]]:
    """Return the questions that are asked for, as our files say them and as they travel."""
    rows = bank_rows(session, wanted)
    values = tuple(question_value(row.question, row.version) for row in rows)
    return values, tuple(item_of(value, row.question.tags) for value, row in zip(values, rows, strict=True))

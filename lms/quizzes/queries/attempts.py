"""One attempt as its learner sees it: the paper, a question, the result, the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Table, and_, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person, Site
from lms.at_once import Asked
from lms.courses.models import Course, Lesson
from lms.errors import NotFound
from lms.quizzes.models import (
    Answer,
    AnswerConflict,
    Attempt,
    AttemptQuestion,
    Question,
    QuestionVersion,
    Quiz,
)
from lms.quizzes.queries.reach import of_learner
from lms.quizzes.rules.kinds import kind_of
from lms.quizzes.rules.timing import Sitting


def own_quiz(session: Session, slug: str, learner_id: int) -> Quiz:
    """Return a quiz of the learner's programme and class, retired ones included; NotFound for any other."""
    found = session.scalar(OWN_QUIZ, {"slug": slug, "learner_id": learner_id})
    if found is None:
        raise NotFound
    return found


OWN_QUIZ = select(Quiz).where(Quiz.slug == bindparam("slug"), of_learner(bindparam("learner_id", type_=Integer())))


def own_attempt(session: Session, attempt_id: int, learner_id: int, *, lock: bool = False) -> Attempt:
    """Return the learner's own attempt with its quiz, its row locked if asked for; NotFound for anybody else's."""
    found = session.scalar(
        OWN_ATTEMPT_LOCKED if lock else OWN_ATTEMPT, {"attempt_id": attempt_id, "learner_id": learner_id}
    )
    if found is None:
        raise NotFound
    return found


OWN_ATTEMPT = (
    select(Attempt)
    .options(joinedload(Attempt.quiz, innerjoin=True))
    .where(Attempt.id == bindparam("attempt_id"), Attempt.learner_id == bindparam("learner_id"))
)
OWN_ATTEMPT_LOCKED = OWN_ATTEMPT.with_for_update(of=Attempt).execution_options(populate_existing=True)


def time_zone_of(session: Session, person_id: int) -> str:
    """Return the time zone of a person's site."""
    return session.execute(TIME_ZONE, {"person_id": person_id}).scalar_one()


TIME_ZONE = select(Site.time_zone).join(Person, Person.site_id == Site.id).where(Person.id == bindparam("person_id"))


@dataclass(frozen=True)
class SaveFacts:
    """What saving one answer is decided on."""

    sitting: Sitting
    lease: str
    pauses: int
    version_id: int
    kind: str
    options: tuple[str, ...]
    units: tuple[str, ...]
    body: dict[str, Any]


# Columns of tables in statements built once: the most frequent of all cost a third of what they cost through objects.
_attempts, _places, _versions = (cast(Table, each.__table__).c for each in (Attempt, AttemptQuestion, QuestionVersion))
GLANCE = (
    select(
        _attempts.started_at,
        _attempts.deadline,
        _attempts.grace_seconds,
        _attempts.finished_at,
        _attempts.at_end,
        _attempts.paused_at,
        _attempts.lease,
        _attempts.pauses,
        _places.version_id,
        _places.option_order,
        _versions.kind,
        _versions.unit,
        _versions.body,
    )
    .join_from(Attempt.__table__, AttemptQuestion.__table__, _places.attempt_id == _attempts.id)
    .join(QuestionVersion.__table__, _versions.id == _places.version_id)
    .where(
        _attempts.id == bindparam("attempt_id"),
        _attempts.learner_id == bindparam("learner_id"),
        _places.position == bindparam("position"),
    )
)
# Who had to wait for the lock sees the attempt as it is now, but what stands beside it as it was before the wait, the
# attempt itself too where it is joined once more: a question that was replaced meanwhile is noticed by that.
_UNLOCKED = cast(Table, Attempt.__table__).alias("attempt_before")
_before = _UNLOCKED.c
SAVE_FACTS = (
    GLANCE.add_columns(_before.pauses.label("pauses_before"), _before.paused_at.label("paused_at_before"))
    .join(_UNLOCKED, _before.id == _attempts.id)
    .with_for_update(of=Attempt.__table__)
)


def save_facts(session: Session, attempt_id: int, learner_id: int, position: int) -> SaveFacts:
    """Return, in one statement that locks the attempt, what saving an answer to `position` is decided on.

    A second one reads anew where the attempt was paused or went on while this one waited for the lock.
    """
    place = {"attempt_id": attempt_id, "learner_id": learner_id, "position": position}
    row = session.execute(SAVE_FACTS, place).one_or_none()
    if row is None:
        raise NotFound
    if (row.pauses, row.paused_at) != (row.pauses_before, row.paused_at_before):
        row = session.execute(SAVE_FACTS, place).one()
    return _save_facts(row)


def facts_at_a_glance(asked: Asked, attempt_id: int, learner_id: int, position: int) -> SaveFacts:
    """Return the same without a lock: whoever writes by it makes sure that it still stands."""
    place = {"attempt_id": attempt_id, "learner_id": learner_id, "position": position}
    row = asked.execute(GLANCE, place).one_or_none()
    if row is None:
        raise NotFound
    return _save_facts(row)


def _save_facts(row: Any) -> SaveFacts:
    sitting = Sitting(row.started_at, row.deadline, row.grace_seconds, row.finished_at, row.at_end, row.paused_at)
    options, units = tuple(row.option_order), tuple(row.unit.values())
    return SaveFacts(sitting, row.lease, row.pauses, row.version_id, row.kind, options, units, row.body)


@dataclass(frozen=True)
class Item:
    """A question of an attempt as its learner may see it before feedback is due: no key, no mark, no explanation."""

    position: int
    version_id: int
    kind: str
    stem: dict[str, str]
    options: tuple[dict[str, Any], ...]
    body: dict[str, Any]
    unit: dict[str, str]
    course: Course
    lesson_id: int
    given: Any
    saved_at: datetime | None
    client_seq: int | None
    late_received: bool
    confidence: str | None


def paper(session: Session, attempt_id: int, *, position: int | None = None) -> list[Item]:
    """Return the questions of an attempt (or the one at `position`) in order, with what is saved; one statement."""
    if position is None:
        rows = session.execute(PAPER, {"attempt_id": attempt_id})
    else:
        rows = session.execute(PAPER_AT, {"attempt_id": attempt_id, "position": position})
    return [
        Item(
            position=row.position,
            version_id=row.version_id,
            kind=row.kind,
            stem=row.stem,
            options=tuple(in_order(row.options, row.option_order if kind_of(row.kind).shuffles else None)),
            body=row.body,
            unit=row.unit,
            course=row.Course,
            lesson_id=row.lesson_id,
            given=row.response,
            saved_at=row.saved_at,
            client_seq=row.client_seq,
            late_received=bool(row.late_received),
            confidence=row.confidence,
        )
        for row in rows
    ]


def same_place() -> ColumnElement[bool]:
    """Return the condition that joins an answer to its place in the attempt."""
    return and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.position == AttemptQuestion.position)


PAPER = (
    select(
        AttemptQuestion.position,
        AttemptQuestion.version_id,
        AttemptQuestion.option_order,
        QuestionVersion.kind,
        QuestionVersion.stem,
        QuestionVersion.options,
        QuestionVersion.body,
        QuestionVersion.unit,
        Course,
        Question.lesson_id,
        Answer.response,
        Answer.saved_at,
        Answer.client_seq,
        Answer.late_received,
        Answer.confidence,
    )
    .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
    .join(Question, Question.id == QuestionVersion.question_id)
    .join(Lesson, Lesson.id == Question.lesson_id)
    .join(Course, Course.id == Lesson.course_id)
    .outerjoin(Answer, same_place())
    .where(AttemptQuestion.attempt_id == bindparam("attempt_id"))
    .order_by(AttemptQuestion.position)
)
PAPER_AT = PAPER.where(AttemptQuestion.position == bindparam("position"))


def in_order(options: list[dict[str, Any]], order: list[str] | None) -> list[dict[str, Any]]:
    """Return id and text of `options` in the order an attempt froze, and nothing else that may be stored with them.

    Without an `order` they stand as they are stored.
    """
    by_id = {option["id"]: option for option in options}
    return [{"id": each, "text": by_id[each]["text"]} for each in order or by_id if each in by_id]


@dataclass(frozen=True)
class QuestionPage:
    """One question of an attempt, with the strip of all."""

    attempt: Attempt
    item: Item
    cells: tuple[tuple[int, bool], ...]
    conflicts: int

    @property
    def count(self) -> int:
        """Return how many questions the attempt has."""
        return len(self.cells)


def question_page(session: Session, attempt_id: int, learner_id: int, position: int) -> QuestionPage:
    """Return the page of one question of the learner's own attempt; four statements, however many questions."""
    attempt = own_attempt(session, attempt_id, learner_id)
    items = paper(session, attempt.id, position=position)
    if not items:
        raise NotFound
    cells = saved_state(session, attempt.id)
    return QuestionPage(attempt, items[0], tuple(cells), conflicts(session, attempt.id))


def conflicts(session: Session, attempt_id: int) -> int:
    """Return how many answers of lost leases are kept beside an attempt."""
    kept = select(func.count()).select_from(AnswerConflict).where(AnswerConflict.attempt_id == attempt_id)
    return session.scalar(kept) or 0


def saved_state(session: Session, attempt_id: int) -> list[tuple[int, bool]]:
    """Return each position of an attempt with whether an answer is saved; a withdrawn answer is none."""
    rows = session.execute(
        select(AttemptQuestion.position, Answer.response)
        .outerjoin(Answer, same_place())
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.position)
    )
    return [(row.position, row.response is not None) for row in rows]

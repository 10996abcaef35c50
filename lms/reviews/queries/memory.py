"""What a learner knows by prediction, each question in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, Exposure, KeyPoint, Lesson
from lms.courses.queries.reach import on_own_path
from lms.quizzes.models import Question, QuestionVersion, Quiz, QuizCourse
from lms.reviews.memory import LAPSED
from lms.reviews.models import Card, Review
from lms.reviews.rules.choice import DEFAULT_SECONDS, Candidate, due, minutes_for
from lms.reviews.rules.recall import Memory

LATEST_REVIEWS = 100  # whose seconds tell what a card takes


@dataclass(frozen=True)
class Recalled:
    """A point as a learner remembers it: `ok`, `warn` or `new`, and the predicted chance, 0 to 1."""

    state: str
    recall: float
    reviewed: bool


@dataclass(frozen=True)
class InMemory:
    """All points of a learner's path that a gate asks (all points, where no gate has a quiz)."""

    memories: tuple[Memory, ...]
    critical: bool


def memories(session: Session, person_id: int, key_point_ids: Collection[int]) -> dict[int, Memory]:
    """Return what is known of each of these key points in this person's memory, in one statement."""
    rows = session.execute(
        select(KeyPoint.id, Card.stability, Card.last_review_at, Exposure.at, Card.state)
        .outerjoin(Card, _card_of(person_id))
        .outerjoin(Exposure, _exposure_of(person_id))
        .where(KeyPoint.id.in_(list(key_point_ids)))
    )
    return {row.id: _memory(row) for row in rows}


def memory_states(
    session: Session, person_id: int, key_point_ids: Collection[int], *, at: datetime
) -> dict[int, Recalled]:
    """Return state and predicted recall of each of these key points at `at`, in one statement."""
    known = memories(session, person_id, key_point_ids)
    return {
        point_id: Recalled(one.state(at), one.recall(at), one.last_review_at is not None)
        for point_id, one in known.items()
    }


def candidates(session: Session, person_id: int, key_point_ids: Collection[int] | None = None) -> list[Candidate]:
    """Return the points that the learner has met or reviewed on their own path (only these ids, where given)."""
    met = _points(person_id).where(or_(Exposure.at.is_not(None), Card.stability.is_not(None)))
    if key_point_ids is not None:
        met = met.where(KeyPoint.id.in_(list(key_point_ids)))
    return [Candidate(row.id, _memory(row), 1 + row.gate + row.asked) for row in session.execute(met)]


def in_memory(session: Session, person_id: int) -> InMemory:
    """Return what the learner knows of the points of their path that a gate asks, met or not, in one statement."""
    rows = session.execute(_points(person_id)).all()
    critical = [row for row in rows if row.gate]
    found = tuple(_memory(row) for row in critical or rows)
    return InMemory(found, critical=bool(critical))


def refresh_minutes(session: Session, person_id: int, *, at: datetime) -> int:
    """Return for how many minutes there is something worth refreshing, up to three; 0: nothing. One statement."""
    worth = due(candidates(session, person_id), at)
    return minutes_for(worth, DEFAULT_SECONDS) if worth else 0


def own_seconds(session: Session, person_id: int) -> Sequence[int]:
    """Return what the learner's latest cards took, in seconds."""
    return session.scalars(
        select(Review.seconds)
        .where(Review.person_id == person_id, Review.source == "card", Review.seconds > 0)
        .order_by(Review.at.desc(), Review.id.desc())
        .limit(LATEST_REVIEWS)
    ).all()


def weak_points(session: Session, person_id: int, now: datetime) -> set[tuple[int, int]]:
    """Return what the learner was about to forget at `now`, or did, as (lesson id, number of the key point)."""
    rows = session.execute(_WEAK, {"person_id": person_id, "now": now})
    return {(row.lesson_id, row.number) for row in rows}


def _points(person_id: int) -> Select[*tuple[Any, ...]]:
    """Return the live points of the learner's path with their memory, and whether a gate or a question asks them."""
    by_gate = exists(
        select(QuizCourse.course_id)
        .join(Quiz, Quiz.id == QuizCourse.quiz_id)
        .where(QuizCourse.course_id == Lesson.course_id, Quiz.purpose == "gate", Quiz.retired_at.is_(None))
    )
    by_question = exists(
        select(Question.id)
        .join(
            QuestionVersion,
            and_(QuestionVersion.question_id == Question.id, QuestionVersion.version == Question.version),
        )
        .where(Question.lesson_id == Lesson.id, Question.retired_at.is_(None))
        .where(QuestionVersion.key_point == KeyPoint.number)
    )
    return (
        select(
            KeyPoint.id,
            Card.stability,
            Card.last_review_at,
            Exposure.at,
            Card.state,
            case((by_gate, 1), else_=0).label("gate"),
            case((by_question, 1), else_=0).label("asked"),
        )
        .join(Lesson, Lesson.id == KeyPoint.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .outerjoin(Card, _card_of(person_id))
        .outerjoin(Exposure, _exposure_of(person_id))
        .where(KeyPoint.retired_at.is_(None), Lesson.retired_at.is_(None), Course.retired_at.is_(None))
        .where(on_own_path(person_id))
        .order_by(KeyPoint.id)
    )


def _memory(row: Any) -> Memory:
    return Memory(row.stability, row.last_review_at, row.at, lapsed=row.state == LAPSED)


def _card_of(person_id: int | BindParameter[int]) -> ColumnElement[bool]:
    return and_(Card.key_point_id == KeyPoint.id, Card.person_id == person_id)


_WEAK = (  # built once: every daily quiz that begins asks it
    select(KeyPoint.lesson_id, KeyPoint.number)
    .join(Card, _card_of(bindparam("person_id", type_=Integer())))
    .where(KeyPoint.retired_at.is_(None), or_(Card.due_at <= bindparam("now"), Card.state == LAPSED))
)


def _exposure_of(person_id: int) -> ColumnElement[bool]:
    return and_(Exposure.key_point_id == KeyPoint.id, Exposure.person_id == person_id)

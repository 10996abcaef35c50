"""Ends attempts: one function, once, with the same result whether the learner, a page or the sweeper comes first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.pace import actions as pace
from lms.pace.rules import study_day
from lms.quizzes.actions import rollups
from lms.quizzes.actions.deadlines import end_pause
from lms.quizzes.models import Answer, Attempt, AttemptEvent, AttemptQuestion, Question, QuestionVersion
from lms.quizzes.queries.attempts import own_attempt, time_zone_of
from lms.quizzes.queries.facts import sitting_of
from lms.quizzes.rules import marks, timing

GRADED = frozenset({"daily", "gate"})


@dataclass(frozen=True)
class PointAnswered:
    """An answer that was given to a question of an attempt: the point of the lesson that it asks, by its number."""

    lesson_id: int
    key_point: int
    correct: bool


@dataclass(frozen=True)
class AttemptSettled:
    """What listeners are told; questions without an answer or without a key point are left out."""

    learner_id: int
    answered: tuple[PointAnswered, ...]
    at: datetime


Listener = Callable[[Session, AttemptSettled], None]
_listeners: dict[Listener, None] = {}


def on_settled(listener: Listener) -> None:
    """Let a feature above this one hear of every attempt that ends, once each, in the same transaction."""
    _listeners[listener] = None


def settle(session: Session, attempt: Attempt, *, now: datetime) -> Attempt:
    """Finish and grade an open attempt whose row is locked and whose quiz is loaded; a finished one stays as it is.

    What was saved is what is graded, on the versions that were drawn. The end is `now`, or the deadline if it is past.
    """
    return settle_all(session, [attempt], now=now)[0]


def settle_all(session: Session, attempts: Sequence[Attempt], *, now: datetime) -> Sequence[Attempt]:
    """Settle several attempts of one transaction; the sums of reports, which others wait for, come last and at once."""
    still_open = [attempt for attempt in attempts if attempt.finished_at is None]
    for attempt in still_open:
        _settle(session, attempt, now)
    rollups.record(session, still_open)
    return attempts


def _settle(session: Session, attempt: Attempt, now: datetime) -> None:
    end_pause(session, attempt, now=now)
    finished_at, by = timing.finish(sitting_of(attempt), now)
    discarded = by == "discarded"  # counts as an attempt, and for nothing else
    score, answered = (0.0, ()) if discarded else _grade(session, attempt)
    attempt.finished_at, attempt.settled_by, attempt.score = finished_at, by, score
    result = marks.Result(score, attempt.max_score, attempt.pass_percent)
    attempt.passed = result.passed and not discarded
    detail = {"by": by, "score": score, "max_score": attempt.max_score, "passed": attempt.passed}
    session.add(AttemptEvent(attempt_id=attempt.id, at=now, kind="settled", detail=detail))
    if discarded:
        session.flush()
        return
    for listener in _listeners:  # before the day is locked: a review in a session locks its card, then the day
        listener(session, AttemptSettled(attempt.learner_id, answered, finished_at))
    if attempt.quiz.purpose in GRADED:
        day = study_day(finished_at, time_zone_of(session, attempt.learner_id))
        pace.record_quiz(session, attempt.learner_id, day=day, now=now, failed=not result.passed)
    session.flush()


def _grade(session: Session, attempt: Attempt) -> tuple[float, tuple[PointAnswered, ...]]:
    rows = session.execute(
        select(AttemptQuestion, QuestionVersion, Answer.response, Question.lesson_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(
            Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.position == AttemptQuestion.position)
        )
        .where(AttemptQuestion.attempt_id == attempt.id)
    )
    score = 0.0
    answered: list[PointAnswered] = []
    for place, version, response, lesson_id in rows:
        place.marks = marks.share(version.kind, version.key, response, tuple(version.unit.values()), version.body)
        score += place.marks
        if response is not None and version.key_point is not None:
            answered.append(PointAnswered(lesson_id, version.key_point, correct=place.marks == marks.WHOLE))
    return score, tuple(answered)


def submit_attempt(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> Attempt:
    """Hand in the learner's own attempt and return it graded; the same answer every time after."""
    return settle(session, own_attempt(session, attempt_id, learner_id, lock=True), now=now)


def settle_overdue(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> Attempt:
    """Return the learner's own attempt, settled by time if its deadline and grace are past."""
    attempt = own_attempt(session, attempt_id, learner_id, lock=True)
    return settle(session, attempt, now=now) if timing.overdue(sitting_of(attempt), now) else attempt

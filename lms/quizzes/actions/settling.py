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
from lms.quizzes.actions.rescoring import share_quizzes
from lms.quizzes.models import Answer, Attempt, AttemptEvent, AttemptQuestion, Marking, Question, QuestionVersion
from lms.quizzes.queries.attempts import own_attempt, time_zone_of
from lms.quizzes.queries.facts import result_of, sitting_of
from lms.quizzes.queries.rulings import question_of, rulings_on, versions_in
from lms.quizzes.rules import marks, timing
from lms.quizzes.rules.pooling import verdict, within_of
from lms.quizzes.rules.regrading import Outcome, Place, Ruling, Verdict, Worth, outcome, waits_for_a_person, worth

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
    if not still_open:
        return attempts
    share_quizzes(session, still_open)
    rulings = rulings_on(session, versions_in(attempt.id for attempt in still_open))
    for attempt in still_open:
        _settle(session, attempt, rulings, now)
    rollups.record(session, still_open)
    return attempts


def _settle(session: Session, attempt: Attempt, rulings: Sequence[Ruling], now: datetime) -> None:
    end_pause(session, attempt, now=now)
    finished_at, by = timing.finish(sitting_of(attempt), now)
    discarded = by == "discarded"  # counts as an attempt, and for nothing else
    result, answered = (None, ()) if discarded else _grade(session, attempt, rulings, now)
    attempt.finished_at, attempt.settled_by, attempt.score, attempt.passed = finished_at, by, 0.0, False
    if result is not None:
        attempt.score, attempt.max_score = result.score, result.max_score
        attempt.passed = _verdict(session, attempt)
    detail = {"by": by, "score": attempt.score, "max_score": attempt.max_score, "passed": attempt.passed}
    session.add(AttemptEvent(attempt_id=attempt.id, at=now, kind="settled", detail=detail))
    if result is None:
        session.flush()
        return
    for listener in _listeners:  # before the day is locked: a review in a session locks its card, then the day
        listener(session, AttemptSettled(attempt.learner_id, answered, finished_at))
    if attempt.quiz.purpose in GRADED:
        day = study_day(finished_at, time_zone_of(session, attempt.learner_id))
        pace.record_quiz(session, attempt.learner_id, day=day, now=now, failed=attempt.passed is False)
    session.flush()


def _verdict(session: Session, attempt: Attempt) -> bool | None:
    """Say whether a graded attempt is passed; None near the cut of a gate, where a second form decides."""
    first = session.get_one(Attempt, attempt.pools_id) if attempt.pools_id is not None else None
    within = within_of(attempt.quiz.purpose, attempt.quiz.borderline_percent)
    return verdict(result_of(attempt), first=result_of(first) if first else None, within_percent=within)


def _grade(
    session: Session, attempt: Attempt, rulings: Sequence[Ruling], now: datetime
) -> tuple[Outcome, tuple[PointAnswered, ...]]:
    rows = session.execute(
        select(AttemptQuestion, QuestionVersion, Answer.response, Question.lesson_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(
            Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.position == AttemptQuestion.position)
        )
        .where(AttemptQuestion.attempt_id == attempt.id)
    )
    shown = [ruling for ruling in rulings if ruling.verdict is not Verdict.FULL_CREDIT]  # a gift shows no knowledge
    worths: list[Worth] = []
    answered: list[PointAnswered] = []
    for place, version, response, lesson_id in rows:
        asked = Place(version.id, question_of(version), response)
        made = worth(asked, rulings)
        worths.append(made)
        place.marks, place.weight = made.marks, made.weight
        if response is None or not made.weight:
            continue
        if version.key_point is not None:
            right = worth(asked, shown).marks == marks.WHOLE
            answered.append(PointAnswered(lesson_id, version.key_point, correct=right))
        if made.marks < made.weight and waits_for_a_person(version.kind, attempt.quiz.purpose):
            session.add(Marking(attempt_id=attempt.id, position=place.position, version_id=version.id, asked_at=now))
    return outcome(worths, attempt.pass_percent), tuple(answered)


def submit_attempt(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> Attempt:
    """Hand in the learner's own attempt and return it graded; the same answer every time after."""
    return settle(session, own_attempt(session, attempt_id, learner_id, lock=True), now=now)


def settle_overdue(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> Attempt:
    """Return the learner's own attempt, settled by time if its deadline and grace are past."""
    attempt = own_attempt(session, attempt_id, learner_id, lock=True)
    return settle(session, attempt, now=now) if timing.overdue(sitting_of(attempt), now) else attempt

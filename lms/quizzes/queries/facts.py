"""Rows as the rules want them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict

from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.rules import spans
from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.pooling import Taken, pooled
from lms.quizzes.rules.spans import STANDARD, Allowance, PauseTerms
from lms.quizzes.rules.timing import GATE, Sitting, Terms, overdue


class Purposes(TypedDict):
    """The part of a start that says whether a gate is in play."""

    purpose: str
    beside: tuple[str, ...]


def terms_of(quiz: Quiz, allowance: Allowance = STANDARD) -> Terms:
    """Return what `quiz` says about time and tries to who has `allowance`."""
    return Terms(
        limit_minutes=quiz.limit_minutes,
        attempts_allowed=quiz.attempts_allowed,
        opens_at=quiz.opens_at,
        last_start_at=quiz.last_start_at,
        hard_stop_at=quiz.hard_stop_at,
        retired_at=quiz.retired_at,
        retake_wait_hours=quiz.retake_wait_hours,
        allowance=allowance,
    )


def sitting_of(attempt: Attempt) -> Sitting:
    """Return what `attempt` says about time."""
    return Sitting(
        started_at=attempt.started_at,
        deadline=attempt.deadline,
        grace_seconds=attempt.grace_seconds,
        finished_at=attempt.finished_at,
        at_end=attempt.at_end,
        paused_at=attempt.paused_at,
    )


def pause_terms_of(quiz: Quiz) -> PauseTerms:
    """Return how often and how long `quiz` may be paused."""
    return spans.pause_terms(quiz.purpose, quiz.pauses_allowed, quiz.pause_minutes)


def pause_over(attempt: Attempt, now: datetime) -> bool:
    """Say whether the running pause of `attempt`, if there is one, has lasted as long as it may."""
    return attempt.paused_at is not None and now >= attempt.paused_at + pause_terms_of(attempt.quiz).longest


def end_of(attempt: Attempt) -> datetime:
    """Return the deadline that follows from all that `attempt` was given; its quiz is loaded.

    A running pause counts with its longest time: who does not come back needs nobody to move the deadline.
    """
    quiz, paused = attempt.quiz, timedelta(seconds=attempt.paused_seconds)
    if attempt.paused_at is not None:
        paused += pause_terms_of(quiz).longest
    allowance = Allowance(attempt.factor, attempt.extra_minutes, attempt.unlimited)
    limit = attempt.limit_minutes or quiz.limit_minutes  # begun before attempts kept their limit
    return spans.deadline(attempt.started_at, limit, quiz.hard_stop_at, allowance, paused=paused)


def open_beside(quiz: Quiz, attempts: Iterable[Attempt], now: datetime) -> list[Attempt]:
    """Return those of a learner's `attempts`, quizzes loaded, that are open at other quizzes than `quiz`; gates first.

    What is overdue takes no answers, so it is not open.
    """
    others = [each for each in attempts if each.quiz_id != quiz.id and each.finished_at is None]
    found = [each for each in others if not overdue(sitting_of(each), now)]
    return sorted(found, key=lambda each: (each.quiz.purpose != GATE, each.id))


def purposes_of(quiz: Quiz, beside: Iterable[Attempt]) -> Purposes:
    """Return what a start says of the purposes of its quiz and of the quizzes open beside it."""
    return {"purpose": quiz.purpose, "beside": tuple(each.quiz.purpose for each in beside)}


def result_of(attempt: Attempt) -> Result:
    """Return what a finished `attempt` came to."""
    return Result(attempt.score or 0.0, attempt.max_score, attempt.pass_percent)


def decided_result(attempt: Attempt, first: Attempt | None) -> Result:
    """Return what decides of a finished `attempt`: of a second form, both together."""
    return result_of(attempt) if first is None else pooled(result_of(first), result_of(attempt))


def taken_of(attempt: Attempt) -> Taken:
    """Return `attempt` as it counts among its learner's attempts at the quiz."""
    return Taken(attempt.id, attempt.finished_at, attempt.passed, attempt.pools_id)

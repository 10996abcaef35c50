"""Rows as the rules want them."""

from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.timing import Sitting, Terms


def terms_of(quiz: Quiz) -> Terms:
    """Return what `quiz` says about time and tries."""
    return Terms(
        limit_minutes=quiz.limit_minutes,
        attempts_allowed=quiz.attempts_allowed,
        opens_at=quiz.opens_at,
        last_start_at=quiz.last_start_at,
        hard_stop_at=quiz.hard_stop_at,
        retired_at=quiz.retired_at,
    )


def sitting_of(attempt: Attempt) -> Sitting:
    """Return what `attempt` says about time."""
    return Sitting(attempt.started_at, attempt.deadline, attempt.grace_seconds, attempt.finished_at)


def result_of(attempt: Attempt) -> Result:
    """Return what a finished `attempt` came to."""
    return Result(attempt.score or 0.0, attempt.max_score, attempt.pass_percent)

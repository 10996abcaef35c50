"""When a learner may see keys, marks of single questions and explanations: one plain choice of the quiz."""

from datetime import datetime, timedelta
from enum import StrEnum

from lms.quizzes.rules.timing import Terms


class Feedback(StrEnum):
    """The three choices."""

    AT_ONCE = "at_once"
    AFTER_PASSING = "after_passing"
    AFTER_WINDOW = "after_window"


def window_end(terms: Terms) -> datetime | None:
    """Return the instant after which nobody sits the quiz any more, or None while it has no end."""
    if terms.retired_at is not None:
        return terms.retired_at + timedelta(minutes=terms.limit_minutes)
    if terms.last_start_at is not None:
        last = terms.last_start_at + timedelta(minutes=terms.limit_minutes)
        return last if terms.hard_stop_at is None else min(last, terms.hard_stop_at)
    return terms.hard_stop_at


def due(feedback: str, terms: Terms, now: datetime, *, finished: bool, passed: bool, sat_now: bool = False) -> bool:
    """Say whether feedback may be shown; `passed`: the learner has passed this quiz, in this attempt or another.

    `sat_now`: somebody sits it still, who has more time than the quiz states; until they end, its window is not over.
    """
    if not finished:
        return False
    if feedback == Feedback.AFTER_PASSING:
        return passed
    if feedback == Feedback.AFTER_WINDOW:
        end = window_end(terms)
        return end is not None and now > end and not sat_now
    return True

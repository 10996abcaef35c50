"""What changes of memory: a rating, a session of so many minutes."""

from lms.reviews.actions.attempts import note_attempt
from lms.reviews.actions.rating import Given, Rated, note_check, rate, rate_at_once
from lms.reviews.actions.sessions import Answered, answer, start_session

__all__ = [
    "Answered",
    "Given",
    "Rated",
    "answer",
    "note_attempt",
    "note_check",
    "rate",
    "rate_at_once",
    "start_session",
]

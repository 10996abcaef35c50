"""What changes of memory: a rating, a session of so many minutes."""

from lms.reviews.actions.rating import Rated, note_check, rate, rate_at_once
from lms.reviews.actions.sessions import Answered, answer, start_session

__all__ = ["Answered", "Rated", "answer", "note_check", "rate", "rate_at_once", "start_session"]

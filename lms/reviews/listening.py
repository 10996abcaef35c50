"""What memory hears of other features: answers to the checks inside lessons, and attempts that end."""

from lms.quizzes.actions.checks import on_answer
from lms.quizzes.actions.settling import on_settled
from lms.reviews.actions import note_attempt, note_check


def listen() -> None:
    """Begin to count answers to checks and quizzes as reviews; safe to be called twice."""
    on_answer(note_check)
    on_settled(note_attempt)

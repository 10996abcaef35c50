"""What memory hears of other features: answers to the checks inside lessons."""

from lms.quizzes.actions.checks import on_answer
from lms.reviews.actions import note_check


def listen() -> None:
    """Begin to count answers to checks as reviews; safe to be called twice."""
    on_answer(note_check)

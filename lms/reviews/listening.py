"""What memory hears of other features, and tells them: answers to checks and attempts, and which points are weak."""

from lms.quizzes.actions.checks import on_answer
from lms.quizzes.actions.settling import on_settled
from lms.quizzes.queries.practice import on_weak_points
from lms.reviews.actions import note_attempt, note_check
from lms.reviews.queries.memory import weak_points


def listen() -> None:
    """Begin to count answers to checks and quizzes as reviews; safe to be called twice."""
    on_answer(note_check)
    on_settled(note_attempt)
    on_weak_points(weak_points)

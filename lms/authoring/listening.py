"""What writing tells the features below it: what waits for a second trainer about the quiz of a gate."""

from lms.authoring.queries.quizproposals import waiting_about_quiz
from lms.quizzes.queries.waiting import on_waiting


def listen() -> None:
    """Let pages of quizzes show what waits; safe to be called twice."""
    on_waiting(waiting_about_quiz)

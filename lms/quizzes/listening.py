"""What quizzes tell the features below them."""

from lms.courses.queries.media import also_shown
from lms.quizzes.queries.media import asked_files, question_files


def listen() -> None:
    """Let lessons know which of their files questions show; safe to be called twice."""
    also_shown(asked_files, question_files)

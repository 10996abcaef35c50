"""What is answered about quizzes: lists and start pages, sittings, checks in lessons."""

from lms.quizzes.views import checks, library, sitting
from lms.quizzes.views.routes import blueprint

__all__ = ["blueprint", "checks", "library", "sitting"]

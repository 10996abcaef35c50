"""What is answered about quizzes: lists and start pages, sittings, checks in lessons."""

from lms.quizzes.views import accommodations, checks, library, reports, sitting
from lms.quizzes.views.routes import blueprint

__all__ = ["accommodations", "blueprint", "checks", "library", "reports", "sitting"]

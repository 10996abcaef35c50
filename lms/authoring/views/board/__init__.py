"""What is answered to trainers about courses: the board, publishing, approvals, translations."""

from lms.authoring.views.board import (
    approvals,
    blueprints,
    courses,
    lessons,
    proposals,
    publishing,
    quizproposals,
    terms,
    translation,
)
from lms.authoring.views.board.routes import blueprint

__all__ = [
    "approvals",
    "blueprint",
    "blueprints",
    "courses",
    "lessons",
    "proposals",
    "publishing",
    "quizproposals",
    "terms",
    "translation",
]

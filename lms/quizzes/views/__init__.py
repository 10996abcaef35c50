"""What is answered about quizzes: lists and start pages, sittings, checks in lessons."""

from lms.quizzes.views import (
    accommodations,
    checks,
    cutscores,
    days,
    library,
    marking,
    pauses,
    reports,
    rulings,
    running,
    signals,
    sitting,
)
from lms.quizzes.views.routes import blueprint

__all__ = [
    "accommodations",
    "blueprint",
    "checks",
    "cutscores",
    "days",
    "library",
    "marking",
    "pauses",
    "reports",
    "rulings",
    "running",
    "signals",
    "sitting",
]

"""Quizzes and attempts for machines."""

from lms.quizzes.api.routes import api

__all__ = ["api"]

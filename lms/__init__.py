"""Onramp: lessons, timed quizzes, mentoring and certification for contact centres."""

__version__ = "0.1.0"

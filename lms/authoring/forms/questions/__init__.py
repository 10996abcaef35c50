"""The form of one question of any kind, in both languages, made of ordinary fields and rows of fields."""

from lms.authoring.forms.questions.form import QuestionForm

__all__ = ["QuestionForm"]

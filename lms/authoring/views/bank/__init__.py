"""The question bank of trainers: the list, one question, edits of many, duplicates, files in and out."""

from lms.authoring.views.bank import editing, exporting, importing, question, table
from lms.authoring.views.bank.routes import blueprint

__all__ = ["blueprint", "editing", "exporting", "importing", "question", "table"]

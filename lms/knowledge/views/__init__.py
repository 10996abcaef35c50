"""What is answered about finding things: search and answers, manual and glossary, cards, the writers' desk."""

from lms.knowledge.views import cards, desk, find, glossary, manual
from lms.knowledge.views.blueprint import blueprint

__all__ = ["blueprint", "cards", "desk", "find", "glossary", "manual"]

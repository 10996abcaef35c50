"""What changes what can be found: the index, the manual, the glossary, misses."""

from lms.knowledge.actions.glossary import import_terms, restore_term, retire_term, save_term
from lms.knowledge.actions.indexing import index_lessons, reindex
from lms.knowledge.actions.manual import Saved, import_pages, restore_revision, retire_page, save_page
from lms.knowledge.actions.misses import answer_miss, dismiss_miss, forget_misses, note_miss

__all__ = [
    "Saved",
    "answer_miss",
    "dismiss_miss",
    "forget_misses",
    "import_pages",
    "import_terms",
    "index_lessons",
    "note_miss",
    "reindex",
    "restore_revision",
    "restore_term",
    "retire_page",
    "retire_term",
    "save_page",
    "save_term",
]

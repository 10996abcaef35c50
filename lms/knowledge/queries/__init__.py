"""What is read: what a search finds, the manual, the glossary, cards, misses."""

from lms.knowledge.queries.cards import CardsPage, DeskCard, aid_cards, desk_card
from lms.knowledge.queries.glossary import (
    glossary,
    glossary_values,
    lesson_terms,
    page_terms,
    term_for_editing,
    term_revisions,
    terms_in,
)
from lms.knowledge.queries.manual import (
    browse,
    editable,
    manual_page,
    page_choices,
    published_pages,
    revision_list,
    value_of,
)
from lms.knowledge.queries.misses import MissLine, misses
from lms.knowledge.queries.search import Answer, Result, answers, post_choices, search

__all__ = [
    "Answer",
    "CardsPage",
    "DeskCard",
    "MissLine",
    "Result",
    "aid_cards",
    "answers",
    "browse",
    "desk_card",
    "editable",
    "glossary",
    "glossary_values",
    "lesson_terms",
    "manual_page",
    "misses",
    "page_choices",
    "page_terms",
    "post_choices",
    "published_pages",
    "revision_list",
    "search",
    "term_for_editing",
    "term_revisions",
    "terms_in",
    "value_of",
]

"""Imports the manual and the glossary, and has the whole library indexed."""

from lms.content.actions.writing import Desk
from lms.content.rules.library import Library
from lms.knowledge.actions import import_pages, import_terms, index_lessons


def import_knowledge(desk: Desk, library: Library) -> None:
    """Store pages and terms and index what changed.

    A library without manual or glossary says nothing about them; one that has them retires what it does not hold.
    """
    retire, now = desk.retire_missing, desk.now
    if library.manual:
        for slug, deed in import_pages(desk.session, library.manual, retire_missing=retire, now=now):
            desk.report.note("page", slug, deed)
    if library.terms:
        for slug, deed in import_terms(desk.session, library.terms, retire_missing=retire, now=now):
            desk.report.note("term", slug, deed)
    desk.session.flush()
    index_lessons(desk.session)

"""The glossary, and the words of a lesson."""

from flask import Response

from lms.courses.rules.reader import reader
from lms.knowledge import queries
from lms.knowledge.rules.readers import READERS
from lms.knowledge.views.blueprint import blueprint
from lms.web import allow, me, page, reading, signed_in
from lms.web.i18n import language


@blueprint.get("/glossary")
@allow(*READERS)
def glossary() -> Response:
    """Show all terms."""
    with reading() as session:
        terms = queries.glossary(session)
    return page("knowledge/glossary.html", terms=terms)


@blueprint.get("/lessons/<int:lesson_id>/terms")
@signed_in
def lesson_terms(lesson_id: int) -> Response:
    """Show the terms that a lesson holds; its page takes them in as a fragment."""
    with reading() as session:
        terms = queries.lesson_terms(session, reader(me()), lesson_id, language())
    return page("knowledge/lesson_terms.html", fragment="knowledge/_terms.html", terms=terms, lesson_id=lesson_id)

"""Mnemonics and stories of a course as cards, and its desk card."""

from flask import Response

from lms.courses.rules.reader import reader
from lms.knowledge import queries
from lms.knowledge.views.blueprint import blueprint
from lms.web import me, number_asked, page, reading, signed_in
from lms.web.i18n import language


@blueprint.get("/courses/<slug>/cards")
@signed_in
def cards(slug: str) -> Response:
    """Show the mnemonics and stories of a course, one after another."""
    with reading() as session:
        found = queries.aid_cards(session, reader(me()), slug, language())
    return page("knowledge/cards.html", page=found, course=found.course, number=number_asked("n", default=1, most=1000))


@blueprint.get("/courses/<slug>/desk-card")
@signed_in
def desk_card(slug: str) -> Response:
    """Show a course on one sheet, to be printed and kept beside the screen."""
    with reading() as session:
        found = queries.desk_card(session, reader(me()), slug, language())
    return page("knowledge/desk_card.html", card=found, course=found.course)

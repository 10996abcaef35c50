"""The operations manual as it is read."""

from flask import Response, request

from lms.knowledge import queries
from lms.knowledge.rules.manual import KINDS
from lms.knowledge.rules.readers import READERS, WRITERS
from lms.knowledge.views.blueprint import blueprint
from lms.web import allow, me, page, reading
from lms.web.i18n import language


@blueprint.get("/manual")
@allow(*READERS)
def manual() -> Response:
    """Show the pages of the manual by kind."""
    kind, post = request.args.get("kind", ""), request.args.get("post", "")[:80]
    with reading() as session:
        found = queries.browse(session, kind=kind, post=post)
        posts = queries.post_choices(session)
    return page("knowledge/manual.html", groups=found, kind=kind if kind in KINDS else "", post=post, posts=posts)


@blueprint.get("/manual/<slug>")
@allow(*READERS)
def manual_page(slug: str) -> Response:
    """Show a page of the manual."""
    with reading() as session:
        found = queries.manual_page(session, slug)
        terms = queries.page_terms(session, found, language())
    blocks = found.blocks_zh if language() == "zh" else found.blocks_en
    return page(
        "knowledge/manual_page.html", manual_page=found, blocks=blocks, terms=terms, may_write=me().holds(*WRITERS)
    )

"""Handing a draft in: what it changes, what is to be mended first, and the note."""

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import publishing as actions
from lms.authoring.forms.board import HandInForm
from lms.authoring.queries import submissions as queries
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import sentence
from lms.errors import Refused
from lms.web import allow, me, page, reading, see_other, writing


@blueprint.get("/drafts/<int:draft_id>/publication")
@allow(Role.TRAINER)
def publication(draft_id: int) -> Response:
    """Show what publishing a draft would change, and ask for the note."""
    return _page(draft_id, HandInForm(formdata=None))


@blueprint.get("/drafts/<int:draft_id>/load")
@allow(Role.TRAINER)
def draft_load(draft_id: int) -> Response:
    """Show what a draft changes of the load by day."""
    with reading() as session:
        found = queries.publish_page(session, draft_id)
    return page("authoring/load.html", fragment="authoring/_draft_load.html", page=found)


@blueprint.post("/drafts/<int:draft_id>/submissions")
@allow(Role.TRAINER)
def submit(draft_id: int) -> BaseResponse:
    """Publish a draft, or hand it in for a second person's yes."""
    form = HandInForm()
    if not form.validate():
        return _page(draft_id, form, status=422)
    try:
        with writing() as session:
            made = actions.submit(session, me(), draft_id, form.value(), now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return _page(draft_id, form, status=409)
    if made.decision is None:
        flash(_("Handed in. A second trainer reads it, because this lesson feeds a gate."), "ok")
    else:
        flash(_("Published. Who is in the middle of the lesson stays on the text they began."), "ok")
    return see_other("authoring.publication", draft_id=draft_id)


@blueprint.post("/submissions/<int:submission_id>/withdrawal")
@allow(Role.TRAINER)
def withdraw(submission_id: int) -> BaseResponse:
    """Take one's own submission back."""
    try:
        with writing() as session:
            made = actions.withdraw(session, me(), submission_id, now=clock.now())
    except Refused as error:
        raise Refused(sentence(error), code=error.code) from None
    flash(_("Taken back. The draft is as it was."), "ok")
    return see_other("authoring.publication", draft_id=made.draft_id)


def _page(draft_id: int, form: HandInForm, *, status: int = 200) -> Response:
    with reading() as session:
        found = queries.publish_page(session, draft_id)
    return page("authoring/publication.html", page=found, form=form, status=status)

"""The second person's yes: what waits, how it differs, approve or send back."""

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import publishing as actions
from lms.authoring.forms.board import ReasonForm
from lms.authoring.queries import submissions as queries
from lms.authoring.queries.proposals import waiting_proposals
from lms.authoring.queries.quizproposals import waiting_quiz_proposals
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import sentence
from lms.errors import Refused
from lms.web import allow, me, page, reading, see_other, writing


@blueprint.get("/authoring/approvals")
@allow(Role.TRAINER)
def approvals() -> Response:
    """List what waits for a second person's yes."""
    with reading() as session:
        found, asked = queries.waiting_lines(session), waiting_proposals(session)
        quizzes = waiting_quiz_proposals(session)
    return page("authoring/approvals.html", lines=found, asked=asked, quizzes=quizzes)


@blueprint.get("/authoring/approvals/<int:submission_id>")
@allow(Role.TRAINER)
def approval(submission_id: int) -> Response:
    """Show what was handed in beside what is published."""
    return _page(submission_id, ReasonForm(formdata=None))


@blueprint.post("/authoring/approvals/<int:submission_id>/approval")
@allow(Role.TRAINER)
def approve(submission_id: int) -> BaseResponse:
    """Publish exactly what was handed in."""
    try:
        with writing() as session:
            actions.approve(session, me(), submission_id, now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return _page(submission_id, ReasonForm(formdata=None), status=409)
    flash(_("Published. Who is in the middle of the lesson stays on the text they began."), "ok")
    return see_other("authoring.approvals")


@blueprint.post("/authoring/approvals/<int:submission_id>/return")
@allow(Role.TRAINER)
def send_back(submission_id: int) -> BaseResponse:
    """Give it back to its writer with a reason."""
    form = ReasonForm()
    if not form.validate():
        return _page(submission_id, form, status=422)
    try:
        with writing() as session:
            actions.send_back(session, me(), submission_id, form.reason.data or "", now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return _page(submission_id, form, status=409)
    flash(_("Sent back. Its writer sees your reason with the draft."), "ok")
    return see_other("authoring.approvals")


def _page(submission_id: int, form: ReasonForm, *, status: int = 200) -> Response:
    with reading() as session:
        found = queries.approval_page(session, submission_id)
    return page("authoring/approval.html", page=found, form=form, status=status)

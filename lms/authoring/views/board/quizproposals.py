"""Asking for another pass mark of a gate, and the second trainer's yes or no about the quiz of a gate."""

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import quizproposals as actions
from lms.authoring.forms.board import ReasonForm
from lms.authoring.queries.quizproposals import quiz_proposal_page
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import SENTENCES
from lms.errors import Invalid, LmsError, Refused
from lms.quizzes.forms.cut_scores import CutForm, JudgeForm, SheetForm
from lms.quizzes.queries.cutscores import sheet_page
from lms.quizzes.rules.angoff import LEAST_JUDGES
from lms.quizzes.sentences import sentence
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse


def _words(error: LmsError) -> str:
    """Return what an error says; some codes are words of quizzes."""
    return str(SENTENCES[error.code]) if error.code in SENTENCES else sentence(error.code)


@blueprint.post("/quizzes/<slug>/cut-score/proposal")
@allow(Role.TRAINER)
def ask_for_cut(slug: str) -> BaseResponse:
    """Let what judges say wait for a second trainer, as the pass mark of a gate."""
    form = CutForm()
    if not form.validate():
        return _sheet(slug, form, 422)
    try:
        with writing() as session:
            made = actions.ask_for_cut(session, me(), slug, form.reason.data or "", now=clock.now())
    except Invalid as error:
        refuse(form.reason, _words(error))
        return _sheet(slug, form, error.status)
    except Refused as error:
        flash(_words(error), "warn")
        return _sheet(slug, form, error.status)
    if made is None:
        flash(_("This is the pass mark of attempts that begin from now on."), "ok")
        return see_other("quizzes.cut_score", slug=slug)
    flash(_("Asked. A second trainer decides; until then everything stays as it is."), "ok")
    return see_other("authoring.quiz_proposal", proposal_id=made)


def _sheet(slug: str, form: CutForm, status: int) -> Response:
    with reading() as session:
        found = sheet_page(session, slug)
    forms = {"SheetForm": SheetForm(formdata=None), "JudgeForm": JudgeForm(formdata=None), "CutForm": form}
    return page("quizzes/cut_score.html", page=found, quiz=found.quiz, forms=forms, least=LEAST_JUDGES, status=status)


@blueprint.get("/authoring/quiz-proposals/<int:proposal_id>")
@allow(Role.TRAINER)
def quiz_proposal(proposal_id: int) -> Response:
    """Show what is asked for, why, and what would change."""
    return _page(proposal_id, ReasonForm(formdata=None))


def _page(proposal_id: int, form: ReasonForm, *, status: int = 200) -> Response:
    with reading() as session:
        found = quiz_proposal_page(session, proposal_id)
    return page("authoring/quiz_proposal.html", page=found, form=form, status=status)


@blueprint.post("/authoring/quiz-proposals/<int:proposal_id>/approval")
@allow(Role.TRAINER)
def agree_about_quiz(proposal_id: int) -> BaseResponse:
    """Do what was asked for."""
    try:
        with writing() as session:
            actions.agree(session, me(), proposal_id, now=clock.now())
    except Refused as error:
        flash(_words(error), "warn")
        return _page(proposal_id, ReasonForm(formdata=None), status=error.status)
    flash(_("Done, as it was asked for."), "ok")
    return see_other("authoring.approvals")


@blueprint.post("/authoring/quiz-proposals/<int:proposal_id>/refusal")
@allow(Role.TRAINER)
def decline_about_quiz(proposal_id: int) -> BaseResponse:
    """Say no, with a reason."""
    form = ReasonForm()
    if not form.validate():
        return _page(proposal_id, form, status=422)
    try:
        with writing() as session:
            actions.decline(session, me(), proposal_id, form.reason.data or "", now=clock.now())
    except Refused as error:
        flash(_words(error), "warn")
        return _page(proposal_id, form, status=error.status)
    flash(_("Declined. Who asked finds your reason with what they asked for."), "ok")
    return see_other("authoring.approvals")


@blueprint.post("/authoring/quiz-proposals/<int:proposal_id>/withdrawal")
@allow(Role.TRAINER)
def take_back_about_quiz(proposal_id: int) -> BaseResponse:
    """Take back what one asked for."""
    try:
        with writing() as session:
            made = actions.take_back(session, me(), proposal_id, now=clock.now())
    except Refused as error:
        raise Refused(_words(error), code=error.code) from None
    flash(_("Taken back. Everything stays as it is."), "ok")
    return see_other("authoring.quiz_proposal", proposal_id=made.id)

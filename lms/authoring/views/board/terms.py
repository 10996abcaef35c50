"""The time of a quiz, its attempts and its pauses: kept as a decision, of a gate once a second trainer agrees."""

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions.quizproposals import ask_for_terms
from lms.authoring.forms.terms import TermsForm
from lms.authoring.queries.quizproposals import waiting_about_quiz
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import sentence as board_sentence
from lms.errors import Invalid, Refused
from lms.quizzes.queries.cutscores import quiz_named
from lms.quizzes.sentences import sentence
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse


@blueprint.get("/quizzes/<slug>/terms")
@allow(Role.TRAINER)
def quiz_terms(slug: str) -> Response:
    """Show how long a quiz takes and how often one may try."""
    return _page(slug, None)


def _page(slug: str, form: TermsForm | None, *, problem: str = "", status: int = 200) -> Response:
    with reading() as session:
        quiz = quiz_named(session, slug)
        waiting = waiting_about_quiz(session, quiz.id)
    form = form or TermsForm(formdata=None, obj=quiz)
    return page("authoring/terms.html", quiz=quiz, waiting=waiting, form=form, problem=problem, status=status)


@blueprint.post("/quizzes/<slug>/terms")
@allow(Role.TRAINER)
def set_quiz_terms(slug: str) -> BaseResponse:
    """Keep another time limit or number of attempts, of a gate once a second trainer agrees."""
    form = TermsForm()
    if not form.validate():
        return _page(slug, form, status=422)
    try:
        with writing() as session:
            made = ask_for_terms(session, me(), slug, form.value(), form.reason.data or "", now=clock.now())
    except Invalid as error:
        refuse(form[error.field or ""], sentence(error.code))
        return _page(slug, form, status=error.status)
    except Refused as error:
        return _page(slug, form, problem=board_sentence(error), status=error.status)
    if made is not None:
        flash(_("Asked. A second trainer decides; until then everything stays as it is."), "ok")
        return see_other("authoring.quiz_proposal", proposal_id=made)
    flash(_("Kept. It holds for attempts that begin from now on."), "ok")
    return see_other("authoring.quiz_terms", slug=slug)

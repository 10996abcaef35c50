"""The blueprint of a quiz: counted against the bank while it is written, kept as a decision."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions.quizproposals import ask_for_forms
from lms.authoring.forms.blueprints import BlueprintForm
from lms.authoring.queries.blueprints import blueprint_page
from lms.authoring.queries.quizproposals import waiting_about_quiz
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import sentence as board_sentence
from lms.errors import Invalid, Refused
from lms.quizzes.rules.blueprint import Cell
from lms.quizzes.sentences import sentence
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse


@blueprint.get("/quizzes/<slug>/blueprint")
@allow(Role.TRAINER)
def quiz_blueprint(slug: str) -> Response:
    """Show what forms of a quiz are drawn from."""
    return _page(slug, None)


def _page(
    slug: str,
    form: BlueprintForm | None,
    *,
    cells: tuple[Cell, ...] | None = None,
    propose: bool = False,
    problem: str = "",
    status: int = 200,
) -> Response:
    with reading() as session:
        found = blueprint_page(session, slug)
        waiting = waiting_about_quiz(session, found.quiz.id)
    form = form or BlueprintForm(formdata=None, obj=found.quiz)
    chosen = found.proposal if propose else found.cells if cells is None else cells
    return page(
        "authoring/blueprint.html",
        fragment="authoring/_cells.html",
        page=found,
        quiz=found.quiz,
        waiting=waiting,
        form=form,
        counted=found.counted(chosen),
        problem=problem,
        status=status,
    )


@blueprint.post("/quizzes/<slug>/blueprint")
@allow(Role.TRAINER)
def set_blueprint(slug: str) -> BaseResponse:
    """Keep a blueprint, of a gate once a second trainer agrees; or only count it, or propose one, as is asked."""
    form = BlueprintForm()
    cells, act = form.cells(), request.form.get("act", "save")
    if act in ("count", "propose"):
        return _page(slug, form, cells=cells, propose=act == "propose")
    if not form.validate():
        return _page(slug, form, cells=cells, status=422)
    try:
        with writing() as session:
            made = ask_for_forms(session, me(), slug, form.value(), form.reason.data or "", now=clock.now())
    except Invalid as error:
        if error.field in form:
            refuse(form[error.field], sentence(error.code))
        problem = "" if error.field in form else sentence(error.code)
        return _page(slug, form, cells=cells, problem=problem, status=error.status)
    except Refused as error:
        return _page(slug, form, cells=cells, problem=board_sentence(error), status=error.status)
    if made is not None:
        flash(_("Asked. A second trainer decides; until then everything stays as it is."), "ok")
        return see_other("authoring.quiz_proposal", proposal_id=made)
    flash(_("Kept. Attempts that begin from now on are drawn by it."), "ok")
    return see_other("authoring.quiz_blueprint", slug=slug)

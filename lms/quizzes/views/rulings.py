"""Deciding about a bad question after the end: choose, see what changes, say why, confirm."""

from flask import Response, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.quizzes.actions.rulings import Ruled, make_ruling
from lms.quizzes.forms.rulings import RulingForm, ruling_asked
from lms.quizzes.queries import ruling_pages as queries
from lms.quizzes.queries.ruling_pages import RulingAsked
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, number_asked, page, reading, see_other, writing


@blueprint.get("/questions/<int:question_id>/versions/<int:version>/ruling")
@allow(Role.TRAINER)
def ruling(question_id: int, version: int) -> Response:
    """Show what was answered to a version and ask what is to be decided; and what was decided before."""
    return _choose(question_id, version, ruling_asked(request.args))


def _choose(question_id: int, version: int, asked: RulingAsked, problem: str = "", status: int = 200) -> Response:
    with reading() as session:
        found = queries.ruling_page(session, question_id, version)
    return page("quizzes/ruling.html", page=found, of=found.of, asked=asked, problem=problem, status=status)


@blueprint.get("/questions/<int:question_id>/versions/<int:version>/ruling/effect")
@allow(Role.TRAINER)
def ruling_effect(question_id: int, version: int) -> Response:
    """Show whose marks a decision would change, page by page, and ask why."""
    asked = ruling_asked(request.args)
    return _effect(question_id, version, asked, RulingForm(formdata=None))


def _effect(
    question_id: int, version: int, asked: RulingAsked, form: RulingForm, problem: str = "", status: int = 200
) -> Response:
    try:
        with reading() as session:
            found = queries.preview(session, question_id, version, asked, page=number_asked("page", default=1))
    except Invalid as error:
        return _choose(question_id, version, asked, sentence(error.code), error.status)
    form.seal.data = found.considered.seal
    return page("quizzes/ruling_effect.html", page=found, of=found.of, form=form, problem=problem, status=status)


@blueprint.post("/questions/<int:question_id>/versions/<int:version>/rulings")
@allow(Role.TRAINER)
def make_question_ruling(question_id: int, version: int) -> BaseResponse:
    """Decide, on what was seen."""
    asked, form = ruling_asked(request.form), RulingForm()
    if not form.validate():
        return _effect(question_id, version, asked, form, status=422)
    try:
        with writing() as session:
            made = make_ruling(session, me(), question_id, version, form.decision(asked), now=clock.now())
    except (Invalid, Refused) as error:
        return _effect(question_id, version, asked, form, sentence(error.code), error.status)
    flash(_changed(made), "ok")
    return see_other("quizzes.ruling", question_id=question_id, version=version)


def _changed(made: Ruled) -> str:
    """Return in words what a decision changed."""
    said = [
        ngettext(
            "Decided. %(num)s attempt was scored again.", "Decided. %(num)s attempts were scored again.", made.changed
        )
    ]
    if made.up:
        said.append(ngettext("%(num)s is passed now.", "%(num)s are passed now.", made.up))
    if made.down:
        said.append(ngettext("%(num)s is not passed any more.", "%(num)s are not passed any more.", made.down))
        said.append(_("No certificate ends by this; HR is asked to look at those that lean on it."))
    return " ".join(said)

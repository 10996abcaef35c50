"""The cut score of a quiz: the trainer's sheet with its judges and the decision, and the judge's own part."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.quizzes.actions import cutscores as actions
from lms.quizzes.forms.cut_scores import PREFIX, CutForm, JudgeForm, RatingForm, SheetForm
from lms.quizzes.queries import cutscores as queries
from lms.quizzes.rules.angoff import LEAST_JUDGES
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, number_asked, page, reading, see_other, writing
from lms.web.forms import Form, refuse

JUDGES = (Role.TRAINER, Role.MENTOR, Role.LEAD)


@blueprint.get("/quizzes/<slug>/cut-score")
@allow(Role.TRAINER)
def cut_score(slug: str) -> Response:
    """Show what judges say of the pass mark of a quiz."""
    return _sheet(slug)


def _sheet(slug: str, form: Form | None = None, status: int = 200) -> Response:
    with reading() as session:
        found = queries.sheet_page(session, slug)
    forms = {kind.__name__: form if isinstance(form, kind) else kind(formdata=None) for kind in _FORMS}
    return page("quizzes/cut_score.html", page=found, quiz=found.quiz, forms=forms, least=LEAST_JUDGES, status=status)


_FORMS: tuple[type[Form], ...] = (SheetForm, JudgeForm, CutForm)


def _decide(slug: str, form: Form, act: Callable[[Session], Any], done: str) -> BaseResponse:
    if not form.validate():
        return _sheet(slug, form, 422)
    try:
        with writing() as session:
            act(session)
    except Invalid as error:
        refuse(form[error.field or ""], sentence(error.code))
        return _sheet(slug, form, error.status)
    except Refused as error:
        flash(sentence(error.code), "warn")
        return _sheet(slug, form, error.status)
    flash(done, "ok")
    return see_other("quizzes.cut_score", slug=slug)


@blueprint.post("/quizzes/<slug>/cut-score")
@allow(Role.TRAINER)
def open_sheet(slug: str) -> BaseResponse:
    """Open a sheet."""
    form = SheetForm()
    return _decide(
        slug,
        form,
        lambda session: actions.open_sheet(session, me(), slug, whole_bank=form.value(), now=clock.now()),
        _("The sheet is open. Invite judges now: five to eight."),
    )


@blueprint.post("/quizzes/<slug>/cut-score/judges")
@allow(Role.TRAINER)
def invite_judge(slug: str) -> BaseResponse:
    """Invite a judge."""
    form = JudgeForm()
    return _decide(
        slug,
        form,
        lambda session: actions.invite_judge(session, me(), slug, form.employee_no.data or "", now=clock.now()),
        _("Invited. The sheet waits for them on their first page."),
    )


@blueprint.post("/quizzes/<slug>/cut-score/second-round")
@allow(Role.TRAINER)
def open_second_round(slug: str) -> BaseResponse:
    """Let judges see the spread and rate again."""
    form = Form()
    return _decide(
        slug,
        form,
        lambda session: actions.open_second_round(session, me(), slug, now=clock.now()),
        _("The second round is open: judges see how far they lie apart."),
    )


@blueprint.post("/quizzes/<slug>/cut-score/decision")
@allow(Role.TRAINER)
def apply_cut(slug: str) -> BaseResponse:
    """Make what judges say the pass mark."""
    form = CutForm()
    return _decide(
        slug,
        form,
        lambda session: actions.apply_cut(session, me(), slug, form.reason.data or "", now=clock.now()),
        _("This is the pass mark of attempts that begin from now on."),
    )


@blueprint.get("/cut-scores")
@allow(*JUDGES)
def cut_scores() -> Response:
    """List the sheets that wait for one's judgement."""
    with reading() as session:
        found = queries.sheets_of_judge(session, me().id, me().employee_no)
    return page("quizzes/cut_scores.html", sheets=found)


@blueprint.get("/cut-scores/<int:sheet_id>")
@allow(*JUDGES)
def judge_sheet(sheet_id: int) -> Response:
    """Show a part of a sheet to its judge."""
    return _part(sheet_id, number_asked("part", default=1))


def _part(sheet_id: int, part: int, form: RatingForm | None = None, status: int = 200) -> Response:
    person = me()
    with reading() as session:
        found = queries.judge_page(session, sheet_id, person.id, person.employee_no, part=part)
    shown = {version: str(percent) for version, percent in {**found.before, **found.given}.items()}
    typed = shown | (form.typed() if form else {})
    wrong = form.wrong() if form else []
    return page("quizzes/judge.html", page=found, typed=typed, wrong=wrong, prefix=PREFIX, status=status)


@blueprint.post("/cut-scores/<int:sheet_id>")
@allow(*JUDGES)
def rate(sheet_id: int) -> BaseResponse:
    """Keep the ratings of a part and go on with the next one."""
    form, part = RatingForm(), number_asked("part", default=1)
    if not form.validate() or form.wrong():
        return _part(sheet_id, part, form, 422)
    try:
        with writing() as session:
            actions.rate(session, me(), sheet_id, form.value(), now=clock.now())
    except Refused as error:
        flash(sentence(error.code), "warn")
        return _part(sheet_id, part, form, error.status)
    with reading() as session:
        found = queries.judge_page(session, sheet_id, me().id, me().employee_no, part=part)
    if found.part == found.parts:
        flash(_("Saved: %(done)s of %(total)s questions. Thank you.", done=found.done, total=found.total), "ok")
        return see_other("quizzes.judge_sheet", sheet_id=sheet_id, part=found.part)
    return see_other("quizzes.judge_sheet", sheet_id=sheet_id, part=found.part + 1)

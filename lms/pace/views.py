"""Days off of single persons: who is off, who enters it, and one's own."""

from datetime import date

from flask import Blueprint, Response, abort, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid
from lms.pace import actions, queries
from lms.pace.forms import SENTENCES, DaysOffForm, SpanForm
from lms.pace.rules import study_day
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse

blueprint = Blueprint("pace", __name__)


def _today() -> date:
    return study_day(clock.now(), me().time_zone)


@blueprint.get("/days-off")
@allow(Role.LEARNER)
def my_days_off() -> Response:
    """Show my own days off."""
    with reading() as session:
        spans = queries.own_days_off(session, me().id, today=_today())
    return page("pace/my_days_off.html", spans=spans, today=_today())


@blueprint.get("/classes/<int:class_id>/days-off")
@allow(Role.ADVISER, Role.HR)
def class_days_off(class_id: int) -> Response:
    """Show who of a class is off, today and later."""
    with reading() as session:
        found = queries.class_days_off(session, me(), class_id, today=_today())
    return page("pace/class_days_off.html", found=found, today=_today(), advises=me().holds(Role.ADVISER))


@blueprint.get("/people/<employee_no>/days-off")
@allow(Role.ADVISER, Role.HR)
def days_off(employee_no: str) -> Response:
    """Show the days off of a person; those just taken back stand in the form, to be entered again."""
    again = {"first": _day(request.args.get("first")), "last": _day(request.args.get("last"))}
    return _page(employee_no, DaysOffForm(formdata=None, **again))


def _day(sent: str | None) -> date | None:
    try:
        return date.fromisoformat(sent or "")
    except ValueError:
        return None


def _page(employee_no: str, form: DaysOffForm, status: int = 200) -> Response:
    with reading() as session:
        found = queries.persons_days_off(session, me(), employee_no, today=_today())
    return page("pace/days_off.html", found=found, form=form, today=_today(), keeps=me().holds(Role.HR), status=status)


@blueprint.post("/people/<employee_no>/days-off")
@allow(Role.ADVISER, Role.HR)
def enter_days_off(employee_no: str) -> BaseResponse:
    """Keep days on which a person does not work."""
    form = DaysOffForm()
    if not form.validate():
        return _page(employee_no, form, 422)
    try:
        with writing() as session:
            found = queries.persons_days_off(session, me(), employee_no, today=_today())
            new = actions.enter_days_off(
                session, found.person, form.value(), actor=me().employee_no, today=_today(), now=clock.now()
            )
    except Invalid as error:
        refuse(form[error.field or "first"], SENTENCES[error.code or ""])
        return _page(employee_no, form, error.status)
    flash(_("Kept. Nothing is due on these days.") if new else _("These days were off already."), "ok")
    return see_other("pace.days_off", employee_no=employee_no)


@blueprint.post("/people/<employee_no>/days-off/removal")
@allow(Role.ADVISER, Role.HR)
def take_back_days_off(employee_no: str) -> BaseResponse:
    """Let a person work on these days after all; the form then holds them, to be entered again."""
    form = SpanForm()
    if not form.validate():
        abort(404)
    span = form.value()
    with writing() as session:
        found = queries.persons_days_off(session, me(), employee_no, today=_today())
        actions.take_back_days_off(session, found.person, span, actor=me().employee_no, today=_today(), now=clock.now())
    flash(_("Taken back. To undo it, press “Keep the days” below."), "ok")
    return see_other("pace.days_off", employee_no=employee_no, first=span.first.isoformat(), last=span.last.isoformat())

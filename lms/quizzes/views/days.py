"""Daily quizzes of a class, and the days on which there are none."""

from datetime import date

from flask import abort, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid
from lms.pace import actions as pace
from lms.pace.rules import study_day
from lms.quizzes import actions, queries
from lms.quizzes.forms.days import HolidayForm, PlanForm
from lms.quizzes.rules.daily import LIGHT, REFERENCE_CLASS
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse

LONG_AGO = 31  # days of holidays past that the page still shows


def _today() -> date:
    return study_day(clock.now(), me().time_zone)


@blueprint.get("/classes/<int:class_id>/daily-quiz")
@allow(Role.ADVISER, Role.TRAINER)
def daily_plan(class_id: int) -> Response:
    """Show how a class is quizzed on its working days."""
    return _plan(class_id)


def _plan(class_id: int, form: PlanForm | None = None, status: int = 200) -> Response:
    with reading() as session:
        found = queries.plan_page(session, me(), class_id, today=_today())
    now = clock.now()
    form = form or PlanForm.of(found.plan)
    presets = {"light": LIGHT, "reference": REFERENCE_CLASS}
    advises = me().holds(Role.ADVISER)
    return page(
        "quizzes/daily_plan.html", found=found, form=form, presets=presets, advises=advises, now=now, status=status
    )


@blueprint.post("/classes/<int:class_id>/daily-quiz")
@allow(Role.ADVISER, Role.TRAINER)
def change_daily_plan(class_id: int) -> Response:
    """Keep how a class is quizzed from its next daily quiz on."""
    with reading() as session:
        queries.plan_page(session, me(), class_id, today=_today())
    form = PlanForm()
    if not form.validate():
        return _plan(class_id, form, 422)
    try:
        with writing() as session:
            actions.change_plan(session, class_id, form.value(), actor=me().employee_no, now=clock.now())
    except Invalid as error:
        refuse(form.closes, _("Between opening and ending there must be time for the whole quiz."))
        return _plan(class_id, form, error.status)
    flash(_("Kept. It holds from the next daily quiz on; today's stays as it is."), "ok")
    return see_other("quizzes.daily_plan", class_id=class_id)


@blueprint.get("/holidays")
@allow(Role.HR)
def holidays() -> Response:
    """List the days of the site that are not like their weekday."""
    return _holidays(HolidayForm(formdata=None))


def _holidays(form: HolidayForm, status: int = 200) -> Response:
    since = date.fromordinal(_today().toordinal() - LONG_AGO)
    with reading() as session:
        rows = queries.holidays(session, me().site_id, since=since)
    return page("quizzes/holidays.html", rows=rows, form=form, status=status)


@blueprint.post("/holidays")
@allow(Role.HR)
def add_holiday() -> Response:
    """Keep a day; one that is there already gets the new words."""
    form = HolidayForm()
    if not form.validate():
        return _holidays(form, 422)
    with writing() as session:
        pace.set_holiday(session, me().site_id, form.value(), actor=me().employee_no, now=clock.now())
    flash(_("The day is kept."), "ok")
    return see_other("quizzes.holidays")


@blueprint.post("/holidays/<day>/removal")
@allow(Role.HR)
def remove_holiday(day: str) -> Response:
    """Let a day be like its weekday again."""
    try:
        which = date.fromisoformat(day)
    except ValueError:
        abort(404)
    with writing() as session:
        pace.remove_holiday(session, me().site_id, which, actor=me().employee_no, now=clock.now())
    flash(_("The day is like any other again."), "ok")
    return see_other("quizzes.holidays")

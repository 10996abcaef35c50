"""What is answered about course dates: the calendar, a run, places, and feeds for other calendars."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, make_response, request
from flask_babel import format_date, to_user_timezone
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts import queries as people
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.timetable import actions, ical, queries
from lms.timetable.forms import RunForm, instant, on_wall, sentence
from lms.timetable.rules import month_after, month_of, weeks
from lms.web import address, allow, me, page, public, reading, see_other, signed_in, writing
from lms.web.filters import local, person_name
from lms.web.forms import refuse
from lms.web.i18n import language

blueprint = Blueprint("timetable", __name__)


def _midnight(day: date) -> datetime:
    return instant(datetime(day.year, day.month, day.day), me().time_zone)  # noqa: DTZ001  # of the wall's clock


@blueprint.get("/calendar")
@signed_in
def calendar() -> Response:
    """List the dates of a month by week, those of mine marked; filters stand in the address."""
    now = clock.now()
    month = month_of(request.args.get("month", "")[:7], to_user_timezone(now).date())
    mine, electives = request.args.get("mine") == "1", request.args.get("kind") == "elective"
    after, before = month_after(month), month_after(month, back=True)
    with reading() as session:
        lines = queries.month_runs(
            session, me(), _midnight(month), _midnight(after), mine=mine, electives=electives, now=now
        )
        open_courses = queries.electives(session)
    return page(
        "timetable/calendar.html",
        weeks=weeks((to_user_timezone(line.run.starts_at).date(), line) for line in lines),
        month=month,
        title=format_date(month, "y年M月" if language() == "zh" else "MMMM y"),
        months={"before": f"{before:%Y-%m}", "after": f"{after:%Y-%m}", "this": f"{month:%Y-%m}"},
        chosen={"mine": mine, "electives": electives},
        electives=open_courses,
        trainer=me().holds(Role.TRAINER),
    )


@blueprint.get("/calendar/runs/<int:run_id>")
@signed_in
def run(run_id: int) -> Response:
    """Show a date with what one can do about it."""
    return _run(run_id)


def _run(run_id: int, status: int = 200) -> Response:
    now = clock.now()
    with reading() as session:
        line = queries.run_line(session, me(), run_id, now=now)
        named = queries.people_of(session, run_id) if me().holds(Role.TRAINER) else []
    why_not = sentence(code=line.refusal) if line.refusal else ""
    return page("timetable/run.html", line=line, run=line.run, named=named, why_not=why_not, status=status)


@blueprint.post("/calendar/runs/<int:run_id>/place")
@signed_in
def take_place(run_id: int) -> Response:
    """Sign up."""
    try:
        with writing() as session:
            place = actions.take_place(session, me(), run_id, now=clock.now())
    except Refused as error:
        flash(sentence(error), "bad")
        return _run(run_id, error.status)
    flash(_("You have a seat.") if place.seat else _("You are on the waiting list. You move up by yourself."), "ok")
    return see_other("timetable.run", run_id=run_id)


@blueprint.post("/calendar/runs/<int:run_id>/place/return")
@signed_in
def leave_place(run_id: int) -> Response:
    """Give a place back."""
    try:
        with writing() as session:
            actions.leave_place(session, me(), run_id, now=clock.now())
    except Refused as error:
        flash(sentence(error), "bad")
        return _run(run_id, error.status)
    flash(_("You have left. Nothing is held against you."), "ok")
    return see_other("timetable.run", run_id=run_id)


def _form(**kwargs: object) -> RunForm:
    with reading() as session:
        courses = queries.course_choices(session)
        trainers = people.holders(session, me().site_id, Role.TRAINER)
        classes = queries.class_choices(session, me())
        named = queries.post_names(session)
    return RunForm(
        courses=[(str(each.id), local(each)) for each in courses],
        trainers=[(str(each.id), person_name(each)) for each in trainers],
        classes=[(str(each.id), local(each, "name")) for each in classes],
        known_posts=[
            (post, local(named[post]) if post in named else post)
            for post in sorted({post for each in courses for post in each.posts})
        ],
        **kwargs,
    )


@blueprint.route("/calendar/new", methods=["GET", "POST"])
@allow(Role.TRAINER)
def add_run() -> Response:
    """Publish a date."""
    form = _form(trainer=str(me().id))
    if request.method == "GET" or not form.validate():
        return page("timetable/edit.html", form=form, run=None, status=200 if request.method == "GET" else 422)
    try:
        with writing() as session:
            added = actions.add_run(session, me(), form.value(me().time_zone), now=clock.now())
    except Invalid as error:
        refuse(form[error.field], sentence(error))
        return page("timetable/edit.html", form=form, run=None, status=422)
    flash(_("The date is published."), "ok")
    return see_other("timetable.run", run_id=added.id)


@blueprint.route("/calendar/runs/<int:run_id>/edit", methods=["GET", "POST"])
@allow(Role.TRAINER)
def change_run(run_id: int) -> Response:
    """Change a date."""
    zone = me().time_zone
    with reading() as session:
        found = queries.site_run(session, me(), run_id)
    walls = {name: on_wall(getattr(found, name), zone) for name in ("starts_at", "ends_at")}
    walls |= {name: on_wall(getattr(found, name), zone) for name in ("signup_opens_at", "signup_closes_at")}
    form = _form(
        course=str(found.course_id),
        trainer=str(found.trainer_id),
        training_class=str(found.class_id or ""),
        place_zh=found.place_zh,
        place_en=found.place_en,
        seats=found.seats,
        posts=found.posts,
        **walls,
    )
    if request.method == "GET" or not form.validate():
        return page("timetable/edit.html", form=form, run=found, status=200 if request.method == "GET" else 422)
    try:
        with writing() as session:
            actions.change_run(session, me(), run_id, form.value(zone), now=clock.now())
    except Invalid as error:
        refuse(form[error.field], sentence(error))
        return page("timetable/edit.html", form=form, run=found, status=422)
    flash(_("The date is changed."), "ok")
    return see_other("timetable.run", run_id=run_id)


@blueprint.post("/calendar/runs/<int:run_id>/cancellation")
@allow(Role.TRAINER)
def cancel_run(run_id: int) -> Response:
    """Cancel a date; who has a place sees it, and it can be undone."""
    with writing() as session:
        actions.cancel_run(session, me(), run_id, now=clock.now())
    flash(_("The date is cancelled. You can undo this here."), "ok")
    return see_other("timetable.run", run_id=run_id)


@blueprint.post("/calendar/runs/<int:run_id>/cancellation/undo")
@allow(Role.TRAINER)
def restore_run(run_id: int) -> Response:
    """Undo a cancellation."""
    with writing() as session:
        actions.restore_run(session, me(), run_id, now=clock.now())
    flash(_("The date stands again, with everybody’s places."), "ok")
    return see_other("timetable.run", run_id=run_id)


@blueprint.get("/calendar/subscription")
@signed_in
def subscription() -> Response:
    """Say what a calendar address is, and whether I have one."""
    with reading() as session:
        feed = queries.has_feed(session, me().id)
    return page("timetable/subscription.html", feed=feed, link="")


@blueprint.post("/calendar/subscription")
@signed_in
def make_feed() -> Response:
    """Make a new secret address and show it, this once."""
    with writing() as session:
        token = actions.make_feed(session, me().id, now=clock.now())
    with reading() as session:
        feed = queries.has_feed(session, me().id)
    return page("timetable/subscription.html", feed=feed, link=address("timetable.feed", token=token))


@blueprint.post("/calendar/subscription/end")
@signed_in
def end_feed() -> Response:
    """Take the address away."""
    with writing() as session:
        actions.end_feed(session, me().id)
    flash(_("The address does not work any more."), "ok")
    return see_other("timetable.subscription")


@blueprint.get("/calendar/runs/<int:run_id>.ics")
@signed_in
def download_run(run_id: int) -> Response:
    """Hand out one date for any calendar."""
    with reading() as session:
        line = queries.run_line(session, me(), run_id, now=clock.now())
    answer = _ics([line.run], language())
    answer.headers["Content-Disposition"] = f'attachment; filename="onramp-{run_id}.ics"'
    return answer


@blueprint.get("/calendar/<token>.ics")
@public
def feed(token: str) -> Response:
    """Answer whoever knows the secret with the dates of its person; 304 where nothing changed."""
    with reading() as session:
        person = queries.person_of_feed(session, token)
        runs = queries.feed_runs(session, person.id, now=clock.now())
    answer = _ics(runs, person.locale)
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, max-age=900"
    return answer.make_conditional(request)


def _ics(runs: Any, locale: str) -> Response:
    name = "上岗 · 课程安排" if locale == "zh" else "Onramp · course dates"
    host = urlsplit(current_app.config["LMS"].base_url).hostname or "onramp"
    body = ical.calendar(
        runs, name=name, locale=locale, host=host, address=lambda run_id: address("timetable.run", run_id=run_id)
    )
    return make_response(body, 200, {"Content-Type": "text/calendar; charset=utf-8"})

"""What is answered first: the way in, the language switch, Today, an adviser's classes, and whether all is well."""

from flask import Blueprint, Response, current_app, flash, request, session
from flask_babel import gettext as _
from flask_login import current_user
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, NotFound
from lms.home import metrics, queries
from lms.home.forms import LocaleForm
from lms.home.rules import call_name, is_today, lags, part_of_day
from lms.pace import actions as pace
from lms.pace.rules import study_day
from lms.timetable import queries as timetable
from lms.web import allow, back, me, page, public, reading, see_other, writing
from lms.web.filters import local
from lms.web.i18n import language
from lms.web.navigation import home_endpoint

blueprint = Blueprint("home", __name__)
MAPPED = (Role.TRAINER, Role.ADVISER, Role.MENTOR, Role.HR)


@blueprint.get("/")
@public
def index() -> BaseResponse:
    """Lead to the first page of the reader's working day, or to the door."""
    return see_other(home_endpoint(me()) if current_user.is_authenticated else "accounts.sign_in")


@blueprint.post("/locale")
@public
def set_locale() -> BaseResponse:
    """Keep the chosen language in the cookie and go back to the same page."""
    form = LocaleForm()
    if not form.validate():
        raise Invalid(_("This language is not offered here."), field="locale")
    value = form.value()
    session["locale"] = value.locale
    return back(value.next, "home.index")


@blueprint.get("/today")
@allow(Role.LEARNER)
def today() -> Response:
    """Show what fits until the next call, the road, today's pieces, the load and the mentor."""
    now = clock.now()
    with reading() as db:
        day = queries.today(db, me(), at=now)
        moved_up = timetable.moved_up(db, me().id, now=now)
    steps = [
        {"kind": step.kind, "state": step.state, "number": step.number, "title": local(step.source)}
        for step in day.steps
    ]
    meeting = day.mentor.meeting if day.mentor else None
    return page(
        "home/today.html",
        today=day,
        moved_up=moved_up,
        steps=steps,
        now=now,
        greeting=part_of_day(now, me().time_zone),
        called=call_name(me().name, me().latin_name, language()),
        meets_today=meeting is not None and is_today(meeting.starts_at, now, me().time_zone),
    )


@blueprint.post("/today/too-much")
@allow(Role.LEARNER)
def say_too_much() -> BaseResponse:
    """Offer nothing new for the rest of the day."""
    now = clock.now()
    with writing() as db:
        pace.say_too_much(db, me().id, day=study_day(now, me().time_zone), now=now)
    flash(_("Nothing new today. The rest moves to later days; tomorrow is a new day."), "ok")
    return see_other("home.today")


@blueprint.post("/today/too-much/withdrawal")
@allow(Role.LEARNER)
def take_back_too_much() -> BaseResponse:
    """Offer new pieces again."""
    with writing() as db:
        pace.take_back_too_much(db, me().id, day=study_day(clock.now(), me().time_zone))
    flash(_("Good. New pieces are back."), "ok")
    return see_other("home.today")


@blueprint.get("/classes")
@allow(Role.ADVISER)
def classes() -> Response:
    """List my classes."""
    with reading() as db:
        rows = queries.advised_classes(db, me())
    return page("home/classes.html", rows=rows)


@blueprint.get("/classes/<int:class_id>")
@allow(Role.ADVISER)
def class_board(class_id: int) -> Response:
    """Show the people of one of my classes and how far each is."""
    with reading() as db:
        board = queries.class_board(db, me(), class_id, at=clock.now())
    gates = [{"label": _("Gate %(number)s, %(title)s", number=n, title=local(g))} for n, g in enumerate(board.gates, 1)]
    return page("home/class_board.html", board=board, gate_columns=gates)


@blueprint.get("/heat-maps")
@allow(*MAPPED)
def heat_maps() -> Response:
    """List the classes whose heat-map I may open."""
    with reading() as db:
        classes = queries.visible_classes(db, me())
    return page("home/heat_maps.html", classes=classes)


@blueprint.get("/classes/<int:class_id>/heat-map")
@allow(*MAPPED)
def heat_map(class_id: int) -> Response:
    """Show which competencies sit in a class: by learner, or by day."""
    by_day = request.args.get("by") == "day"
    with reading() as db:
        found = queries.heat_map(db, me(), class_id, by_day=by_day, now=clock.now())
    may_report = me().holds(Role.TRAINER, Role.ADVISER, Role.HR)
    return page("home/heat_map.html", map=found, may_report=may_report)


@blueprint.get("/health")
@allow(Role.ADMIN)
def health() -> Response:
    """Show the state of the installation."""
    with reading() as db:
        state = queries.health(db, at=clock.now())
    return page("home/health.html", health=state, lagging=lags(state.waiting))


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """Say that the process answers; nothing else is looked at."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Say whether the database answers and has the tables that the code expects; 503 if not."""
    try:
        with reading() as db:
            good, words = queries.readiness(db)
    except SQLAlchemyError as error:
        current_app.logger.warning("not ready: %s", type(error).__name__)
        good, words = False, "the database does not answer"
    return Response(f"{words}\n", 200 if good else 503, mimetype="text/plain")


@blueprint.get("/metrics")
@public
def show_metrics() -> Response:
    """Return counts for Prometheus, to this machine itself and to administrators; for others there is nothing here."""
    asker_is_admin = current_user.is_authenticated and current_user.holds(Role.ADMIN)
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if not asker_is_admin and not metrics.may_read(request.remote_addr, forwarded=forwarded):
        raise NotFound
    with reading() as db:
        state = queries.health(db, at=clock.now())
    return Response(metrics.text(state), content_type=CONTENT_TYPE_LATEST)

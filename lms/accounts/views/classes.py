"""Classes (intakes) and teams: open a class, put learners into it, take them out."""

from flask import flash, request
from flask_babel import gettext as _
from flask_babel import to_user_timezone
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts import actions, queries
from lms.accounts.forms import ClassForm, EndEnrolmentForm, EnrolForm, TeamForm
from lms.accounts.rules import Role
from lms.accounts.views.routes import blueprint, explain, sentence
from lms.errors import Invalid, Refused
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.filters import person_name
from lms.web.i18n import language

MANAGERS = (Role.HR, Role.ADMIN)


@blueprint.get("/intakes")
@allow(*MANAGERS)
def classes() -> Response:
    """List the classes of my site."""
    with reading() as session:
        rows = queries.classes(session, me().site_id)
    return page("accounts/classes.html", rows=rows)


@blueprint.route("/intakes/new", methods=["GET", "POST"])
@allow(*MANAGERS)
def add_class() -> Response:
    """Open a class with its adviser, programme and first day."""
    with reading() as session:
        advisers = [(str(p.id), person_name(p)) for p in queries.holders(session, me().site_id, Role.ADVISER)]
        programmes = queries.programme_choices(session, language())
    form = ClassForm(advisers, programmes)
    if request.method == "GET" or not form.validate():
        return page("accounts/class_new.html", form=form, status=200 if request.method == "GET" else 422)
    try:
        with writing() as session:
            added = actions.add_class(session, me().site_id, form.value(), by=me().employee_no, now=clock.now())
    except Invalid as error:
        explain(form, error)
        return page("accounts/class_new.html", form=form, status=422)
    flash(_("The class is open. Put its learners in next."), "ok")
    return see_other("accounts.training_class", class_id=added.id)


@blueprint.get("/intakes/<int:class_id>")
@allow(*MANAGERS)
def training_class(class_id: int) -> Response:
    """Show a class and who is in it."""
    return _class(class_id)


def _class(class_id: int, status: int = 200) -> Response:
    with reading() as session:
        found = queries.class_of_site(session, class_id, me().site_id)
        members = queries.class_members(session, class_id)
        free = queries.unplaced_learners(session, me().site_id)
    choices = [(str(p.id), f"{p.employee_no} {person_name(p)}") for p in free]
    form = EnrolForm(choices, formdata=None)
    ending = EndEnrolmentForm(formdata=None)
    return page("accounts/class.html", training_class=found, members=members, form=form, ending=ending, status=status)


@blueprint.post("/intakes/<int:class_id>/learners")
@allow(*MANAGERS)
def enrol(class_id: int) -> Response:
    """Put a learner into the class."""
    with reading() as session:
        found = queries.class_of_site(session, class_id, me().site_id)
        form = EnrolForm([(str(p.id), "") for p in queries.unplaced_learners(session, me().site_id)])
    if not form.validate():
        flash(_("Please choose a learner who is in no class yet."), "bad")
        return _class(class_id, 422)
    now = clock.now()
    try:
        with writing() as session:
            learner = queries.person_of_site(session, int(form.learner.data), me().site_id)
            day = max(found.starts_on, to_user_timezone(now).date())
            actions.enrol(session, learner, found, on=day, by=me().employee_no, now=now)
    except Refused as error:
        flash(sentence(error), "bad")
        return _class(class_id, 409)
    flash(_("%(name)s is in the class.", name=person_name(learner)), "ok")
    return see_other("accounts.training_class", class_id=class_id)


@blueprint.post("/intakes/<int:class_id>/learners/<int:learner_id>/end")
@allow(*MANAGERS)
def end_enrolment(class_id: int, learner_id: int) -> Response:
    """Take a learner out of the class, with the reason."""
    form = EndEnrolmentForm()
    if not form.validate():
        flash(_("Please say why they leave the class."), "bad")
        return _class(class_id, 422)
    now = clock.now()
    with writing() as session:
        found = queries.class_of_site(session, class_id, me().site_id)
        actions.end_enrolment(
            session,
            found,
            learner_id,
            why=form.why.data or "",
            on=to_user_timezone(now).date(),
            by=me().employee_no,
            now=now,
        )
    flash(_("They are out of the class. What they did stays on record."), "ok")
    return see_other("accounts.training_class", class_id=class_id)


@blueprint.route("/teams", methods=["GET", "POST"])
@allow(*MANAGERS)
def teams() -> Response:
    """List the teams of my site and add one."""
    form = TeamForm()
    status = 200
    if request.method == "POST" and form.validate():
        try:
            with writing() as session:
                actions.add_team(
                    session,
                    me().site_id,
                    form.name_zh.data or "",
                    form.name_en.data or "",
                    by=me().employee_no,
                    now=clock.now(),
                )
        except Invalid as error:
            explain(form, error)
        else:
            flash(_("The team is added."), "ok")
            return see_other("accounts.teams")
    if request.method == "POST":
        status = 422
    with reading() as session:
        rows = queries.teams(session, me().site_id)
    return page("accounts/teams.html", rows=rows, form=form, status=status)

"""Who is whose mentor in a class, and how many apprentices each mentor has room for."""

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Refused
from lms.mentoring import actions, queries, words
from lms.mentoring.forms import AssignmentsForm, PlacesForm, assignments_form
from lms.mentoring.queries import Assignments
from lms.mentoring.views.routes import blueprint
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.filters import person_name

KEEPERS = (Role.ADVISER, Role.HR, Role.ADMIN)


@blueprint.get("/classes/<int:class_id>/mentors")
@allow(Role.ADVISER)
def assignments(class_id: int) -> Response:
    """Show the learners of a class with their mentors."""
    with reading() as session:
        shown = queries.assignments(session, class_id, me())
    return _page(shown, _form(shown))


def _form(shown: Assignments) -> AssignmentsForm:
    held = {learner.id: learner.mentor_id for learner in shown.learners}
    names = {mentor.id: person_name(mentor) for mentor in shown.mentors}
    return assignments_form(held, names, {mentor.id: words.places(mentor) for mentor in shown.mentors})


def _page(shown: Assignments, form: AssignmentsForm, *, problem: str = "") -> Response:
    status = 422 if form.errors or problem else 200
    return page("mentoring/assignments.html", shown=shown, form=form, problem=problem, words=words, status=status)


@blueprint.post("/classes/<int:class_id>/mentors")
@allow(Role.ADVISER)
def assign_mentors(class_id: int) -> BaseResponse:
    """Give learners of a class their mentors, all that were chosen or none."""
    with reading() as session:
        shown = queries.assignments(session, class_id, me())
    form = _form(shown)
    if not form.validate():
        return _page(shown, form, problem=_("One choice is not in the list any more. Please choose again."))
    try:
        with writing() as session:
            changed = actions.assign_mentors(session, me(), class_id, form.value(), now=clock.now())
    except Refused as refused:
        about = {mentor.employee_no: person_name(mentor) for mentor in shown.mentors}
        return _page(shown, form, problem=words.sentence(refused, about.get(refused.field or "", "")))
    flash(
        ngettext(
            "Saved. One learner has another mentor now.", "Saved. %(num)s learners have another mentor now.", changed
        )
        if changed
        else _("Nothing was different."),
        "ok",
    )
    return see_other("mentoring.assignments", class_id=class_id)


@blueprint.get("/mentors")
@allow(*KEEPERS)
def mentors() -> Response:
    """List the mentors of the site with their places."""
    with reading() as session:
        found = queries.mentor_places(session, me().site_id)
    return page("mentoring/mentors.html", mentors=found, problem=None)


@blueprint.post("/mentors/<int:mentor_id>/places")
@allow(*KEEPERS)
def set_capacity(mentor_id: int) -> BaseResponse:
    """Give a mentor more or fewer places."""
    form = PlacesForm()
    try:
        if not form.validate():
            raise Refused(code="too_many_places")
        with writing() as session:
            actions.set_capacity(session, me(), mentor_id, form.places.data or 0, now=clock.now())
    except Refused as refused:
        with reading() as session:
            found = queries.mentor_places(session, me().site_id)
        problem = {"id": mentor_id, "text": words.sentence(refused), "typed": form.places.raw_data}
        return page("mentoring/mentors.html", mentors=found, problem=problem, status=422)
    flash(_("Saved."), "ok")
    return see_other("mentoring.mentors")

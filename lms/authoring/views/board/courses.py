"""The board of all courses, one course, and its facts."""

from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import board as actions
from lms.authoring.actions import retiring
from lms.authoring.forms.board import CourseForm
from lms.authoring.queries import board as queries
from lms.authoring.views.board.routes import blueprint, explain, today
from lms.authoring.words.board import SENTENCES, sentence
from lms.errors import Invalid, Refused
from lms.quizzes.queries.cutscores import waiting_for_judge
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.filters import local


@blueprint.get("/authoring")
@allow(Role.TRAINER)
def board() -> Response:
    """Show all courses with their state, and the load of each programme by day."""
    with reading() as session:
        found = queries.board(session, me().id, today=today())
        to_judge = waiting_for_judge(session, me().id, me().employee_no)
    return page("authoring/board.html", board=found, to_judge=to_judge)


@blueprint.get("/authoring/courses/<slug>")
@allow(Role.TRAINER)
def course(slug: str) -> Response:
    """Show a course with its lessons in order."""
    with reading() as session:
        found = queries.course_board(session, slug, today=today(), now=clock.now())
    return page("authoring/course.html", board=found, course=found.course, reasons=SENTENCES)


@blueprint.route("/authoring/courses/new", methods=["GET", "POST"])
@allow(Role.TRAINER)
def new_course() -> BaseResponse:
    """Add a course."""
    form = _form()
    del form.note
    if request.method == "GET" or not form.validate():
        return page("authoring/course_new.html", form=form, status=200 if request.method == "GET" else 422)
    try:
        with writing() as session:
            added = actions.create_course(session, me(), form.value(), now=clock.now())
    except Invalid as error:
        explain(form, error)
        return page("authoring/course_new.html", form=form, status=422)
    flash(_("The course is there. Write its first lesson next."), "ok")
    return see_other("authoring.course", slug=added.slug)


@blueprint.route("/authoring/courses/<slug>/facts", methods=["GET", "POST"])
@allow(Role.TRAINER)
def course_facts(slug: str) -> BaseResponse:
    """Change what is said of a course, and where it is taught."""
    with reading() as session:
        found = queries.course_facts(session, slug, now=clock.now())
    form = _form(obj=found.course, **({"stage": found.stage, "note": ""} if request.method == "GET" else {}))
    del form.slug
    if not found.asks_note:
        del form.note
    if request.method == "GET" or not form.validate():
        return _facts(found, form, status=200 if request.method == "GET" else 422)
    try:
        with writing() as session:
            waits = actions.change_course(session, me(), slug, form.value(), now=clock.now())
    except Invalid as error:
        explain(form, error)
        return _facts(found, form, status=422)
    except Refused as error:
        flash(sentence(error), "warn")
        return _facts(found, form, status=409)
    flash(_("Saved. The other stage waits for a second trainer.") if waits else _("Saved."), "ok")
    return see_other("authoring.course", slug=slug)


def _facts(found: queries.CourseFacts, form: CourseForm, *, status: int) -> Response:
    return page("authoring/course_facts.html", form=form, facts=found, course=found.course, status=status)


def _form(**more: Any) -> CourseForm:
    with reading() as session:
        found = queries.course_choices(session)
    posts = [(post.slug, local(post)) for post in found.posts]
    stages = [(value, f"{local(programme)} · {local(stage)}") for value, programme, stage in found.stages]
    return CourseForm(posts, stages, **more)


@blueprint.post("/authoring/courses/<slug>/retirement")
@allow(Role.TRAINER)
def retire_course(slug: str) -> BaseResponse:
    """Take a course out of use."""
    try:
        with writing() as session:
            retiring.retire_course(session, me(), slug, now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return see_other("authoring.course", slug=slug)
    flash(_("The course is retired. It can be brought back at any time."), "ok")
    return see_other("authoring.course", slug=slug)


@blueprint.post("/authoring/courses/<slug>/return")
@allow(Role.TRAINER)
def revive_course(slug: str) -> BaseResponse:
    """Bring a retired course back."""
    try:
        with writing() as session:
            retiring.revive_course(session, me(), slug, now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return see_other("authoring.course", slug=slug)
    flash(_("The course is back."), "ok")
    return see_other("authoring.course", slug=slug)

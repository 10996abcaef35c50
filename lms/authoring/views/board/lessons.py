"""The order of lessons, and whether they are taught: by forms, and by the list that is dragged."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import board as actions
from lms.authoring.actions import retiring
from lms.authoring.forms.board import MOST_LESSONS, MoveForm
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import sentence
from lms.errors import Invalid, Refused
from lms.web import allow, me, see_other, writing
from lms.web.errors import wants_json


@blueprint.post("/authoring/courses/<slug>/order")
@allow(Role.TRAINER)
def order_lessons(slug: str) -> BaseResponse:
    """Teach the lessons in the order that was sent."""
    sent = request.form.getlist("lesson", type=int)[:MOST_LESSONS]
    try:
        with writing() as session:
            actions.order_lessons(session, me(), slug, sent, now=clock.now())
    except Refused as error:
        if wants_json():
            raise Refused(sentence(error), code=error.code) from None
        flash(sentence(error), "warn")
        return see_other("authoring.course", slug=slug)
    if wants_json():
        return Response(status=204)
    flash(_("The new order is saved."), "ok")
    return see_other("authoring.course", slug=slug)


@blueprint.post("/authoring/courses/<slug>/lessons/<int:lesson_id>/place")
@allow(Role.TRAINER)
def move_lesson(slug: str, lesson_id: int) -> BaseResponse:
    """Move a lesson up or down."""
    form = MoveForm()
    if not form.validate():
        raise Invalid(field="by")
    with writing() as session:
        actions.move_lesson(session, me(), slug, lesson_id, int(form.by.data or 0), now=clock.now())
    flash(_("The new order is saved."), "ok")
    return see_other("authoring.course", slug=slug, _anchor=f"lesson-{lesson_id}")


@blueprint.post("/authoring/lessons/<int:lesson_id>/retirement")
@allow(Role.TRAINER)
def retire_lesson(lesson_id: int) -> BaseResponse:
    """Take a lesson out of use."""
    try:
        with writing() as session:
            subject = retiring.retire_lesson(session, me(), lesson_id, now=clock.now())
    except Refused as error:
        raise Refused(sentence(error), code=error.code) from None
    flash(
        _("The lesson is retired; what learners did in it stays. It stands at the end and can be brought back."), "ok"
    )
    return see_other("authoring.course", slug=subject.course.slug)


@blueprint.post("/authoring/lessons/<int:lesson_id>/return")
@allow(Role.TRAINER)
def revive_lesson(lesson_id: int) -> BaseResponse:
    """Bring a retired lesson back."""
    try:
        with writing() as session:
            subject = retiring.revive_lesson(session, me(), lesson_id, now=clock.now())
    except Refused as error:
        raise Refused(sentence(error), code=error.code) from None
    flash(_("The lesson is back at its old place."), "ok")
    return see_other("authoring.course", slug=subject.course.slug)

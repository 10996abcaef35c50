"""Asking for what a gate's second person must agree to, and their yes or no."""

from collections.abc import Callable
from functools import partial

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import proposals as actions
from lms.authoring.forms.board import AskForm, ReasonForm
from lms.authoring.queries import proposals as queries
from lms.authoring.queries.ties import Subject, course_subject, lesson_subject
from lms.authoring.rules.acts import RETIRE, REVIVE
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import SENTENCES, sentence
from lms.errors import Refused
from lms.web import allow, me, page, reading, see_other, writing

ACTS = {"retirement": RETIRE, "return": REVIVE}


@blueprint.get("/authoring/lessons/<int:lesson_id>/proposals/<any(retirement, return):act>")
@allow(Role.TRAINER)
def ask_for_lesson(lesson_id: int, act: str) -> Response:
    """Ask why a lesson should be retired or brought back."""
    with reading() as session:
        found = lesson_subject(session, lesson_id)
    return _ask(found, act, AskForm(formdata=None))


@blueprint.post("/authoring/lessons/<int:lesson_id>/proposals/<any(retirement, return):act>")
@allow(Role.TRAINER)
def propose_lesson(lesson_id: int, act: str) -> BaseResponse:
    """Let the retirement or return of a lesson wait for a second trainer."""
    with reading() as session:
        found = lesson_subject(session, lesson_id)
    return _propose(found, act, partial(actions.ask_for_lesson, lesson_id=lesson_id))


@blueprint.get("/authoring/courses/<slug>/proposals/<any(retirement, return):act>")
@allow(Role.TRAINER)
def ask_for_course(slug: str, act: str) -> Response:
    """Ask why a course should be retired or brought back."""
    with reading() as session:
        found = course_subject(session, slug)
    return _ask(found, act, AskForm(formdata=None))


@blueprint.post("/authoring/courses/<slug>/proposals/<any(retirement, return):act>")
@allow(Role.TRAINER)
def propose_course(slug: str, act: str) -> BaseResponse:
    """Let the retirement or return of a course wait for a second trainer."""
    with reading() as session:
        found = course_subject(session, slug)
    return _propose(found, act, partial(actions.ask_for_course, slug=slug))


def _propose(subject: Subject, act: str, ask: Callable[..., int | None]) -> BaseResponse:
    form = AskForm()
    if not form.validate():
        return _ask(subject, act, form, status=422)
    try:
        with writing() as session:
            made = ask(session, me(), act=ACTS[act], note=form.note.data or "", now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return _ask(subject, act, form, status=409)
    if made is None:
        flash(_("Done. No gate asks for it any more, so nobody else had to agree."), "ok")
        return see_other("authoring.course", slug=subject.course.slug)
    flash(_("Asked. A second trainer decides; until then everything stays as it is."), "ok")
    return see_other("authoring.proposal", proposal_id=made)


def _ask(subject: Subject, act: str, form: AskForm, *, status: int = 200) -> Response:
    return page("authoring/propose.html", subject=subject, act=ACTS[act], form=form, status=status)


@blueprint.get("/authoring/proposals/<int:proposal_id>")
@allow(Role.TRAINER)
def proposal(proposal_id: int) -> Response:
    """Show what is asked for, why, and what would change."""
    return _page(proposal_id, ReasonForm(formdata=None))


@blueprint.post("/authoring/proposals/<int:proposal_id>/approval")
@allow(Role.TRAINER)
def agree(proposal_id: int) -> BaseResponse:
    """Do what was asked for."""
    try:
        with writing() as session:
            actions.agree(session, me(), proposal_id, now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return _page(proposal_id, ReasonForm(formdata=None), status=409)
    flash(_("Done, as it was asked for."), "ok")
    return see_other("authoring.approvals")


@blueprint.post("/authoring/proposals/<int:proposal_id>/refusal")
@allow(Role.TRAINER)
def decline(proposal_id: int) -> BaseResponse:
    """Say no, with a reason."""
    form = ReasonForm()
    if not form.validate():
        return _page(proposal_id, form, status=422)
    try:
        with writing() as session:
            actions.decline(session, me(), proposal_id, form.reason.data or "", now=clock.now())
    except Refused as error:
        flash(sentence(error), "warn")
        return _page(proposal_id, form, status=409)
    flash(_("Declined. Who asked sees your reason on the board."), "ok")
    return see_other("authoring.approvals")


@blueprint.post("/authoring/proposals/<int:proposal_id>/withdrawal")
@allow(Role.TRAINER)
def take_back(proposal_id: int) -> BaseResponse:
    """Take back what one asked for."""
    try:
        with writing() as session:
            made = actions.take_back(session, me(), proposal_id, now=clock.now())
    except Refused as error:
        raise Refused(sentence(error), code=error.code) from None
    flash(_("Taken back. Everything stays as it is."), "ok")
    return see_other("authoring.proposal", proposal_id=made.id)


def _page(proposal_id: int, form: ReasonForm, *, status: int = 200) -> Response:
    with reading() as session:
        found = queries.proposal_page(session, proposal_id)
    return page("authoring/proposal.html", page=found, form=form, reasons=SENTENCES, status=status)

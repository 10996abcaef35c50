"""Pausing an attempt while a call comes in, and going on."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Refused
from lms.quizzes import actions, queries
from lms.quizzes.forms.taking import lease, number
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.quizzes.views.sitting import up_to_date
from lms.web import allow, me, page, reading, see_other, writing

MOST_QUESTIONS = 1000


def _position() -> int:
    """Return the place that the form names; 0, which no question has, for none."""
    sent = number(request.form.get("position")) or 0
    return sent if sent < MOST_QUESTIONS else 0


@blueprint.get("/attempts/<int:attempt_id>/pause")
@allow(Role.LEARNER)
def pause(attempt_id: int) -> BaseResponse:
    """Show that an attempt pauses, until when, and how to go on; no question."""
    up_to_date(attempt_id, clock.now())
    held = lease(request.args.get("lease"))
    with reading() as session:
        found = queries.pause_page(session, attempt_id, me().id)
    if found is None:
        return redirect(url_for("quizzes.attempt", attempt_id=attempt_id, lease=held or None))
    return page("quizzes/paused.html", page=found, attempt=found.attempt, quiz=found.attempt.quiz, lease=held)


@blueprint.post("/attempts/<int:attempt_id>/pause")
@allow(Role.LEARNER)
def pause_attempt(attempt_id: int) -> BaseResponse:
    """Stop the clock: a call comes in."""
    held, position = lease(request.form.get("lease")), _position()
    try:
        with writing() as session:
            actions.pause_attempt(session, attempt_id, me().id, position=position, lease=held, now=clock.now())
    except Refused as error:
        flash(sentence(error.code), "warn")
        return see_other("quizzes.question", attempt_id=attempt_id, position=position, lease=held or None)
    return see_other("quizzes.pause", attempt_id=attempt_id, lease=held or None)


@blueprint.post("/attempts/<int:attempt_id>/resumption")
@allow(Role.LEARNER)
def resume_attempt(attempt_id: int) -> BaseResponse:
    """Let the clock go on, at the question that was left, where another one may stand now."""
    held, position = lease(request.form.get("lease")), _position()
    with writing() as session:
        found = actions.resume_attempt(session, attempt_id, me().id, now=clock.now())
    if found.finished_at is not None or not 1 <= position <= found.max_score:
        return see_other("quizzes.attempt", attempt_id=attempt_id, lease=held or None)
    flash(_("Time goes on. Where you left, there may be another question now."), "ok")
    return see_other("quizzes.question", attempt_id=attempt_id, position=position, lease=held or None)

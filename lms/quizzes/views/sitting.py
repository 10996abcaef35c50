"""What is answered about quizzes: pages and forms. A tab may write by the lease in its address and forms."""

from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, LmsError, Refused
from lms.quizzes import actions, queries
from lms.quizzes.actions import Given
from lms.quizzes.asking import asked
from lms.quizzes.forms.taking import AnswerForm, StartForm, lease
from lms.quizzes.queries.aftermath import aftermath
from lms.quizzes.queries.facts import pause_over, pause_terms_of, sitting_of
from lms.quizzes.queries.reports import likely_range
from lms.quizzes.rules.timing import overdue
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint, new_lease
from lms.web import allow, in_turn, me, page, reading, see_other, writing


def second(instant: datetime | None) -> str:
    """Return the time of day to the second, in the site's time zone, or nothing."""
    return str(format_time(instant, "HH:mm:ss")) if instant else ""


def up_to_date(attempt_id: int, now: datetime) -> Any:
    """Return my attempt as it is now: settled if its time is over, its pause ended if that is over."""
    with reading() as session:
        attempt = queries.own_attempt(session, attempt_id, me().id)
    if overdue(sitting_of(attempt), now):
        with writing() as session:
            return actions.settle_overdue(session, attempt_id, me().id, now=now)
    if not pause_over(attempt, now):
        return attempt
    with writing() as session:
        attempt = actions.resume_attempt(session, attempt_id, me().id, now=now)
    flash(_("The pause ended by itself; time goes on. Where you left, there may be another question now."), "warn")
    return attempt


def _paused(attempt_id: int) -> BaseResponse:
    held = lease(request.args.get("lease")) or None
    return redirect(url_for("quizzes.pause", attempt_id=attempt_id, lease=held))


@blueprint.get("/attempts/<int:attempt_id>")
@allow(Role.LEARNER)
def attempt(attempt_id: int) -> BaseResponse:
    """Show the result of a finished attempt, or lead to the first question of an open one that has no answer."""
    now = clock.now()
    found = up_to_date(attempt_id, now)
    if found.paused_at is not None:
        return _paused(attempt_id)
    with reading() as session:
        result = queries.finished_page(session, found, now=now) if found.finished_at else None
        likely = likely_range(session, found.quiz_id, result.result.percent) if result else None
        after = aftermath(session, found.id) if result else None
        cells = [] if result else queries.saved_state(session, found.id)
    if result is not None:
        shown: dict[str, Any] = {"page": result, "attempt": result.attempt, "likely": likely, "after": after}
        return page("quizzes/result.html", sentence=sentence, **shown)
    first = next((number for number, saved in cells if not saved), None)
    held = lease(request.args.get("lease")) or None
    if first is None:
        return redirect(url_for("quizzes.review", attempt_id=attempt_id, lease=held))
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=first, lease=held))


@blueprint.get("/attempts/<int:attempt_id>/questions/<int:position>")
@allow(Role.LEARNER)
def question(attempt_id: int, position: int) -> BaseResponse:
    """Show one question with what is saved."""
    now = clock.now()
    if up_to_date(attempt_id, now).paused_at is not None:
        return _paused(attempt_id)
    with reading() as session:
        found = queries.question_page(session, attempt_id, me().id, position)
    return _question(found, lease(request.args.get("lease")), now)


def _question(
    found: queries.QuestionPage,
    held: str,
    now: datetime,
    *,
    unsaved: Given | None = None,
    problem: str = "",
    status: int = 200,
) -> BaseResponse:
    if found.attempt.finished_at is not None:
        return see_other("quizzes.attempt", attempt_id=found.attempt.id)
    item, may_write = found.item, held == found.attempt.lease
    return page(
        "quizzes/question.html",
        status=status,
        page=found,
        attempt=found.attempt,
        quiz=found.attempt.quiz,
        item=item,
        asked=asked(item, unsaved, disabled=not may_write),
        confidence=unsaved.confidence if unsaved else item.confidence,
        saved_at=second(item.saved_at) if item.given is not None else "",
        now=now,
        problem=problem,
        pauses_left=pause_terms_of(found.attempt.quiz).left(found.attempt.pauses),
        **_tab(found.attempt.id, found.cells, held if may_write else "", item.position),
    )


def _tab(attempt_id: int, cells: tuple[tuple[int, bool], ...], held: str, here: int | None = None) -> dict[str, Any]:
    """Return what the pages of an open attempt share: the strip, the addresses, whether this tab may write."""
    carried: dict[str, Any] = {"attempt_id": attempt_id, "lease": held or None}
    urls = {number: url_for("quizzes.question", position=number, **carried) for number, _saved in cells}
    review = url_for("quizzes.review", **carried)
    return {
        "lease": held,
        "read_only": not held,
        "new_lease": new_lease(),
        "cells": [
            {"number": number, "url": urls[number], "saved": saved, "current": number == here}
            for number, saved in cells
        ],
        "review_url": review,
        "previous_url": urls.get((here or 0) - 1, ""),
        "next_url": urls.get((here or 0) + 1, review),
        "is_last": here == len(cells),
    }


@blueprint.post("/attempts/<int:attempt_id>/questions/<int:position>")
@allow(Role.LEARNER)
def save_answer(attempt_id: int, position: int) -> BaseResponse:
    """Keep an answer sent without scripts, and lead to the next question."""
    now, form = clock.now(), AnswerForm()
    given = form.value(position)
    try:
        with writing() as session:
            saved = actions.save_answer(session, attempt_id, me().id, given, now=now)
        actions.accepted(saved)
    except (Refused, Invalid) as error:
        return _not_saved(attempt_id, given, error, now)
    with reading() as session:
        cells = queries.saved_state(session, attempt_id)
    return redirect(_tab(attempt_id, tuple(cells), given.lease or "", position)["next_url"], code=303)


def _not_saved(attempt_id: int, given: Given, error: LmsError, now: datetime) -> BaseResponse:
    if up_to_date(attempt_id, now).paused_at is not None:
        flash(sentence(error.code), "warn")
        return see_other("quizzes.pause", attempt_id=attempt_id, lease=given.lease or None)
    with reading() as session:
        found = queries.question_page(session, attempt_id, me().id, given.position)
    if found.attempt.finished_at is not None:
        flash(sentence(error.code), "warn")
    problem = sentence(error.code)
    return _question(found, given.lease or "", now, unsaved=given, problem=problem, status=error.status)


@blueprint.get("/attempts/<int:attempt_id>/submission")
@allow(Role.LEARNER)
def review(attempt_id: int) -> BaseResponse:
    """Show what is saved before it is handed in."""
    now = clock.now()
    if up_to_date(attempt_id, now).paused_at is not None:
        return _paused(attempt_id)
    with reading() as session:
        found = queries.own_attempt(session, attempt_id, me().id)
        cells = queries.saved_state(session, found.id)
    if found.finished_at is not None:
        return see_other("quizzes.attempt", attempt_id=attempt_id)
    asked = lease(request.args.get("lease"))
    tab = _tab(attempt_id, tuple(cells), asked if asked == found.lease else "")
    missing = [number for number, saved in cells if not saved]
    return page("quizzes/review.html", attempt=found, quiz=found.quiz, missing=missing, now=now, **tab)


@blueprint.post("/attempts/<int:attempt_id>/submission")
@allow(Role.LEARNER)
def submit_attempt(attempt_id: int) -> BaseResponse:
    """Hand in and show the result; the same every time after."""
    with in_turn(), writing() as session:
        actions.submit_attempt(session, attempt_id, me().id, now=clock.now())
    return see_other("quizzes.attempt", attempt_id=attempt_id)


@blueprint.post("/attempts/<int:attempt_id>/lease")
@allow(Role.LEARNER)
def take_over(attempt_id: int) -> BaseResponse:
    """Go on with the attempt in this tab."""
    held = StartForm().value().lease or new_lease()
    with writing() as session:
        actions.take_over(session, attempt_id, me().id, lease=held, now=clock.now())
    return see_other("quizzes.attempt", attempt_id=attempt_id, lease=held)


@blueprint.get("/attempts/<int:attempt_id>/log")
@allow(Role.LEARNER)
def attempt_log(attempt_id: int) -> Response:
    """Show what happened to an attempt, and answers that were kept beside it."""
    up_to_date(attempt_id, clock.now())
    with reading() as session:
        found = queries.log_page(session, attempt_id, me().id)
    return page("quizzes/log.html", page=found, attempt=found.attempt, quiz=found.attempt.quiz, second=second)

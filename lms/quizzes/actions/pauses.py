"""Pauses an attempt while a call comes in: time stands still, no question is shown, another one comes in its place."""

import random
from datetime import datetime

from sqlalchemy.orm import Session

from lms.errors import NotFound, Refused
from lms.quizzes.actions.deadlines import end_pause, move_deadline, note
from lms.quizzes.actions.settling import settle
from lms.quizzes.models import Answer, Attempt, AttemptQuestion
from lms.quizzes.queries.attempts import own_attempt
from lms.quizzes.queries.facts import pause_terms_of, sitting_of
from lms.quizzes.queries.pauses import Spare, left_at, spares
from lms.quizzes.rules import timing


def pause_attempt(  # who, where, by what right, when
    session: Session, attempt_id: int, learner_id: int, *, position: int, lease: str | None, now: datetime
) -> Attempt:
    """Stop the clock of the learner's own attempt at the question `position`; pausing twice is pausing once.

    The deadline moves by the longest pause at once, so that whoever does not come back is settled like anybody else.
    Refused (with a code) for a gate, after the last pause, after the time, and for a tab without the lease.
    """
    attempt = own_attempt(session, attempt_id, learner_id, lock=True)
    if timing.overdue(sitting_of(attempt), now):
        return settle(session, attempt, now=now)
    if attempt.paused_at is not None:
        return attempt
    if session.get(AttemptQuestion, (attempt.id, position)) is None:
        raise NotFound
    terms = pause_terms_of(attempt.quiz)
    holds = lease is None or lease == attempt.lease
    refused = timing.refusal(timing.Pause(sitting_of(attempt), terms.allowed, attempt.pauses, holds), now)
    if refused is not None:
        raise Refused(code=refused)
    attempt.pauses += 1
    attempt.paused_at = now
    change = move_deadline(attempt, now=now)
    detail = {"position": position, "number": attempt.pauses, "until": (now + terms.longest).isoformat(), **change}
    note(session, attempt, "paused", detail, now=now)
    session.flush()
    return attempt


def resume_attempt(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> Attempt:
    """Let the clock of the learner's own attempt go on, with another question in place of the one that was open.

    An attempt that does not pause stays as it is; one whose time is over is settled.
    """
    attempt = own_attempt(session, attempt_id, learner_id, lock=True)
    if timing.overdue(sitting_of(attempt), now):
        return settle(session, attempt, now=now)
    if attempt.paused_at is not None:
        end_pause(session, attempt, now=now)
        _replace(session, attempt, left_at(session, attempt.id), now=now)
        session.flush()
    return attempt


def _replace(session: Session, attempt: Attempt, position: int, *, now: datetime) -> None:
    """Put another question of the same competency, or of the same lesson, to `position`, if there is one.

    What was asked and answered there goes to the log. The choice follows from the seed of the attempt.
    """
    found = spares(session, attempt.id, attempt.quiz_id, position)
    if not found:
        note(session, attempt, "question_kept", {"position": position}, now=now)
        return
    luck = random.Random(f"{attempt.seed}:{attempt.pauses}:{position}")  # noqa: S311  # a draw, not a secret
    chosen: Spare = luck.choice(found)
    options = luck.sample(chosen.options, len(chosen.options)) if chosen.shuffles else chosen.options
    place = session.get_one(AttemptQuestion, (attempt.id, position), populate_existing=True)
    answer = session.get(Answer, (attempt.id, position), populate_existing=True)
    response = None if answer is None else answer.response
    detail = {"position": position, "version": place.version_id, "response": response}
    note(session, attempt, "question_replaced", detail, now=now)
    if answer is not None:
        session.delete(answer)
    place.version_id, place.option_order = chosen.version_id, list(options)

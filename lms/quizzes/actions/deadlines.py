"""Moves deadlines: each follows anew from all that the attempt was given, is logged, and is never moved to the past."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.models import Attempt, AttemptEvent
from lms.quizzes.queries.facts import end_of, pause_terms_of, sitting_of
from lms.quizzes.rules import spans, timing

LONGEST_REASON = 400


def note(session: Session, attempt: Attempt, kind: str, detail: dict[str, Any], *, now: datetime) -> None:
    """Write one line on the attempt's own log."""
    session.add(AttemptEvent(attempt_id=attempt.id, at=now, kind=kind, detail=detail))


def good_reason(reason: str) -> str:
    """Return `reason` without blanks around it; Invalid for none and for more than 400 characters."""
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid(code="reason", field="reason")
    return reason.strip()


def move_deadline(attempt: Attempt, *, now: datetime) -> dict[str, str]:
    """Set the deadline that follows from what the attempt holds now, and return before and after.

    It is never moved to before now: what is taken away in mid-attempt is given back as the minutes that reach now.
    """
    before = attempt.deadline
    floor = min(before, now)
    attempt.extra_minutes += spans.minutes_owed(end_of(attempt), floor, attempt.quiz.hard_stop_at)
    attempt.deadline = max(end_of(attempt), floor)
    return {"before": before.isoformat(), "after": attempt.deadline.isoformat()}


def extend_attempt(  # a decision names what, how much, why, who and when
    session: Session, attempt_id: int, *, minutes: int, reason: str, actor: str, now: datetime
) -> Attempt:
    """Move the deadline of an open attempt by `minutes`, not past the quiz's hard stop; a decision with a reason.

    `actor` is the employee number of who decides; that they may, the caller has made sure. Refused when time is over,
    and for an attempt of their own.
    """
    if not 1 <= minutes <= spans.MOST_EXTRA_MINUTES:
        raise Invalid(code="minutes", field="minutes")
    reason = good_reason(reason)
    found = session.execute(
        select(Attempt, Person.employee_no)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .join(Person, Person.id == Attempt.learner_id)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    attempt, learner = found
    if learner == actor:
        raise Refused(code="own_time")
    sitting = sitting_of(attempt)
    if sitting.finished_at is not None or timing.overdue(sitting, now):
        raise Refused(code=timing.Refusal.FINISHED)
    attempt.extra_minutes += minutes
    if end_of(attempt) <= attempt.deadline:
        attempt.extra_minutes -= minutes
        raise Refused(code="hard_stop")
    change = move_deadline(attempt, now=now) | {"minutes": minutes, "by": actor, "reason": reason}
    note(session, attempt, "deadline_changed", {"cause": "extension", **change}, now=now)
    session.flush()
    detail = {"attempt": attempt.id, "quiz": attempt.quiz.slug, **change}
    audit.append(session, "attempt.extended", actor=actor, subject=learner, detail=detail, now=now)
    return attempt


def end_pause(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """End the running pause of an attempt whose row is locked: what was not used of it goes off the deadline again."""
    if attempt.paused_at is None:
        return
    longest = pause_terms_of(attempt.quiz).longest
    used = spans.pause_used(attempt.paused_at, longest, now)
    ended_at = min(max(now, attempt.paused_at), attempt.paused_at + longest)
    attempt.paused_seconds += used // timedelta(seconds=1)
    attempt.paused_at = None
    change = move_deadline(attempt, now=now)
    by_itself = used == longest
    detail = {"seconds": used // timedelta(seconds=1), "by_itself": by_itself, "deadline": change["after"]}
    note(session, attempt, "resumed", detail, now=ended_at)

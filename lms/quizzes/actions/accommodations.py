"""Gives a person more time, everywhere and at once: for quizzes to come and for those under way."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import Invalid, Refused
from lms.quizzes.actions.deadlines import good_reason, move_deadline, note
from lms.quizzes.models import Accommodation, Attempt
from lms.quizzes.queries.accommodations import hold_place, in_force
from lms.quizzes.queries.facts import sitting_of
from lms.quizzes.rules import timing
from lms.quizzes.rules.spans import FACTORS, MOST_EXTRA_MINUTES, STANDARD, Allowance


@dataclass(frozen=True)
class MoreTime:
    """What HR grants and why; the reason is read by HR only."""

    allowance: Allowance
    reason: str


def set_accommodation(session: Session, person: Person, wanted: MoreTime, *, by: Identity, now: datetime) -> None:
    """Put an accommodation in force in place of the one before, which stays as ended; open attempts change at once.

    A decision; the record says what was granted and not why. Invalid at `kind`, `extra_minutes` or `reason`. Refused
    for oneself.
    """
    if person.id == by.id:
        raise Refused(code="own_time")
    allowance = _sane(wanted.allowance)
    reason = good_reason(wanted.reason)
    hold_place(session, person.id, alone=True)
    before = _end(session, person.id, now=now)
    granted = Accommodation(person_id=person.id, **vars(allowance), reason=reason, set_by_id=by.id, set_at=now)
    try:
        with session.begin_nested():
            session.add(granted)
            session.flush()
    except IntegrityError:
        raise Refused(code="busy") from None
    _apply(session, person.id, before, allowance, now=now)
    detail = {"before": vars(before), "after": vars(allowance)}
    audit.append(session, "accommodation.set", actor=by.employee_no, subject=person.employee_no, detail=detail, now=now)


def end_accommodation(session: Session, person: Person, *, by: Identity, now: datetime) -> None:
    """End the accommodation in force, if there is one; an open attempt is never cut to before now. A decision."""
    hold_place(session, person.id, alone=True)
    if in_force(session, person.id) is None:
        return
    before = _end(session, person.id, now=now)
    _apply(session, person.id, before, STANDARD, now=now)
    detail = {"before": vars(before)}
    audit.append(
        session, "accommodation.ended", actor=by.employee_no, subject=person.employee_no, detail=detail, now=now
    )


def _sane(allowance: Allowance) -> Allowance:
    if allowance.factor not in FACTORS:
        raise Invalid(code="not_a_choice", field="kind")
    if not 0 <= allowance.extra_minutes <= MOST_EXTRA_MINUTES:
        raise Invalid(code="extra_minutes", field="extra_minutes")
    if allowance == STANDARD:
        raise Invalid(code="no_more_time", field="kind")
    return allowance


def _end(session: Session, person_id: int, *, now: datetime) -> Allowance:
    """End what is in force and return what it allowed."""
    current = in_force(session, person_id)
    if current is None:
        return STANDARD
    current.ended_at = now
    session.flush()
    return Allowance(current.factor, current.extra_minutes, current.unlimited)


def _apply(session: Session, person_id: int, before: Allowance, after: Allowance, *, now: datetime) -> None:
    """Let the open attempts of a person follow; those whose time is over wait to be settled as they are."""
    running = session.scalars(
        select(Attempt)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .where(Attempt.learner_id == person_id, Attempt.finished_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).all()
    for attempt in running:
        if timing.overdue(sitting_of(attempt), now):
            continue
        attempt.factor, attempt.unlimited = after.factor, after.unlimited
        attempt.extra_minutes += after.extra_minutes - before.extra_minutes
        change = move_deadline(attempt, now=now)
        note(
            session,
            attempt,
            "deadline_changed",
            {"cause": "accommodation", "unlimited": after.unlimited, **change},
            now=now,
        )
    session.flush()

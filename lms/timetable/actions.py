"""Publishes, changes and cancels runs; takes and gives back places. The locked run decides who gets the last seat."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.queries import fingerprint
from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.db import insert
from lms.errors import Invalid, NotFound, Refused
from lms.timetable.models import CalendarToken, Run, RunPlace
from lms.timetable.queries import run_line, site_run, terms_of
from lms.timetable.rules import RunValue, free_seat, leaving_refusal


def add_run(session: Session, identity: Identity, value: RunValue, *, now: datetime) -> Run:
    """Publish a run; Invalid at `ends_at` where it ends before it starts."""
    _check(value)
    run = Run(site_id=identity.site_id, revision=0, created_at=now, changed_at=now, **_columns(value))
    session.add(run)
    session.flush()
    _record(session, "run.published", identity, run, now)
    return run


def change_run(session: Session, identity: Identity, run_id: int, value: RunValue, *, now: datetime) -> Run:
    """Change a run; Invalid at `seats` where more people have a seat than would be left. Free seats are filled."""
    _check(value)
    run = site_run(session, identity, run_id, lock=True)
    if value.seats is not None and len(_taken(session, run)) > value.seats:
        raise Invalid(code="seats_taken", field="seats")
    for name, given in _columns(value).items():
        setattr(run, name, given)
    _touch(session, run, now)
    _fill(session, run, now)
    _record(session, "run.changed", identity, run, now)
    return run


def cancel_run(session: Session, identity: Identity, run_id: int, *, now: datetime) -> Run:
    """Cancel a run; places are kept, so that it can be undone."""
    run = site_run(session, identity, run_id, lock=True)
    if run.cancelled_at is None:
        run.cancelled_at = now
        _touch(session, run, now)
        _record(session, "run.cancelled", identity, run, now)
    return run


def restore_run(session: Session, identity: Identity, run_id: int, *, now: datetime) -> Run:
    """Undo a cancellation."""
    run = site_run(session, identity, run_id, lock=True)
    if run.cancelled_at is not None:
        run.cancelled_at = None
        _touch(session, run, now)
        _record(session, "run.restored", identity, run, now)
    return run


def take_place(session: Session, identity: Identity, run_id: int, *, now: datetime) -> RunPlace:
    """Sign up: the lowest free seat, else the end of the waiting list; twice is once. Refused with the reason."""
    run = site_run(session, identity, run_id, lock=True)
    line = run_line(session, identity, run_id, now=now)
    mine = _place(session, run, identity.id)
    if mine is not None:
        return mine
    if line.refusal is not None:
        raise Refused(code=line.refusal)
    seat = free_seat(_taken(session, run), run.seats)
    place = RunPlace(run_id=run.id, person_id=identity.id, seat=seat, taken_at=now)
    try:
        with session.begin_nested():
            session.add(place)
            session.flush()
    except IntegrityError:
        raise Refused(code="busy") from None
    return place


def leave_place(session: Session, identity: Identity, run_id: int, *, now: datetime) -> None:
    """Give a place back; whoever waits longest moves up. NotFound without a place, Refused once it has started."""
    run = site_run(session, identity, run_id, lock=True)
    mine = _place(session, run, identity.id)
    if mine is None:
        raise NotFound
    reason = leaving_refusal(terms_of(run), now)
    if reason is not None:
        raise Refused(code=reason)
    mine.left_at = now
    session.flush()
    _fill(session, run, now)


def make_feed(session: Session, person_id: int, *, now: datetime) -> str:
    """Give the person's calendar a new secret address and return the secret; an older one ends."""
    token = secrets.token_urlsafe(32)
    made = {"token_hash": fingerprint(token), "made_at": now}
    row = insert(session, CalendarToken).values(person_id=person_id, **made)
    session.execute(row.on_conflict_do_update(index_elements=[CalendarToken.person_id], set_=made))
    return token


def end_feed(session: Session, person_id: int) -> None:
    """Take the person's calendar address away."""
    session.execute(delete(CalendarToken).where(CalendarToken.person_id == person_id))


def _check(value: RunValue) -> None:
    if value.ends_at <= value.starts_at:
        raise Invalid(code="ends_before_start", field="ends_at")


def _columns(value: RunValue) -> dict[str, object]:
    return vars(value) | {"posts": list(value.posts)}


def _touch(session: Session, run: Run, now: datetime) -> None:
    run.revision += 1
    run.changed_at = now
    session.flush()


def _record(session: Session, action: str, identity: Identity, run: Run, now: datetime) -> None:
    detail = {"run": run.id, "course": run.course_id, "starts_at": run.starts_at.isoformat()}
    audit.append(session, action, actor=identity.employee_no, subject=f"run {run.id}", detail=detail, now=now)


def _live(session: Session, run: Run) -> list[RunPlace]:
    query = select(RunPlace).where(RunPlace.run_id == run.id, RunPlace.left_at.is_(None)).order_by(RunPlace.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _place(session: Session, run: Run, person_id: int) -> RunPlace | None:
    return next((place for place in _live(session, run) if place.person_id == person_id), None)


def _taken(session: Session, run: Run) -> list[int]:
    return [place.seat for place in _live(session, run) if place.seat is not None]


def _fill(session: Session, run: Run, now: datetime) -> None:
    """Give free seats to who waits longest; they are told on their first page."""
    taken = _taken(session, run)
    for place in _live(session, run):
        if place.seat is not None:
            continue
        seat = free_seat(taken, run.seats)
        if seat is None:
            return
        place.seat, place.moved_up_at = seat, now
        taken.append(seat)
        session.flush()

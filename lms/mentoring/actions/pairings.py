"""Gives learners their mentors and mentors their places; the unique indexes on live pairings have the last word."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person
from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import NotFound, Refused
from lms.mentoring.models import Meeting, MentorSlot, Pairing
from lms.mentoring.queries.places import advised_class, mentor_places, mentors_of_site
from lms.mentoring.rules import pairing as rules
from lms.mentoring.rules.pairing import Change


def assign_mentor(
    session: Session, adviser: Identity, class_id: int, learner_id: int, mentor_id: int | None, *, now: datetime
) -> None:
    """Make `mentor_id` the learner's mentor, or nobody; what `assign_mentors` says of one learner."""
    assign_mentors(session, adviser, class_id, {learner_id: mentor_id}, now=now)


def assign_mentors(
    session: Session, adviser: Identity, class_id: int, wanted: Mapping[int, int | None], *, now: datetime
) -> int:
    """Give learners of an advised class the mentors wanted, all or none, and return how many changed.

    The former pairing ends with its meetings; the new one takes the lowest free slot. Assigning again undoes it. Raise
    NotFound for a class or learner out of reach; Refused `own_mentor`, `not_a_mentor` or `mentor_full`, its field the
    person's employee number.
    """
    group = advised_class(session, class_id, adviser)
    people = _locked(session, [*wanted, *filter(None, wanted.values())])
    live = _live(session, wanted)
    people |= _people(session, [pairing.mentor_id for pairing in live.values()])
    _refuse_strangers(session, class_id, wanted)
    moved = rules.changes({learner: pairing.mentor_id for learner, pairing in live.items()}, wanted)
    _refuse(session, group.site_id, moved, people)
    _end(session, [live[change.learner_id] for change in moved if change.before is not None], now)
    for change in moved:
        _begin(session, change, adviser, now)
        _note(session, change, people, adviser, class_id, now)
    return len(moved)


def _locked(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    """Return the people, locked in the order of their ids, so that two advisers wait for, not block, each other."""
    query = select(Person).where(Person.id.in_(set(ids))).order_by(Person.id).with_for_update(key_share=True)
    return {person.id: person for person in session.scalars(query)}


def _people(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(set(ids))))}


def _live(session: Session, learner_ids: Iterable[int]) -> dict[int, Pairing]:
    query = select(Pairing).where(Pairing.learner_id.in_(list(learner_ids)), Pairing.ended_at.is_(None))
    return {pairing.learner_id: pairing for pairing in session.scalars(query)}


def _refuse_strangers(session: Session, class_id: int, learner_ids: Iterable[int]) -> None:
    query = select(Enrolment.learner_id).where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None))
    if not set(session.scalars(query)) >= set(learner_ids):
        raise NotFound


def _refuse(session: Session, site_id: int, moved: Iterable[Change], people: Mapping[int, Person]) -> None:
    moved = tuple(moved)
    wanted = {change.after for change in moved if change.after is not None}
    found = mentor_places(session, site_id, only=wanted)
    places = {one.id: one.places for one in found}
    for change in moved:
        code = rules.refusal(change, places)
        if code:
            raise Refused(code=code, field=people[change.learner_id].employee_no)
    for mentor_id in rules.overbooked(places, moved):
        raise Refused(code="mentor_full", field=people[mentor_id].employee_no)


def _end(session: Session, ended: Sequence[Pairing], now: datetime) -> None:
    for pairing in ended:
        pairing.ended_at = now
    ids = [pairing.id for pairing in ended]
    ahead = update(Meeting).where(Meeting.pairing_id.in_(ids), Meeting.starts_at >= now, Meeting.cancelled_at.is_(None))
    session.execute(ahead.values(cancelled_at=now))
    session.flush()  # their slots are free before anybody takes them


def _begin(session: Session, change: Change, adviser: Identity, now: datetime) -> None:
    if change.after is None:
        return
    slots = _free_slots(session, change.after)
    session.add(
        Pairing(
            mentor_id=change.after,
            slot=slots[0],
            learner_id=change.learner_id,
            assigned_by_id=adviser.id,
            started_at=now,
        )
    )
    session.flush()


def _free_slots(session: Session, mentor_id: int) -> Sequence[int]:
    taken = select(Pairing.slot).where(Pairing.mentor_id == mentor_id, Pairing.ended_at.is_(None))
    query = select(MentorSlot.slot).where(MentorSlot.mentor_id == mentor_id, MentorSlot.slot.not_in(taken))
    return session.scalars(query.order_by(MentorSlot.slot)).all()


def _note(
    session: Session, change: Change, people: Mapping[int, Person], adviser: Identity, class_id: int, now: datetime
) -> None:
    detail = {
        "class": class_id,
        "mentor": people[change.after].employee_no if change.after else None,
        "before": people[change.before].employee_no if change.before else None,
    }
    subject = people[change.learner_id].employee_no
    audit.append(session, "mentor.assigned", actor=adviser.employee_no, subject=subject, detail=detail, now=now)


def set_capacity(session: Session, by: Identity, mentor_id: int, places: int, *, now: datetime) -> int:
    """Give a mentor of the asker's site so many places and return how many there were; the same number changes nothing.

    Raise NotFound for somebody who is no mentor there; Refused `too_many_places`, or `places_taken` while more
    apprentices are with the mentor than there would be places.
    """
    query = select(Person).where(Person.id == mentor_id, mentors_of_site(by.site_id))
    mentor = session.scalar(query.with_for_update(key_share=True))
    if mentor is None:
        raise NotFound
    slots = session.scalars(select(MentorSlot.slot).where(MentorSlot.mentor_id == mentor_id)).all()
    free = _free_slots(session, mentor_id)
    code = rules.capacity_refusal(places, len(slots) - len(free))
    if code:
        raise Refused(code=code, field=mentor.employee_no)
    if places == len(slots):
        return places
    more = places - len(slots)
    if more > 0:
        missing = [slot for slot in range(1, places + len(slots) + 1) if slot not in slots]
        session.add_all(MentorSlot(mentor_id=mentor_id, slot=slot) for slot in missing[:more])
    else:
        _close(session, mentor_id, free[more:])
    detail = {"places": places, "before": len(slots)}
    audit.append(session, "mentor.places", actor=by.employee_no, subject=mentor.employee_no, detail=detail, now=now)
    return len(slots)


def _close(session: Session, mentor_id: int, slots: Sequence[int]) -> None:
    """Take free slots away; ended pairings that once held them forget the number, nothing else."""
    held = update(Pairing).where(Pairing.mentor_id == mentor_id, Pairing.slot.in_(slots), Pairing.ended_at.is_not(None))
    session.execute(held.values(slot=None))
    session.execute(delete(MentorSlot).where(MentorSlot.mentor_id == mentor_id, MentorSlot.slot.in_(slots)))

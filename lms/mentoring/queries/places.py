"""Places of mentors: how many each has, how many are taken, and which learners of a class are with whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, RoleGrant, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.mentoring.models import MentorSlot, Pairing
from lms.mentoring.rules.pairing import Places


@dataclass(frozen=True)
class MentorPlaces:
    """A mentor with their places."""

    id: int
    employee_no: str
    name: str
    latin_name: str | None
    places: Places


@dataclass(frozen=True)
class Assigned:
    """A learner of a class with the mentor they have; None: nobody yet."""

    id: int
    employee_no: str
    name: str
    latin_name: str | None
    mentor_id: int | None


@dataclass(frozen=True)
class Assignments:
    """All that the page of assignments shows."""

    training_class: TrainingClass
    learners: tuple[Assigned, ...]
    mentors: tuple[MentorPlaces, ...]


def advised_class(session: Session, class_id: int, identity: Identity) -> TrainingClass:
    """Return a class that `identity` advises, or raise NotFound."""
    found = session.scalar(select(TrainingClass).where(TrainingClass.id == class_id, advised(identity)))
    if found is None:
        raise NotFound
    return found


def assignments(session: Session, class_id: int, identity: Identity) -> Assignments:
    """Return an advised class with its learners, their mentors, and all mentors of the site; in three statements."""
    group = advised_class(session, class_id, identity)
    rows = session.execute(
        select(Person, Pairing.mentor_id)
        .join(Enrolment, Enrolment.learner_id == Person.id)
        .outerjoin(Pairing, (Pairing.learner_id == Person.id) & Pairing.ended_at.is_(None))
        .where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None))
        .order_by(Person.employee_no)
    )
    learners = [Assigned(p.id, p.employee_no, p.name, p.latin_name, mentor_id) for p, mentor_id in rows]
    present = {one.mentor_id for one in learners if one.mentor_id}
    return Assignments(group, tuple(learners), tuple(mentor_places(session, group.site_id, and_these=present)))


def mentors_of_site(site_id: int) -> ColumnElement[bool]:
    """Return the condition on people who may be given apprentices: mentors of the site who can sign in."""
    held = select(RoleGrant.person_id).where(RoleGrant.role == Role.MENTOR)
    return (Person.site_id == site_id) & Person.suspended_at.is_(None) & Person.id.in_(held)


def mentor_places(
    session: Session, site_id: int, *, only: Iterable[int] | None = None, and_these: Iterable[int] = ()
) -> list[MentorPlaces]:
    """Return mentors of a site with their places, in one statement; `and_these` are named even if mentors no longer."""
    every = select(MentorSlot.mentor_id, func.count().label("n")).group_by(MentorSlot.mentor_id).subquery()
    live = select(Pairing.mentor_id, func.count().label("n")).where(Pairing.ended_at.is_(None))
    taken = live.group_by(Pairing.mentor_id).subquery()
    query = (
        select(Person, func.coalesce(every.c.n, 0), func.coalesce(taken.c.n, 0))
        .outerjoin(every, every.c.mentor_id == Person.id)
        .outerjoin(taken, taken.c.mentor_id == Person.id)
        .where(or_(mentors_of_site(site_id), Person.id.in_(list(and_these))))
        .order_by(Person.employee_no)
    )
    if only is not None:
        query = query.where(Person.id.in_(list(only)))
    return [MentorPlaces(p.id, p.employee_no, p.name, p.latin_name, Places(a, t)) for p, a, t in session.execute(query)]

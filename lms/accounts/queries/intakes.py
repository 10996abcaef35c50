"""Classes and teams, and who is in them."""

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    column,
    false,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import (
    Enrolment,
    Person,
    RoleGrant,
    Team,
    TrainingClass,
)
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound

PROGRAMMES = table("programmes", column("id"), column("title_zh"), column("title_en"))  # of a feature above this one


def teams(session: Session, site_id: int) -> list[Team]:
    """Return the teams of a site."""
    return list(session.scalars(select(Team).where(Team.site_id == site_id).order_by(Team.id)))


@dataclass(frozen=True)
class ClassRow:
    """One line of the list of classes; finished once all who were in it have left."""

    training_class: TrainingClass
    learners: int
    finished: bool


def classes(session: Session, site_id: int, *, adviser_id: int | None = None) -> list[ClassRow]:
    """Return the classes of a site, newest first, with the number of learners who are in each now."""
    counted = (
        select(
            Enrolment.class_id,
            func.count().filter(Enrolment.ended_on.is_(None)).label("learners"),
            func.count().label("ever"),
        )
        .group_by(Enrolment.class_id)
        .subquery()
    )
    query = (
        select(TrainingClass, func.coalesce(counted.c.learners, 0).label("learners"), counted.c.ever)
        .outerjoin(counted, counted.c.class_id == TrainingClass.id)
        .options(joinedload(TrainingClass.adviser))
        .where(TrainingClass.site_id == site_id)
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    )
    if adviser_id is not None:
        query = query.where(TrainingClass.adviser_id == adviser_id)
    rows = session.execute(query)
    return [ClassRow(row.TrainingClass, row.learners, bool(row.ever and not row.learners)) for row in rows]


def class_of_site(session: Session, class_id: int, site_id: int) -> TrainingClass:
    """Return a class of the asker's own site, or raise NotFound."""
    query = select(TrainingClass).options(joinedload(TrainingClass.adviser))
    found = session.scalar(query.where(TrainingClass.id == class_id, TrainingClass.site_id == site_id))
    if found is None:
        raise NotFound
    return found


def advised(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on classes that `identity` advises.

    They hold the role for the class, or for the whole site and are named in it. A role for a class that was taken back
    ends it, whomever the class still names.
    """
    held = {grant.class_id for grant in identity.grants if grant.role is Role.ADVISER}
    named = TrainingClass.adviser_id == identity.id if None in held else false()
    return or_(named, TrainingClass.id.in_([class_id for class_id in held if class_id]))


def class_members(session: Session, class_id: int) -> list[Person]:
    """Return the learners who are in a class now, by employee number."""
    query = select(Person).join(Enrolment, Enrolment.learner_id == Person.id)
    now_in = query.where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None))
    return list(session.scalars(now_in.order_by(Person.employee_no)))


def unplaced_learners(session: Session, site_id: int) -> list[Person]:
    """Return the learners of a site who are in no class."""
    placed = select(Enrolment.learner_id).where(Enrolment.ended_on.is_(None))
    learners = select(RoleGrant.person_id).where(RoleGrant.role == Role.LEARNER)
    query = select(Person).where(
        Person.site_id == site_id, Person.suspended_at.is_(None), Person.id.in_(learners), Person.id.not_in(placed)
    )
    return list(session.scalars(query.order_by(Person.employee_no)))


def programme_choices(session: Session, locale: str) -> list[tuple[str, str]]:
    """Return id and title of the programmes that a class can follow."""
    title = PROGRAMMES.c.title_zh if locale == "zh" else PROGRAMMES.c.title_en
    return [(str(row.id), row.title) for row in session.execute(select(PROGRAMMES.c.id, title.label("title")))]

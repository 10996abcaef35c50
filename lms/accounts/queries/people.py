"""People of a site as those see them who may, with the roles they hold."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Float,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import (
    Person,
    RoleGrant,
    Team,
    TrainingClass,
)
from lms.accounts.rules import Identity, Role, may_manage
from lms.errors import NotFound, Refused

PAGE = 50
MORE_TIME = table(  # so is this
    "accommodations",
    column("person_id"),
    column("factor", Float),
    column("extra_minutes"),
    column("unlimited", Boolean),
    column("ended_at"),
)


@dataclass(frozen=True)
class PersonRow:
    """One line of the list of people."""

    id: int
    employee_no: str
    name: str
    latin_name: str | None
    suspended: bool
    team: Team | None
    roles: tuple[str, ...]


def people(
    session: Session, site_id: int, *, search: str = "", role: str = "", page: int = 1
) -> tuple[list[PersonRow], int]:
    """Return one page of the people of a site with their roles, and how many there are in all."""
    query = select(Person).where(Person.site_id == site_id)
    if search:
        like = f"%{search.replace('%', '').replace('_', '')}%"
        query = query.where(or_(Person.name.ilike(like), Person.latin_name.ilike(like), Person.employee_no.ilike(like)))
    if role:
        query = query.where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == role)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    shown = query.options(joinedload(Person.team)).order_by(Person.employee_no)
    found = session.scalars(shown.offset((page - 1) * PAGE).limit(PAGE)).all()
    held: dict[int, list[str]] = {person.id: [] for person in found}
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id.in_(held)).order_by(RoleGrant.id)):
        if grant.role not in held[grant.person_id]:
            held[grant.person_id].append(grant.role)
    rows = [
        PersonRow(p.id, p.employee_no, p.name, p.latin_name, p.suspended_at is not None, p.team, tuple(held[p.id]))
        for p in found
    ]
    return rows, total


def person_of_site(session: Session, person_id: int, site_id: int) -> Person:
    """Return a person of the asker's own site, or raise NotFound."""
    query = select(Person).options(joinedload(Person.team)).where(Person.id == person_id, Person.site_id == site_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def managed_person(session: Session, person_id: int, by: Identity) -> Person:
    """Return a person of `by`'s site whom they may change; NotFound elsewhere, Refused for one above them."""
    found = person_of_site(session, person_id, by.site_id)
    held = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id)).all()
    if not may_manage(by, held):
        raise Refused(code="not_yours_to_change")
    return found


@dataclass(frozen=True)
class HeldRole:
    """A role as the page of a person shows it."""

    id: int
    role: str
    training_class: TrainingClass | None
    team: Team | None


def held_roles(session: Session, person_id: int) -> list[HeldRole]:
    """Return the roles of a person with the class or team each is limited to."""
    rows = session.execute(
        select(RoleGrant, TrainingClass, Team)
        .outerjoin(TrainingClass, RoleGrant.class_id == TrainingClass.id)
        .outerjoin(Team, RoleGrant.team_id == Team.id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.id)
    )
    return [HeldRole(row.RoleGrant.id, row.RoleGrant.role, row.TrainingClass, row.Team) for row in rows]


def holders(session: Session, site_id: int, role: Role) -> list[Person]:
    """Return the people of a site who hold `role` and are not suspended."""
    held = select(RoleGrant.person_id).where(RoleGrant.role == role)
    query = select(Person).where(Person.site_id == site_id, Person.id.in_(held), Person.suspended_at.is_(None))
    return list(session.scalars(query.order_by(Person.employee_no)))


def person_by_number(session: Session, employee_no: str) -> Person:
    """Return the person with an employee number, or raise NotFound; for commands, which see everybody."""
    found = session.scalar(select(Person).where(Person.employee_no == employee_no))
    if found is None:
        raise NotFound(f"There is nobody with employee number {employee_no}.")
    return found


def more_time(session: Session, person_id: int) -> Any:
    """Return factor, extra_minutes and unlimited, what a person gets beyond the limits of quizzes now, or None."""
    granted = select(MORE_TIME.c.factor, MORE_TIME.c.extra_minutes, MORE_TIME.c.unlimited)
    mine = granted.where(MORE_TIME.c.person_id == person_id, MORE_TIME.c.ended_at.is_(None))
    return session.execute(mine).one_or_none()

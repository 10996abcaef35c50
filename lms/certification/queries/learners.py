"""Learners as one may reach them: HR a site, advisers their classes, leads their team, mentors their apprentices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Enrolment, Person, RoleGrant, Site, Team, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.certification.models import Period
from lms.errors import NotFound
from lms.mentoring.models import Pairing

STAFF = (Role.MENTOR, Role.ADVISER, Role.LEAD, Role.HR, Role.AUDITOR)
BOARD = (Role.ADVISER, Role.LEAD, Role.HR, Role.AUDITOR)
Adviser = aliased(Person)
Mentor = aliased(Person)
LatestEnrolment = aliased(Enrolment)


@dataclass(frozen=True)
class Named:
    """A person by name."""

    id: int
    name: str
    latin_name: str | None


@dataclass(frozen=True)
class Place:
    """A class or a team by name."""

    id: int
    title_zh: str
    title_en: str


@dataclass(frozen=True)
class Learner:
    """A learner with the class, team and people around them."""

    id: int
    employee_no: str
    name: str
    latin_name: str | None
    time_zone: str
    left_at: datetime | None
    programme_id: int | None
    starts_on: date | None
    enrolled: bool
    training_class: Place | None
    team: Place | None
    adviser: Named | None
    mentor: Named | None


def learners() -> Select[*tuple[Any, ...]]:
    """Return the statement behind every list of learners: each person once, with their open (else latest) enrolment."""
    open_first = case((LatestEnrolment.ended_on.is_(None), 0), else_=1)
    latest = (
        select(LatestEnrolment.id)
        .where(LatestEnrolment.learner_id == Person.id)
        .order_by(open_first, LatestEnrolment.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    is_learner = exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.LEARNER)
    has_period = exists().where(Period.learner_id == Person.id)
    return (
        select(Person, Site.time_zone, Enrolment.ended_on, TrainingClass, Team, Adviser, Mentor)
        .select_from(Person)
        .join(Site, Site.id == Person.site_id)
        .outerjoin(Enrolment, Enrolment.id == latest)
        .outerjoin(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .outerjoin(Adviser, Adviser.id == TrainingClass.adviser_id)
        .outerjoin(Pairing, and_(Pairing.learner_id == Person.id, Pairing.ended_at.is_(None)))
        .outerjoin(Mentor, Mentor.id == Pairing.mentor_id)
        .where(or_(is_learner, has_period))
    )


def reach(identity: Identity, roles: Collection[Role] = STAFF) -> ColumnElement[bool]:
    """Return the condition on `learners()` that `identity` reaches by those of `roles` that they hold."""
    held = identity.roles & set(roles)
    ways: list[ColumnElement[bool]] = []
    if held & {Role.HR, Role.AUDITOR}:
        ways.append(Person.site_id == identity.site_id)
    if Role.ADVISER in held:
        ways.append(and_(advised(identity), Enrolment.ended_on.is_(None)))
    if Role.LEAD in held:
        ways.append(_in_own_team(identity))
    if Role.MENTOR in held:
        ways.append(Pairing.mentor_id == identity.id)
    return or_(false(), *ways)


def _in_own_team(identity: Identity) -> ColumnElement[bool]:
    """Return the condition for a lead; one whose grant names no team leads the team that they are in."""
    teams = [grant.team_id for grant in identity.grants if grant.role is Role.LEAD and grant.team_id]
    home = aliased(Person)
    unnamed = any(grant.role is Role.LEAD and grant.team_id is None for grant in identity.grants)
    own = select(home.team_id).where(home.id == identity.id).scalar_subquery()
    return or_(Person.team_id.in_(teams), Person.team_id == own if unnamed else false())


def rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[Learner]:
    """Return the learners that a statement made from `learners()` finds."""
    return [_learner(row) for row in session.execute(query)]


def own(session: Session, identity: Identity) -> Learner:
    """Return the asker as a learner, or raise NotFound."""
    return _one(session, Person.id == identity.id)


def within_reach(session: Session, identity: Identity, learner_id: int, roles: Collection[Role] = STAFF) -> Learner:
    """Return a learner whom `identity` reaches by one of `roles`, or raise NotFound."""
    return _one(session, and_(Person.id == learner_id, reach(identity, roles)))


def own_or_within_reach(session: Session, identity: Identity, learner_id: int) -> Learner:
    """Return the asker themselves or a learner whom they reach, or raise NotFound."""
    return _one(session, and_(Person.id == learner_id, or_(Person.id == identity.id, reach(identity))))


def by_number(session: Session, identity: Identity, employee_no: str) -> Learner:
    """Return the learner with this employee number, reached as on the board, or raise NotFound."""
    return _one(session, and_(Person.employee_no == employee_no, reach(identity, BOARD)))


def roles_towards(identity: Identity, learner: Learner) -> frozenset[Role]:
    """Return in which of the roles that sign or certify `identity` stands towards a learner they reached."""
    towards = set()
    if learner.mentor and learner.mentor.id == identity.id and identity.holds(Role.MENTOR):
        towards.add(Role.MENTOR)
    if learner.training_class and learner.enrolled and identity.holds(Role.ADVISER):
        classes = {grant.class_id for grant in identity.grants if grant.role is Role.ADVISER}
        named = learner.adviser is not None and learner.adviser.id == identity.id and None in classes
        if named or learner.training_class.id in classes:
            towards.add(Role.ADVISER)
    return frozenset(towards | (identity.roles & {Role.HR}))


def signing_roles(session: Session, identity: Identity, learner: Learner) -> frozenset[Role]:
    """Return `roles_towards`, and the lead's role where `identity` leads the learner's team."""
    towards = roles_towards(identity, learner)
    if not identity.holds(Role.LEAD):
        return towards
    led = session.scalar(select(Person.id).where(Person.id == learner.id, _in_own_team(identity)))
    return towards | {Role.LEAD} if led is not None else towards


def _one(session: Session, condition: ColumnElement[bool]) -> Learner:
    found = rows(session, learners().where(condition))
    if not found:
        raise NotFound
    return found[0]


def _learner(row: Any) -> Learner:
    person, time_zone, ended_on, training_class, team, adviser, mentor = row
    return Learner(
        id=person.id,
        employee_no=person.employee_no,
        name=person.name,
        latin_name=person.latin_name,
        time_zone=time_zone,
        left_at=person.suspended_at,
        programme_id=training_class.programme_id if training_class else None,
        starts_on=training_class.starts_on if training_class else None,
        enrolled=training_class is not None and ended_on is None,
        training_class=_place(training_class),
        team=_place(team),
        adviser=_named(adviser),
        mentor=_named(mentor),
    )


def _named(person: Person | None) -> Named | None:
    return Named(person.id, person.name, person.latin_name) if person else None


def _place(row: TrainingClass | Team | None) -> Place | None:
    return Place(row.id, row.name_zh, row.name_en) if row else None


def names(session: Session, ids: Sequence[int | None]) -> dict[int, Named]:
    """Return the names of the people with these ids."""
    wanted = {number for number in ids if number is not None}
    found = session.execute(select(Person.id, Person.name, Person.latin_name).where(Person.id.in_(wanted)))
    return {row.id: Named(row.id, row.name, row.latin_name) for row in found}

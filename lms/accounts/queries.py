"""What is read of people: who a token belongs to, and the rows one may see of others."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Float,
    bindparam,
    column,
    false,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import (
    ApiToken,
    Enrolment,
    LoginSession,
    PasswordLink,
    Person,
    RoleGrant,
    SignInFailure,
    Site,
    Team,
    TrainingClass,
)
from lms.accounts.rules import FAILURE_WINDOW, Grant, Identity, Role, link_usable, may_manage, session_live
from lms.errors import NotFound, Refused

PAGE = 50
PROGRAMMES = table("programmes", column("id"), column("title_zh"), column("title_en"))  # of a feature above this one
MORE_TIME = table(  # so is this
    "accommodations",
    column("person_id"),
    column("factor", Float),
    column("extra_minutes"),
    column("unlimited", Boolean),
    column("ended_at"),
)


def fingerprint(token: str) -> str:
    """Return the SHA-256 under which a random secret is stored; it needs no salt, having 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()


# Every request asks who it is: columns instead of objects, and statements that are built once, cost half as much.
WHO = (
    Person.id,
    Person.employee_no,
    Person.name,
    Person.latin_name,
    Person.locale,
    Person.site_id,
    Person.suspended_at,
    Site.time_zone,
    RoleGrant.role,
    RoleGrant.class_id,
    RoleGrant.team_id,
)
OF_SESSION = (
    select(*WHO, LoginSession.expires_at, LoginSession.revoked_at)
    .join(Person, LoginSession.person_id == Person.id)
    .join(Site, Person.site_id == Site.id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(LoginSession.token_hash == bindparam("token_hash"))
    .order_by(RoleGrant.id)
)
OF_BEARER = (
    select(*WHO, ApiToken.expires_at, ApiToken.scopes)
    .join(Person, ApiToken.person_id == Person.id)
    .join(Site, Person.site_id == Site.id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(ApiToken.token_hash == bindparam("token_hash"), ApiToken.revoked_at.is_(None), Person.suspended_at.is_(None))
    .order_by(RoleGrant.id)
)
Asking = Session | Connection


def identity_by_session(session: Asking, token: str, *, now: datetime) -> Identity | None:
    """Return who signed in with `token`, in one statement, or None where the sign-in no longer counts."""
    rows = session.execute(OF_SESSION, {"token_hash": fingerprint(token)}).all()
    if not rows or not session_live(rows[0].expires_at, rows[0].revoked_at, rows[0].suspended_at, now):
        return None
    return _identity(rows, token=token)


def identity_by_bearer(session: Asking, token: str, *, now: datetime) -> Identity | None:
    """Return whose bearer token this is, with the token's scopes, or None."""
    rows = session.execute(OF_BEARER, {"token_hash": fingerprint(token)}).all()
    if not rows:
        return None
    expires_at = rows[0].expires_at
    if expires_at is not None and not link_usable(expires_at, None, now):
        return None
    return _identity(rows, scopes=frozenset(rows[0].scopes))


def _identity(rows: Sequence[Any], *, token: str = "", scopes: frozenset[str] | None = None) -> Identity:
    found = rows[0]
    return Identity(
        id=found.id,
        employee_no=found.employee_no,
        name=found.name,
        latin_name=found.latin_name,
        locale=found.locale,
        site_id=found.site_id,
        time_zone=found.time_zone,
        grants=tuple(Grant(Role(row.role), row.class_id, row.team_id) for row in rows if row.role is not None),
        token=token,
        scopes=scopes,
    )


@dataclass(frozen=True)
class SignInFacts:
    """What a sign-in is decided on; `person` is None for an unknown employee number."""

    person: Person | None
    person_failures: int
    address_failures: int


def sign_in_facts(session: Session, employee_no: str, address: str, *, now: datetime) -> SignInFacts:
    """Return the person of `employee_no` and how often the password was wrong of late, for them and from `address`."""
    since = now - FAILURE_WINDOW
    recent = select(func.count()).select_from(SignInFailure).where(SignInFailure.at > since)
    return SignInFacts(
        person=session.scalar(select(Person).where(Person.employee_no == employee_no)),
        person_failures=session.scalar(recent.where(SignInFailure.employee_no == employee_no)) or 0,
        address_failures=session.scalar(recent.where(SignInFailure.address == address)) or 0,
    )


def password_link(session: Session, token: str, *, now: datetime, lock: bool = False) -> PasswordLink:
    """Return the usable link of `token` with its person, locked where asked; NotFound for one used, old or invented."""
    query = (
        select(PasswordLink)
        .options(joinedload(PasswordLink.person, innerjoin=True))
        .where(PasswordLink.token_hash == fingerprint(token))
    )
    found = session.scalar(query.with_for_update(of=PasswordLink) if lock else query)
    if found is None or not link_usable(found.expires_at, found.used_at, now):
        raise NotFound
    return found


def live_sessions(session: Session, person_id: int, *, now: datetime) -> list[LoginSession]:
    """Return the sign-ins of a person that still count, newest first."""
    mine = select(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None), LoginSession.expires_at > now
    )
    return list(session.scalars(mine.order_by(LoginSession.created_at.desc())))


def live_tokens(session: Session, person_id: int, *, now: datetime) -> list[ApiToken]:
    """Return the bearer tokens that act for a person now, newest first."""
    theirs = select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    live = theirs.where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now))
    return list(session.scalars(live.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())))


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


def programme_choices(session: Session, locale: str) -> list[tuple[str, str]]:
    """Return id and title of the programmes that a class can follow."""
    title = PROGRAMMES.c.title_zh if locale == "zh" else PROGRAMMES.c.title_en
    return [(str(row.id), row.title) for row in session.execute(select(PROGRAMMES.c.id, title.label("title")))]

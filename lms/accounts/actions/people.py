"""Changes about people and the roles they hold; each is a decision on record."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import queries, rules
from lms.accounts.actions.door import end_all_sessions
from lms.accounts.models import Person, RoleGrant, Site
from lms.accounts.rules import Identity, PersonValue, Role
from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused


def add_person(session: Session, site_id: int, value: PersonValue, *, by: str, now: datetime) -> Person:
    """Add a person; Invalid at `employee_no` where the number is taken."""
    person = Person(site_id=site_id, created_at=now, **vars(value))
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError:
        raise Invalid(code="number_taken", field="employee_no") from None
    audit.append(session, "person.added", actor=by, subject=person.employee_no, detail={"name": person.name}, now=now)
    return person


def change_person(session: Session, person: Person, value: PersonValue, *, by: str, now: datetime) -> None:
    """Change what is known of a person; the record keeps what it was."""
    before: dict[str, Any] = {}
    for name, new in vars(value).items():
        if getattr(person, name) != new:
            before[name] = getattr(person, name)
            setattr(person, name, new)
    if not before:
        return
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Invalid(code="number_taken", field="employee_no") from None
    audit.append(session, "person.changed", actor=by, subject=person.employee_no, detail={"before": before}, now=now)


def set_suspended(session: Session, person: Person, *, suspended: bool, by: Identity, now: datetime) -> None:
    """Close or open the door for a person; closing ends their sign-ins.

    Refused for oneself (`not_yourself`) and for the last administrator (`last_admin`).
    """
    if person.id == by.id:
        raise Refused(code="not_yourself")
    if (person.suspended_at is not None) == suspended:
        return
    if suspended:
        _refuse_without_admin(session, person)
    person.suspended_at = now if suspended else None
    if suspended:
        end_all_sessions(session, person.id, now=now)
    action = "person.suspended" if suspended else "person.readmitted"
    audit.append(session, action, actor=by.employee_no, subject=person.employee_no, detail={}, now=now)


def _refuse_without_admin(session: Session, person: Person) -> None:
    """Raise Refused where only `person` administers the site; its row is locked, since two can turn on each other."""
    session.execute(select(Site.id).where(Site.id == person.site_id).with_for_update(key_share=True))
    admins = {admin.id for admin in queries.holders(session, person.site_id, Role.ADMIN)}
    if admins == {person.id}:
        raise Refused(code="last_admin")


def grant_role(
    session: Session,
    person: Person,
    role: Role,
    *,
    class_id: int | None = None,
    team_id: int | None = None,
    by: str,
    now: datetime,
) -> None:
    """Give a person a role for the site, a class or a team; giving it twice changes nothing."""
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.class_id.is_not_distinct_from(class_id),
        RoleGrant.team_id.is_not_distinct_from(team_id),
    )
    if session.scalar(held) is not None:
        return
    try:
        with session.begin_nested():
            session.add(RoleGrant(person_id=person.id, role=role, class_id=class_id, team_id=team_id, granted_at=now))
            session.flush()
    except IntegrityError:
        return  # somebody gave it at the same moment
    detail = {"role": role, "class": class_id, "team": team_id}
    audit.append(session, "role.granted", actor=by, subject=person.employee_no, detail=detail, now=now)


def end_role(session: Session, person: Person, grant_id: int, *, by: Identity, now: datetime) -> None:
    """Take a role back; the last administrator keeps theirs."""
    grant = session.scalar(select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == person.id))
    if grant is None:
        raise NotFound
    role = Role(grant.role)
    if not rules.may_grant(by, role):
        raise Refused(code="not_yours_to_give")
    if role is Role.ADMIN:
        _refuse_without_admin(session, person)
    detail = {"role": role, "class": grant.class_id, "team": grant.team_id}
    session.delete(grant)
    audit.append(session, "role.ended", actor=by.employee_no, subject=person.employee_no, detail=detail, now=now)

"""What changes about people, roles, classes and sign-ins. Decisions go to the record."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import passwords, queries, rules
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
from lms.accounts.rules import ClassValue, Identity, PersonValue, Role
from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused, TooMany


def begin_sign_in(
    session: Session, employee_no: str, address: str, *, now: datetime
) -> tuple[int | None, str | None, int]:
    """Note a try before the password is checked, so that tries in parallel count too.

    Returns the person's id and stored hash (None for nobody, or somebody who may not sign in) and the id of the try.
    Raises TooMany where guessing must wait.
    """
    facts = queries.sign_in_facts(session, employee_no, address, now=now)
    if rules.sign_in_refused(facts.person_failures, facts.address_failures):
        raise TooMany(code="throttled")
    attempt = SignInFailure(employee_no=employee_no, address=address, at=now)
    session.add(attempt)
    session.flush()
    person = facts.person
    if person is None or person.suspended_at is not None:
        return None, None, attempt.id
    return person.id, person.password_hash, attempt.id


def complete_sign_in(
    session: Session, person_id: int, try_id: int, *, user_agent: str, hours: int, now: datetime
) -> str:
    """Open a session after the right password, forget the try, and return the session's secret."""
    session.execute(delete(SignInFailure).where(SignInFailure.id == try_id))
    return open_session(session, person_id, user_agent=user_agent, hours=hours, now=now)


def open_session(session: Session, person_id: int, *, user_agent: str, hours: int, now: datetime) -> str:
    """Store a new sign-in and return its secret, 256 random bits."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=queries.fingerprint(token),
            person_id=person_id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
            user_agent=user_agent[:200],
        )
    )
    return token


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Revoke the sign-in of `token`."""
    session.execute(
        update(LoginSession).where(LoginSession.token_hash == queries.fingerprint(token)).values(revoked_at=now)
    )


def end_own_session(session: Session, session_id: int, person_id: int, *, now: datetime) -> None:
    """Revoke one of a person's own sign-ins, on another device perhaps."""
    mine = update(LoginSession).where(LoginSession.id == session_id, LoginSession.person_id == person_id)
    if session.execute(mine.values(revoked_at=now)).rowcount == 0:  # type: ignore[attr-defined]  # of a DML result
        raise NotFound


def end_all_sessions(session: Session, person_id: int, *, now: datetime, but: str = "") -> None:
    """Revoke every sign-in of a person, except the one whose secret is `but`."""
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.token_hash != queries.fingerprint(but),
        )
        .values(revoked_at=now)
    )


def confirm_password(session: Session, person_id: int, password: str) -> None:
    """Raise Refused at field `password` unless it is the person's own; for deeds that ask for it again."""
    person = session.get(Person, person_id)
    if person is None or not passwords.matches(person.password_hash, password):
        raise Refused(code="wrong_password", field="password")


def change_password(session: Session, identity: Identity, old: str, new: str, *, now: datetime) -> None:
    """Set a new password after the old one, and end the person's other sign-ins."""
    confirm_password(session, identity.id, old)
    person = session.get_one(Person, identity.id)
    _set_password(session, person, new, now=now)
    end_all_sessions(session, person.id, now=now, but=identity.token)


def _set_password(session: Session, person: Person, password: str, *, now: datetime) -> None:
    weakness = rules.password_weakness(password, person.employee_no)
    if weakness:
        raise Invalid(code=weakness, field="password")
    person.password_hash = passwords.hashed(password)
    audit.append(session, "password.set", actor=person.employee_no, subject=person.employee_no, detail={}, now=now)


def make_password_link(session: Session, person: Person, *, by: Identity | None, now: datetime) -> str:
    """Make a one-time link for `person` and return its secret; earlier links stop working."""
    session.execute(
        update(PasswordLink)
        .where(PasswordLink.person_id == person.id, PasswordLink.used_at.is_(None))
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    session.add(
        PasswordLink(
            token_hash=queries.fingerprint(token),
            person_id=person.id,
            created_at=now,
            created_by_id=by.id if by else None,
            expires_at=now + rules.LINK_LIFE,
        )
    )
    actor = by.employee_no if by else "system"
    audit.append(session, "password.link", actor=actor, subject=person.employee_no, detail={}, now=now)
    return token


def use_password_link(session: Session, token: str, password: str, *, now: datetime) -> Person:
    """Set the password of the link's person, use the link up and end all older sign-ins."""
    link = queries.password_link(session, token, now=now)
    _set_password(session, link.person, password, now=now)
    link.used_at = now
    end_all_sessions(session, link.person_id, now=now)
    return link.person


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
    """Close or open the door for a person; closing ends their sign-ins. Nobody closes it for themselves."""
    if person.id == by.id:
        raise Refused(code="not_yourself")
    if (person.suspended_at is not None) == suspended:
        return
    person.suspended_at = now if suspended else None
    if suspended:
        end_all_sessions(session, person.id, now=now)
    action = "person.suspended" if suspended else "person.readmitted"
    audit.append(session, action, actor=by.employee_no, subject=person.employee_no, detail={}, now=now)


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
    session.add(RoleGrant(person_id=person.id, role=role, class_id=class_id, team_id=team_id, granted_at=now))
    session.flush()
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
    if role is Role.ADMIN and len(queries.holders(session, person.site_id, Role.ADMIN)) <= 1:
        raise Refused(code="last_admin")
    detail = {"role": role, "class": grant.class_id, "team": grant.team_id}
    session.delete(grant)
    audit.append(session, "role.ended", actor=by.employee_no, subject=person.employee_no, detail=detail, now=now)


def add_team(session: Session, site_id: int, name_zh: str, name_en: str, *, by: str, now: datetime) -> Team:
    """Add a team to a site; Invalid at `name_zh` where there is one of that name."""
    team = Team(site_id=site_id, name_zh=name_zh, name_en=name_en)
    try:
        with session.begin_nested():
            session.add(team)
            session.flush()
    except IntegrityError:
        raise Invalid(code="name_taken", field="name_zh") from None
    audit.append(session, "team.added", actor=by, subject=name_en, detail={}, now=now)
    return team


def add_class(session: Session, site_id: int, value: ClassValue, *, by: str, now: datetime) -> TrainingClass:
    """Open a class and give its adviser the role for it; Invalid at `name_zh` where there is one of that name."""
    training_class = TrainingClass(site_id=site_id, created_at=now, **vars(value))
    try:
        with session.begin_nested():
            session.add(training_class)
            session.flush()
    except IntegrityError:
        raise Invalid(code="name_taken", field="name_zh") from None
    adviser = session.get_one(Person, value.adviser_id)
    grant_role(session, adviser, Role.ADVISER, class_id=training_class.id, by=by, now=now)
    detail = {"name": value.name_en, "adviser": adviser.employee_no, "starts_on": value.starts_on.isoformat()}
    audit.append(session, "class.opened", actor=by, subject=value.name_en, detail=detail, now=now)
    return training_class


def enrol(
    session: Session, learner: Person, training_class: TrainingClass, *, on: date, by: str, now: datetime
) -> Enrolment:
    """Put a learner into a class and give them the learner's role; Refused where they are in a class already."""
    enrolment = Enrolment(learner_id=learner.id, class_id=training_class.id, joined_on=on)
    try:
        with session.begin_nested():
            session.add(enrolment)
            session.flush()
    except IntegrityError:
        raise Refused(code="in_a_class", field="learner") from None
    grant_role(session, learner, Role.LEARNER, by=by, now=now)
    detail = {"class": training_class.name_en, "on": on.isoformat()}
    audit.append(session, "enrolment.opened", actor=by, subject=learner.employee_no, detail=detail, now=now)
    return enrolment


def end_enrolment(
    session: Session, training_class: TrainingClass, learner_id: int, *, why: str, on: date, by: str, now: datetime
) -> None:
    """Take a learner out of a class; their place, and what they did, stay on record."""
    enrolment = session.scalar(
        select(Enrolment).where(
            Enrolment.class_id == training_class.id, Enrolment.learner_id == learner_id, Enrolment.ended_on.is_(None)
        )
    )
    if enrolment is None:
        raise NotFound
    enrolment.ended_on, enrolment.ended_why = max(on, enrolment.joined_on), why
    learner = session.get_one(Person, learner_id)
    detail = {"class": training_class.name_en, "why": why}
    audit.append(session, "enrolment.ended", actor=by, subject=learner.employee_no, detail=detail, now=now)


def found_site(session: Session, *, name_zh: str, name_en: str, time_zone: str) -> Site:
    """Return the site of this name, made if there is none yet."""
    site = session.scalar(select(Site).where(Site.name_zh == name_zh))
    if site is None:
        site = Site(name_zh=name_zh, name_en=name_en, time_zone=time_zone)
        session.add(site)
        session.flush()
    return site


def make_token(
    session: Session, person: Person, scopes: list[str], *, name: str, days: int | None, now: datetime
) -> str:
    """Make a bearer token for `person` and return it; it is shown once."""
    token = f"onramp_{secrets.token_urlsafe(32)}"
    session.add(
        ApiToken(
            token_hash=queries.fingerprint(token),
            person_id=person.id,
            name=name,
            scopes=scopes,
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
    )
    detail = {"name": name, "scopes": scopes, "days": days}
    audit.append(session, "token.made", actor="system", subject=person.employee_no, detail=detail, now=now)
    return token

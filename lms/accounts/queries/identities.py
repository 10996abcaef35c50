"""Who a token belongs to, and what is asked before somebody is let in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import (
    ApiToken,
    LoginSession,
    PasswordLink,
    Person,
    RoleGrant,
    SignInFailure,
    Site,
)
from lms.accounts.rules import FAILURE_WINDOW, Grant, Identity, Role, link_usable, session_live
from lms.at_once import Asked
from lms.errors import NotFound


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
Asking = Session | Asked


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

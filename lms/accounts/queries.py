"""What is read of people: who a token belongs to, and the rows one may see of others."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import ApiToken, LoginSession, Person, RoleGrant, Site
from lms.accounts.rules import Grant, Identity, Role, link_usable, session_live


def fingerprint(token: str) -> str:
    """Return the SHA-256 under which a random secret is stored; it needs no salt, having 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()


def identity_by_session(session: Session, token: str, *, now: datetime) -> Identity | None:
    """Return who signed in with `token`, in one statement, or None where the sign-in no longer counts."""
    rows = session.execute(
        select(LoginSession.expires_at, LoginSession.revoked_at, Person, Site.time_zone, RoleGrant)
        .join(Person, LoginSession.person_id == Person.id)
        .join(Site, Person.site_id == Site.id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(LoginSession.token_hash == fingerprint(token))
        .order_by(RoleGrant.id)
    ).all()
    if not rows or not session_live(rows[0].expires_at, rows[0].revoked_at, rows[0].Person.suspended_at, now):
        return None
    return _identity(rows[0].Person, rows[0].time_zone, [row.RoleGrant for row in rows], token=token)


def identity_by_bearer(session: Session, token: str, *, now: datetime) -> Identity | None:
    """Return whose bearer token this is, with the token's scopes, or None."""
    rows = session.execute(
        select(ApiToken, Person, Site.time_zone, RoleGrant)
        .join(Person, ApiToken.person_id == Person.id)
        .join(Site, Person.site_id == Site.id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(ApiToken.token_hash == fingerprint(token), ApiToken.revoked_at.is_(None), Person.suspended_at.is_(None))
        .order_by(RoleGrant.id)
    ).all()
    if not rows:
        return None
    found = rows[0].ApiToken
    if found.expires_at is not None and not link_usable(found.expires_at, None, now):
        return None
    return _identity(
        rows[0].Person, rows[0].time_zone, [row.RoleGrant for row in rows], scopes=frozenset(found.scopes)
    )


def _identity(
    person: Person,
    time_zone: str,
    grants: list[RoleGrant | None],
    *,
    token: str = "",
    scopes: frozenset[str] | None = None,
) -> Identity:
    return Identity(
        id=person.id,
        employee_no=person.employee_no,
        name=person.name,
        latin_name=person.latin_name,
        locale=person.locale,
        site_id=person.site_id,
        time_zone=time_zone,
        grants=tuple(Grant(Role(grant.role), grant.class_id, grant.team_id) for grant in grants if grant is not None),
        token=token,
        scopes=scopes,
    )

"""Changes at the door: tries, sign-ins, passwords, one-time links, tokens. Passwords go nowhere but their hash."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.accounts import passwords, queries, rules
from lms.accounts.models import ApiToken, LoginSession, PasswordLink, Person, SignInFailure
from lms.accounts.rules import Identity
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


def confirm_password(session: Session, identity: Identity, password: str, *, now: datetime) -> None:
    """Raise Refused at field `password` unless it is the asker's own; for deeds that ask for it again.

    Raises TooMany where guessing must wait, as at the door. After the rollback, `note_refusal` counts the guess.
    """
    facts = queries.sign_in_facts(session, identity.employee_no, _inside(identity), now=now)
    if rules.sign_in_refused(facts.person_failures, facts.address_failures):
        raise TooMany(code="throttled")
    if not passwords.matches(facts.person.password_hash if facts.person else None, password):
        raise Refused(code="wrong_password", field="password")


def note_refusal(session: Session, identity: Identity, refused: Refused, *, now: datetime) -> None:
    """Count a wrong password of somebody who is signed in with those at the door; other refusals count for nothing."""
    if refused.code == "wrong_password":
        session.add(SignInFailure(employee_no=identity.employee_no, address=_inside(identity), at=now))


def _inside(identity: Identity) -> str:
    return f"person {identity.id}"


def change_password(session: Session, identity: Identity, old: str, new: str, *, now: datetime) -> None:
    """Set a new password after the old one, and end the person's other sign-ins."""
    confirm_password(session, identity, old, now=now)
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
    link = queries.password_link(session, token, now=now, lock=True)  # of two at once, one uses it
    _set_password(session, link.person, password, now=now)
    link.used_at = now
    end_all_sessions(session, link.person_id, now=now)
    return link.person


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


def revoke_token(session: Session, token_id: int, person: Person, *, by: str, now: datetime) -> None:
    """End a bearer token of `person` at once, or raise NotFound; one that was ended before stays as it is."""
    token = session.scalar(
        select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == person.id).with_for_update()
    )
    if token is None:
        raise NotFound
    if token.revoked_at is not None:
        return
    token.revoked_at = now
    detail = {"name": token.name, "scopes": token.scopes}
    audit.append(session, "token.revoked", actor=by, subject=person.employee_no, detail=detail, now=now)

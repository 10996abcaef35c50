"""What changes: signatures, periods and their ends. Every one of them is an entry of the record."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.actions import confirm_password, note_refusal
from lms.accounts.models import Person
from lms.accounts.rules import Identity, Role
from lms.audit import actions as audit
from lms.certification.models import Gate, Period, SignOff, VerificationTry
from lms.certification.queries import certificates, changed, evidence, gates, learners
from lms.certification.queries.certificates import Verified
from lms.certification.queries.learners import Learner
from lms.certification.rules import dates, ledger, verification
from lms.certification.rules import requirements as rules
from lms.errors import NotFound, Refused, TooMany

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else


@dataclass(frozen=True)
class SignOffValue:
    """What a signer says."""

    gate: str
    role: str
    password: str
    note: str = ""


@dataclass(frozen=True)
class EndValue:
    """Why a certificate ends before its time."""

    cause: str  # revoked or suspended
    why: str


@dataclass(frozen=True)
class Issued:
    """The period that holds now; `created` says whether this very call made it."""

    period: Period
    created: bool


def sign_off(session: Session, signer: Identity, learner_id: int, value: SignOffValue, *, now: datetime) -> SignOff:
    """Give `signer`'s word that a learner is ready for a gate; a second one on the same day returns the first.

    Raise NotFound for a learner out of reach or a gate that is not there; Refused (`not_asked`, `not_your_role`,
    `wrong_password`) otherwise, to be told to `note_refusal`; TooMany where guessing must wait.
    """
    learner = learners.within_reach(session, signer, learner_id)
    gate = gates.gate(session, learner.programme_id, value.gate)
    _refuse_signature(session, signer, learner, gate, value.role)
    confirm_password(session, signer, value.password, now=now)
    _lock(session, learner.id)
    given = _given_today(session, signer, learner, value, now)
    if given is not None:
        return given
    word = SignOff(
        programme_id=gate.programme_id,
        gate_slug=gate.slug,
        learner_id=learner.id,
        signer_id=signer.id,
        role=value.role,
        at=now,
        note=value.note,
    )
    session.add(word)
    session.flush()
    detail = {"gate": gate.slug, "version": gate.version, "role": value.role, "sign_off": word.id}
    audit.append(
        session, "gate.signed_off", actor=signer.employee_no, subject=learner.employee_no, detail=detail, now=now
    )
    return word


def _refuse_signature(session: Session, signer: Identity, learner: Learner, gate: Gate, role: str) -> None:
    if signer.id == learner.id:
        raise Refused(code="not_yourself")
    asked = [rules.requirement(raw) for raw in gate.requirements]
    if not any(one.kind == "sign_off" and one.role == role for one in asked):
        raise Refused(code="not_asked")
    if role not in learners.signing_roles(session, signer, learner):
        raise Refused(code="not_your_role")


def _given_today(
    session: Session, signer: Identity, learner: Learner, value: SignOffValue, now: datetime
) -> SignOff | None:
    midnight = dates.day_begins(dates.day_of(now, learner.time_zone), learner.time_zone)
    ends = select(Period.ended_at).where(Period.learner_id == learner.id, Period.ended_at.is_not(None))
    since = max([midnight, *(end for end in session.scalars(ends) if end)])
    return session.scalar(
        select(SignOff).where(
            SignOff.learner_id == learner.id,
            SignOff.gate_slug == value.gate,
            SignOff.role == value.role,
            SignOff.signer_id == signer.id,
            SignOff.at >= since,
        )
    )


def _lock(session: Session, learner_id: int) -> None:
    """Let decisions about one learner follow one another; SQLite's writers do so anyway."""
    session.scalar(select(Person.id).where(Person.id == learner_id).with_for_update(key_share=True))


def issue(session: Session, issuer: Identity, learner_id: int, gate_slug: str, *, now: datetime) -> Issued:
    """Certify a learner for a gate, judged again here and now; return the period that holds, made now or before.

    The class adviser or HR certifies, never oneself. Raise NotFound out of reach; Refused (`not_yourself`,
    `not_all_met`) otherwise. The unique index on live periods decides between two that come at once.
    """
    learner = learners.within_reach(session, issuer, learner_id, (Role.ADVISER, Role.HR))
    if issuer.id == learner.id:
        raise Refused(code="not_yourself")
    gate = gates.gate(session, learner.programme_id, gate_slug)
    _lock(session, learner.id)
    held = [p for p in gates.periods_of(session, learner.id) if p.programme_id == gate.programme_id]
    live = _live(held, gate)
    step = ledger.issue_step(live, now)
    if live is not None and step is ledger.Issue.KEEP:
        return Issued(live, created=False)
    facts = evidence.facts(session, [learner.id], [gate], until=now)[learner.id]
    judged = gates.judge([gate], facts, held, time_zone=learner.time_zone, at=now)[0]
    if not judged.open:
        raise Refused(code="not_all_met")
    try:
        with session.begin_nested():
            period = _write(session, issuer, learner, judged, live, now=now)
    except IntegrityError:
        winner = _live(gates.periods_of(session, learner.id), gate)
        if winner is None:
            raise
        return Issued(winner, created=False)
    return Issued(period, created=True)


def _live(periods: Sequence[Period], gate: Gate) -> Period | None:
    for period in periods:
        if period.programme_id == gate.programme_id and period.scope == gate.scope and period.ended_at is None:
            return period
    return None


def _write(
    session: Session,
    issuer: Identity,
    learner: Learner,
    judged: gates.GateState,
    live: Period | None,
    *,
    now: datetime,
) -> Period:
    gate = judged.gate
    today = dates.day_of(now, learner.time_zone)
    term = dates.from_completion(today, gate.valid_months)
    if live is not None:
        renewed = ledger.issue_step(live, now) is ledger.Issue.RENEW
        term = dates.keep_anniversary(today, gate.valid_months, live.valid_until)
        live.ended_at = now if renewed else ledger.ends(live)
        live.ended_by = "superseded" if renewed else "expiry"
        session.flush()
    proof = [{**fact, "requirement": state.requirement.slug} for state in judged.states for fact in state.evidence]
    proof.insert(0, {"kind": "gate", "id": gate.id, "version": gate.version, "value": gate.content_hash})
    period = Period(
        learner_id=learner.id,
        programme_id=gate.programme_id,
        gate_id=gate.id,
        scope=gate.scope,
        number=f"{today.year}-{''.join(secrets.choice(ALPHABET) for _ in range(8))}",
        code=base64.b32encode(secrets.token_bytes(20)).decode(),
        time_zone=learner.time_zone,
        requested_at=now,
        certified_at=now,
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        issued_by_id=issuer.id,
        evidence=proof,
        evidence_hash=rules.evidence_hash(proof),
    )
    session.add(period)
    session.flush()
    detail = {
        "number": period.number,
        "gate": gate.slug,
        "version": gate.version,
        "scope": gate.scope,
        "valid_from": str(term.valid_from),
        "valid_until": str(term.valid_until),
        "evidence_hash": period.evidence_hash,
    }
    audit.append(
        session, "period.issued", actor=issuer.employee_no, subject=learner.employee_no, detail=detail, now=now
    )
    return period


def end_period(session: Session, by: Identity, number: str, value: EndValue, *, now: datetime) -> Period:
    """Revoke or suspend a certificate, once, with a reason; HR does, and never for oneself.

    Raise NotFound out of reach; Refused (`not_yourself`, `already_ended`) otherwise.
    """
    period = session.scalar(select(Period).where(Period.number == number))
    if period is None:
        raise NotFound
    learner = learners.within_reach(session, by, period.learner_id, (Role.HR,))
    if by.id == learner.id:
        raise Refused(code="not_yourself")
    _lock(session, learner.id)
    session.refresh(period)
    if period.ended_at is not None or now >= ledger.ends(period):
        raise Refused(code="already_ended")
    period.ended_at, period.ended_by = now, value.cause
    period.ended_why, period.ended_by_id = value.why, by.id
    session.flush()
    detail = {"number": number, "scope": period.scope, "why": value.why}
    audit.append(
        session, f"period.{value.cause}", actor=by.employee_no, subject=learner.employee_no, detail=detail, now=now
    )
    return period


def keep_certificate(
    session: Session, by: Identity, number: str, regrade_id: int, note: str, *, now: datetime
) -> Period:
    """Decide that a certificate stands although an attempt it leans on is not passed any more, with a reason.

    Raise NotFound out of HR's reach; Refused (`not_yourself`, `nothing_changed`) otherwise.
    """
    period = session.scalar(select(Period).where(Period.number == number))
    if period is None:
        raise NotFound
    learner = learners.within_reach(session, by, period.learner_id, (Role.HR,))
    if by.id == learner.id:
        raise Refused(code="not_yourself")
    _lock(session, learner.id)
    waiting = changed.changed_evidence(session, by, at=now)
    if not any((each.period.number, each.regrade.id) == (number, regrade_id) for each in waiting):
        raise Refused(code="nothing_changed")
    detail = {"number": number, "scope": period.scope, "regrade": regrade_id, "why": note}
    audit.append(session, changed.STANDS, actor=by.employee_no, subject=learner.employee_no, detail=detail, now=now)
    return period


def verify(session: Session, code: str, address: str | None, *, now: datetime) -> Verified:
    """Return what a code proves and count the look, or raise TooMany for an address that has looked too often."""
    place = verification.neighbourhood(address)
    if verification.must_wait(certificates.recent_tries(session, place, now=now)):
        raise TooMany(code="look_later")
    old = now - verification.TRIES_WINDOW
    session.execute(delete(VerificationTry).where(VerificationTry.address == place, VerificationTry.at <= old))
    session.add(VerificationTry(address=place, at=now))
    return certificates.verified(session, code, at=now)


__all__ = [
    "EndValue",
    "Issued",
    "SignOffValue",
    "end_period",
    "issue",
    "note_refusal",
    "sign_off",
    "verify",
]

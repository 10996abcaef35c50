"""Certificates: by number for those who may see them, by code for everybody."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.accounts.rules import Identity
from lms.certification.models import Period, SignOff, VerificationTry
from lms.certification.queries import gates, learners
from lms.certification.queries.learners import Learner, Named
from lms.certification.rules import ledger, verification
from lms.certification.rules import requirements as rules
from lms.courses.models import Programme
from lms.errors import NotFound


@dataclass(frozen=True)
class Certificate:
    """A period as paper: who, what for, until when, on what ground."""

    period: Period
    learner: Learner
    programme: Programme
    issuer: Named
    ender: Named | None
    signers: dict[int, Named]  # by the number of the signature
    status: ledger.Status
    intact: bool  # the stored evidence still has the stored hash


@dataclass(frozen=True)
class PastPeriod:
    """One line of the public history."""

    number: str
    scope: str
    valid_from: date
    valid_until: date
    ended_early_at: datetime | None


@dataclass(frozen=True)
class Verified:
    """What everybody may know: status today, number, holder, scope, last valid day, history. Nothing else."""

    status: ledger.Status | None  # None: nothing that holds; the rest is empty then
    number: str | None = None
    holder: str | None = None
    latin_name: str | None = None
    scope: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    history: tuple[PastPeriod, ...] = ()


def by_number(session: Session, identity: Identity, number: str, *, at: datetime) -> Certificate:
    """Return a certificate of the asker's own or of a learner in their reach, or raise NotFound."""
    found = session.execute(
        select(Period, Programme)
        .join(Programme, Programme.id == Period.programme_id)
        .options(joinedload(Period.gate))
        .where(Period.number == number)
    ).first()
    if found is None:
        raise NotFound
    period, programme = found
    learner = learners.own_or_within_reach(session, identity, period.learner_id)
    people = learners.names(session, [period.issued_by_id, period.ended_by_id])
    held = gates.periods_of(session, learner.id)
    return Certificate(
        period=period,
        learner=learner,
        programme=programme,
        issuer=people[period.issued_by_id],
        signers=_signers(session, period),
        ender=people.get(period.ended_by_id or 0),
        status=ledger.standing([p for p in held if p.programme_id == programme.id], at, (period.scope,)).status,
        intact=rules.evidence_hash(period.evidence) == period.evidence_hash,
    )


def _signers(session: Session, period: Period) -> dict[int, Named]:
    given = [fact["id"] for fact in period.evidence if fact["kind"] == "sign_off"]
    found = session.execute(
        select(SignOff.id, Person.id, Person.name, Person.latin_name)
        .join(Person, Person.id == SignOff.signer_id)
        .where(SignOff.id.in_(given))
    )
    return {number: Named(person, name, latin_name) for number, person, name, latin_name in found}


def verified(session: Session, code: str, *, at: datetime) -> Verified:
    """Return what a code proves at `at`.

    Unknown, malformed and revoked codes take the same two statements and get the same answer.
    """
    row = session.execute(
        select(Period, Person.name, Person.latin_name)
        .join(Person, Person.id == Period.learner_id)
        .where(Period.code == verification.tidy_code(code))
    ).first()
    period = row[0] if row else None
    learner_id, programme_id, scope = (period.learner_id, period.programme_id, period.scope) if period else (-1, -1, "")
    held = list(
        session.scalars(
            select(Period)
            .where(Period.learner_id == learner_id, Period.programme_id == programme_id, Period.scope == scope)
            .order_by(Period.certified_at)
        )
    )
    status = ledger.standing(held, at, (scope,)).status
    if row is None or period is None or not _shown(period, status, at):
        return Verified(None)
    return Verified(
        status=status,
        number=period.number,
        holder=row[1],
        latin_name=row[2],
        scope=scope,
        valid_from=period.valid_from,
        valid_until=period.valid_until,
        history=tuple(_past(one, at) for one in held),
    )


def _shown(period: Period, status: ledger.Status, at: datetime) -> bool:
    stopped = status in (ledger.Status.REVOKED, ledger.Status.SUSPENDED)
    return not stopped and not ledger.cut_short(period, at)


def _past(period: Period, at: datetime) -> PastPeriod:
    early = period.ended_at if ledger.cut_short(period, at) else None
    return PastPeriod(period.number, period.scope, period.valid_from, period.valid_until, early)


def recent_tries(session: Session, address: str, *, now: datetime) -> int:
    """Return how often an address has looked within the window."""
    since = now - verification.TRIES_WINDOW
    counted = select(func.count()).where(VerificationTry.address == address, VerificationTry.at > since)
    return session.scalar(counted) or 0

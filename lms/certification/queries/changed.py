"""Certificates whose evidence changed after they were issued: HR looks again, and a person decides."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.accounts.rules import Identity, Role
from lms.audit.models import AuditEntry
from lms.certification.models import Period
from lms.certification.queries import learners
from lms.certification.queries.learners import Learner
from lms.certification.rules import ledger
from lms.quizzes.models import Attempt, Quiz, Regrade, Ruling

STANDS = "evidence.stands"


@dataclass(frozen=True)
class ChangedEvidence:
    """A certificate that leans on an attempt which is not passed any more, by its last re-score that took the pass."""

    period: Period
    learner: Learner
    quiz: Quiz
    regrade: Regrade
    reason: str


def changed_evidence(session: Session, identity: Identity, *, at: datetime) -> tuple[ChangedEvidence, ...]:
    """Return the live certificates in HR's reach whose evidence changed and that nobody has decided about.

    Oldest change first; at most three statements, one where nothing has changed, none for who is not HR.
    """
    found = list(_leaning(session, at)) if identity.holds(Role.HR) else []
    if not found:
        return ()
    ids = {period.learner_id for period, *_rest in found}
    reached = learners.learners().where(Person.id.in_(ids), learners.reach(identity, (Role.HR,)))
    people = {learner.id: learner for learner in learners.rows(session, reached)}
    decided = _decided(session, [learner.employee_no for learner in people.values()])
    return tuple(
        ChangedEvidence(period, people[period.learner_id], quiz, regrade, reason)
        for period, quiz, regrade, reason in found
        if period.learner_id in people and (period.number, regrade.id) not in decided
    )


def _leaning(session: Session, at: datetime) -> Iterable[tuple[Period, Quiz, Regrade, str]]:
    """Yield each live period with the last re-score that took the pass of an attempt in its evidence."""
    rows = session.execute(
        select(Period, Quiz, Regrade, Ruling.reason)
        .join(Attempt, Attempt.learner_id == Period.learner_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Regrade, Regrade.attempt_id == Attempt.id)
        .outerjoin(Ruling, Ruling.id == Regrade.ruling_id)
        .options(joinedload(Period.gate))
        .where(
            Period.ended_at.is_(None),
            Attempt.passed.is_not(True),
            Regrade.passed_before.is_(True),
            Regrade.passed_after.is_(False),
            Regrade.at > Period.certified_at,
        )
        .order_by(Regrade.id)
    )
    last: dict[tuple[int, int], tuple[Period, Quiz, Regrade, str]] = {}
    for period, quiz, regrade, reason in rows:
        if at < ledger.ends(period) and leans_on(period, regrade.attempt_id):
            last[period.id, regrade.attempt_id] = (period, quiz, regrade, reason or "")
    return last.values()


def leans_on(period: Period, attempt_id: int) -> bool:
    """Say whether an attempt is part of the evidence of a certificate."""
    return any(fact["kind"] == "attempt" and fact["id"] == attempt_id for fact in period.evidence)


def _decided(session: Session, employee_nos: list[str]) -> set[tuple[str, int]]:
    rows = session.scalars(
        select(AuditEntry.payload).where(AuditEntry.action == STANDS, AuditEntry.subject.in_(employee_nos))
    )
    said = (json.loads(payload)["detail"] for payload in rows)
    return {(each["number"], each["regrade"]) for each in said}

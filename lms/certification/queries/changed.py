"""Certificates whose evidence changed after they were issued: HR looks again, and a person decides."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased, joinedload

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
    pass_percent: int
    first: tuple[float, float] | None  # what the first form came to, where both together decide


def changed_evidence(session: Session, identity: Identity, *, at: datetime) -> tuple[ChangedEvidence, ...]:
    """Return the live certificates in HR's reach whose evidence changed and that nobody has decided about.

    Oldest change first; at most three statements, one where nothing has changed, none for who is not HR.
    """
    found = list(_leaning(session, at)) if identity.holds(Role.HR) else []
    if not found:
        return ()
    ids = {row.Period.learner_id for row in found}
    reached = learners.learners().where(Person.id.in_(ids), learners.reach(identity, (Role.HR,)))
    people = {learner.id: learner for learner in learners.rows(session, reached)}
    decided = _decided(session, [learner.employee_no for learner in people.values()])
    return tuple(
        _changed(row, people[row.Period.learner_id])
        for row in found
        if row.Period.learner_id in people and (row.Period.number, row.Regrade.id) not in decided
    )


def _changed(row: Row[Any], learner: Learner) -> ChangedEvidence:
    first = None if row.first_max is None else (row.first_score or 0.0, row.first_max)
    return ChangedEvidence(row.Period, learner, row.Quiz, row.Regrade, row.reason or "", row.pass_percent, first)


def _leaning(session: Session, at: datetime) -> Iterable[Row[Any]]:
    """Yield each live period with the last re-score that took the pass of an attempt in its evidence."""
    first = aliased(Attempt)
    rows: Iterable[Row[Any]] = session.execute(
        select(
            *(Period, Quiz, Regrade, Ruling.reason, Attempt.pass_percent),
            *(first.score.label("first_score"), first.max_score.label("first_max")),
        )
        .join(Attempt, Attempt.learner_id == Period.learner_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Regrade, Regrade.attempt_id == Attempt.id)
        .outerjoin(Ruling, Ruling.id == Regrade.ruling_id)
        .outerjoin(first, first.id == Attempt.pools_id)
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
    last: dict[tuple[int, int], Row[Any]] = {}
    for row in rows:
        if at < ledger.ends(row.Period) and leans_on(row.Period, row.Regrade.attempt_id):
            last[row.Period.id, row.Regrade.attempt_id] = row
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

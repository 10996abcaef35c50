"""What happened to a finished attempt after its end, for its learner: changed marks, and answers still being read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.quizzes.models import AttemptQuestion, Marking, Regrade, Ruling
from lms.quizzes.queries.marking import PLACE, WAITING
from lms.quizzes.rules.regrading import Outcome


@dataclass(frozen=True)
class Changed:
    """One change of a result; `reason` is what a trainer wrote for a ruling, nothing where an answer was read."""

    at: datetime
    before: Outcome
    after: Outcome
    reason: str


@dataclass(frozen=True)
class Aftermath:
    """The changes of a result in their order, and how many answers wait for a trainer."""

    changed: tuple[Changed, ...]
    waiting: int


def aftermath(session: Session, attempt_id: int) -> Aftermath:
    """Return what came after the end of an attempt whose reader was let in before; two statements."""
    rows = session.execute(
        select(Regrade, Ruling.reason)
        .outerjoin(Ruling, Ruling.id == Regrade.ruling_id)
        .where(Regrade.attempt_id == attempt_id)
        .order_by(Regrade.id)
    )
    changed = tuple(
        Changed(
            row.at,
            Outcome(row.score_before, row.max_before, row.passed_before),
            Outcome(row.score_after, row.max_after, row.passed_after),
            reason or "",
        )
        for row, reason in rows
    )
    waiting = select(func.count()).select_from(Marking).join(AttemptQuestion, PLACE).where(WAITING)
    return Aftermath(changed, session.scalar(waiting.where(Marking.attempt_id == attempt_id)) or 0)

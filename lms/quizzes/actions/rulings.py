"""Decides about a bad question after attempts have ended, on what was seen, with a reason, on the record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import Refused
from lms.quizzes.actions.deadlines import good_reason
from lms.quizzes.actions.rescoring import hold_quizzes, rescore
from lms.quizzes.models import Ruling
from lms.quizzes.queries.ruling_pages import Decision, considered, version_of


@dataclass(frozen=True)
class Ruled:
    """What a decision changed: how many attempts, and how many of them came to a pass or lost it."""

    ruling_id: int
    changed: int
    up: int
    down: int


def make_ruling(
    session: Session, by: Identity, question_id: int, number: int, decision: Decision, *, now: datetime
) -> Ruled:
    """Decide about version `number` of a question and re-score every finished attempt that holds it.

    Refused (`changed_meanwhile`) where what would change is not what its seal was made of, and (`own_attempt`) where a
    result of who decides would change. Attempts still open hear of the ruling when they end. Certificates stay as they
    are: people look into what leans on a pass that went.
    """
    reason = good_reason(decision.reason)
    of = version_of(session, question_id, number)
    hold_quizzes(session, of.version)
    found = considered(session, of.version, decision.asked, lock=True)
    if found.seal != decision.seal:
        raise Refused(code="changed_meanwhile")
    if by.id in {each.learner_id for each in found.changes.all}:
        raise Refused(code="own_attempt")
    verdict, ref = found.ruling.verdict.value, of.question.ref
    row = Ruling(
        version_id=of.version.id,
        kind=verdict,
        accept=list(found.ruling.accept),
        reason=reason,
        decided_by_id=by.id,
        decided_at=now,
    )
    session.add(row)
    session.flush()
    ruled = Ruled(row.id, len(found.changes.changed), found.changes.up, found.changes.down)
    rescore(session, found.changes, ruling_id=ruled.ruling_id, now=now)
    detail = {
        "ruling": ruled.ruling_id,
        "version": number,
        "verdict": verdict,
        "accept": list(found.ruling.accept),
        "reason": reason,
        "attempts": ruled.changed,
        "now_passed": ruled.up,
        "not_passed_any_more": ruled.down,
    }
    audit.append(session, "ruling.made", actor=by.employee_no, subject=ref, detail=detail, now=now)
    return ruled

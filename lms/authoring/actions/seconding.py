"""What waits for a second person: found locked, decided once, and never by the one who asked."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.authoring.actions.drafts import permit
from lms.authoring.models import Proposal, QuizProposal, Submission
from lms.errors import NotFound, Refused

Asked = TypeVar("Asked", Proposal, QuizProposal, Submission)


def waiting(session: Session, actor: Identity, model: type[Asked], row_id: int) -> Asked:
    """Return what still waits, locked; raises NotFound, and Refused where it is decided."""
    permit(actor)
    asked = session.scalar(select(model).where(model.id == row_id).with_for_update())
    if asked is None:
        raise NotFound
    if asked.decision is not None:
        raise Refused(code="decided_already")
    return asked


def refuse_own(asked: Proposal | QuizProposal | Submission, actor: Identity) -> None:
    """Raise Refused where somebody would decide about what they asked for."""
    if asked.by_id == actor.id:
        raise Refused(code="not_your_own")


def only_own(asked: Proposal | QuizProposal | Submission, actor: Identity) -> None:
    """Raise NotFound where somebody would take back what another one asked for."""
    if asked.by_id != actor.id:
        raise NotFound


def decide(
    asked: Proposal | QuizProposal | Submission,
    actor: Identity,
    decision: str,
    *,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Note what was decided, by whom and why."""
    asked.decision, asked.decided_at, asked.decided_by_id = decision, now, actor.id
    asked.reason = asked.reason if reason is None else reason

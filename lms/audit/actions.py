"""Appends decisions to the record, inside the transaction of the decision."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import rules
from lms.audit.models import AuditEntry, AuditHead


def append(
    session: Session, action: str, *, actor: str, subject: str, detail: dict[str, Any], now: datetime
) -> AuditEntry:
    """Append one decision and return its entry; the head row is locked until the transaction ends.

    `actor` and `subject` are employee numbers (or `system`, or a slug). `detail`: what was decided, why.
    """
    locked = select(AuditHead).where(AuditHead.id == 1).with_for_update()
    head = session.scalar(locked.execution_options(populate_existing=True))  # as it is now, not as it was read before
    if head is None:
        raise RuntimeError("the record has no head row; run `lms db upgrade`")
    number, prev_hash = head.entry_id + 1, head.hash
    payload = rules.canonical(number=number, at=now, actor=actor, action=action, subject=subject, detail=detail)
    entry = AuditEntry(
        id=number,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        payload=payload,
        prev_hash=prev_hash,
        hash=rules.chained(prev_hash, payload),
    )
    session.add(entry)
    head.entry_id, head.hash = number, entry.hash
    session.flush()
    return entry

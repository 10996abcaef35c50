"""What is read of the record: its head, its links in order, the entries about one person."""

from collections.abc import Iterator

from sqlalchemy import column, exists, or_, select, table
from sqlalchemy.orm import Session

from lms.audit import rules
from lms.audit.models import AuditEntry, AuditHead

PEOPLE = table("people", column("employee_no"), column("site_id"))  # of a feature above this one


def head(session: Session) -> tuple[int, str]:
    """Return number and hash of the last entry; `(0, GENESIS)` when nothing was decided yet."""
    row = session.get(AuditHead, 1)
    return (row.entry_id, row.hash) if row else (0, rules.GENESIS)


def links(session: Session) -> Iterator[rules.Link]:
    """Yield all entries in order, as they are hashed, a thousand at a time."""
    hashed = (AuditEntry.id, AuditEntry.payload, AuditEntry.prev_hash, AuditEntry.hash)
    shown = (AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.subject)
    query = select(*hashed, *shown).order_by(AuditEntry.id).execution_options(yield_per=1000)
    with session.execute(query) as rows:  # closed even where the reader stops at a break
        yield from (rules.Link(*row) for row in rows)


def about(session: Session, subject: str, *, limit: int = 50) -> list[AuditEntry]:
    """Return the newest entries about `subject`."""
    newest = select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id.desc()).limit(limit)
    return list(session.scalars(newest))


def newest(session: Session, site_id: int, *, before: int, limit: int = 100) -> list[AuditEntry]:
    """Return entries, newest first, those before number `before`; none by or about people of another site."""
    someone = or_(PEOPLE.c.employee_no == AuditEntry.subject, PEOPLE.c.employee_no == AuditEntry.actor)
    elsewhere = exists().where(PEOPLE.c.site_id != site_id, someone)
    query = select(AuditEntry).where(AuditEntry.id < before, ~elsewhere).order_by(AuditEntry.id.desc()).limit(limit)
    return list(session.scalars(query))

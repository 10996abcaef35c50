"""What is stored of the record. Entries are never changed or deleted; a trigger of the database sees to it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class AuditEntry(Base):
    """One decision: who, what, about whom, and the hash that binds it to the one before."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … without a gap
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))  # employee number, or "system"
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)  # employee number or slug it is about
    payload: Mapped[str] = mapped_column(Text)  # canonical JSON, hashed as it stands
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The one row that an appending transaction locks, so that entries follow one another."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))

"""What is stored of profiles, gates, sign-offs and the ledger. Periods and evidence are append-only, by trigger."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base

LIVE = text("ended_at IS NULL")


class Profile(Base):
    """What a post asks of a person."""

    __tablename__ = "profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))

    points: Mapped[list["CompetencyPoint"]] = relationship(order_by="CompetencyPoint.position", lazy="raise")


class CompetencyPoint(Base):
    """One piece of knowledge, skill or attitude; a minimum point must be confirmed before go-live."""

    __tablename__ = "competency_points"
    __table_args__ = (
        UniqueConstraint("profile_id", "slug"),
        CheckConstraint("kind IN ('knowledge', 'skill', 'attitude')", name="known_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"))
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    group_zh: Mapped[str] = mapped_column(String(120))
    group_en: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    minimum: Mapped[bool]
    title_zh: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    lessons: Mapped[list[str]]
    questions: Mapped[list[str]]


class Gate(Base):
    """One version of a gate of a programme; people keep the version they were certified by."""

    __tablename__ = "gates"
    __table_args__ = (
        UniqueConstraint("programme_id", "slug", "version"),
        CheckConstraint("scope IN ('study', 'shadow', 'nesting', 'full')", name="known_scope"),
        CheckConstraint("valid_months >= 1", name="valid_months"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    slug: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    position: Mapped[int]
    after_stage: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(20))
    valid_months: Mapped[int]
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_zh: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    requirements: Mapped[list[dict[str, Any]]]
    content_hash: Mapped[str] = mapped_column(String(64))
    retired_at: Mapped[datetime | None]


class SignOff(Base):
    """A person's word, given with the password typed again, that a learner is ready for a gate. Append-only."""

    __tablename__ = "sign_offs"
    __table_args__ = (
        Index("ix_sign_offs_learner", "learner_id", "gate_slug", "role", "at"),
        CheckConstraint("signer_id <> learner_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    gate_slug: Mapped[str] = mapped_column(String(80))
    learner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    signer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(20))  # mentor, adviser, lead
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(500), default="")


class Period(Base):
    """A scope held from one day to another. Never changed but for its end, which is written once."""

    __tablename__ = "periods"
    __table_args__ = (
        Index(
            "uq_periods_live",
            "learner_id",
            "programme_id",
            "scope",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        CheckConstraint("scope IN ('study', 'shadow', 'nesting', 'full')", name="known_scope"),
        CheckConstraint("valid_until >= valid_from", name="days_in_order"),
        CheckConstraint(
            "ended_by IS NULL OR ended_by IN ('expiry', 'revoked', 'superseded', 'suspended')", name="known_end"
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="end_has_cause"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gates.id"))
    scope: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)  # 160 random bits, base32
    time_zone: Mapped[str] = mapped_column(String(60))
    requested_at: Mapped[datetime]
    certified_at: Mapped[datetime] = mapped_column(index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date]  # the last valid day, to its end
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    evidence: Mapped[list[dict[str, Any]]]
    evidence_hash: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(20))
    ended_why: Mapped[str | None] = mapped_column(String(500))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    gate: Mapped[Gate] = relationship(lazy="raise")


class VerificationTry(Base):
    """One look at the public verification page, counted per address so that codes cannot be guessed in bulk."""

    __tablename__ = "verification_tries"
    __table_args__ = (Index("ix_verification_tries_where", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

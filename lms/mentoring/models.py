"""What is stored of pairings, meetings and observed calls. Capacity is held by slots, not by counting."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base

LIVE = text("ended_at IS NULL")


class MentorSlot(Base):
    """One place for an apprentice; a mentor with capacity 4 has slots 1 to 4."""

    __tablename__ = "mentor_slots"
    __table_args__ = (CheckConstraint("slot >= 1", name="from_one"),)

    mentor_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Pairing(Base):
    """A mentor and an apprentice; one live mentor per learner, one live learner per slot.

    An ended pairing may lose its slot when the mentor's capacity shrinks; a live one never can.
    """

    __tablename__ = "pairings"
    __table_args__ = (
        ForeignKeyConstraint(["mentor_id", "slot"], ["mentor_slots.mentor_id", "mentor_slots.slot"]),
        Index("uq_pairings_learner", "learner_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("uq_pairings_slot", "mentor_id", "slot", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        CheckConstraint("mentor_id <> learner_id", name="two_people"),
        CheckConstraint("ended_at IS NOT NULL OR slot IS NOT NULL", name="live_holds_slot"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    slot: Mapped[int | None]
    learner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Meeting(Base):
    """A talk that mentor and apprentice have agreed on."""

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_next", "pairing_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairings.id"))
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(120))
    topic: Mapped[str] = mapped_column(String(300))
    arranged_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    arranged_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Scorecard(Base):
    """One version of a scorecard; observations keep theirs when a new one is made."""

    __tablename__ = "scorecards"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    pass_percent: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    retired_at: Mapped[datetime | None]

    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.position", lazy="raise")


class Criterion(Base):
    """One thing to listen for, with anchors: what a 0 and a 3 sound like."""

    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("scorecard_id", "slug"),
        CheckConstraint("weight > 0", name="weight_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    weight: Mapped[float]
    critical: Mapped[bool]
    anchors: Mapped[dict[str, Any]]  # {"0": {zh, en}, …, "3": {zh, en}}


class Observation(Base):
    """One call of one learner, scored by one observer; a draft until it is finished, then fixed."""

    __tablename__ = "observations"
    __table_args__ = (
        Index("ix_observations_learner", "learner_id", "finished_at"),
        CheckConstraint("observer_id <> learner_id", name="two_people"),
        CheckConstraint("(finished_at IS NULL) = (percent IS NULL)", name="scored_when_finished"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    observer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    call_ref: Mapped[str] = mapped_column(String(80))
    call_at: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    percent: Mapped[float | None]
    critical_failed: Mapped[bool] = mapped_column(default=False)
    passed: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    acknowledged_at: Mapped[datetime | None]

    scorecard: Mapped[Scorecard] = relationship(lazy="raise")


class ObservationScore(Base):
    """The score of one criterion: 0–3, or nothing where the call gave no occasion for it.

    `given` is false while only a remark or a place is noted; such a row is no score.
    """

    __tablename__ = "observation_scores"
    __table_args__ = (
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 3", name="score_in_range"),
        CheckConstraint("given OR score IS NULL", name="score_is_given"),
    )

    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), primary_key=True)
    score: Mapped[int | None]
    given: Mapped[bool] = mapped_column(default=True)
    at_second: Mapped[int | None]  # place in the call, seconds from its start
    remark: Mapped[str] = mapped_column(String(300), default="")

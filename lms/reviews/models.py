"""What is stored of memory: a card a learner and key point, every rating, and sessions with what they chose."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class Card(Base):
    """A key point in one learner's memory; one that was met but never reviewed has none."""

    __tablename__ = "cards"
    __table_args__ = (
        CheckConstraint("stability > 0", name="stability_positive"),
        CheckConstraint("reviews >= lapses AND lapses >= 0", name="lapses_of_reviews"),
        Index("ix_cards_key_point_id", "key_point_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key_point_id: Mapped[int] = mapped_column(ForeignKey("key_points.id"), primary_key=True)
    state: Mapped[int]  # of FSRS: 2 review, 3 relearning: not recalled last time
    step: Mapped[int | None]
    stability: Mapped[float]  # days until recall is down to 90 %
    difficulty: Mapped[float | None]  # None: kept by the ladder
    due_at: Mapped[datetime]
    last_review_at: Mapped[datetime]
    reviews: Mapped[int]
    lapses: Mapped[int]


class ReviewSession(Base):
    """So many minutes that somebody asked for, and the key points chosen for them, in order."""

    __tablename__ = "review_sessions"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 60", name="minutes_in_range"),
        Index("ix_review_sessions_person", "person_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    minutes: Mapped[int]
    branch: Mapped[str] = mapped_column(String(120))  # id of a map's node, or nothing
    key_points: Mapped[list[Any]]  # ids
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Review(Base):
    """One rating; nothing of it changes. Within a session a point is rated once."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 4", name="known_rating"),
        CheckConstraint("source IN ('card', 'map', 'check', 'quiz')", name="known_source"),
        CheckConstraint("seconds >= 0", name="not_negative"),
        UniqueConstraint("session_id", "key_point_id"),
        Index("ix_reviews_person", "person_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    key_point_id: Mapped[int] = mapped_column(ForeignKey("key_points.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("review_sessions.id"))
    at: Mapped[datetime]
    rating: Mapped[int]
    source: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[int]

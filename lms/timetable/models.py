"""What is stored of course dates. The schema holds: one live place a person and run, one person a seat."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person, TrainingClass
from lms.courses.models import Course
from lms.db import Base

LIVE = text("left_at IS NULL")
SEATED = text("left_at IS NULL AND seat IS NOT NULL")


class Run(Base):
    """A course held at a time and place; `revision` grows with each change, as calendars ask for."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("seats IS NULL OR seats >= 1", name="seats"),
        Index("ix_runs_when", "site_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"), index=True)  # None: for whoever signs up
    trainer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place_zh: Mapped[str] = mapped_column(String(120))
    place_en: Mapped[str] = mapped_column(String(120))
    seats: Mapped[int | None]
    signup_opens_at: Mapped[datetime | None]  # None: as soon as it is published
    signup_closes_at: Mapped[datetime | None]  # None: when it starts
    posts: Mapped[list[str]]  # empty: every post
    revision: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship(lazy="raise")
    trainer: Mapped[Person] = relationship(lazy="raise")
    training_class: Mapped[TrainingClass | None] = relationship(lazy="raise")


class RunPlace(Base):
    """A person's place in a run: a seat with a number, or the waiting list in the order of ids."""

    __tablename__ = "run_places"
    __table_args__ = (
        Index("uq_run_places_person", "run_id", "person_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("uq_run_places_seat", "run_id", "seat", unique=True, sqlite_where=SEATED, postgresql_where=SEATED),
        CheckConstraint("seat IS NULL OR seat >= 1", name="seat"),
        Index("ix_run_places_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seat: Mapped[int | None]
    taken_at: Mapped[datetime]
    moved_up_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]

    run: Mapped[Run] = relationship(lazy="raise")


class CalendarToken(Base):
    """The secret address of a person's calendar feed; a new one ends the old."""

    __tablename__ = "calendar_tokens"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]

"""What is stored of attempts. The schema holds: one open attempt, one answer a position."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base
from lms.quizzes.models.bank import QuestionVersion, Quiz

OPEN = text("finished_at IS NULL")
IN_FORCE = text("ended_at IS NULL")


class Attempt(Base):
    """One sitting. After `finished_at` nothing of it changes."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("quiz_id", "learner_id", "number"),
        Index("uq_attempts_open", "quiz_id", "learner_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_attempts_due", "deadline", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_attempts_learner", "learner_id", "finished_at"),
        Index("uq_attempts_pools_id", "pools_id", unique=True),
        CheckConstraint("deadline > started_at", name="time_to_answer"),
        CheckConstraint("(finished_at IS NULL) = (score IS NULL)", name="graded_when_finished"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= max_score)", name="score_in_range"),
        CheckConstraint("form IN (1, 2) AND (form = 1) = (pools_id IS NULL)", name="second_form_pools"),
        CheckConstraint("paused_at IS NULL OR finished_at IS NULL", name="paused_while_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int]
    seed: Mapped[int] = mapped_column(BigInteger)
    lease: Mapped[str] = mapped_column(String(32))  # the tab that may write
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    grace_seconds: Mapped[int]
    pass_percent: Mapped[int]
    finished_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(20))  # submitted, time, discarded
    score: Mapped[float | None]
    max_score: Mapped[float]
    passed: Mapped[bool | None]
    limit_minutes: Mapped[int] = mapped_column(default=0)  # as the quiz stated it at the start; 0: not known
    factor: Mapped[float] = mapped_column(default=1.0)  # of an accommodation, as it was counted into the deadline
    extra_minutes: Mapped[int] = mapped_column(default=0)  # of an accommodation and of extensions
    unlimited: Mapped[bool] = mapped_column(default=False)
    at_end: Mapped[str] = mapped_column(String(20), default="submit")
    pauses: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None]  # while it stands, the deadline already holds the longest pause
    paused_seconds: Mapped[int] = mapped_column(default=0)
    form: Mapped[int] = mapped_column(default=1)  # 2: the second form for a borderline score
    pools_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id"))  # the first form

    quiz: Mapped[Quiz] = relationship(lazy="raise")


class AttemptQuestion(Base):
    """A question of an attempt, frozen: its version, place and the order of its options."""

    __tablename__ = "attempt_questions"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    option_order: Mapped[list[str]]
    marks: Mapped[float | None]  # given when the attempt is settled, from 0 to `weight`
    weight: Mapped[float] = mapped_column(default=1.0)  # 0: void

    version: Mapped[QuestionVersion] = relationship(lazy="raise")


class Answer(Base):
    """The last response to one position; of one lease, an older `client_seq` never overwrites a newer one.

    Numbers of different leases come from different clocks and are not compared: whoever holds the lease now is newer.
    """

    __tablename__ = "answers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "position"], ["attempt_questions.attempt_id", "attempt_questions.position"]
        ),
        CheckConstraint("confidence IS NULL OR confidence IN ('sure', 'unsure')", name="known_confidence"),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response: Mapped[Any] = mapped_column(JSON)
    client_seq: Mapped[int] = mapped_column(BigInteger)
    lease: Mapped[str] = mapped_column(String(32))
    client_time: Mapped[datetime | None]
    saved_at: Mapped[datetime]
    late_received: Mapped[bool]
    confidence: Mapped[str | None] = mapped_column(String(10))


class AnswerConflict(Base):
    """An answer from a tab that had lost its lease: kept, shown, overwriting nothing."""

    __tablename__ = "answer_conflicts"
    __table_args__ = (
        UniqueConstraint("attempt_id", "position", "client_seq"),
        ForeignKeyConstraint(
            ["attempt_id", "position"], ["attempt_questions.attempt_id", "attempt_questions.position"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int]
    position: Mapped[int]
    response: Mapped[Any] = mapped_column(JSON)
    client_seq: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]


class AttemptEvent(Base):
    """The attempt's own log, which the learner may open: started, taken over, deadline changed, settled."""

    __tablename__ = "attempt_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    detail: Mapped[dict[str, Any]]


class CheckAnswer(Base):
    """A try at a check inside a lesson; it counts for coverage and for what to practise, never for a grade."""

    __tablename__ = "check_answers"
    __table_args__ = (Index("ix_check_answers_who", "person_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    response: Mapped[Any] = mapped_column(JSON)
    correct: Mapped[bool]
    at: Mapped[datetime]


class Accommodation(Base):
    """More time for a person, everywhere: a factor, extra minutes, or no limit. One is in force; ended ones stay."""

    __tablename__ = "accommodations"
    __table_args__ = (
        Index("uq_accommodations_now", "person_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
        CheckConstraint("factor BETWEEN 1 AND 3 AND extra_minutes BETWEEN 0 AND 240", name="sane_numbers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    factor: Mapped[float]
    extra_minutes: Mapped[int]
    unlimited: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(400))  # seen by HR only
    set_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

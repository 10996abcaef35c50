"""What is stored of questions, quizzes and attempts. The schema holds: one open attempt, one answer a position."""

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

OPEN = text("finished_at IS NULL")


class Question(Base):
    """A question of the bank; `ref` is its id on disk, `version` the one that new attempts draw."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    competency: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[int]
    retired_at: Mapped[datetime | None]


class QuestionVersion(Base):
    """One wording and key of a question; attempts point here, so that editing changes no attempt."""

    __tablename__ = "question_versions"
    __table_args__ = (
        UniqueConstraint("question_id", "version"),
        CheckConstraint("kind IN ('single', 'multiple', 'true_false', 'numeric', 'short_text')", name="known_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    competency: Mapped[str] = mapped_column(String(80))
    key_point: Mapped[int | None]
    stem: Mapped[dict[str, str]]  # {zh, en}, HTML made on write
    options: Mapped[list[dict[str, Any]]]  # [{id, text: {zh, en}}]; empty for typed answers
    unit: Mapped[dict[str, str]]  # {zh, en} or {}
    key: Mapped[dict[str, Any]]  # {ids} | {value, tolerance} | {accept: {zh, en}}
    explanation: Mapped[dict[str, str]]  # {zh, en}, HTML made on write
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {stem, explanation} as their file says them

    question: Mapped[Question] = relationship(lazy="raise")


class Quiz(Base):
    """A quiz as its programme states it: what it draws from, how long, how much is a pass, when feedback is due."""

    __tablename__ = "quizzes"
    __table_args__ = (
        CheckConstraint("purpose IN ('practice', 'daily', 'gate')", name="known_purpose"),
        CheckConstraint("feedback IN ('at_once', 'after_passing', 'after_window')", name="known_feedback"),
        CheckConstraint("draw >= 1 AND limit_minutes >= 1 AND pass_percent BETWEEN 0 AND 100", name="sane_numbers"),
        CheckConstraint("attempts_allowed IS NULL OR attempts_allowed >= 1", name="attempts_allowed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    position: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(20))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    draw: Mapped[int]
    limit_minutes: Mapped[int]
    grace_seconds: Mapped[int] = mapped_column(default=60)
    pass_percent: Mapped[int]
    attempts_allowed: Mapped[int | None]
    feedback: Mapped[str] = mapped_column(String(20))
    opens_at: Mapped[datetime | None]
    last_start_at: Mapped[datetime | None]
    hard_stop_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class QuizCourse(Base):
    """A course whose questions a quiz draws from."""

    __tablename__ = "quiz_courses"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)


class Attempt(Base):
    """One sitting. After `finished_at` nothing of it changes."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("quiz_id", "learner_id", "number"),
        Index("uq_attempts_open", "quiz_id", "learner_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_attempts_due", "deadline", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_attempts_learner", "learner_id", "finished_at"),
        CheckConstraint("deadline > started_at", name="time_to_answer"),
        CheckConstraint("(finished_at IS NULL) = (score IS NULL)", name="graded_when_finished"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= max_score)", name="score_in_range"),
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
    settled_by: Mapped[str | None] = mapped_column(String(20))  # submitted, time
    score: Mapped[float | None]
    max_score: Mapped[float]
    passed: Mapped[bool | None]

    quiz: Mapped[Quiz] = relationship(lazy="raise")


class AttemptQuestion(Base):
    """A question of an attempt, frozen: its version, place and the order of its options."""

    __tablename__ = "attempt_questions"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    option_order: Mapped[list[str]]
    marks: Mapped[float | None]  # given when the attempt is settled

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
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response: Mapped[Any] = mapped_column(JSON)
    client_seq: Mapped[int] = mapped_column(BigInteger)
    lease: Mapped[str] = mapped_column(String(32))
    client_time: Mapped[datetime | None]
    saved_at: Mapped[datetime]
    late_received: Mapped[bool]


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

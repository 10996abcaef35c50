"""What is stored of the bank: questions, their versions, and the quizzes that draw from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base


class Question(Base):
    """A question of the bank; `ref` is its id on disk, `version` the one that new attempts draw."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("review_state IN ('unreviewed', 'approved', 'withheld')", name="known_review_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    competency: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[int]
    retired_at: Mapped[datetime | None]
    tags: Mapped[list[str]] = mapped_column(default=list)
    review_state: Mapped[str] = mapped_column(String(20), default="unreviewed")  # what is withheld is not drawn
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class QuestionVersion(Base):
    """One wording and key of a question; attempts point here, so that editing changes no attempt."""

    __tablename__ = "question_versions"
    __table_args__ = (UniqueConstraint("question_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # a name of `rules.kinds.KINDS`
    level: Mapped[int]
    competency: Mapped[str] = mapped_column(String(80))
    key_point: Mapped[int | None]
    stem: Mapped[dict[str, str]]  # {zh, en}, HTML made on write
    options: Mapped[list[dict[str, Any]]]  # [{id, text: {zh, en}}]; empty for typed answers
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the kind asks besides, as its file says; public
    unit: Mapped[dict[str, str]]  # {zh, en} or {}
    key: Mapped[dict[str, Any]]  # as the kind's file says; never sent before feedback is due
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
        CheckConstraint("at_end IN ('submit', 'submit_in_grace', 'discard')", name="known_at_end"),
        CheckConstraint("at_end <> 'discard' OR purpose = 'practice'", name="only_practice_is_discarded"),
        CheckConstraint("pauses_allowed = 0 OR purpose <> 'gate'", name="a_gate_never_pauses"),
        CheckConstraint("borderline_percent BETWEEN 0 AND 20", name="borderline"),
        CheckConstraint("(class_id IS NULL) = (day IS NULL)", name="class_and_day"),
        Index("uq_quizzes_class_id_day", "class_id", "day", unique=True),
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
    at_end: Mapped[str] = mapped_column(String(20), default="submit")  # what happens when time ends
    pauses_allowed: Mapped[int] = mapped_column(default=0)  # for calls that come in
    pause_minutes: Mapped[int] = mapped_column(default=10)  # the most that one of them lasts
    asks_confidence: Mapped[bool] = mapped_column(default=False)
    blueprint: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # [{competency, level, count}] or []
    borderline_percent: Mapped[int] = mapped_column(default=0)  # this near to the cut a second form decides
    retake_wait_hours: Mapped[int] = mapped_column(default=0)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"))  # a daily quiz: of this class
    day: Mapped[date | None]  # and of this working day


class QuizCourse(Base):
    """A course whose questions a quiz draws from."""

    __tablename__ = "quiz_courses"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)


class DailyPlan(Base):
    """How a class is quizzed on its working days; times of day are local to its site, as HH:MM."""

    __tablename__ = "daily_plans"
    __table_args__ = (
        CheckConstraint("questions BETWEEN 1 AND 60 AND minutes BETWEEN 1 AND 120", name="sane_numbers"),
        CheckConstraint("pass_percent BETWEEN 0 AND 100 AND opens < closes", name="sane_window"),
    )

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=True)
    questions: Mapped[int] = mapped_column(default=10)
    minutes: Mapped[int] = mapped_column(default=8)
    pass_percent: Mapped[int] = mapped_column(default=80)
    opens: Mapped[str] = mapped_column(String(5), default="08:00")
    closes: Mapped[str] = mapped_column(String(5), default="20:00")
    pauses_allowed: Mapped[int] = mapped_column(default=2)
    pause_minutes: Mapped[int] = mapped_column(default=10)

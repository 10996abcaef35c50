"""What is stored of marks that change after the end, and of what people look into: all of it stays once written."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class Ruling(Base):
    """A decision on a question version after attempts have ended: void, accept another response, or full credit."""

    __tablename__ = "rulings"
    __table_args__ = (CheckConstraint("kind IN ('void', 'accept', 'full_credit')", name="known_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    accept: Mapped[list[Any]]  # the responses that are accepted besides, as they are stored
    reason: Mapped[str] = mapped_column(String(400))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]


class Regrade(Base):
    """What a ruling, or a mark given by hand, did to one finished attempt."""

    __tablename__ = "regrades"
    __table_args__ = (
        CheckConstraint("cause IN ('ruling', 'marking')", name="known_cause"),
        CheckConstraint("(cause = 'ruling') = (ruling_id IS NOT NULL)", name="ruling_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), index=True)
    cause: Mapped[str] = mapped_column(String(20))
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("rulings.id"), index=True)
    at: Mapped[datetime]
    score_before: Mapped[float]
    max_before: Mapped[float]
    passed_before: Mapped[bool]
    score_after: Mapped[float]
    max_after: Mapped[float]
    passed_after: Mapped[bool]


class Marking(Base):
    """A typed answer that no accepted form took, waiting for a person, or marked by one."""

    __tablename__ = "markings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "position"], ["attempt_questions.attempt_id", "attempt_questions.position"]
        ),
        CheckConstraint("(marked_at IS NULL) = (marks IS NULL)", name="marked_once"),
        CheckConstraint("marks IS NULL OR (marks >= 0 AND marks <= 1)", name="marks_in_range"),
        Index("ix_markings_version", "version_id", "marked_at"),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    asked_at: Mapped[datetime]
    marks: Mapped[float | None]
    comment: Mapped[str] = mapped_column(String(400), default="")
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    marked_at: Mapped[datetime | None]


class FairnessNote(Base):
    """What a person found who looked into a signal: two answer sheets alike, or answers faster than reading."""

    __tablename__ = "fairness_notes"
    __table_args__ = (
        CheckConstraint("kind IN ('speed', 'similarity')", name="known_kind"),
        CheckConstraint("verdict IN ('nothing', 'talked', 'sit_again')", name="known_verdict"),
        Index("ix_fairness_notes_attempt", "attempt_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    other_attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class AngoffSheet(Base):
    """A panel that sets the cut of a quiz: which question versions they judge, and what came of it."""

    __tablename__ = "angoff_sheets"
    __table_args__ = (CheckConstraint("(applied_at IS NULL) = (cut_percent IS NULL)", name="applied_with_cut"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), index=True)
    versions: Mapped[list[Any]]  # ids of question versions, in the order of the sheet
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    second_round_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cut_percent: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(400), default="")


class AngoffRating(Base):
    """What one judge expects of the minimally able on one question in one round, in per cent."""

    __tablename__ = "angoff_ratings"
    __table_args__ = (
        CheckConstraint("round IN (1, 2)", name="known_round"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("angoff_sheets.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"), primary_key=True)
    percent: Mapped[int]
    at: Mapped[datetime]

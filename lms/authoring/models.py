"""What is stored of writing: drafts, their parts, every text that was ever in them, what was handed in or asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base

LIVE = text("discarded_at IS NULL")
WAITING = text("decision IS NULL")
WAITING_COURSE = text("decision IS NULL AND lesson_id IS NULL")


class Draft(Base):
    """A lesson as it is being written; `base_revision` is the published one it began from, 0 for a new lesson."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("uq_drafts_lesson", "lesson_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("uq_drafts_slug", "course_id", "slug", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        CheckConstraint("base_revision >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80))  # with its number, as of a lesson
    position: Mapped[int]
    base_revision: Mapped[int]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    discarded_at: Mapped[datetime | None]

    parts: Mapped[list["DraftPart"]] = relationship(order_by="DraftPart.part", lazy="raise")


class DraftPart(Base):
    """One text of a draft; `version` rises with every save, so that nobody overwrites what they have not seen.

    `against_version` is the version of the other language that this translation was last held against.
    """

    __tablename__ = "draft_parts"
    __table_args__ = (
        CheckConstraint("part IN ('zh', 'en', 'questions')", name="known_part"),
        CheckConstraint("version >= 1", name="counted_from_one"),
    )

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime]
    against_version: Mapped[int | None]


class DraftSnapshot(Base):
    """A text that is kept for ever, whoever writes over it; `version` is the one of the part that it had or met."""

    __tablename__ = "draft_snapshots"
    __table_args__ = (
        CheckConstraint("part IN ('zh', 'en', 'questions')", name="known_part"),
        CheckConstraint("why IN ('began', 'saved', 'conflict', 'restored', 'submitted')", name="known_why"),
        Index("ix_draft_snapshots_of_part", "draft_id", "part", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"))
    part: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(10))


class Submission(Base):
    """A draft as somebody wants it published; one waits at a time, and nobody says yes to their own."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index("uq_submissions_waiting", "draft_id", unique=True, sqlite_where=WAITING, postgresql_where=WAITING),
        CheckConstraint("decision IN ('published', 'approved', 'sent_back', 'withdrawn')", name="known_decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        CheckConstraint("decision IS NULL OR decided_by_id IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("NOT needs_approval OR decision IS NULL OR decision <> 'published'", name="approval_needed"),
        CheckConstraint("decision IS NULL OR decision <> 'approved' OR decided_by_id <> by_id", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    texts: Mapped[dict[str, str]]  # {zh, en, questions}
    note: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    needs_approval: Mapped[bool]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)


class Proposal(Base):
    """What somebody asks to be done with a lesson or a course that a gate asks for; one waits for each at a time.

    A course is moved to `stage` (`programme/stage`, empty for none); nobody decides on their own, but takes it back.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        Index("uq_proposals_lesson", "lesson_id", unique=True, sqlite_where=WAITING, postgresql_where=WAITING),
        Index(
            "uq_proposals_course",
            "course_id",
            unique=True,
            sqlite_where=WAITING_COURSE,
            postgresql_where=WAITING_COURSE,
        ),
        CheckConstraint("act IN ('retire', 'revive', 'move')", name="known_act"),
        CheckConstraint("(act = 'move') = (stage IS NOT NULL)", name="stage_of_a_move"),
        CheckConstraint("act <> 'move' OR lesson_id IS NULL", name="courses_move"),
        CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="known_decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        CheckConstraint("decision IS NULL OR decided_by_id IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("decision IS NULL OR (decision = 'withdrawn') = (decided_by_id = by_id)", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str | None] = mapped_column(String(170))
    note: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)


class QuizProposal(Base):
    """What somebody asks to be done with the quiz of a gate; one of each act waits at a time.

    `wanted` of `forms`: blueprint, borderline_percent, retake_wait_hours; of `terms`: time, attempts, pauses; of `cut`:
    the sheet and its percentage.
    """

    __tablename__ = "quiz_proposals"
    __table_args__ = (
        Index(
            "uq_quiz_proposals_waiting", "quiz_id", "act", unique=True, sqlite_where=WAITING, postgresql_where=WAITING
        ),
        CheckConstraint("act IN ('forms', 'terms', 'cut')", name="known_act"),
        CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="known_decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        CheckConstraint("decision IS NULL OR decided_by_id IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("decision IS NULL OR (decision = 'withdrawn') = (decided_by_id = by_id)", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    act: Mapped[str] = mapped_column(String(10))
    wanted: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)

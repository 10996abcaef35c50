"""What is stored of the library and of progress; HTML, outlines and checks are made on write, never on read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base


class Course(Base):
    """A row of lessons about one field of work; `slug` is its folder in `content/`."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_zh: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    posts: Mapped[list[str]]
    position: Mapped[int]
    owner: Mapped[str] = mapped_column(String(120))
    review_by: Mapped[date]
    elective: Mapped[bool] = mapped_column(default=False, server_default=false())  # open to everyone, of no programme
    retired_at: Mapped[datetime | None]

    lessons: Mapped[list["Lesson"]] = relationship(back_populates="course", order_by="Lesson.position", lazy="raise")


class Lesson(Base):
    """One topic of 2–5 minutes; `revision` is the number of the wording that new readers get."""

    __tablename__ = "lessons"
    __table_args__ = (
        UniqueConstraint("course_id", "slug"),
        CheckConstraint("minutes BETWEEN 1 AND 60", name="minutes_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80))  # with its number: 04-what-we-promise
    position: Mapped[int]
    minutes: Mapped[int]
    point_count: Mapped[int]
    block_count: Mapped[int]
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    competencies: Mapped[list[str]]
    prerequisites: Mapped[list[str]]
    revision: Mapped[int]
    retired_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship(back_populates="lessons", lazy="raise")


class LessonText(Base):
    """One wording of a lesson in one language: its source, and what was made of it when it was published."""

    __tablename__ = "lesson_texts"
    __table_args__ = (
        UniqueConstraint("lesson_id", "revision", "locale"),
        CheckConstraint("locale IN ('zh', 'en')", name="known_locale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"))
    revision: Mapped[int]
    locale: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    blocks: Mapped[list[Any]]  # [{heading, pieces: [{html} | {check: public question}], points: [numbers]}]
    outline: Mapped[dict[str, Any]]  # mind map of the lesson: {text, kind, number?, children}
    published_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))


class KeyPoint(Base):
    """One checkable fact of a lesson in both languages; `number` is its place in the text, from 1."""

    __tablename__ = "key_points"
    __table_args__ = (UniqueConstraint("lesson_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"))
    number: Mapped[int]
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    question_zh: Mapped[str | None] = mapped_column(Text)
    question_en: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None]


class Programme(Base):
    """The four-step path of one post, as its file states it; caps and calendar are settings of it."""

    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    post: Mapped[str] = mapped_column(String(80))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    caps: Mapped[dict[str, Any]]
    calendar: Mapped[dict[str, Any]]

    stages: Mapped[list["Stage"]] = relationship(order_by="Stage.position", lazy="raise")


class Stage(Base):
    """One of the steps of a programme, with the working days it is planned for."""

    __tablename__ = "stages"
    __table_args__ = (
        UniqueConstraint("programme_id", "slug"),
        CheckConstraint("scope IN ('study', 'shadow', 'nesting', 'full')", name="known_scope"),
        CheckConstraint("first_day >= 1 AND last_day >= first_day", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(20))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_zh: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    first_day: Mapped[int]
    last_day: Mapped[int]


class StageCourse(Base):
    """A course as part of a stage."""

    __tablename__ = "stage_courses"

    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    position: Mapped[int]


class LessonProgress(Base):
    """Where one learner is in one lesson, on the revision they began."""

    __tablename__ = "lesson_progress"
    __table_args__ = (
        CheckConstraint("position >= 0 AND seconds >= 0", name="not_negative"),
        Index("ix_lesson_progress_lesson_id", "lesson_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    revision: Mapped[int]
    position: Mapped[int]
    furthest: Mapped[int]
    seconds: Mapped[int]
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Exposure(Base):
    """The moment a learner first met a key point."""

    __tablename__ = "exposures"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key_point_id: Mapped[int] = mapped_column(ForeignKey("key_points.id"), primary_key=True)
    at: Mapped[datetime]

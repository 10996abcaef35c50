"""What is stored of a learner's load: one roll-up row per study day, kept on write; and of days without work."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class StudyDay(Base):
    """What one learner did on one study day."""

    __tablename__ = "study_days"
    __table_args__ = (
        CheckConstraint("new_points >= 0 AND focused_seconds >= 0 AND graded_quizzes >= 0", name="not_negative"),
        CheckConstraint("failed_quizzes <= graded_quizzes", name="failed_of_graded"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    new_points: Mapped[int] = mapped_column(default=0)
    focused_seconds: Mapped[int] = mapped_column(default=0)
    graded_quizzes: Mapped[int] = mapped_column(default=0)
    failed_quizzes: Mapped[int] = mapped_column(default=0)
    last_seen_at: Mapped[datetime]
    too_much_at: Mapped[datetime | None]


class Holiday(Base):
    """A day on which a site does not work, or, with `works`, a weekend day on which it does."""

    __tablename__ = "holidays"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool] = mapped_column(default=False)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))


class DayOff(Base):
    """A day on which a person does not work; why is not kept here."""

    __tablename__ = "days_off"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)

"""Roll-ups of finished first attempts, kept on write so that a report reads sums and no attempts."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class ItemRollup(Base):
    """One question version in one quiz: sums over first attempts, `drawn` over all. `rest` is the total without it."""

    __tablename__ = "item_rollups"
    __table_args__ = (CheckConstraint("n >= 0 AND drawn >= n AND answered <= n", name="counts"),)

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"), primary_key=True, index=True)
    drawn: Mapped[int] = mapped_column(default=0)
    n: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    marks: Mapped[float] = mapped_column(default=0.0)
    marks_squared: Mapped[float] = mapped_column(default=0.0)
    rest: Mapped[float] = mapped_column(default=0.0)
    rest_squared: Mapped[float] = mapped_column(default=0.0)
    marks_rest: Mapped[float] = mapped_column(default=0.0)
    sure_and_wrong: Mapped[int] = mapped_column(default=0)


class OptionRollup(Base):
    """One option of a question version in one quiz: how many first attempts chose it, and the sum of their totals."""

    __tablename__ = "option_rollups"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"), primary_key=True)
    option: Mapped[str] = mapped_column(String(80), primary_key=True)
    chosen: Mapped[int] = mapped_column(default=0)
    total: Mapped[float] = mapped_column(default=0.0)


class ScoreRollup(Base):
    """How many first attempts at a quiz came to a score; `in_time` of them were handed in before time ended."""

    __tablename__ = "score_rollups"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), primary_key=True)
    score: Mapped[float] = mapped_column(primary_key=True)
    max_score: Mapped[float] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    in_time: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)

"""What an administrator and a monitor read: is the database ready, how much is there, does the sweeper keep up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import schema
from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.audit.models import AuditEntry
from lms.certification.models import Period
from lms.courses.models import Course, Lesson
from lms.home.rules import overdue_for
from lms.quizzes.models import Attempt, Question


@dataclass(frozen=True)
class Health:
    """The state of the installation at an instant; counts only, nobody's data."""

    database: str
    found_revision: str | None
    expected_revision: str | None
    counts: dict[str, int]
    open_attempts: int
    waiting: timedelta | None  # for how long the oldest overdue attempt has not been settled

    @property
    def schema_ready(self) -> bool:
        """Say whether the tables are those that the code expects."""
        return self.found_revision == self.expected_revision


def health(session: Session, *, at: datetime) -> Health:
    """Return counts and the age of what the sweeper has left, and compare the schema's revision with the code's."""
    found, expected = schema.revisions(session.connection())
    counts = {
        "people": select(func.count()).select_from(Person).where(Person.suspended_at.is_(None)),
        "learners": select(func.count()).select_from(Enrolment).where(Enrolment.ended_on.is_(None)),
        "classes": select(func.count()).select_from(TrainingClass),
        "courses": select(func.count()).select_from(Course).where(Course.retired_at.is_(None)),
        "lessons": select(func.count()).select_from(Lesson).where(Lesson.retired_at.is_(None)),
        "questions": select(func.count()).select_from(Question).where(Question.retired_at.is_(None)),
        "attempts": select(func.count()).select_from(Attempt),
        "periods": select(func.count()).select_from(Period).where(Period.ended_at.is_(None)),
        "audit_entries": select(func.count()).select_from(AuditEntry),
    }
    row = session.execute(select(*(query.scalar_subquery().label(name) for name, query in counts.items()))).one()
    open_ones = session.execute(
        select(func.count(), func.min(Attempt.deadline)).where(Attempt.finished_at.is_(None))
    ).one()
    return Health(
        database=session.get_bind().dialect.name,
        found_revision=found,
        expected_revision=expected,
        counts=dict(row._mapping),  # noqa: SLF001  # SQLAlchemy's public name
        open_attempts=open_ones[0],
        waiting=overdue_for(open_ones[1], at),
    )


def readiness(session: Session) -> tuple[bool, str]:
    """Return whether the tables are those that the code expects, and a line that says so."""
    found, expected = schema.revisions(session.connection())
    if found == expected:
        return True, "ready"
    return False, f"the schema is at {found or 'nothing'}, the code expects {expected}: run `lms db upgrade`"

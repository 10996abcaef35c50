"""What is asked of a second trainer besides texts: the list of what waits, one proposal, and what a course knows."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.models import Proposal
from lms.authoring.queries.submissions import published
from lms.authoring.queries.ties import Subject, fed, live_lessons, tie
from lms.authoring.rules.board import Feed
from lms.courses.models import Course, Lesson, Programme, Stage, StageCourse
from lms.errors import NotFound

TOLD_FOR = timedelta(days=14)  # so long the board says that something was declined


@dataclass(frozen=True)
class Asked:
    """A proposal with what it is about and who asks."""

    proposal: Proposal
    subject: Subject
    by: Person

    @property
    def waits(self) -> bool:
        """Say whether nobody has decided yet."""
        return self.proposal.decision is None


@dataclass(frozen=True)
class ProposalPage:
    """Everything a second person weighs: what holds it, which gates ask, what would be taught or not any more."""

    asked: Asked
    decided_by: Person | None
    tie: str | None
    feeds: tuple[Feed, ...]
    lessons: tuple[Lesson, ...]
    texts: dict[str, str]  # of a lesson, by part
    stage: tuple[Programme, Stage] | None  # where a course would be taught
    now_in: tuple[Programme, Stage] | None


def waiting_proposals(session: Session) -> tuple[Asked, ...]:
    """Return everything that waits for a second person's yes, oldest first, in one statement."""
    return _asked(session, Proposal.decision.is_(None))


def _asked(session: Session, *which: ColumnElement[bool]) -> tuple[Asked, ...]:
    rows = (
        select(Proposal, Course, Lesson, Person)
        .join(Course, Course.id == Proposal.course_id)
        .join(Person, Person.id == Proposal.by_id)
        .outerjoin(Lesson, Lesson.id == Proposal.lesson_id)
        .where(*which)
        .order_by(Proposal.at, Proposal.id)
    )
    return tuple(Asked(row, Subject(course, lesson), by) for row, course, lesson, by in session.execute(rows))


def proposals_of(session: Session, course_id: int, *, now: datetime) -> dict[int | None, Asked]:
    """Return by lesson, None for the course itself, what waits, or was declined a short time ago, in one statement."""
    lately = and_(Proposal.decision == "declined", Proposal.decided_at > now - TOLD_FOR)
    last = select(func.max(Proposal.id)).where(Proposal.course_id == course_id).group_by(Proposal.lesson_id)
    found = _asked(session, Proposal.id.in_(last), or_(Proposal.decision.is_(None), lately))
    return {each.proposal.lesson_id: each for each in found}


def waiting_by_course(session: Session) -> Counter[int]:
    """Return how many proposals wait in each course."""
    rows: Any = select(Proposal.course_id, func.count(Proposal.id)).where(Proposal.decision.is_(None))
    return Counter(dict(session.execute(rows.group_by(Proposal.course_id)).all()))


def proposal_page(session: Session, proposal_id: int) -> ProposalPage:
    """Return what is weighed before somebody agrees; raises NotFound."""
    asked = next(iter(_asked(session, Proposal.id == proposal_id)), None)
    if asked is None:
        raise NotFound
    row, subject = asked.proposal, asked.subject
    return ProposalPage(
        asked=asked,
        decided_by=session.get(Person, row.decided_by_id) if row.decided_by_id else None,
        tie=tie(session, subject, row.act) if asked.waits else None,
        feeds=fed(session, subject),
        lessons=() if subject.lesson else tuple(live_lessons(session, subject.course.id)),
        texts=published(session, subject.lesson.id).texts if subject.lesson else {},
        stage=_stage_named(session, row.stage) if row.stage else None,
        now_in=stage_of(session, subject.course.id),
    )


def _stage_named(session: Session, name: str) -> tuple[Programme, Stage] | None:
    programme, _, stage = name.partition("/")
    row = session.execute(
        select(Programme, Stage)
        .join(Stage, Stage.programme_id == Programme.id)
        .where(Programme.slug == programme, Stage.slug == stage)
    ).first()
    return (row[0], row[1]) if row else None


def stage_of(session: Session, course_id: int) -> tuple[Programme, Stage] | None:
    """Return the stage in which a course is taught, with its programme; the first where there are several."""
    row = session.execute(
        select(Programme, Stage)
        .join(Stage, Stage.programme_id == Programme.id)
        .join(StageCourse, StageCourse.stage_id == Stage.id)
        .where(StageCourse.course_id == course_id)
        .order_by(Programme.slug, Stage.position)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None

"""One apprentice from near: what happened lately, in one line of time, and what is open between the two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Identity, Role
from lms.courses.models import Lesson, LessonProgress
from lms.errors import NotFound
from lms.mentoring.models import Meeting, Observation, Pairing, Scorecard
from lms.mentoring.queries.apprentices import ApprenticeRow, apprentice_row
from lms.mentoring.queries.observations import in_advised_class, observations_of, scorecards
from lms.mentoring.queries.pairings import LiveMentor, live_mentor
from lms.quizzes.models import Attempt, Quiz

EACH = 20
SHOWN = 40


@dataclass(frozen=True)
class Event:
    """One thing that happened; `kind`: lesson, quiz, observation, meeting."""

    at: datetime
    kind: str
    source: Any  # Lesson, Quiz, Scorecard or Meeting
    id: int
    percent: float | None = None
    passed: bool | None = None


@dataclass(frozen=True)
class ApprenticePage:
    """An apprentice with everything their mentor works with; `row` None: nobody is their mentor now."""

    learner: Person
    mentor: LiveMentor | None
    row: ApprenticeRow | None
    events: tuple[Event, ...]
    meetings: tuple[Meeting, ...]
    scorecards: tuple[Scorecard, ...]
    own: bool  # the reader is the mentor


def mentored_learner(session: Session, learner_id: int, identity: Identity) -> Person:
    """Return a learner whose mentor or class adviser `identity` is, or raise NotFound."""
    found = session.scalar(select(Person).where(Person.id == learner_id, _reached(identity)))
    if found is None:
        raise NotFound
    return found


def _reached(identity: Identity) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if identity.holds(Role.MENTOR):
        live = select(Pairing.learner_id).where(Pairing.mentor_id == identity.id, Pairing.ended_at.is_(None))
        ways.append(Person.id.in_(live))
    if identity.holds(Role.ADVISER):
        ways.append(in_advised_class(Person.id, identity))
    return or_(false(), *ways)


def apprentice_page(session: Session, learner_id: int, identity: Identity, *, now: datetime) -> ApprenticePage:
    """Return the page of one apprentice for their mentor or their class adviser, or raise NotFound."""
    learner = mentored_learner(session, learner_id, identity)
    mentor = live_mentor(session, learner_id)
    meetings = _meetings(session, mentor)
    events = [*_studied(session, learner_id), *_observed(session, learner_id)]
    events += [Event(one.starts_at, "meeting", one, one.id) for one in meetings if one.starts_at < now]
    return ApprenticePage(
        learner=learner,
        mentor=mentor,
        row=apprentice_row(session, learner_id, identity, now=now),
        events=tuple(sorted(events, key=lambda event: event.at, reverse=True)[:SHOWN]),
        meetings=tuple(sorted((m for m in meetings if m.starts_at >= now), key=lambda m: m.starts_at)),
        scorecards=tuple(scorecards(session)),
        own=mentor is not None and mentor.id == identity.id,
    )


def _meetings(session: Session, mentor: LiveMentor | None) -> list[Meeting]:
    if mentor is None:
        return []
    mine = and_(Meeting.pairing_id == mentor.pairing_id, Meeting.cancelled_at.is_(None))
    return list(session.scalars(select(Meeting).where(mine).order_by(Meeting.starts_at.desc()).limit(EACH)))


def _studied(session: Session, learner_id: int) -> Iterable[Event]:
    read = session.execute(
        select(LessonProgress.done_at, Lesson)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.person_id == learner_id, LessonProgress.done_at.is_not(None))
        .order_by(LessonProgress.done_at.desc())
        .limit(EACH)
    )
    yield from (Event(at, "lesson", lesson, lesson.id) for at, lesson in read if at is not None)
    sat = session.execute(
        select(Attempt, Quiz)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.learner_id == learner_id, Attempt.settled_by != "discarded")
        .order_by(Attempt.finished_at.desc())
        .limit(EACH)
    )
    for attempt, quiz in sat:
        if attempt.finished_at is not None and attempt.score is not None:
            percent = 100 * attempt.score / attempt.max_score if attempt.max_score else None
            yield Event(attempt.finished_at, "quiz", quiz, attempt.id, percent, attempt.passed)


def _observed(session: Session, learner_id: int) -> Iterable[Event]:
    for row in observations_of(session, learner_id, limit=EACH):
        seen: Observation = row.observation
        yield Event(seen.call_at, "observation", row.scorecard, seen.id, seen.percent, seen.passed)

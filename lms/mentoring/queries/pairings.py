"""Pairings as both sides see them: who is whose mentor, and when they meet next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.errors import NotFound
from lms.mentoring.models import Meeting, Pairing


@dataclass(frozen=True)
class LiveMentor:
    """A learner's mentor of now."""

    pairing_id: int
    id: int
    employee_no: str
    name: str
    latin_name: str | None
    since: datetime


@dataclass(frozen=True)
class Apprentice:
    """A mentor's apprentice of now."""

    pairing_id: int
    id: int
    employee_no: str
    name: str
    latin_name: str | None
    since: datetime


@dataclass(frozen=True)
class MentorCard:
    """What a learner's first page says of the mentor."""

    id: int
    name: str
    latin_name: str | None
    initial: str
    meeting: Meeting | None


def live_mentor(session: Session, learner_id: int) -> LiveMentor | None:
    """Return the learner's mentor, or None."""
    query = select(Pairing, Person).join(Person, Person.id == Pairing.mentor_id)
    row = session.execute(query.where(Pairing.learner_id == learner_id, Pairing.ended_at.is_(None))).first()
    return LiveMentor(**_side(row.Pairing, row.Person)) if row else None


def live_apprentices(session: Session, mentor_id: int) -> list[Apprentice]:
    """Return the mentor's apprentices, longest first."""
    query = select(Pairing, Person).join(Person, Person.id == Pairing.learner_id)
    mine = query.where(Pairing.mentor_id == mentor_id, Pairing.ended_at.is_(None))
    rows = session.execute(mine.order_by(Pairing.started_at, Pairing.id))
    return [Apprentice(**_side(row.Pairing, row.Person)) for row in rows]


def _side(pairing: Pairing, person: Person) -> dict[str, Any]:
    return {
        "pairing_id": pairing.id,
        "id": person.id,
        "employee_no": person.employee_no,
        "name": person.name,
        "latin_name": person.latin_name,
        "since": pairing.started_at,
    }


def next_meetings(session: Session, learner_ids: Collection[int], now: datetime) -> dict[int, Meeting]:
    """Return each learner's next meeting with their mentor of now, in one statement; who has none is left out."""
    rows = session.execute(
        select(Pairing.learner_id, Meeting)
        .join(Meeting, Meeting.pairing_id == Pairing.id)
        .where(
            Pairing.learner_id.in_(learner_ids),
            Pairing.ended_at.is_(None),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at >= now,
        )
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )
    return dict(rows.all())  # the earliest comes last and stays


def mentor_card(session: Session, learner_id: int, now: datetime) -> MentorCard | None:
    """Return the learner's mentor with the next meeting, or None, in two statements."""
    mentor = live_mentor(session, learner_id)
    if mentor is None:
        return None
    meeting = next_meetings(session, [learner_id], now).get(learner_id)
    return MentorCard(mentor.id, mentor.name, mentor.latin_name, mentor.name[:1], meeting)


def own_pairing(session: Session, learner_id: int, mentor_id: int) -> Pairing:
    """Return the live pairing of this mentor and this learner, or raise NotFound."""
    found = session.scalar(
        select(Pairing).where(
            Pairing.learner_id == learner_id, Pairing.mentor_id == mentor_id, Pairing.ended_at.is_(None)
        )
    )
    if found is None:
        raise NotFound
    return found


def own_meeting(session: Session, meeting_id: int, mentor_id: int) -> Meeting:
    """Return a meeting of a live pairing of this mentor, or raise NotFound."""
    found = session.scalar(
        select(Meeting)
        .join(Pairing, Pairing.id == Meeting.pairing_id)
        .where(Meeting.id == meeting_id, Pairing.mentor_id == mentor_id, Pairing.ended_at.is_(None))
    )
    if found is None:
        raise NotFound
    return found

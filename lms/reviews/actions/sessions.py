"""Starts a session of so many minutes and takes its ratings, each once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.errors import NotFound, Refused
from lms.reviews import queries
from lms.reviews.actions.rating import Given, Rated, rate
from lms.reviews.models import Review, ReviewSession
from lms.reviews.rules.choice import card_seconds, chosen
from lms.reviews.rules.recall import Rating


@dataclass(frozen=True)
class Answered:
    """A rating within a session; `again_sent`: it had been taken before, and what is said is what was said then."""

    rated: Rated
    rating: Rating
    finished: bool
    again_sent: bool


def start_session(
    session: Session, person_id: int, *, minutes: int, branch: str = "", locale: str, now: datetime
) -> tuple[ReviewSession, bool]:
    """Choose what to review in `minutes` and return the session, and whether it is new.

    Asked again within half an hour, the session that is not finished goes on. Raises NotFound for a branch that is
    not on the own path, Refused (`nothing_met`, `all_safe`) where there is nothing to ask. One is begun at a time.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    part = queries.branch(session, person_id, branch, locale) if branch else None
    node = part.node if part else ""
    going_on = queries.open_session(session, person_id, now=now, minutes=minutes, branch=node)
    if going_on is not None:
        return going_on, False
    found = queries.candidates(session, person_id, part.key_point_ids if part else None)
    typical = card_seconds(queries.own_seconds(session, person_id))
    points = chosen(found, minutes=minutes, typical=typical, at=now)
    if not points:
        raise Refused(code="all_safe" if found else "nothing_met")
    begun = ReviewSession(
        person_id=person_id, minutes=minutes, branch=node, key_points=list(points), started_at=now, finished_at=None
    )
    session.add(begun)
    session.flush()
    return begun, True


def answer(session: Session, session_id: int, person_id: int, given: Given, *, now: datetime, day: date) -> Answered:
    """Take the rating of one point of a session; sent twice, the first stands. NotFound for another's session or point.

    `seconds` are bounded by the time since the last rating of the session, and by what a card takes.
    """
    own = queries.own_session(session, session_id, person_id, lock=True)
    if given.key_point_id not in own.key_points:
        raise NotFound
    rows = session.scalars(select(Review).where(Review.session_id == session_id)).all()
    before = next((row for row in rows if row.key_point_id == given.key_point_id), None)
    if before is not None:
        memory = queries.memories(session, person_id, [given.key_point_id])[given.key_point_id]
        rated = Rated(memory.state(now), memory.recall(now), before.at, counted=False)
        return Answered(rated, Rating(before.rating), own.finished_at is not None, again_sent=True)
    elapsed = int((now - max([own.started_at, *(row.at for row in rows)])).total_seconds())
    seconds = min(elapsed if given.seconds is None else given.seconds, max(elapsed, 0))
    timed = Given(given.key_point_id, given.rating, "card", seconds)
    rated = rate(session, person_id, timed, now=now, day=day, session_id=session_id)
    if len(rows) + 1 == len(own.key_points):
        own.finished_at = now
    session.flush()
    return Answered(rated, given.rating, own.finished_at is not None, again_sent=False)

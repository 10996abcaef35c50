"""Takes one rating of one key point: the card moves, the review is written, the seconds count for the day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import KeyPoint
from lms.courses.queries import learner_programme, own_lesson
from lms.db import insert
from lms.errors import NotFound
from lms.pace.actions import record_study
from lms.quizzes.actions.checks import CheckAnswered
from lms.reviews.memory import LAPSED, Known, reviewed
from lms.reviews.models import Card, Review
from lms.reviews.queries import own_seconds
from lms.reviews.rules.choice import card_seconds, counted_seconds
from lms.reviews.rules.recall import Memory, Rating, counts

LADDER = "ladder"  # as a programme's calendar says under `reviews`
MOST_ELAPSED = 600  # seconds; what was sent as longer says nothing


@dataclass(frozen=True)
class Given:
    """A rating as it comes in; `seconds` None: not known."""

    key_point_id: int
    rating: Rating
    source: str
    seconds: int | None = None


@dataclass(frozen=True)
class Rated:
    """What a rating came to; `counted` is false where the answer had just been seen."""

    state: str
    recall: float
    due_at: datetime
    counted: bool = True


def rate(
    session: Session,
    person_id: int,
    given: Given,
    *,
    now: datetime,
    day: date | None = None,
    session_id: int | None = None,
) -> Rated:
    """Note how a recall of a point went; who calls has made sure that the person may rate it.

    Seconds count as focused time of study day `day`. The card is locked: of two ratings at once, the second builds on
    the first.
    """
    seconds = 0
    if given.seconds is not None:
        typical = card_seconds(own_seconds(session, person_id))
        seconds = counted_seconds(min(given.seconds, MOST_ELAPSED), typical)
    card = _card(session, person_id, given.key_point_id)
    known = known_of(card) if card is not None else None
    after = reviewed(known, given.rating, now=now, ladder=by_ladder(session, person_id))
    lapsed = known is not None and given.rating is Rating.AGAIN
    _keep(session, person_id, given.key_point_id, after, card=card, lapsed=lapsed)
    session.add(
        Review(
            person_id=person_id,
            key_point_id=given.key_point_id,
            session_id=session_id,
            at=now,
            rating=int(given.rating),
            source=given.source,
            seconds=seconds,
        )
    )
    session.flush()
    if seconds and day is not None:
        record_study(session, person_id, day=day, now=now, seconds=seconds)
    return _rated(after, now, counted=True)


def rate_at_once(session: Session, person_id: int, given: Given, *, now: datetime, day: date | None = None) -> Rated:
    """Note a recall outside a session, of a point of the learner's own path, or raise NotFound.

    Within ten minutes of the last rating it counts no more: the answer has just been seen, or it was sent twice.
    """
    point = session.get(KeyPoint, given.key_point_id)
    if point is None or point.retired_at is not None:
        raise NotFound
    own_lesson(session, person_id, point.lesson_id)
    card = _card(session, person_id, given.key_point_id)
    if card is not None and not counts(card.last_review_at, now):
        return _rated(known_of(card), now, counted=False)
    return rate(session, person_id, given, now=now, day=day)


def note_check(session: Session, answered: CheckAnswered) -> None:
    """Count the answer to a lesson's check as a review of the point it asks; those who only read have no memory."""
    point_id = session.scalar(
        select(KeyPoint.id).where(
            KeyPoint.lesson_id == answered.lesson_id,
            KeyPoint.number == answered.key_point,
            KeyPoint.retired_at.is_(None),
        )
    )
    if point_id is None:
        return
    given = Given(point_id, Rating.GOOD if answered.correct else Rating.AGAIN, "check")
    try:
        rate_at_once(session, answered.person_id, given, now=answered.at)
    except NotFound:  # a trainer tries the check out
        return


def known_of(card: Card) -> Known:
    """Return the row as the value that a rating builds on."""
    return Known(card.stability, card.difficulty, card.due_at, card.last_review_at, card.state, card.step)


def values_of(after: Known) -> dict[str, Any]:
    """Return what a rating came to as the columns of a card."""
    return {
        name: getattr(after, name) for name in ("state", "step", "stability", "difficulty", "due_at", "last_review_at")
    }


def _card(session: Session, person_id: int, key_point_id: int) -> Card | None:
    key = (person_id, key_point_id)
    return session.get(Card, key, with_for_update=True, populate_existing=True)


def by_ladder(session: Session, person_id: int) -> bool:
    """Say whether the learner's programme repeats by the ladder of days."""
    programme = learner_programme(session, person_id)
    return programme is not None and programme.calendar.get("reviews") == LADDER


def _keep(
    session: Session, person_id: int, key_point_id: int, after: Known, *, card: Card | None, lapsed: bool
) -> None:
    values = values_of(after)
    if card is None:  # two first ratings may meet: the primary key keeps one card, the later rating writes it
        row = insert(session, Card).values(
            person_id=person_id, key_point_id=key_point_id, reviews=1, lapses=0, **values
        )
        session.execute(
            row.on_conflict_do_update(
                index_elements=[Card.person_id, Card.key_point_id], set_=values | {"reviews": Card.reviews + 1}
            )
        )
        return
    for name, value in values.items():
        setattr(card, name, value)
    card.reviews += 1
    card.lapses += lapsed


def _rated(known: Known, now: datetime, *, counted: bool) -> Rated:
    memory = Memory(known.stability, known.last_review_at, lapsed=known.state == LAPSED)
    return Rated(memory.state(now), memory.recall(now), known.due_at, counted)

"""Begins attempts and hands them from tab to tab."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import Table, bindparam, insert, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.dml import ReturningInsert

from lms.db import insert_into
from lms.errors import Refused
from lms.quizzes.actions.drawing import drawn_for
from lms.quizzes.actions.rescoring import share_quiz
from lms.quizzes.actions.settling import settle, settle_overdue
from lms.quizzes.models import Attempt, AttemptEvent, AttemptQuestion, Quiz
from lms.quizzes.queries.accommodations import allowance_of, hold_place
from lms.quizzes.queries.attempts import own_attempt, own_quiz
from lms.quizzes.queries.facts import open_beside, purposes_of, sitting_of, taken_of, terms_of
from lms.quizzes.rules import pooling, timing
from lms.quizzes.rules.spans import Allowance, deadline, extra_time
from lms.rows import insert_rows

RACES = 5


@dataclass(frozen=True)
class Started:
    """The open attempt; `is_new`: it began just now; `holds_lease`: whoever asked may write."""

    attempt_id: int
    is_new: bool
    holds_lease: bool
    started_at: datetime
    deadline: datetime
    pauses: bool = False


def start_attempt(
    session: Session,
    slug: str,
    learner_id: int,
    *,
    lease: str,
    now: datetime,
    consent: bool = False,
    seed: int | None = None,
) -> Started:
    """Begin an attempt at a quiz of the learner's programme, or return the open one; Refused with the reason otherwise.

    `lease` is a secret that the asking tab chose: who starts twice with the same (a double click) still holds it.
    An overdue attempt is settled first. Which of several parallel starts wins, the unique indexes decide.
    A gate stands alone: beside one nothing else begins, and it begins beside nothing else.
    After a gate's score near the cut the next attempt is its second form: no attempt is used up, no wait is asked.
    Daily quizzes and practice ask first what the learner met and has not confirmed; a gate asks without regard to that.
    `seed` is drawn in secret unless a history that is to come out the same every time, the demo's, names one; such a
    draw is neutral too.
    """
    quiz = own_quiz(session, slug, learner_id)
    hold_place(session, learner_id, alone=quiz.purpose == timing.GATE)
    if pooling.within_of(quiz.purpose, quiz.borderline_percent):
        share_quiz(session, quiz.id)  # a re-score and the start of a second form know of one another
    allowance = allowance_of(session, learner_id)
    terms = terms_of(quiz, allowance)
    for _race in range(RACES):
        earlier, beside = _earlier(session, quiz, learner_id, now)
        running = next((attempt for attempt in earlier if attempt.finished_at is None), None)
        if running is not None:
            return Started(
                running.id,
                is_new=False,
                holds_lease=running.lease == lease,
                started_at=running.started_at,
                deadline=running.deadline,
                pauses=running.paused_at is not None,
            )
        last = max((each.finished_at for each in earlier if each.finished_at), default=None)
        taken = [taken_of(each) for each in earlier]
        tries = (pooling.terms_now(terms, taken), pooling.used(taken))
        asked = timing.Start(*tries, consent, last, **purposes_of(quiz, beside))
        refused = timing.refusal(asked, now)
        if refused is not None:
            raise Refused(code=refused)
        waits = pooling.undecided(taken)
        first = next((each for each in earlier if waits and each.id == waits.id), None)
        begun = _begin(session, quiz, Place(learner_id, len(earlier) + 1, lease, allowance, first), seed, now=now)
        if begun is not None:
            attempt_id, ends_at = begun
            return Started(attempt_id, is_new=True, holds_lease=True, started_at=now, deadline=ends_at)
    raise Refused(code="busy")


def _earlier(session: Session, quiz: Quiz, learner_id: int, now: datetime) -> tuple[list[Attempt], list[Attempt]]:
    """Return the learner's attempts at a quiz, an overdue one settled, and those at other quizzes that are open.

    Of finished ones no row is locked: whoever re-scores them locks the quiz first, which settling waits for.
    """
    found = list(session.scalars(EARLIER_OR_OPEN, {"quiz_id": quiz.id, "learner_id": learner_id}))
    earlier = [attempt for attempt in found if attempt.quiz_id == quiz.id]
    for attempt in earlier:
        if timing.overdue(sitting_of(attempt), now):
            settle_overdue(session, attempt.id, learner_id, now=now)
    return earlier, open_beside(quiz, found, now)


EARLIER_OR_OPEN = (
    select(Attempt)
    .options(joinedload(Attempt.quiz, innerjoin=True))
    .where(Attempt.learner_id == bindparam("learner_id"))
    .where(or_(Attempt.quiz_id == bindparam("quiz_id"), Attempt.finished_at.is_(None)))
    .order_by(Attempt.number)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class Place:
    """Whose attempt begins, their how manieth, in which tab, and what they are allowed besides."""

    learner_id: int
    number: int
    lease: str
    allowance: Allowance
    first: Attempt | None  # the form that is decided together with the one that begins


def _begin(
    session: Session, quiz: Quiz, place: Place, named: int | None, *, now: datetime
) -> tuple[int, datetime] | None:
    """Write the attempt with its questions; return its id and deadline, or None where another tab was first."""
    seed = secrets.randbits(63) if named is None else named
    neutral = quiz.purpose == "gate" or named is not None
    drawn = drawn_for(
        session, quiz, place.learner_id, seed=seed, neutral=neutral, second=place.first is not None, now=now
    )
    ends_at = deadline(now, quiz.limit_minutes, quiz.hard_stop_at, place.allowance)
    values = {
        "quiz_id": quiz.id,
        "learner_id": place.learner_id,
        "number": place.number,
        "seed": seed,
        "lease": place.lease,
        "started_at": now,
        "deadline": ends_at,
        "grace_seconds": quiz.grace_seconds,
        "pass_percent": place.first.pass_percent if place.first else quiz.pass_percent,
        "form": pooling.SECOND if place.first else pooling.FIRST,
        "pools_id": place.first.id if place.first else None,
        "max_score": float(len(drawn)),
        "limit_minutes": quiz.limit_minutes,
        "at_end": quiz.at_end,
        **vars(place.allowance),
    }
    attempt_id: int | None = session.execute(_new_attempt(session.get_bind().dialect.name), values).scalar()
    if attempt_id is None:
        return None
    places = [
        {"attempt_id": attempt_id, "position": position, "version_id": each.version_id}
        | {"option_order": list(each.option_order)}
        for position, each in enumerate(drawn, start=1)
    ]
    insert_rows(session, _QUESTIONS, places)
    end = {"deadline": ends_at.isoformat(), "unlimited": place.allowance.unlimited}
    extra = extra_time(quiz.limit_minutes, place.allowance)
    detail = {"number": place.number, "questions": len(drawn), "limit": quiz.limit_minutes, "extra": extra, **end}
    detail |= {"form": pooling.SECOND, "pools": place.first.id} if place.first else {}
    session.execute(insert(_EVENTS), {"attempt_id": attempt_id, "at": now, "kind": "started", "detail": detail})
    return attempt_id, ends_at


# Rows in place of objects: an attempt begins with its 35 questions, and objects cost three times as much.
_ATTEMPTS, _QUESTIONS, _EVENTS = (cast(Table, each.__table__) for each in (Attempt, AttemptQuestion, AttemptEvent))


@cache
def _new_attempt(dialect: str) -> ReturningInsert[int]:
    """Return the statement that begins an attempt unless a unique index says that another one is first."""
    return insert_into(dialect, _ATTEMPTS).on_conflict_do_nothing().returning(_ATTEMPTS.c.id)


def take_over(session: Session, attempt_id: int, learner_id: int, *, lease: str, now: datetime) -> Attempt:
    """Give the right to write to the tab that chose `lease`; the other tab's ends. A finished attempt stays."""
    attempt = own_attempt(session, attempt_id, learner_id, lock=True)
    if timing.overdue(sitting_of(attempt), now):
        return settle(session, attempt, now=now)
    if attempt.finished_at is None and attempt.lease != lease:
        attempt.lease = lease
        session.add(AttemptEvent(attempt_id=attempt.id, at=now, kind="taken_over", detail={}))
        session.flush()
    return attempt

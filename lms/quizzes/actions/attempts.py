"""Begins attempts, hands them from tab to tab, moves their deadline."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions.drawing import drawn_for
from lms.quizzes.actions.settling import settle
from lms.quizzes.models import Attempt, AttemptEvent, AttemptQuestion, Quiz
from lms.quizzes.queries.attempts import own_attempt, own_quiz
from lms.quizzes.queries.facts import sitting_of, terms_of
from lms.quizzes.rules import timing

MOST_EXTRA_MINUTES = 240
LONGEST_REASON = 400
RACES = 5


@dataclass(frozen=True)
class Started:
    """The open attempt; `is_new`: it began just now; `holds_lease`: whoever asked may write."""

    attempt_id: int
    is_new: bool
    holds_lease: bool


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
    Daily quizzes and practice ask first what the learner met and has not confirmed; a gate asks without regard to that.
    `seed` is drawn in secret unless a history that is to come out the same every time, the demo's, names one; such a
    draw is neutral too.
    """
    quiz = own_quiz(session, slug, learner_id)
    for _race in range(RACES):
        earlier = _earlier(session, quiz, learner_id, now)
        running = next((attempt for attempt in earlier if attempt.finished_at is None), None)
        if running is not None:
            return Started(running.id, is_new=False, holds_lease=running.lease == lease)
        refused = timing.refusal(timing.Start(terms_of(quiz), len(earlier), consent), now)
        if refused is not None:
            raise Refused(code=refused)
        try:
            with session.begin_nested():
                begun = _begin(session, quiz, learner_id, seed, number=len(earlier) + 1, lease=lease, now=now)
        except IntegrityError:
            continue  # another tab was first: look again
        return Started(begun.id, is_new=True, holds_lease=True)
    raise Refused(code="busy")


def _earlier(session: Session, quiz: Quiz, learner_id: int, now: datetime) -> list[Attempt]:
    """Return the learner's attempts at a quiz, an overdue one settled."""
    query = (
        select(Attempt)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .where(Attempt.quiz_id == quiz.id, Attempt.learner_id == learner_id)
        .order_by(Attempt.number)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    earlier = list(session.scalars(query))
    for attempt in earlier:
        if timing.overdue(sitting_of(attempt), now):
            settle(session, attempt, now=now)
    return earlier


def _begin(  # all of it is decided by the caller
    session: Session, quiz: Quiz, learner_id: int, named: int | None, *, number: int, lease: str, now: datetime
) -> Attempt:
    seed = secrets.randbits(63) if named is None else named
    neutral = quiz.purpose == "gate" or named is not None
    drawn = drawn_for(session, quiz, learner_id, seed=seed, neutral=neutral)
    attempt = Attempt(
        quiz_id=quiz.id,
        learner_id=learner_id,
        number=number,
        seed=seed,
        lease=lease,
        started_at=now,
        deadline=timing.deadline(now, quiz.limit_minutes, quiz.hard_stop_at),
        grace_seconds=quiz.grace_seconds,
        pass_percent=quiz.pass_percent,
        max_score=float(len(drawn)),
    )
    session.add(attempt)
    session.flush()
    for position, question in enumerate(drawn, start=1):
        place = {"attempt_id": attempt.id, "position": position, "option_order": list(question.option_order)}
        session.add(AttemptQuestion(version_id=question.version_id, **place))
    detail = {"number": number, "questions": len(drawn), "deadline": attempt.deadline.isoformat()}
    session.add(AttemptEvent(attempt_id=attempt.id, at=now, kind="started", detail=detail))
    session.flush()
    return attempt


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


def extend_attempt(  # a decision names what, how much, why, who and when
    session: Session, attempt_id: int, *, minutes: int, reason: str, actor: str, now: datetime
) -> Attempt:
    """Move the deadline of an open attempt by `minutes`, not past the quiz's hard stop; a decision with a reason.

    `actor` is the employee number of who decides; that they may, the caller has made sure. Refused when time is over.
    """
    if not 1 <= minutes <= MOST_EXTRA_MINUTES:
        raise Invalid(code="minutes", field="minutes")
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid(code="reason", field="reason")
    found = session.execute(
        select(Attempt, Quiz, Person.employee_no)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Person, Person.id == Attempt.learner_id)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    attempt, quiz, learner = found
    sitting = sitting_of(attempt)
    if sitting.finished_at is not None or timing.overdue(sitting, now):
        raise Refused(code=timing.Refusal.FINISHED)
    moved = timing.extended(attempt.deadline, minutes, quiz.hard_stop_at)
    if moved == attempt.deadline:
        raise Refused(code="hard_stop")
    change = {"before": attempt.deadline.isoformat(), "after": moved.isoformat(), "by": actor, "reason": reason.strip()}
    attempt.deadline = moved
    session.add(AttemptEvent(attempt_id=attempt.id, at=now, kind="deadline_changed", detail=change))
    session.flush()
    detail = {"attempt": attempt.id, "quiz": quiz.slug, **change}
    audit.append(session, "attempt.extended", actor=actor, subject=learner, detail=detail, now=now)
    return attempt

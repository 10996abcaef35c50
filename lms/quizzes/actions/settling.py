"""Ends attempts: one function, once, with the same result whether the learner, a page or the sweeper comes first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, select
from sqlalchemy.orm import Session

from lms.pace import actions as pace
from lms.pace.rules import study_day
from lms.quizzes.actions import rollups
from lms.quizzes.actions.deadlines import end_pause
from lms.quizzes.actions.rescoring import share_quizzes
from lms.quizzes.models import Answer, Attempt, AttemptEvent, AttemptQuestion, Marking, Question, QuestionVersion
from lms.quizzes.queries.attempts import own_attempt, time_zone_of
from lms.quizzes.queries.facts import result_of, sitting_of
from lms.quizzes.queries.rulings import rulings_in
from lms.quizzes.rules import marks, timing
from lms.quizzes.rules.pooling import verdict, within_of
from lms.quizzes.rules.regrading import Place, Ruling, Verdict, Worth, outcome, waits_for_a_person, worth
from lms.quizzes.rules.regrading import Question as Graded
from lms.quizzes.rules.sums import Sheet, offered
from lms.rows import update_rows

GRADED = frozenset({"daily", "gate"})


@dataclass(frozen=True)
class PointAnswered:
    """An answer that was given to a question of an attempt: the point of the lesson that it asks, by its number."""

    lesson_id: int
    key_point: int
    correct: bool


@dataclass(frozen=True)
class AttemptSettled:
    """What listeners are told; questions without an answer or without a key point are left out."""

    learner_id: int
    answered: tuple[PointAnswered, ...]
    at: datetime


Listener = Callable[[Session, AttemptSettled], None]
_listeners: dict[Listener, None] = {}


def on_settled(listener: Listener) -> None:
    """Let a feature above this one hear of every attempt that ends, once each, in the same transaction."""
    _listeners[listener] = None


def settle(session: Session, attempt: Attempt, *, now: datetime) -> Attempt:
    """Finish and grade an open attempt whose row is locked and whose quiz is loaded; a finished one stays as it is.

    What was saved is what is graded, on the versions that were drawn. The end is `now`, or the deadline if it is past.
    """
    return settle_all(session, [attempt], now=now)[0]


def settle_all(session: Session, attempts: Sequence[Attempt], *, now: datetime) -> Sequence[Attempt]:
    """Settle several attempts of one transaction; the sums of reports, which others wait for, come last and at once."""
    still_open = [attempt for attempt in attempts if attempt.finished_at is None]
    if not still_open:
        return attempts
    share_quizzes(session, still_open)
    rulings = rulings_in(session, [attempt.id for attempt in still_open])
    rollups.record(session, [_settle(session, attempt, rulings, now) for attempt in still_open])
    return attempts


def _settle(session: Session, attempt: Attempt, rulings: Sequence[Ruling], now: datetime) -> Sheet:
    """Grade one attempt, tell who listens, and return what it adds to the sums of reports."""
    end_pause(session, attempt, now=now)
    session.flush()
    rows = session.execute(ASKED, {"attempt_id": attempt.id}).all()
    finished_at, by = timing.finish(sitting_of(attempt), now)
    attempt.finished_at, attempt.settled_by, attempt.score, attempt.passed = finished_at, by, 0.0, False
    discarded = by == "discarded"  # counts as an attempt, and for nothing else
    worths = [Worth(0.0, marks.WHOLE)] * len(rows) if discarded else _grade(session, attempt, rows, rulings)
    detail = {"by": by, "score": attempt.score, "max_score": attempt.max_score, "passed": attempt.passed}
    session.add(AttemptEvent(attempt_id=attempt.id, at=now, kind="settled", detail=detail))
    if not discarded:
        _write(session, attempt, rows, worths, now)
        answered = tuple(_points(rows, worths, rulings))
        for listener in _listeners:  # before the day is locked: a review in a session locks its card, then the day
            listener(session, AttemptSettled(attempt.learner_id, answered, finished_at))
        if attempt.quiz.purpose in GRADED:
            day = study_day(finished_at, time_zone_of(session, attempt.learner_id))
            pace.record_quiz(session, attempt.learner_id, day=day, now=now, failed=attempt.passed is False)
    session.flush()
    places = [
        rollups.Answered(row.version_id, made.marks, made.weight, row.response, row.confidence)
        for row, made in zip(rows, worths, strict=True)
    ]
    return rollups.sheet_of(attempt, places, {row.version_id: _offered(row) for row in rows})


def _verdict(session: Session, attempt: Attempt) -> bool | None:
    """Say whether a graded attempt is passed; None near the cut of a gate, where a second form decides."""
    first = session.get_one(Attempt, attempt.pools_id) if attempt.pools_id is not None else None
    within = within_of(attempt.quiz.purpose, attempt.quiz.borderline_percent)
    return verdict(result_of(attempt), first=result_of(first) if first else None, within_percent=within)


# What grading, memory and the sums of reports need of each place, in one statement built once; no whole objects, as 35
# versions with their texts cost a third of a hand-in.
ASKED = (
    select(
        *(AttemptQuestion.position, AttemptQuestion.version_id, Question.lesson_id, QuestionVersion.key_point),
        *(QuestionVersion.kind, QuestionVersion.key, QuestionVersion.unit, QuestionVersion.body),
        *(QuestionVersion.options, Answer.response, Answer.confidence),
    )
    .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
    .join(Question, Question.id == QuestionVersion.question_id)
    .outerjoin(
        Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.position == AttemptQuestion.position)
    )
    .where(AttemptQuestion.attempt_id == bindparam("attempt_id"))
    .order_by(AttemptQuestion.position)
)
_PLACES = cast(Table, AttemptQuestion.__table__)


def _place(row: Row[Any]) -> Place:
    return Place(row.version_id, Graded(row.kind, row.key, tuple(row.unit.values()), row.body), row.response)


def _offered(row: Row[Any]) -> tuple[str, ...]:
    """Return the options that the sums of reports count; no answer takes any."""
    if row.response is None:
        return ()
    return offered(row.kind, row.key, tuple(option["id"] for option in row.options), row.body)


def _grade(session: Session, attempt: Attempt, rows: Sequence[Row[Any]], rulings: Sequence[Ruling]) -> list[Worth]:
    """Set what the attempt came to, and return what each place is worth."""
    worths = [worth(_place(row), rulings) for row in rows]
    result = outcome(worths, attempt.pass_percent)
    attempt.score, attempt.max_score = result.score, result.max_score
    attempt.passed = _verdict(session, attempt)
    return worths


def _write(
    session: Session, attempt: Attempt, rows: Sequence[Row[Any]], worths: Sequence[Worth], now: datetime
) -> None:
    """Write what each place is worth, and ask for a person's mark where one decides."""
    places = [
        {"attempt_id": attempt.id, "position": row.position, "marks": made.marks, "weight": made.weight}
        for row, made in zip(rows, worths, strict=True)
    ]
    update_rows(session, _PLACES, ("attempt_id", "position"), places)
    for held in [each for each in session.identity_map.values() if isinstance(each, AttemptQuestion)]:
        session.expire(held)  # the rows went past the objects that this session may hold of them
    session.add_all(
        Marking(attempt_id=attempt.id, position=row.position, version_id=row.version_id, asked_at=now)
        for row, made in zip(rows, worths, strict=True)
        if row.response is not None and made.marks < made.weight and waits_for_a_person(row.kind, attempt.quiz.purpose)
    )


def _points(rows: Sequence[Row[Any]], worths: Sequence[Worth], rulings: Sequence[Ruling]) -> Iterator[PointAnswered]:
    """Yield the points that were answered; what is void shows nothing, nor does a mark that everybody was given."""
    shown = [ruling for ruling in rulings if ruling.verdict is not Verdict.FULL_CREDIT]
    for row, made in zip(rows, worths, strict=True):
        if row.response is not None and made.weight and row.key_point is not None:
            right = (made if len(shown) == len(rulings) else worth(_place(row), shown)).marks == marks.WHOLE
            yield PointAnswered(row.lesson_id, row.key_point, correct=right)


def submit_attempt(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> Attempt:
    """Hand in the learner's own attempt and return it graded; the same answer every time after."""
    return settle(session, own_attempt(session, attempt_id, learner_id, lock=True), now=now)


def settle_overdue(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> Attempt:
    """Return the learner's own attempt, settled by time if its deadline and grace are past."""
    attempt = own_attempt(session, attempt_id, learner_id, lock=True)
    return settle(session, attempt, now=now) if timing.overdue(sitting_of(attempt), now) else attempt

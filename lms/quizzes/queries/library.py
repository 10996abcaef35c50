"""Quizzes as their learner, and as their trainer, sees them listed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, distinct, func, or_, select
from sqlalchemy.orm import Session, joinedload

from lms.courses.models import Lesson
from lms.errors import NotFound
from lms.quizzes.models import Accommodation, Attempt, Question, Quiz, QuizCourse
from lms.quizzes.queries.accommodations import allowed_by, with_allowance
from lms.quizzes.queries.facts import (
    open_beside,
    pause_terms_of,
    purposes_of,
    result_of,
    sitting_of,
    taken_of,
    terms_of,
)
from lms.quizzes.queries.reach import listed, of_learner
from lms.quizzes.rules import pooling
from lms.quizzes.rules.spans import Allowance, PauseTerms, extra_time
from lms.quizzes.rules.timing import (
    ALONE,
    Refusal,
    Start,
    Terms,
    attempts_left,
    minutes_available,
    overdue,
    refusal,
    retake_from,
    shortened,
)


@dataclass(frozen=True)
class OpenAttempt:
    """An attempt under way."""

    id: int
    quiz: Quiz
    started_at: datetime
    deadline: datetime
    unlimited: bool = False
    paused: bool = False


@dataclass(frozen=True)
class QuizRow:
    """A quiz with where the learner stands with it; `refusal` is why it cannot be started now."""

    quiz: Quiz
    terms: Terms
    questions: int
    used: int
    attempts_left: int | None
    second_form: bool  # the last score was near the cut: what is started now decides together with it
    open: OpenAttempt | None
    waiting_id: int | None  # an attempt whose time is over and that is not settled yet
    last_id: int | None
    best_percent: float | None
    passed: bool
    refusal: Refusal | None
    in_the_way: OpenAttempt | None  # what is to be handed in first, where a gate is not to be sat beside another quiz
    again_from: datetime | None  # after the wait that the quiz asks for between two tries
    extra: float  # minutes beyond the quiz's own limit
    pauses: PauseTerms
    shortened: bool
    minutes: int


def open_attempts(session: Session, learner_ids: Collection[int], *, now: datetime) -> dict[int, OpenAttempt]:
    """Return for each learner the attempt that runs out first, those whose time is over left out; one statement."""
    rows = session.scalars(
        select(Attempt)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .where(Attempt.learner_id.in_(learner_ids), Attempt.finished_at.is_(None))
        .order_by(Attempt.deadline.desc(), Attempt.id)
    )
    return {each.learner_id: _open(each) for each in rows if not overdue(sitting_of(each), now)}


def open_attempt(session: Session, learner_id: int, *, now: datetime) -> OpenAttempt | None:
    """Return the attempt that the learner can go on with now, or None."""
    return open_attempts(session, [learner_id], now=now).get(learner_id)


def _open(attempt: Attempt) -> OpenAttempt:
    paused = attempt.paused_at is not None
    return OpenAttempt(attempt.id, attempt.quiz, attempt.started_at, attempt.deadline, attempt.unlimited, paused)


def quizzes_of(
    session: Session, learner_id: int, *, now: datetime, after: int = 0, limit: int | None = None
) -> list[QuizRow]:
    """Return the quizzes of the learner's programme in order; three statements. `after` and `limit` page by id."""
    query = with_allowance(learner_id).where(of_learner(learner_id), listed(now), Quiz.id > after)
    order = (Quiz.id,) if limit else (Quiz.position, Quiz.id)
    return _rows(session, session.execute(query.order_by(*order).limit(limit)).all(), learner_id, now)


def start_page(session: Session, slug: str, learner_id: int, *, now: datetime) -> QuizRow:
    """Return a quiz of the learner's programme with where they stand; NotFound for any other."""
    query = with_allowance(learner_id).where(of_learner(learner_id), Quiz.slug == slug)
    found = session.execute(query).all()
    if not found:
        raise NotFound
    return _rows(session, found, learner_id, now)[0]


def _rows(
    session: Session, quizzes: Sequence[Row[Quiz, Accommodation | None]], learner_id: int, now: datetime
) -> list[QuizRow]:
    ids = [quiz.id for quiz, _more in quizzes]
    sizes = bank_sizes(session, ids)
    query = select(Attempt).options(joinedload(Attempt.quiz, innerjoin=True)).order_by(Attempt.number)
    asked = or_(Attempt.quiz_id.in_(ids), Attempt.finished_at.is_(None))
    attempts = session.scalars(query.where(Attempt.learner_id == learner_id, asked)).all()
    return [_row(quiz, allowed_by(more), sizes.get(quiz.id, 0), attempts, now) for quiz, more in quizzes]


def _row(quiz: Quiz, allowance: Allowance, size: int, all_attempts: Sequence[Attempt], now: datetime) -> QuizRow:
    attempts = [attempt for attempt in all_attempts if attempt.quiz_id == quiz.id]
    beside = open_beside(quiz, all_attempts, now)
    taken = [taken_of(attempt) for attempt in attempts]
    terms, used = terms_of(quiz, allowance), pooling.used(taken)
    next_terms = pooling.terms_now(terms, taken)
    finished = [attempt for attempt in attempts if attempt.finished_at is not None]
    unfinished = [attempt for attempt in attempts if attempt.finished_at is None]
    waiting = [attempt for attempt in unfinished if overdue(sitting_of(attempt), now)]
    running = [attempt for attempt in unfinished if attempt not in waiting]
    graded = [attempt for attempt in finished if attempt.settled_by != "discarded"]
    last = max((attempt.finished_at for attempt in finished if attempt.finished_at), default=None)
    asked = Start(next_terms, used, consent=True, last_finished_at=last, **purposes_of(quiz, beside))
    refused = refusal(asked, now)
    return QuizRow(
        quiz=quiz,
        terms=terms,
        questions=min(quiz.draw, size),
        used=used,
        attempts_left=attempts_left(terms, used),
        second_form=pooling.undecided(taken) is not None,
        open=_open(running[0]) if running else None,
        waiting_id=waiting[0].id if waiting else None,
        last_id=finished[-1].id if finished else None,
        best_percent=max((result_of(attempt).percent for attempt in graded), default=None),
        passed=any(attempt.passed for attempt in finished),
        refusal=refused,
        in_the_way=_open(beside[0]) if refused in ALONE else None,
        again_from=retake_from(next_terms, last),
        extra=extra_time(quiz.limit_minutes, allowance),
        pauses=pause_terms_of(quiz),
        shortened=shortened(terms, now),
        minutes=minutes_available(terms, now),
    )


def bank_sizes(session: Session, quiz_ids: Collection[int]) -> dict[int, int]:
    """Return by quiz how many questions it can draw from."""
    rows = session.execute(
        select(QuizCourse.quiz_id, func.count(distinct(Question.id)))
        .join(Lesson, Lesson.course_id == QuizCourse.course_id)
        .join(Question, Question.lesson_id == Lesson.id)
        .where(QuizCourse.quiz_id.in_(quiz_ids), Question.retired_at.is_(None), Lesson.retired_at.is_(None))
        .where(Question.review_state != "withheld")
        .group_by(QuizCourse.quiz_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class QuizCounts:
    """A quiz as its trainer sees it listed."""

    quiz: Quiz
    bank: int
    open: int
    finished: int
    learners: int
    passed: int


def quiz_counts(session: Session) -> list[QuizCounts]:
    """Return all quizzes that are not retired with how often they were sat and passed; two statements."""
    rows = session.execute(
        select(
            Quiz,
            func.count(Attempt.id).filter(Attempt.finished_at.is_(None)),
            func.count(Attempt.id).filter(Attempt.finished_at.is_not(None), Attempt.settled_by != "discarded"),
            func.count(distinct(Attempt.learner_id)),
            func.count(Attempt.id).filter(Attempt.passed.is_(True)),
        )
        .outerjoin(Attempt, Attempt.quiz_id == Quiz.id)
        .where(Quiz.retired_at.is_(None), Quiz.day.is_(None))
        .group_by(Quiz.id)
        .order_by(Quiz.programme_id, Quiz.position, Quiz.id)
    ).all()
    sizes = bank_sizes(session, [row[0].id for row in rows])
    return [QuizCounts(row[0], sizes.get(row[0].id, 0), *row[1:]) for row in rows]

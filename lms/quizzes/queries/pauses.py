"""Pauses for calls: the page of one, and what can take the place of the question that somebody left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from lms.courses.models import Lesson
from lms.errors import Refused
from lms.quizzes.models import Attempt, AttemptEvent, AttemptQuestion, Question, QuestionVersion, QuizCourse
from lms.quizzes.queries.attempts import Item, own_attempt, paper
from lms.quizzes.queries.facts import pause_terms_of
from lms.quizzes.rules.kinds import kind_of
from lms.quizzes.rules.timing import Refusal


@dataclass(frozen=True)
class PausePage:
    """An attempt that pauses: where it was left, until when it may pause, how much time waits, pauses left after it."""

    attempt: Attempt
    position: int
    until: datetime
    remaining: timedelta
    left: int | None


def pause_page(session: Session, attempt_id: int, learner_id: int) -> PausePage | None:
    """Return the running pause of the learner's own attempt, or None where it does not pause; two statements."""
    attempt = own_attempt(session, attempt_id, learner_id)
    if attempt.paused_at is None:
        return None
    terms = pause_terms_of(attempt.quiz)
    until = attempt.paused_at + terms.longest
    remaining = max(timedelta(0), attempt.deadline - until)
    return PausePage(attempt, left_at(session, attempt.id), until, remaining, terms.left(attempt.pauses))


@dataclass(frozen=True)
class Running:
    """How an attempt stands: until when it pauses, pauses left (None: uncounted), what stands where a pause began."""

    finished: bool
    deadline: datetime
    until: datetime | None
    left: int | None
    item: Item | None


def running_of(session: Session, attempt: Attempt, *, left_at: int | None = None) -> Running:
    """Return how an attempt stands, with the question at the place `left_at` unless it pauses or is over."""
    terms, finished = pause_terms_of(attempt.quiz), attempt.finished_at is not None
    until = None if finished or attempt.paused_at is None else attempt.paused_at + terms.longest
    items = paper(session, attempt.id) if left_at is not None and not finished and until is None else []
    item = next((each for each in items if each.position == left_at), None)
    return Running(finished, attempt.deadline, until, terms.left(attempt.pauses), item)


def shown_paper(session: Session, attempt_id: int, *, pauses: bool) -> list[Item]:
    """Return the questions of an open attempt to its learner; Refused while it pauses, when none are shown."""
    if pauses:
        raise Refused(code=Refusal.PAUSED)
    return paper(session, attempt_id)


def left_at(session: Session, attempt_id: int) -> int:
    """Return the position at which the last pause of an attempt began."""
    paused = select(AttemptEvent.detail).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == "paused")
    detail = session.execute(paused.order_by(AttemptEvent.id.desc()).limit(1)).scalar_one()
    return int(detail["position"])


@dataclass(frozen=True)
class Spare:
    """A question that an attempt does not ask yet."""

    version_id: int
    options: tuple[str, ...]
    shuffles: bool  # its options may change places


def spares(session: Session, attempt_id: int, quiz_id: int, position: int) -> list[Spare]:
    """Return what may be asked at `position` instead: of the same competency, else of the same lesson, by id.

    Only what the quiz may draw today and the attempt does not ask anywhere; two statements.
    """
    drawn = (
        select(AttemptQuestion.position, Question.id, QuestionVersion.competency, Question.lesson_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(AttemptQuestion.attempt_id == attempt_id)
    )
    rows = session.execute(drawn).all()
    left = next(row for row in rows if row.position == position)
    current = aliased(QuestionVersion)
    candidates = session.execute(
        select(Question.lesson_id, current.id, current.kind, current.options, current.competency)
        .join(current, and_(current.question_id == Question.id, current.version == Question.version))
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(QuizCourse, QuizCourse.course_id == Lesson.course_id)
        .where(
            QuizCourse.quiz_id == quiz_id,
            Question.id.not_in([row.id for row in rows]),
            Question.retired_at.is_(None),
            Question.review_state != "withheld",
            Lesson.retired_at.is_(None),
        )
        .order_by(Question.id)
    ).all()
    alike = [row for row in candidates if row.competency == left.competency]
    alike = alike or [row for row in candidates if row.lesson_id == left.lesson_id]
    return [Spare(row.id, tuple(option["id"] for option in row.options), kind_of(row.kind).shuffles) for row in alike]

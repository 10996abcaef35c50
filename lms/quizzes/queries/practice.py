"""What a learner's daily quiz should ask: what was missed or has grown weak, then what is fresh and unconfirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, select, tuple_, union_all
from sqlalchemy.orm import Session

from lms.quizzes.models import Attempt, AttemptQuestion, CheckAnswer, Question, QuestionVersion
from lms.quizzes.queries.pools import confirmed_competencies, met_lessons, pool
from lms.quizzes.rules import daily
from lms.quizzes.rules.draw import Candidate
from lms.quizzes.rules.marks import WHOLE

LOOK_BACK = timedelta(days=21)
WeakPoints = Callable[[Session, int, datetime], set[tuple[int, int]]]
_asked: dict[WeakPoints, None] = {}


def on_weak_points(tell: WeakPoints) -> None:
    """Let a feature above this one tell a learner's weak key points, as (lesson id, number of the point)."""
    _asked[tell] = None


# As `evidence.missed_of` finds what is shown to people, without what only people read, and built once.
_IN_ATTEMPTS = (
    select(Question.id, Question.competency, (AttemptQuestion.marks == WHOLE).label("right"), Attempt.finished_at)
    .join(QuestionVersion, QuestionVersion.question_id == Question.id)
    .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
    .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
    .where(
        Attempt.learner_id == bindparam("learner_id"),
        Attempt.finished_at >= bindparam("since"),
        Attempt.settled_by != "discarded",
        AttemptQuestion.weight > 0,
    )
)
_IN_CHECKS = (
    select(Question.id, Question.competency, CheckAnswer.correct, CheckAnswer.at)
    .join(CheckAnswer, CheckAnswer.question_id == Question.id)
    .where(CheckAnswer.person_id == bindparam("learner_id"), CheckAnswer.at >= bindparam("since"))
)
ANSWERED: CompoundSelect[Any] = union_all(_IN_ATTEMPTS, _IN_CHECKS)


def missed_competencies(session: Session, learner_id: int, *, since: datetime) -> frozenset[str]:
    """Return the competencies of the questions that the learner's last answer since then missed; one statement."""
    last: dict[int, tuple[str, bool]] = {}
    rows = session.execute(ANSWERED, {"learner_id": learner_id, "since": since})
    for question_id, competency, right, _at in sorted(rows, key=lambda row: row[3]):
        last[question_id] = (competency, right)
    return frozenset(competency for competency, right in last.values() if not right)


def daily_pool(session: Session, quiz_id: int, learner_id: int, *, now: datetime) -> tuple[Candidate, ...]:
    """Return the questions of a daily quiz ranked for this learner, in a constant number of statements."""
    candidates = pool(session, quiz_id)
    met = {lesson_id: (now - began).days for lesson_id, began in met_lessons(session, learner_id).items()}
    confirmed = confirmed_competencies(session, learner_id)
    missed = missed_competencies(session, learner_id, since=now - LOOK_BACK)
    weak = {point for tell in _asked for point in tell(session, learner_id, now)}
    asks_weak: set[int] = set()
    if weak:
        about = select(QuestionVersion.id).join(Question, Question.id == QuestionVersion.question_id)
        asks_weak = set(session.scalars(about.where(tuple_(Question.lesson_id, QuestionVersion.key_point).in_(weak))))
    return tuple(
        replace(
            each,
            rank=daily.weight_of(
                missed=each.competency in missed,
                weak=each.version_id in asks_weak,
                met_days_ago=met.get(each.lesson_id),
                confirmed=each.competency in confirmed,
            ),
        )
        for each in candidates
    )

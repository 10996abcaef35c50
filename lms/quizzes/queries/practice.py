"""What a learner's daily quiz should ask: what was missed or has grown weak, then what is fresh and unconfirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from lms.courses.models import LessonProgress
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.queries.evidence import missed_lately
from lms.quizzes.queries.pools import confirmed_competencies, pool
from lms.quizzes.rules import daily
from lms.quizzes.rules.draw import Candidate

LOOK_BACK = timedelta(days=21)
WeakPoints = Callable[[Session, int, datetime], set[tuple[int, int]]]
_asked: dict[WeakPoints, None] = {}


def on_weak_points(tell: WeakPoints) -> None:
    """Let a feature above this one tell a learner's weak key points, as (lesson id, number of the point)."""
    _asked[tell] = None


def daily_pool(session: Session, quiz_id: int, learner_id: int, *, now: datetime) -> tuple[Candidate, ...]:
    """Return the questions of a daily quiz ranked for this learner, in a constant number of statements."""
    candidates = pool(session, quiz_id)
    met = {
        row.lesson_id: (now - row.started_at).days
        for row in session.execute(
            select(LessonProgress.lesson_id, LessonProgress.started_at).where(LessonProgress.person_id == learner_id)
        )
    }
    confirmed = confirmed_competencies(session, learner_id)
    missed = {each.competency for each in missed_lately(session, learner_id, since=now - LOOK_BACK)}
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

"""What learners earned by competency: the numbers behind a class heat-map."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.pace.rules import study_day
from lms.quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz
from lms.quizzes.rules.heat import Earned

GRADED = ("daily", "gate")
LOOK_BACK = timedelta(days=30)


def earned_lately(
    session: Session, learner_ids: Collection[int], *, time_zone: str, now: datetime
) -> tuple[Earned, ...]:
    """Return what learners earned by competency in each graded attempt of the last 30 days; one statement."""
    rows = session.execute(
        select(
            Attempt.learner_id,
            Attempt.finished_at,
            QuestionVersion.competency,
            func.sum(AttemptQuestion.marks),
            func.sum(AttemptQuestion.weight),
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(
            Attempt.learner_id.in_(learner_ids),
            Attempt.finished_at > now - LOOK_BACK,
            Attempt.settled_by != "discarded",
            Quiz.purpose.in_(GRADED),
        )
        .group_by(Attempt.id, QuestionVersion.competency)
    )
    return tuple(
        Earned(learner_id, competency, study_day(finished_at, time_zone), marks or 0.0, asked)
        for learner_id, finished_at, competency, marks, asked in rows
        if finished_at is not None
    )

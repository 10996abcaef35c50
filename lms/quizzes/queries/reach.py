"""Which quizzes a learner has: those of the programme they are in now, and the daily ones of their own class."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, TrainingClass
from lms.quizzes.models import Quiz, QuizCourse


def of_learner(learner_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that a quiz is one of the learner's."""
    mine = (
        select(TrainingClass.id)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.learner_id == learner_id,
            Enrolment.ended_on.is_(None),
            TrainingClass.programme_id == Quiz.programme_id,
            or_(Quiz.class_id.is_(None), Quiz.class_id == TrainingClass.id),
        )
        .correlate(Quiz)
    )
    return mine.exists()


def listed(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a quiz stands in lists: it is not retired, and no daily one of a day that is over."""
    return and_(Quiz.retired_at.is_(None), or_(Quiz.day.is_(None), Quiz.hard_stop_at > now))


def courses_asked_of(session: Session, learner_id: int) -> frozenset[int]:
    """Return the courses that quizzes of the learner's programme draw from; nobody who learns nothing has any."""
    mine = select(QuizCourse.course_id).join(Quiz, Quiz.id == QuizCourse.quiz_id).distinct()
    return frozenset(session.scalars(mine.where(of_learner(learner_id), Quiz.retired_at.is_(None))))

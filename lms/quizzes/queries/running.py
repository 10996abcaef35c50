"""Attempts under way, as trainers of the site and advisers of a class see them; no answers, no questions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.quizzes.models import Answer, Attempt, Quiz
from lms.quizzes.queries.facts import sitting_of
from lms.quizzes.rules.timing import overdue

MOST = 200


@dataclass(frozen=True)
class RunningAttempt:
    """One attempt under way: whose, of which class, at what, how far."""

    attempt: Attempt
    quiz: Quiz
    learner: Person
    training_class: TrainingClass
    answered: int


def _reach(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on classes whose attempts `identity` may extend: trainers the site's, advisers their own."""
    if identity.holds(Role.TRAINER):
        return true()
    return advised(identity)


def _within_reach(identity: Identity) -> Select[Attempt, Quiz, Person, TrainingClass]:
    return (
        select(Attempt, Quiz, Person, TrainingClass)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Person, Person.id == Attempt.learner_id)
        .join(Enrolment, and_(Enrolment.learner_id == Person.id, Enrolment.ended_on.is_(None)))
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(
            Attempt.finished_at.is_(None),
            TrainingClass.site_id == identity.site_id,
            or_(Quiz.class_id.is_(None), Quiz.class_id == TrainingClass.id),
            _reach(identity),
        )
    )


def running_attempts(
    session: Session, identity: Identity, *, now: datetime, quiz_id: int | None = None, class_id: int | None = None
) -> list[RunningAttempt]:
    """Return the attempts within reach that go on now, first those that end first, at most 200; two statements."""
    query = _within_reach(identity).order_by(Attempt.deadline, Attempt.id).limit(MOST)
    if quiz_id is not None:
        query = query.where(Attempt.quiz_id == quiz_id)
    if class_id is not None:
        query = query.where(TrainingClass.id == class_id)
    rows = [row for row in session.execute(query).all() if not overdue(sitting_of(row.Attempt), now)]
    counted = (
        select(Answer.attempt_id, func.count())
        .where(Answer.attempt_id.in_([row.Attempt.id for row in rows]))
        .group_by(Answer.attempt_id)
    )
    answered = dict(session.execute(counted).all())
    return [RunningAttempt(*row, answered.get(row.Attempt.id, 0)) for row in rows]


def reachable_attempt(session: Session, identity: Identity, attempt_id: int) -> RunningAttempt:
    """Return one attempt under way within reach; NotFound for any other and for one that is finished."""
    row = session.execute(_within_reach(identity).where(Attempt.id == attempt_id)).first()
    if row is None:
        raise NotFound
    return RunningAttempt(*row, 0)

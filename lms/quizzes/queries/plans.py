"""How classes are quizzed, for those who decide it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.pace.models import DayOff, Holiday
from lms.quizzes.models import Attempt, DailyPlan, Quiz

LATEST = 10


@dataclass(frozen=True)
class DailyLine:
    """A daily quiz with how many of the class sat it, had that day off, and did neither."""

    quiz: Quiz
    sat: int
    off: int
    others: int


@dataclass(frozen=True)
class PlanPage:
    """A class with its plan, if it has one, its latest daily quizzes, newest first, and the coming holidays."""

    training_class: TrainingClass
    plan: DailyPlan | None
    latest: tuple[DailyLine, ...]
    holidays: tuple[Holiday, ...]


def plan_page(session: Session, identity: Identity, class_id: int, *, today: date) -> PlanPage:
    """Return how a class is quizzed: a class that one advises, or, for a trainer, one of the site; four statements."""
    reach = TrainingClass.site_id == identity.site_id
    if not identity.holds(Role.TRAINER):
        reach = reach & advised(identity)
    found = session.scalar(select(TrainingClass).where(TrainingClass.id == class_id, reach))
    if found is None:
        raise NotFound
    return PlanPage(
        found,
        session.get(DailyPlan, class_id),
        tuple(_latest(session, class_id)),
        tuple(holidays(session, identity.site_id, since=today)),
    )


def _latest(session: Session, class_id: int) -> list[DailyLine]:
    """Return the latest daily quizzes, newest first; of each day those count who were in the class on it."""
    in_class = and_(
        Enrolment.class_id == Quiz.class_id,
        Enrolment.joined_on <= Quiz.day,
        or_(Enrolment.ended_on.is_(None), Enrolment.ended_on > Quiz.day),
    )
    first = and_(Attempt.quiz_id == Quiz.id, Attempt.learner_id == Enrolment.learner_id, Attempt.number == 1)
    off = and_(DayOff.person_id == Enrolment.learner_id, DayOff.day == Quiz.day)
    rows = session.execute(
        select(
            Quiz,
            func.count(Attempt.id),
            func.count(case((Attempt.id.is_(None), DayOff.day))),
            func.count(Enrolment.id),
        )
        .outerjoin(Enrolment, in_class)
        .outerjoin(Attempt, first)
        .outerjoin(DayOff, off)
        .where(Quiz.class_id == class_id, Quiz.day.is_not(None))
        .group_by(Quiz.id)
        .order_by(Quiz.day.desc())
        .limit(LATEST)
    )
    return [DailyLine(quiz, sat, free, everybody - sat - free) for quiz, sat, free, everybody in rows]


def holidays(session: Session, site_id: int, *, since: date) -> list[Holiday]:
    """Return a site's days that are not like their weekday, from `since` on, in order."""
    query = select(Holiday).where(Holiday.site_id == site_id, Holiday.day >= since)
    return list(session.scalars(query.order_by(Holiday.day)))

"""How classes are quizzed, for those who decide it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.pace.models import Holiday
from lms.quizzes.models import DailyPlan, Quiz

LATEST = 10


@dataclass(frozen=True)
class PlanPage:
    """A class with its plan, if it has one, its latest daily quizzes, newest first, and the coming holidays."""

    training_class: TrainingClass
    plan: DailyPlan | None
    latest: tuple[Quiz, ...]
    holidays: tuple[Holiday, ...]


def plan_page(session: Session, identity: Identity, class_id: int, *, today: date) -> PlanPage:
    """Return how a class is quizzed: a class that one advises, or, for a trainer, one of the site; four statements."""
    reach = TrainingClass.site_id == identity.site_id
    if not identity.holds(Role.TRAINER):
        reach = reach & advised(identity)
    found = session.scalar(select(TrainingClass).where(TrainingClass.id == class_id, reach))
    if found is None:
        raise NotFound
    latest = select(Quiz).where(Quiz.class_id == class_id).order_by(Quiz.day.desc()).limit(LATEST)
    return PlanPage(
        found,
        session.get(DailyPlan, class_id),
        tuple(session.scalars(latest)),
        tuple(holidays(session, identity.site_id, since=today)),
    )


def holidays(session: Session, site_id: int, *, since: date) -> list[Holiday]:
    """Return a site's days that are not like their weekday, from `since` on, in order."""
    query = select(Holiday).where(Holiday.site_id == site_id, Holiday.day >= since)
    return list(session.scalars(query.order_by(Holiday.day)))

"""What runs by itself: the sweeper settles attempts whose time is over while nobody looks."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.quizzes.actions import settle
from lms.quizzes.models import Attempt
from lms.quizzes.queries.facts import sitting_of
from lms.quizzes.rules import timing

AT_ONCE = 100


def sweep(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Settle up to `limit` overdue attempts, those that wait longest first, and return how many.

    Rows that someone else holds just now are left to them; any number of sweepers may run.
    """
    waiting = session.scalars(
        select(Attempt)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .where(Attempt.finished_at.is_(None), Attempt.deadline < now)
        .order_by(Attempt.deadline, Attempt.id)
        .limit(limit)
        .with_for_update(of=Attempt, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    overdue = [attempt for attempt in waiting if timing.overdue(sitting_of(attempt), now)]
    for attempt in overdue:
        settle(session, attempt, now=now)
    return len(overdue)

"""What runs by itself: attempts whose time is over are settled while nobody looks; old quizzes get their sums."""

from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from lms.quizzes.actions import make_daily_quizzes, rollups, settle_all
from lms.quizzes.models import Attempt, ScoreRollup
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
    return len(settle_all(session, overdue, now=now))


def catch_up(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Make the sums anew of up to `limit` quizzes that lack attempts, as those from before sums; return how many.

    Whatever else leaves an attempt out is mended by it too.
    """
    del now
    ended = and_(Attempt.finished_at.is_not(None), Attempt.settled_by != "discarded", Attempt.max_score > 0)
    first = (
        select(Attempt.quiz_id, func.count().label("n"))
        .where(ended, Attempt.number == 1, Attempt.form == 1)
        .group_by(Attempt.quiz_id)
        .subquery()
    )
    kept = select(ScoreRollup.quiz_id, func.sum(ScoreRollup.n).label("n")).group_by(ScoreRollup.quiz_id).subquery()
    lacking = session.scalars(
        select(first.c.quiz_id)
        .outerjoin(kept, kept.c.quiz_id == first.c.quiz_id)
        .where(first.c.n != func.coalesce(kept.c.n, 0))
        .order_by(first.c.quiz_id)
        .limit(limit)
    ).all()
    for quiz_id in lacking:
        rollups.rebuild(session, quiz_id)
    return len(lacking)


def make_daily(session: Session, *, now: datetime) -> int:
    """Make today's quiz of each class that has a plan and works today; return how many were made."""
    return make_daily_quizzes(session, now=now)

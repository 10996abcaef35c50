"""What is read of load: of one learner or of many, always in one statement."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.pace.models import StudyDay
from lms.pace.rules import FAILED_WINDOW, Caps, Load, week_start, working_days_back


def load_of(session: Session, person_id: int, day: date, caps: Caps, *, now: datetime) -> Load:
    """Return the person's load on study day `day` as it stands at `now`."""
    return loads_of(session, [person_id], day, caps, now=now)[person_id]


def loads_of(session: Session, person_ids: Iterable[int], day: date, caps: Caps, *, now: datetime) -> dict[int, Load]:
    """Return the load of each person on `day` at `now`, in one statement; who did nothing has an empty one."""
    loads = {person_id: Load(caps=caps) for person_id in person_ids}
    monday, failed_from = week_start(day), working_days_back(day, FAILED_WINDOW, caps.weekdays)
    today = StudyDay.day == day
    rows = session.execute(
        select(
            StudyDay.person_id,
            func.sum(case((today, StudyDay.new_points), else_=0)),
            func.sum(case((today, StudyDay.focused_seconds), else_=0)),
            func.sum(case((today, StudyDay.graded_quizzes), else_=0)),
            func.sum(case((StudyDay.day >= monday, StudyDay.graded_quizzes), else_=0)),
            func.sum(case((StudyDay.day >= failed_from, StudyDay.failed_quizzes), else_=0)),
            func.sum(case((today & (StudyDay.too_much_at <= now), 1), else_=0)),
        )
        .where(StudyDay.person_id.in_(list(loads)), StudyDay.day.between(min(monday, failed_from), day))
        .group_by(StudyDay.person_id)
    )
    for person_id, points, seconds, graded, graded_week, failed, too_much in rows:
        loads[person_id] = Load(caps, points, seconds, graded, graded_week, failed, too_much > 0)
    return loads


def last_seen(session: Session, person_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each person last studied or sat a quiz, in one statement; who never did is left out."""
    rows = session.execute(
        select(StudyDay.person_id, func.max(StudyDay.last_seen_at))
        .where(StudyDay.person_id.in_(list(person_ids)))
        .group_by(StudyDay.person_id)
    )
    return dict(rows.all())

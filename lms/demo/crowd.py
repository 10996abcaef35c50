"""Many learners at once, for checks of scale: rows written in bulk, consistent, but by no action and in no record."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, RoleGrant, Site, Team, TrainingClass
from lms.accounts.rules import Role
from lms.courses.models import Exposure, KeyPoint, Lesson, LessonProgress
from lms.courses.queries import path_lessons
from lms.db import Base
from lms.demo.centre import NOBODY
from lms.pace.models import StudyDay
from lms.pace.rules import study_day

PREFIX = "N"
LESSONS = 4
ROWS_AT_ONCE = 5_000
SECONDS = 180


def crowd(session: Session, n: int, *, now: datetime) -> list[int]:
    """Add `n` learners to the newest class, each with the first lessons of the path read this day; return their ids.

    Teams get them in turn. Raise RuntimeError where there is no class to join.
    """
    group = session.scalars(select(TrainingClass).order_by(TrainingClass.starts_on.desc())).first()
    if group is None:
        raise RuntimeError("there is no class that a crowd could join")
    site = session.get_one(Site, group.site_id)
    ids = _people(session, site, n, now)
    day = study_day(now, site.time_zone)
    grants = {"role": Role.LEARNER, "granted_at": now}
    _write(session, RoleGrant, ({"person_id": one, **grants} for one in ids))
    _write(session, Enrolment, ({"learner_id": one, "class_id": group.id, "joined_on": day} for one in ids))
    _study(session, ids, group.programme_id, day, now)
    return ids


def _people(session: Session, site: Site, n: int, now: datetime) -> list[int]:
    teams: list[int | None] = list(session.scalars(select(Team.id).where(Team.site_id == site.id).order_by(Team.id)))
    known = select(func.count()).select_from(Person).where(Person.employee_no.like(f"{PREFIX}______"))
    before = session.scalar(known) or 0
    numbers = [f"{PREFIX}{number:06}" for number in range(before + 1, before + n + 1)]
    shared = {"site_id": site.id, "locale": "zh", "created_at": now}
    places = teams or [None]
    rows = (
        {"employee_no": no, "name": f"新人{no}", "latin_name": f"Newcomer {no}", "team_id": places[i % len(places)]}
        for i, no in enumerate(numbers)
    )
    _write(session, Person, (row | shared for row in rows))
    added = select(Person.id).where(Person.employee_no.between(numbers[0], numbers[-1])) if numbers else None
    return list(session.scalars(added.order_by(Person.id))) if added is not None else []


def _study(session: Session, ids: list[int], programme_id: int, day: date, now: datetime) -> None:
    lessons = [one.id for one in path_lessons(session, NOBODY, programme_id)][:LESSONS]
    revisions = dict(session.execute(select(Lesson.id, Lesson.revision).where(Lesson.id.in_(lessons))).all())
    last = dict(session.execute(select(Lesson.id, Lesson.block_count - 1).where(Lesson.id.in_(lessons))).all())
    points = session.scalars(
        select(KeyPoint.id).where(KeyPoint.lesson_id.in_(lessons), KeyPoint.retired_at.is_(None))
    ).all()
    begun = now - timedelta(hours=1)
    read = {"seconds": SECONDS, "started_at": begun, "updated_at": now, "done_at": now}
    places = [
        {"lesson_id": one, "revision": revisions[one], "position": last[one], "furthest": last[one], **read}
        for one in lessons
    ]
    _write(session, LessonProgress, ({"person_id": one, **place} for one in ids for place in places))
    _write(session, Exposure, ({"person_id": one, "key_point_id": point, "at": now} for one in ids for point in points))
    sums = {"new_points": len(points), "focused_seconds": SECONDS * len(lessons), "graded_quizzes": 0}
    shared = {"day": day, "failed_quizzes": 0, "last_seen_at": now, "too_much_at": None}
    _write(session, StudyDay, ({"person_id": one, **sums, **shared} for one in ids))


def _write(session: Session, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    source: Iterator[dict[str, Any]] = iter(rows)
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        session.execute(insert(table), chunk)

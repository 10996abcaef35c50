"""Saves where a learner is in a lesson, the time they gave it, and the key points they met for the first time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from lms.courses.models import Exposure, KeyPoint, Lesson, LessonProgress
from lms.courses.queries import lesson_text, own_progress, own_study, place_of
from lms.courses.rules.progress import Place, Report, counted_seconds, moved, points_in, reaches_further
from lms.db import UtcDateTime, insert
from lms.pace.actions import record_study


@dataclass(frozen=True)
class Saved:
    """The learner's place after a report, and what of it was new."""

    place: Place
    counted_seconds: int
    new_points: int


def save_progress(
    session: Session, learner_id: int, lesson_id: int, report: Report, *, now: datetime, day: date
) -> Saved:
    """Take a reader's report on a lesson of the learner's own path; sent twice, it counts once.

    Time and new points are counted for study day `day`, those of electives left out. Raises NotFound where the lesson
    is neither on the path nor an elective's.
    """
    lesson, counts = own_study(session, learner_id, lesson_id)
    progress, since = _begun(session, learner_id, lesson, now)
    before = place_of(progress)
    further = since is None or reaches_further(before, report)
    blocks = lesson_text(session, lesson_id, before.revision, "zh").blocks if further else []
    seconds = counted_seconds(report.seconds, total=before.seconds, minutes=lesson.minutes, since=since)
    block_count = len(blocks) if further else before.furthest + 1
    after = moved(before, report, block_count=block_count, seconds=seconds, now=now)
    met = _meet(session, learner_id, lesson_id, points_in(blocks, after.furthest), now) if further else 0
    for name in ("position", "furthest", "seconds", "done_at"):
        setattr(progress, name, getattr(after, name))
    progress.updated_at = max(progress.updated_at, now)
    session.flush()
    if counts and (seconds or met):
        record_study(session, learner_id, day=day, now=now, seconds=seconds, new_points=met)
    return Saved(after, seconds, met)


def _begun(session: Session, learner_id: int, lesson: Lesson, now: datetime) -> tuple[LessonProgress, timedelta | None]:
    """Return the learner's locked row and how long ago it was reported to; None: this report is the first."""
    progress = own_progress(session, learner_id, lesson.id)
    begins = False
    if (
        progress is None
    ):  # two tabs may begin at once: the primary key lets one of them insert, the other waits and reads
        row = insert(session, LessonProgress).values(
            person_id=learner_id,
            lesson_id=lesson.id,
            revision=lesson.revision,
            position=0,
            furthest=0,
            seconds=0,
            started_at=now,
            updated_at=now,
        )
        begun = session.execute(row.on_conflict_do_nothing().returning(LessonProgress.person_id)).first()
        begins = begun is not None
        key = (learner_id, lesson.id)
        progress = session.get_one(LessonProgress, key, with_for_update=True, populate_existing=True)
    return progress, None if begins else now - progress.updated_at


def _meet(session: Session, learner_id: int, lesson_id: int, numbers: Iterable[int], now: datetime) -> int:
    """Store that the learner met these key points and return how many of them were new."""
    points = select(literal(learner_id), KeyPoint.id, literal(now, UtcDateTime())).where(
        KeyPoint.lesson_id == lesson_id, KeyPoint.number.in_(list(numbers)), KeyPoint.retired_at.is_(None)
    )
    new = insert(session, Exposure).from_select(["person_id", "key_point_id", "at"], points)
    return len(session.execute(new.on_conflict_do_nothing().returning(Exposure.key_point_id)).all())

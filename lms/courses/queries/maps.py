"""What a mind map shows: the outlines that were stored when lessons were published, and what the reader has met."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, Exposure, KeyPoint, Lesson, LessonProgress, LessonText
from lms.courses.queries.reach import on_own_path, readable_course, readable_lesson
from lms.courses.rules.reader import Reader
from lms.courses.rules.tree import MapLesson, MapPoint, numbers
from lms.errors import NotFound


@dataclass(frozen=True)
class MapPage:
    """The lessons of a map in order; `personal`: they are on the reader's own path, so nodes have a state."""

    course: Course
    lessons: tuple[MapLesson, ...]
    personal: bool

    @property
    def points(self) -> int:
        """Return how many key points the map holds."""
        return sum(len(numbers(lesson.outline)) for lesson in self.lessons)

    @property
    def met(self) -> int:
        """Return how many of them the reader has met."""
        return sum(len(lesson.met & numbers(lesson.outline)) for lesson in self.lessons)


def course_map(session: Session, reader: Reader, slug: str, locale: str) -> MapPage:
    """Return the map of a course, in four statements however many lessons, or raise NotFound."""
    course = readable_course(session, reader, slug)
    return _map(session, reader, course, Lesson.course_id == course.id, locale)


def lesson_map(session: Session, reader: Reader, lesson_id: int, locale: str) -> tuple[Lesson, MapPage]:
    """Return a lesson and its map, or raise NotFound."""
    found = readable_lesson(session, reader, lesson_id)
    page = _map(session, reader, found.course, Lesson.id == lesson_id, locale)
    if not page.lessons:
        raise NotFound
    return found.lesson, page


def _map(session: Session, reader: Reader, course: Course, which: ColumnElement[bool], locale: str) -> MapPage:
    personal = (
        session.scalar(select(Course.id).where(Course.id == course.id, on_own_path(reader.person_id))) is not None
    )
    began = func.coalesce(LessonProgress.revision, Lesson.revision)
    rows = session.execute(
        select(
            Lesson.id,
            Lesson.block_count,
            LessonProgress.person_id.label("reader_id"),
            LessonProgress.done_at,
            LessonText.title,
            LessonText.outline,
        )
        .outerjoin(
            LessonProgress,
            and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.person_id == reader.person_id),
        )
        .join(LessonText, and_(LessonText.lesson_id == Lesson.id, LessonText.revision == began))
        .where(which, Lesson.retired_at.is_(None))
        .order_by(Lesson.position, Lesson.id, case((LessonText.locale == locale, 0), else_=1))
    )
    chosen: dict[int, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        chosen.setdefault(row.id, row)
    points = _points(session, reader.person_id, list(chosen), locale)
    lessons = tuple(
        MapLesson(
            id=row.id,
            title=row.title,
            outline=row.outline,
            block_count=row.block_count,
            begun=row.reader_id is not None,
            done=row.done_at is not None,
            points=points.get(row.id, {}),
        )
        for row in chosen.values()
    )
    return MapPage(course, lessons, personal)


def _points(session: Session, person_id: int, lesson_ids: Sequence[int], locale: str) -> dict[int, dict[int, MapPoint]]:
    """Return the live key points of lessons by number, with whether this person has met them, in one statement."""
    question = KeyPoint.question_zh if locale == "zh" else KeyPoint.question_en
    rows = session.execute(
        select(KeyPoint.lesson_id, KeyPoint.number, KeyPoint.id, Exposure.at, question)
        .outerjoin(Exposure, and_(Exposure.key_point_id == KeyPoint.id, Exposure.person_id == person_id))
        .where(KeyPoint.lesson_id.in_(lesson_ids), KeyPoint.retired_at.is_(None))
    )
    found: dict[int, dict[int, MapPoint]] = defaultdict(dict)
    for lesson_id, number, point_id, met_at, asked in rows:
        found[lesson_id][number] = MapPoint(point_id, met=met_at is not None, question=asked)
    return found

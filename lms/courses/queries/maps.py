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
from lms.courses.rules.tree import MapLesson
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
        return sum(len(_numbers(lesson.outline)) for lesson in self.lessons)

    @property
    def met(self) -> int:
        """Return how many of them the reader has met."""
        return sum(len(lesson.met & _numbers(lesson.outline)) for lesson in self.lessons)


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
    met = _met(session, reader.person_id, list(chosen)) if personal else {}
    lessons = tuple(
        MapLesson(
            id=row.id,
            title=row.title,
            outline=row.outline,
            block_count=row.block_count,
            begun=row.reader_id is not None,
            done=row.done_at is not None,
            met=met.get(row.id, frozenset()),
        )
        for row in chosen.values()
    )
    return MapPage(course, lessons, personal)


def _met(session: Session, person_id: int, lesson_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    rows = session.execute(
        select(KeyPoint.lesson_id, KeyPoint.number)
        .join(Exposure, Exposure.key_point_id == KeyPoint.id)
        .where(KeyPoint.lesson_id.in_(lesson_ids), Exposure.person_id == person_id)
    )
    met = defaultdict(set)
    for lesson_id, number in rows:
        met[lesson_id].add(number)
    return {lesson_id: frozenset(numbers) for lesson_id, numbers in met.items()}


def _numbers(outline: dict[str, object]) -> frozenset[int]:
    found, todo = set(), [outline]
    while todo:
        node = todo.pop()
        number, children = node.get("number"), node.get("children")
        if isinstance(number, int):
            found.add(number)
        todo.extend(children if isinstance(children, list) else [])
    return frozenset(found)

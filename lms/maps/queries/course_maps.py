"""The map of a course or lesson as its reader sees it: outlines, memory and notes; statements do not grow with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses import queries as courses
from lms.courses.models import Course, KeyPoint, Lesson
from lms.courses.queries import MapPage, readable_lesson
from lms.courses.queries.reach import readable
from lms.courses.rules.reader import Reader
from lms.courses.rules.tree import Address, branch_at, course_branches, lesson_branches, node_ref
from lms.errors import NotFound
from lms.maps.models import MapNote
from lms.maps.rules.personal import Known, ReviewAddress, point_ids, put_on
from lms.reviews.queries import memory_states


@dataclass(frozen=True)
class CourseMap:
    """A map with its branches; `lesson` only where it is the map of one; `node` is the id of its root."""

    course: Course
    lesson: Lesson | None
    node: str
    title: str
    note: str
    branches: tuple[dict[str, Any], ...]
    points: int
    sits: int
    wobbles: int
    met: int
    personal: bool
    review_url: str | None


@dataclass(frozen=True)
class Addresses:
    """Where lessons are read and branches reviewed."""

    lesson: Address
    review: ReviewAddress


def course_map(
    session: Session, reader: Reader, slug: str, locale: str, *, at: datetime, addresses: Addresses
) -> CourseMap:
    """Return the map of a course, or raise NotFound; six statements, however large it is."""
    page = courses.course_map(session, reader, slug, locale)
    branches = course_branches(page.lessons, addresses.lesson, personal=page.personal)
    title = page.course.title_zh if locale == "zh" else page.course.title_en
    found = _Found(page, None, f"course-{page.course.id}", title, branches)
    return _made(session, reader, found, at, addresses.review)


def lesson_map(
    session: Session, reader: Reader, lesson_id: int, locale: str, *, at: datetime, addresses: Addresses
) -> CourseMap:
    """Return the map of a lesson, or raise NotFound."""
    lesson, page = courses.lesson_map(session, reader, lesson_id, locale)
    branches = lesson_branches(page.lessons[0], addresses.lesson, personal=page.personal)
    found = _Found(page, lesson, f"lesson-{lesson_id}", page.lessons[0].title, branches)
    return _made(session, reader, found, at, addresses.review)


@dataclass(frozen=True)
class _Found:
    """A map before anything of one's own is put on."""

    page: MapPage
    lesson: Lesson | None
    node: str
    title: str
    branches: list[dict[str, Any]]


def _made(session: Session, reader: Reader, found: _Found, at: datetime, review: ReviewAddress) -> CourseMap:
    page, ids = found.page, point_ids(found.branches)
    states = memory_states(session, reader.person_id, ids, at=at) if page.personal else {}
    known = {point: Known(one.state, one.recall) for point, one in states.items()}
    notes = _notes(session, reader.person_id)
    branches = put_on(found.branches, known=known, notes=notes, review=review if page.personal else None)
    return CourseMap(
        course=page.course,
        lesson=found.lesson,
        node=found.node,
        title=found.title,
        note=notes.get(found.node, ""),
        branches=tuple(branches),
        points=page.points,
        sits=sum(one.state == "ok" for one in known.values()),
        wobbles=sum(one.state == "warn" for one in known.values()),
        met=page.met,
        personal=page.personal,
        review_url=review(found.node) if page.personal and ids else None,
    )


def _notes(session: Session, person_id: int) -> dict[str, str]:
    rows = session.execute(select(MapNote.node, MapNote.text).where(MapNote.person_id == person_id))
    return dict(rows.all())


def readable_node(session: Session, reader: Reader, node: str, locale: str) -> str:
    """Return the words at a node of a map that this reader may open, in two statements at most, or raise NotFound."""
    ref = node_ref(node)
    if ref is None:
        raise NotFound
    if ref.kind == "course":
        course = session.scalar(
            select(Course).where(Course.id == ref.id, Course.retired_at.is_(None), readable(reader))
        )
        if course is None:
            raise NotFound
        return course.title_zh if locale == "zh" else course.title_en
    if ref.kind == "point":
        point = session.scalar(
            select(KeyPoint)
            .join(Lesson, Lesson.id == KeyPoint.lesson_id)
            .join(Course, Course.id == Lesson.course_id)
            .where(KeyPoint.id == ref.id, readable(reader))
            .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
        )
        if point is None:
            raise NotFound
        return point.text_zh if locale == "zh" else point.text_en
    found = readable_lesson(session, reader, ref.id)
    part = branch_at(courses.lesson_text(session, ref.id, found.revision, locale).outline, ref.path)
    if part is None:
        raise NotFound
    return str(part.get("text") or (found.lesson.title_zh if locale == "zh" else found.lesson.title_en))


def note_page(session: Session, reader: Reader, node: str, locale: str) -> tuple[str, str]:
    """Return the words at a node and the reader's own note there, or raise NotFound."""
    words = readable_node(session, reader, node, locale)
    own = session.get(MapNote, (reader.person_id, node))
    return words, own.text if own else ""

"""A branch of a map as what may be reviewed: a node of the learner's own path and the key points below it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import Course, KeyPoint, Lesson
from lms.courses.queries.lesson import lesson_text
from lms.courses.queries.reach import on_own_path, readable_lesson
from lms.courses.rules.reader import Reader
from lms.courses.rules.tree import branch_at, node_ref, numbers
from lms.errors import NotFound


@dataclass(frozen=True)
class Branch:
    """A node with the key points below it."""

    node: str
    title: str
    key_point_ids: frozenset[int]


def branch(session: Session, learner_id: int, node: str, locale: str) -> Branch:
    """Return the branch at `node` (a map's node id, or the slug of a course), or raise NotFound.

    Two statements at most; only what is on the learner's own path is found.
    """
    ref = node_ref(node)
    if ref is None or ref.kind == "course":
        return _course(session, learner_id, ref.id if ref else node, locale)
    if ref.kind == "point":
        return _point(session, learner_id, node, ref.id, locale)
    return _lesson(session, learner_id, node, ref.id, ref.path, locale)


def _course(session: Session, learner_id: int, which: int | str, locale: str) -> Branch:
    by = Course.id == which if isinstance(which, int) else Course.slug == which
    course = session.scalar(select(Course).where(by, Course.retired_at.is_(None), on_own_path(learner_id)))
    if course is None:
        raise NotFound
    ids = session.scalars(
        select(KeyPoint.id)
        .join(Lesson, Lesson.id == KeyPoint.lesson_id)
        .where(Lesson.course_id == course.id, Lesson.retired_at.is_(None), KeyPoint.retired_at.is_(None))
    )
    return Branch(f"course-{course.id}", course.title_zh if locale == "zh" else course.title_en, frozenset(ids))


def _point(session: Session, learner_id: int, node: str, point_id: int, locale: str) -> Branch:
    point = session.scalar(
        select(KeyPoint)
        .join(Lesson, Lesson.id == KeyPoint.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(KeyPoint.id == point_id, KeyPoint.retired_at.is_(None), on_own_path(learner_id))
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    )
    if point is None:
        raise NotFound
    return Branch(node, point.text_zh if locale == "zh" else point.text_en, frozenset({point.id}))


def _lesson(session: Session, learner_id: int, node: str, lesson_id: int, path: Iterable[int], locale: str) -> Branch:
    found = readable_lesson(session, Reader(learner_id), lesson_id)
    text = lesson_text(session, lesson_id, found.revision, locale)
    part = branch_at(text.outline, tuple(path))
    if part is None:
        raise NotFound
    ids = select(KeyPoint.id).where(KeyPoint.lesson_id == lesson_id, KeyPoint.retired_at.is_(None))
    if path:
        ids = ids.where(KeyPoint.number.in_(numbers(part)))
    return Branch(node, str(part.get("text") or text.title), frozenset(session.scalars(ids)))

"""What is read of a learner's path: its lessons in order, its courses, and how far the learner is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, Lesson, LessonProgress, Stage, StageCourse
from lms.courses.queries.programme import LearnerProgramme, StageLine
from lms.courses.rules.path import PathLesson, ready


@dataclass(frozen=True)
class CourseCard:
    """A course with its sums and one reader's progress; `stage_id` is None outside a programme."""

    id: int
    slug: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    owner: str
    review_by: date
    stage_id: int | None
    lessons: int
    minutes: int
    points: int
    begun: int
    done: int
    last_done_at: datetime | None

    @property
    def percent(self) -> int:
        """Return the share of finished lessons, 0 to 100."""
        return 100 * self.done // max(self.lessons, 1)

    @property
    def finished(self) -> bool:
        """Say whether every lesson is finished."""
        return 0 < self.lessons == self.done


@dataclass(frozen=True)
class StageProgress:
    """A step of the path with its courses."""

    stage: StageLine
    courses: tuple[CourseCard, ...]

    @property
    def done(self) -> int:
        """Return how many lessons are finished."""
        return sum(course.done for course in self.courses)

    @property
    def lessons(self) -> int:
        """Return how many lessons there are."""
        return sum(course.lessons for course in self.courses)


class LessonsDone(NamedTuple):
    """How much of some courses a learner has finished; `next` is the first lesson they have not."""

    done: int
    total: int
    last_done_at: datetime | None
    next: PathLesson | None


def path_lessons(session: Session, learner_id: int, programme_id: int) -> tuple[PathLesson, ...]:
    """Return the lessons of a programme by stage, course and place, with the learner's state, in one statement."""
    found = session.execute(
        _lessons(learner_id)
        .add_columns(Stage.id.label("stage_id"))
        .join(StageCourse, StageCourse.course_id == Course.id)
        .join(Stage, StageCourse.stage_id == Stage.id)
        .where(Stage.programme_id == programme_id)
        .order_by(Stage.position, StageCourse.position, Course.id, Lesson.position)
    )
    once: dict[int, PathLesson] = {}
    for row in found:
        once.setdefault(row.id, _path_lesson(row, stage_id=row.stage_id))
    return tuple(once.values())


def course_lessons(session: Session, person_id: int, course_id: int) -> tuple[PathLesson, ...]:
    """Return the lessons of one course in order, with the person's state, in one statement."""
    found = session.execute(_lessons(person_id).where(Course.id == course_id).order_by(Lesson.position))
    return tuple(_path_lesson(row) for row in found)


def next_lessons(
    session: Session, learner_id: int, programme_id: int, *, limit: int | None = None, minutes: int | None = None
) -> tuple[PathLesson, ...]:
    """Return the lessons that may be opened next, in the order of the path, prerequisites kept.

    `minutes`: only those that fit into so many; `limit`: at most so many. A lesson that is open has `begun` set.
    """
    able = ready(path_lessons(session, learner_id, programme_id))
    return tuple(lesson for lesson in able if minutes is None or lesson.minutes <= minutes)[:limit]


def path_progress(session: Session, learner_id: int, programme: LearnerProgramme) -> tuple[StageProgress, ...]:
    """Return each step of the programme with its courses and the learner's counts, in one statement."""
    cards = course_cards(session, learner_id, programme_id=programme.id)
    return tuple(
        StageProgress(stage, tuple(card for card in cards if card.stage_id == stage.id)) for stage in programme.stages
    )


def course_cards(
    session: Session, person_id: int, *, programme_id: int | None = None, electives: bool = False
) -> list[CourseCard]:
    """Return courses with the person's counts, in one statement.

    Those of a programme by stage, else all (or only the `electives`) by their place.
    """
    grouped = (
        select(
            Course.id,
            Course.slug,
            Course.title_zh,
            Course.title_en,
            Course.summary_zh,
            Course.summary_en,
            Course.owner,
            Course.review_by,
            func.count(Lesson.id).label("lessons"),
            func.coalesce(func.sum(Lesson.minutes), 0).label("minutes"),
            func.coalesce(func.sum(Lesson.point_count), 0).label("points"),
            func.count(LessonProgress.person_id).label("begun"),
            func.count(LessonProgress.done_at).label("done"),
            func.max(LessonProgress.done_at).label("last_done_at"),
        )
        .outerjoin(Lesson, and_(Lesson.course_id == Course.id, Lesson.retired_at.is_(None)))
        .outerjoin(LessonProgress, _own(person_id))
        .where(Course.retired_at.is_(None))
    )
    if electives:
        grouped = grouped.where(Course.elective)
    if programme_id is None:
        rows = session.execute(grouped.group_by(Course.id).order_by(Course.position, Course.id))
        return [CourseCard(**row._mapping, stage_id=None) for row in rows]  # noqa: SLF001  # SQLAlchemy's public name
    rows = session.execute(
        grouped.add_columns(StageCourse.stage_id)
        .join(StageCourse, StageCourse.course_id == Course.id)
        .join(Stage, StageCourse.stage_id == Stage.id)
        .where(Stage.programme_id == programme_id)
        .group_by(Course.id, StageCourse.stage_id, StageCourse.position, Stage.position)
        .order_by(Stage.position, StageCourse.position, Course.id)
    )
    return [CourseCard(**row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's public name


def lessons_done(session: Session, learner_id: int, course_slugs: Iterable[str]) -> LessonsDone:
    """Return how many lessons of the courses the learner has finished, of how many, when last, and what is next."""
    found = session.execute(
        _lessons(learner_id).where(Course.slug.in_(list(course_slugs))).order_by(Course.position, Lesson.position)
    )
    lessons = [_path_lesson(row) for row in found]
    undone = [lesson for lesson in lessons if not lesson.done]
    return LessonsDone(
        done=len(lessons) - len(undone),
        total=len(lessons),
        last_done_at=max((lesson.done_at for lesson in lessons if lesson.done_at), default=None),
        next=next(iter([*ready(lessons), *undone]), None),
    )


def lessons_done_of(
    session: Session, learner_ids: Sequence[int], course_slugs: Iterable[str]
) -> dict[int, tuple[int, datetime | None]]:
    """Return for each learner how many lessons of the courses are finished and when last, in one statement."""
    rows = session.execute(
        select(LessonProgress.person_id, func.count(LessonProgress.done_at), func.max(LessonProgress.done_at))
        .join(Lesson, LessonProgress.lesson_id == Lesson.id)
        .join(Course, Lesson.course_id == Course.id)
        .where(LessonProgress.person_id.in_(learner_ids), Course.slug.in_(list(course_slugs)))
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
        .group_by(LessonProgress.person_id)
    )
    counted = {person_id: (done, last) for person_id, done, last in rows}
    return {learner_id: counted.get(learner_id, (0, None)) for learner_id in learner_ids}


def _own(person_id: int) -> ColumnElement[bool]:
    return and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.person_id == person_id)


def _lessons(person_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Lesson.id,
            Lesson.course_id,
            Course.slug.label("course_slug"),
            Lesson.slug,
            Lesson.title_zh,
            Lesson.title_en,
            Lesson.minutes,
            Lesson.point_count,
            Lesson.block_count,
            Lesson.prerequisites,
            LessonProgress.person_id.label("reader_id"),
            LessonProgress.furthest,
            LessonProgress.done_at,
        )
        .join(Course, Lesson.course_id == Course.id)
        .outerjoin(LessonProgress, _own(person_id))
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    )


def _path_lesson(row: Any, *, stage_id: int | None = None) -> PathLesson:
    return PathLesson(
        id=row.id,
        course_id=row.course_id,
        course_slug=row.course_slug,
        slug=row.slug,
        title_zh=row.title_zh,
        title_en=row.title_en,
        minutes=row.minutes,
        point_count=row.point_count,
        block_count=row.block_count,
        prerequisites=tuple(row.prerequisites),
        stage_id=stage_id,
        begun=row.reader_id is not None,
        furthest=row.furthest or 0,
        done_at=row.done_at,
    )

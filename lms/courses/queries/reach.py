"""The only ways to a course or a lesson: the own programme, electives, or a role that sees the whole library."""

from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, or_, select, true
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, TrainingClass
from lms.courses.models import Course, Lesson, LessonProgress, Stage, StageCourse
from lms.courses.rules.progress import Place
from lms.courses.rules.reader import Reader
from lms.errors import NotFound


@dataclass(frozen=True)
class OpenLesson:
    """A lesson with its course and, where the reader has begun it, their place in it."""

    lesson: Lesson
    course: Course
    place: Place | None

    @property
    def revision(self) -> int:
        """Return the wording to show: the one the reader began with, else the newest."""
        return self.place.revision if self.place else self.lesson.revision


def on_own_path(learner_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that a course is part of the programme of the learner's open enrolment."""
    return Course.id.in_(
        select(StageCourse.course_id)
        .join(Stage, StageCourse.stage_id == Stage.id)
        .join(TrainingClass, TrainingClass.programme_id == Stage.programme_id)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(Enrolment.learner_id == learner_id, Enrolment.ended_on.is_(None))
    )


def open_to(learner_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that a course is on the learner's own path, or an elective, which is open to everyone."""
    return or_(Course.elective.is_(True), on_own_path(learner_id))


def readable(reader: Reader) -> ColumnElement[bool]:
    """Return the condition that a course may be read by `reader`."""
    return true() if reader.sees_all else open_to(reader.person_id)


def readable_course(session: Session, reader: Reader, slug: str) -> Course:
    """Return the course called `slug`, or raise NotFound where this reader has none."""
    course = session.scalar(select(Course).where(Course.slug == slug, Course.retired_at.is_(None), readable(reader)))
    if course is None:
        raise NotFound
    return course


def _lesson(reached: ColumnElement[bool]) -> Select[Lesson, Course, LessonProgress]:
    return (
        select(Lesson, Course, LessonProgress)
        .join(Course, Lesson.course_id == Course.id)
        .outerjoin(LessonProgress, (LessonProgress.lesson_id == Lesson.id) & (LessonProgress.person_id == _PERSON))
        .where(Lesson.id == _LESSON, Lesson.retired_at.is_(None), Course.retired_at.is_(None), reached)
    )


# Built once: building them takes three times as long as running them (measured: 0.70 ms, and 0.17 ms without).
_PERSON, _LESSON = bindparam("person", type_=Integer()), bindparam("lesson", type_=Integer())
_IN_LIBRARY, _OPEN = _lesson(true()), _lesson(open_to(_PERSON))
_STUDIED = (
    select(Lesson, on_own_path(_PERSON).label("counts"))
    .join(Course, Lesson.course_id == Course.id)
    .where(Lesson.id == _LESSON, Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    .where(open_to(_PERSON))
)


def readable_lesson(session: Session, reader: Reader, lesson_id: int) -> OpenLesson:
    """Return a lesson with the reader's place in it, in one statement, or raise NotFound."""
    statement = _IN_LIBRARY if reader.sees_all else _OPEN
    row = session.execute(statement, {"person": reader.person_id, "lesson": lesson_id}).first()
    if row is None:
        raise NotFound
    lesson, course, progress = row
    return OpenLesson(lesson, course, place_of(progress) if progress else None)


def own_lesson(session: Session, learner_id: int, lesson_id: int) -> Lesson:
    """Return a lesson of the learner's own path or of an elective, or raise NotFound; only there is progress kept."""
    return own_study(session, learner_id, lesson_id)[0]


def own_study(session: Session, learner_id: int, lesson_id: int) -> tuple[Lesson, bool]:
    """Return the same, and whether time in it counts into the load: of the own path it does, of electives not."""
    row = session.execute(_STUDIED, {"person": learner_id, "lesson": lesson_id}).one_or_none()
    if row is None:
        raise NotFound
    return row.Lesson, bool(row.counts)


def own_progress(session: Session, learner_id: int, lesson_id: int) -> LessonProgress | None:
    """Return the learner's progress row, locked until the transaction ends and as it is now, or None."""
    return session.scalar(
        select(LessonProgress)
        .where(LessonProgress.person_id == learner_id, LessonProgress.lesson_id == lesson_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def place_of(progress: LessonProgress) -> Place:
    """Return the row as the value that rules work on."""
    return Place(
        revision=progress.revision,
        position=progress.position,
        furthest=progress.furthest,
        seconds=progress.seconds,
        done_at=progress.done_at,
    )

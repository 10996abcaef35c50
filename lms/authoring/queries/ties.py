"""Lessons and courses as things that are retired, brought back or moved: what holds them, which gates ask for them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.authoring.queries.gates import GateBook, gate_book, refs_of
from lms.authoring.rules.acts import RETIRE, Ties
from lms.authoring.rules.board import Feed
from lms.certification.models import CompetencyPoint
from lms.courses.models import Course, Lesson, StageCourse
from lms.errors import NotFound
from lms.quizzes.models import Question, Quiz, QuizCourse


@dataclass(frozen=True)
class Subject:
    """A course, or one of its lessons."""

    course: Course
    lesson: Lesson | None = None

    @property
    def row(self) -> Course | Lesson:
        """Return what is retired or brought back."""
        return self.lesson or self.course

    @property
    def key(self) -> str:
        """Return its name in the library."""
        return f"{self.course.slug}/{self.lesson.slug}" if self.lesson else self.course.slug

    @property
    def kind(self) -> str:
        """Return `lesson` or `course`."""
        return "lesson" if self.lesson else "course"


def named_course(session: Session, slug: str, *, lock: bool = False) -> Course:
    """Return a course by its name, retired ones too; raise NotFound."""
    found = select(Course).where(Course.slug == slug)
    course = session.scalar(found.with_for_update() if lock else found)
    if course is None:
        raise NotFound
    return course


def lesson_subject(session: Session, lesson_id: int, *, lock: bool = False) -> Subject:
    """Return a lesson with its course; raise NotFound."""
    wanted = select(Course, Lesson).join(Lesson, Lesson.course_id == Course.id).where(Lesson.id == lesson_id)
    found = session.execute(wanted.with_for_update() if lock else wanted).first()
    if found is None:
        raise NotFound
    return Subject(found[0], found[1])


def course_subject(session: Session, slug: str, *, lock: bool = False) -> Subject:
    """Return a course, retired ones too; raise NotFound."""
    return Subject(named_course(session, slug, lock=lock))


def live_lessons(session: Session, course_id: int) -> list[Lesson]:
    """Return the lessons of a course that are taught, in order."""
    wanted = select(Lesson).where(Lesson.course_id == course_id, Lesson.retired_at.is_(None))
    return list(session.scalars(wanted.order_by(Lesson.position, Lesson.slug)))


def ties(session: Session) -> Ties:
    """Return what holds lessons and courses, in five statements."""
    needs = session.execute(
        select(Lesson.course_id, Lesson.prerequisites)
        .join(Course, Course.id == Lesson.course_id)
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    ).all()
    points = session.execute(select(CompetencyPoint.lessons, CompetencyPoint.questions)).all()
    drawing = session.execute(
        select(Quiz.id, Quiz.draw, QuizCourse.course_id)
        .join(QuizCourse, QuizCourse.quiz_id == Quiz.id)
        .where(Quiz.retired_at.is_(None))
    ).all()
    there = Counter(_questions(session))
    held: Counter[int] = Counter()
    for quiz_id, _draw, course_id in drawing:
        held[quiz_id] += there[course_id]
    spare: dict[int, int] = {}
    for quiz_id, draw, course_id in drawing:
        spare[course_id] = min(spare.get(course_id, held[quiz_id] - draw), held[quiz_id] - draw)
    taught = session.scalars(select(StageCourse.course_id))
    return Ties(
        needs=tuple((course_id, tuple(before)) for course_id, before in needs if before),
        profiles=tuple((tuple(lessons), tuple(questions)) for lessons, questions in points),
        spare=spare,
        used=frozenset(taught) | {course_id for _, _, course_id in drawing},
    )


def _questions(session: Session) -> dict[int, int]:
    """Return how many questions the lessons of each course have that a quiz may draw."""
    rows: Any = session.execute(
        select(Course.id, func.count(Question.id))
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Question, Question.lesson_id == Lesson.id)
        .where(Question.retired_at.is_(None), Lesson.retired_at.is_(None), Course.retired_at.is_(None))
        .group_by(Course.id)
    )
    return dict(rows.all())


def tie(session: Session, subject: Subject, act: str) -> str | None:
    """Return why nobody may do `act` to `subject` as things stand, or None; only retiring breaks anything."""
    if act != RETIRE:
        return None
    held = ties(session)
    if subject.lesson is not None:
        return held.of_lesson(subject.course.id, subject.key, refs_of(session, [subject.lesson.id])[subject.lesson.id])
    lessons = live_lessons(session, subject.course.id)
    return held.of_course(subject.course.id, {f"{subject.course.slug}/{lesson.slug}" for lesson in lessons})


def fed(session: Session, subject: Subject) -> tuple[Feed, ...]:
    """Return the gates that ask for a lesson, or for a course or one of its lessons."""
    lessons = [subject.lesson] if subject.lesson else live_lessons(session, subject.course.id)
    refs = refs_of(session, [lesson.id for lesson in lessons])
    return course_feeds(gate_book(session), subject.course.slug, {row.slug: refs[row.id] for row in lessons})


def course_feeds(book: GateBook, course: str, lessons: dict[str, set[str]]) -> tuple[Feed, ...]:
    """Return the gates that ask for a course with `lessons` and their questions; a gate may ask for an empty one."""
    found = (feed for slug, refs in (lessons or {"": set()}).items() for feed in book.feeds(course, slug, refs))
    return tuple(dict.fromkeys(found))

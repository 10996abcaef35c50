"""What the library and a course's page show."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.courses.queries.path import (
    CourseCard,
    StageProgress,
    course_cards,
    course_lessons,
    path_lessons,
    path_progress,
)
from lms.courses.queries.programme import LearnerProgramme, learner_programme
from lms.courses.queries.reach import readable_course
from lms.courses.rules.path import PathLesson, ready, waits_for
from lms.courses.rules.reader import Reader
from lms.pace.queries import load_of
from lms.pace.rules import Load


@dataclass(frozen=True)
class Library:
    """The courses of the reader's own programme by stage, else the electives; `whole`: all courses."""

    programme: LearnerProgramme | None
    stages: tuple[StageProgress, ...]
    courses: tuple[CourseCard, ...]
    whole: bool = False

    @property
    def all_courses(self) -> tuple[CourseCard, ...]:
        """Return every course shown, in order."""
        return tuple(course for stage in self.stages for course in stage.courses) or self.courses


@dataclass(frozen=True)
class LessonLine:
    """A lesson in the list of its course; `state`: done, begun, next, open, waiting, or plain for who only reads."""

    lesson: PathLesson
    number: int
    state: str
    waits_for: tuple[PathLesson, ...] = ()


@dataclass(frozen=True)
class CoursePage:
    """A course with its lessons as one reader sees them; `load` only for learners on whose path it is."""

    course: Course
    lessons: tuple[LessonLine, ...]
    load: Load | None

    @property
    def next(self) -> PathLesson | None:
        """Return what to open now: a lesson that is begun, else the first that is ready."""
        lines = sorted((line for line in self.lessons if line.state in ("begun", "next")), key=lambda x: x.state)
        return lines[0].lesson if lines else None

    @property
    def offers_next(self) -> bool:
        """Say whether the next lesson is offered: always one that is begun, a new one only where the day has room."""
        return self.next is not None and (self.next.begun or self.load is None or self.load.may_offer_new)

    @property
    def minutes(self) -> int:
        """Return the estimated minutes of all lessons."""
        return sum(line.lesson.minutes for line in self.lessons)

    @property
    def points(self) -> int:
        """Return the number of key points."""
        return sum(line.lesson.point_count for line in self.lessons)

    @property
    def done(self) -> int:
        """Return how many lessons are finished."""
        return sum(line.lesson.done for line in self.lessons)

    @property
    def percent(self) -> int:
        """Return the share of finished lessons, 0 to 100."""
        return 100 * self.done // max(len(self.lessons), 1)


def library(session: Session, reader: Reader) -> Library:
    """Return what the reader finds in the library, in at most two statements."""
    programme = learner_programme(session, reader.person_id)
    if programme is not None:
        return Library(programme, path_progress(session, reader.person_id, programme), ())
    cards = course_cards(session, reader.person_id, electives=not reader.sees_all)
    return Library(None, (), tuple(cards), reader.sees_all)


def course_page(session: Session, reader: Reader, slug: str, *, day: date, now: datetime) -> CoursePage:
    """Return a course with its lessons, or raise NotFound where this reader has no such course."""
    course = readable_course(session, reader, slug)
    programme = learner_programme(session, reader.person_id)
    path = path_lessons(session, reader.person_id, programme.id) if programme else ()
    own = [lesson for lesson in path if lesson.course_id == course.id]
    if programme is None or not own:
        lessons = course_lessons(session, reader.person_id, course.id)
        return CoursePage(course, tuple(LessonLine(x, n, "plain") for n, x in enumerate(lessons, 1)), None)
    load = load_of(session, reader.person_id, day, programme.caps, now=now)
    return CoursePage(course, _lines(path, own), load)


def _lines(path: tuple[PathLesson, ...], own: list[PathLesson]) -> tuple[LessonLine, ...]:
    able = {lesson.id for lesson in ready(path)}
    first = next((lesson.id for lesson in own if lesson.id in able and not lesson.begun), None)
    lines = []
    for number, lesson in enumerate(own, 1):
        waiting = tuple(waits_for(path, lesson))
        lines.append(
            LessonLine(lesson, number, _state(lesson, is_first=lesson.id == first, waits=bool(waiting)), waiting)
        )
    return tuple(lines)


def _state(lesson: PathLesson, *, is_first: bool, waits: bool) -> str:
    if lesson.done:
        return "done"
    if lesson.begun:
        return "begun"
    if is_first:
        return "next"
    return "waiting" if waits else "open"

"""What a lesson's page shows; nothing is rendered here, the text was made when it was published."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, Exposure, KeyPoint, Lesson, LessonText
from lms.courses.queries.path import course_lessons, path_lessons
from lms.courses.queries.programme import learner_programme
from lms.courses.queries.reach import readable_lesson
from lms.courses.rules.path import PathLesson, following
from lms.courses.rules.progress import Place, points_in
from lms.courses.rules.reader import Reader
from lms.errors import NotFound
from lms.pace.queries import load_of
from lms.pace.rules import Load


@dataclass(frozen=True)
class PointLine:
    """A key point beside its lesson; `met_at` is None where the reader has not met it."""

    number: int
    text_zh: str
    text_en: str
    met_at: datetime | None


@dataclass(frozen=True)
class LessonPage:
    """A lesson in one language as one reader sees it; `place` and `load` are None for who only reads."""

    lesson: Lesson
    course: Course
    revision: int
    locale: str
    title: str
    blocks: tuple[dict[str, Any], ...]
    points: tuple[PointLine, ...]
    place: Place | None
    load: Load | None
    siblings: tuple[PathLesson, ...]
    next: PathLesson | None

    @property
    def number(self) -> int:
        """Return the lesson's place in its course, from 1."""
        return next((n for n, sibling in enumerate(self.siblings, 1) if sibling.id == self.lesson.id), 1)

    @property
    def previous(self) -> PathLesson | None:
        """Return the lesson before it in its course."""
        return self.siblings[self.number - 2] if self.number > 1 else None

    @property
    def following(self) -> PathLesson | None:
        """Return the lesson after it in its course, for who leafs through."""
        return self.siblings[self.number] if self.number < len(self.siblings) else None

    @property
    def keeps_progress(self) -> bool:
        """Say whether the reader's place is kept: it is on their own path."""
        return self.load is not None

    @property
    def read_blocks(self) -> int:
        """Return how many blocks the reader has reached."""
        return self.place.read_blocks(len(self.blocks)) if self.place else 0

    @property
    def resumes(self) -> bool:
        """Say whether the reader comes back to a place inside."""
        return self.place is not None and self.place.furthest > 0 and self.place.done_at is None

    @property
    def goes_on(self) -> bool:
        """Say whether, once done, the next lesson is offered: there is one, and it is begun or the day has room."""
        room = self.load is not None and self.load.may_offer_new
        return self.next is not None and (self.next.begun or room)


@dataclass(frozen=True)
class After:
    """Where to go from a finished lesson; `full`: the day holds no new one."""

    next: PathLesson | None
    full: bool
    course_slug: str


def lesson_page(
    session: Session, reader: Reader, lesson_id: int, locale: str, *, day: date, now: datetime
) -> LessonPage:
    """Return the lesson in the wording the reader began, in six statements at most, or raise NotFound."""
    found = readable_lesson(session, reader, lesson_id)
    text = lesson_text(session, lesson_id, found.revision, locale)
    programme = learner_programme(session, reader.person_id)
    path = path_lessons(session, reader.person_id, programme.id) if programme else ()
    siblings = tuple(lesson for lesson in path if lesson.course_id == found.course.id)
    if programme is None or not siblings:
        siblings, load, after = course_lessons(session, reader.person_id, found.course.id), None, None
    else:
        load = load_of(session, reader.person_id, day, programme.caps, now=now)
        after = following(path, lesson_id)
    return LessonPage(
        lesson=found.lesson,
        course=found.course,
        revision=text.revision,
        locale=text.locale,
        title=text.title,
        blocks=tuple(text.blocks),
        points=points_of(session, reader.person_id, lesson_id, points_in(text.blocks)),
        place=found.place if load else None,
        load=load,
        siblings=siblings,
        next=after,
    )


def lesson_text(session: Session, lesson_id: int, revision: int, locale: str) -> LessonText:
    """Return one wording of a lesson, in the other language where it is missing in this one, or raise NotFound."""
    text = session.scalar(
        select(LessonText)
        .where(LessonText.lesson_id == lesson_id, LessonText.revision == revision)
        .order_by(case((LessonText.locale == locale, 0), else_=1))
        .limit(1)
    )
    if text is None:
        raise NotFound
    return text


def points_of(session: Session, person_id: int, lesson_id: int, numbers: list[int]) -> tuple[PointLine, ...]:
    """Return these key points of a lesson in order, with when the person met them."""
    rows = session.execute(
        select(KeyPoint.number, KeyPoint.text_zh, KeyPoint.text_en, Exposure.at)
        .outerjoin(Exposure, (Exposure.key_point_id == KeyPoint.id) & (Exposure.person_id == person_id))
        .where(KeyPoint.lesson_id == lesson_id, KeyPoint.number.in_(numbers))
        .order_by(KeyPoint.number)
    )
    return tuple(PointLine(*row) for row in rows)


def after_lesson(session: Session, learner_id: int, lesson_id: int, *, day: date, now: datetime) -> After:
    """Return where a learner goes from a lesson they have just finished; NotFound where it is not on their path."""
    programme = learner_programme(session, learner_id)
    path = path_lessons(session, learner_id, programme.id) if programme else ()
    here = next((lesson for lesson in path if lesson.id == lesson_id), None)
    if programme is None or here is None:
        raise NotFound
    load, after = load_of(session, learner_id, day, programme.caps, now=now), following(path, lesson_id)
    full = after is not None and not after.begun and not load.may_offer_new
    return After(None if full else after, full=full, course_slug=here.course_slug)

"""Which files published texts show: learners get no others, and the names of these are given to nothing else."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import Course, Lesson, LessonText
from lms.courses.queries.reach import readable_lesson
from lms.courses.rules.media import media_base
from lms.courses.rules.reader import Reader
from lms.errors import NotFound
from lms.media.queries import medium
from lms.media.rules.medium import Medium
from lms.media.rules.shown import shown

ToPerson = Callable[[Session, int, int], frozenset[str]]
OfLesson = Callable[[Session, int], frozenset[str]]
_others: dict[tuple[ToPerson, OfLesson], None] = {}


def also_shown(to_person: ToPerson, of_lesson: OfLesson) -> None:
    """Let a feature above say which files of a lesson it shows `(session, person_id, lesson_id)`, and which at all."""
    _others[to_person, of_lesson] = None


@dataclass(frozen=True)
class ShownFiles:
    """The names that a lesson's present published text shows, and those that any of its published texts ever did."""

    now: frozenset[str] = frozenset()
    ever: frozenset[str] = frozenset()


def lesson_medium(session: Session, reader: Reader, lesson_id: int, name: str) -> Medium:
    """Return a file of a lesson that this reader may read, by its name, or raise NotFound.

    Only who writes lessons gets files that neither the present text shows, nor the one that the reader began, nor
    what a feature above asks the reader.
    """
    place = _readable(session, reader, lesson_id, name) or _asked(session, reader, lesson_id, name)
    if place is None:
        raise NotFound
    return medium(session, *place, name)


def _readable(session: Session, reader: Reader, lesson_id: int, name: str) -> tuple[str, str] | None:
    """Return the slugs of course and lesson where a text shows the file that this reader may read."""
    try:
        found = readable_lesson(session, reader, lesson_id)
    except NotFound:
        return None
    if not reader.writes and name not in _shown(session, lesson_id, {found.revision, found.lesson.revision}):
        return None
    return found.course.slug, found.lesson.slug


def _asked(session: Session, reader: Reader, lesson_id: int, name: str) -> tuple[str, str] | None:
    """Return the same where a feature above shows the file to this reader."""
    if not any(name in to_person(session, reader.person_id, lesson_id) for to_person, _of_lesson in _others):
        return None
    slugs = select(Course.slug, Lesson.slug).join(Course, Course.id == Lesson.course_id)
    course, lesson = session.execute(slugs.where(Lesson.id == lesson_id)).one()
    return course, lesson


def _shown(session: Session, lesson_id: int, revisions: Collection[int]) -> frozenset[str]:
    texts = session.scalars(
        select(LessonText.blocks).where(LessonText.lesson_id == lesson_id, LessonText.revision.in_(revisions))
    )
    return frozenset().union(*(shown(media_base(lesson_id), blocks) for blocks in texts))


def shown_files(session: Session, course_slug: str, lesson_slug: str) -> ShownFiles:
    """Return what the published texts of a lesson show, a retired one too; nothing where none is published."""
    rows = session.execute(
        select(Lesson.id, Lesson.revision, LessonText.revision, LessonText.blocks)
        .join(Course, Course.id == Lesson.course_id)
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .where(Course.slug == course_slug, Lesson.slug == lesson_slug)
    ).all()
    names = [(present == of, shown(media_base(lesson_id), blocks)) for lesson_id, present, of, blocks in rows]
    asked = [of_lesson(session, lesson_id) for lesson_id in {row[0] for row in rows} for _person, of_lesson in _others]
    return ShownFiles(
        now=frozenset().union(*asked, *(found for is_present, found in names if is_present)),
        ever=frozenset().union(*asked, *(found for _is_present, found in names)),
    )

"""What is read of media: the files of a lesson by name. Who may see a lesson is decided where lessons are read."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.errors import NotFound
from lms.media.models import LessonMedia, MediaFile
from lms.media.rules.medium import Album, Medium

LessonName = tuple[str, str]  # slugs of course and lesson


@dataclass(frozen=True)
class Listed:
    """A file in the list of a lesson's media."""

    name: str
    medium: Medium
    original_name: str
    added_by: str | None
    added_at: datetime


def value_of(row: MediaFile) -> Medium:
    """Return the row as the value that rules work on."""
    return Medium(row.sha256, row.ext, row.bytes, row.width, row.height, row.seconds)


def album(session: Session, course_slug: str, lesson_slug: str, base: str) -> Album:
    """Return the files of a lesson, published or not; `base` is the address that their names are put behind."""
    rows = session.execute(
        select(LessonMedia.name, MediaFile)
        .join(MediaFile, LessonMedia.file_id == MediaFile.id)
        .where(LessonMedia.course_slug == course_slug, LessonMedia.lesson_slug == lesson_slug)
        .where(LessonMedia.retired_at.is_(None))
    )
    return Album(base, {name: value_of(file) for name, file in rows})


@dataclass(frozen=True)
class Kept:
    """A file of a lesson; `from_folder`: an import brought it, not a person."""

    medium: Medium
    from_folder: bool


def all_media(session: Session) -> dict[LessonName, dict[str, Kept]]:
    """Return the files of all lessons by name, in one statement."""
    rows = session.execute(
        select(LessonMedia, MediaFile)
        .join(MediaFile, LessonMedia.file_id == MediaFile.id)
        .where(LessonMedia.retired_at.is_(None))
        .order_by(LessonMedia.course_slug, LessonMedia.lesson_slug, LessonMedia.name)
    )
    found: dict[LessonName, dict[str, Kept]] = defaultdict(dict)
    for named, file in rows:
        found[named.course_slug, named.lesson_slug][named.name] = Kept(value_of(file), named.added_by_id is None)
    return dict(found)


def medium(session: Session, course_slug: str, lesson_slug: str, name: str) -> Medium:
    """Return the file that a lesson calls, or has once called, `name`, or raise NotFound."""
    file = session.scalar(
        select(MediaFile)
        .join(LessonMedia, LessonMedia.file_id == MediaFile.id)
        .where(LessonMedia.course_slug == course_slug, LessonMedia.lesson_slug == lesson_slug, LessonMedia.name == name)
    )
    if file is None:
        raise NotFound
    return value_of(file)


def listed(session: Session, course_slug: str, lesson_slug: str) -> tuple[Listed, ...]:
    """Return the files of a lesson by name, with who brought each."""
    rows = session.execute(
        select(LessonMedia, MediaFile, Person.name)
        .join(MediaFile, LessonMedia.file_id == MediaFile.id)
        .outerjoin(Person, LessonMedia.added_by_id == Person.id)
        .where(LessonMedia.course_slug == course_slug, LessonMedia.lesson_slug == lesson_slug)
        .where(LessonMedia.retired_at.is_(None))
        .order_by(LessonMedia.name)
    )
    return tuple(
        Listed(named.name, value_of(file), file.original_name, who, named.added_at) for named, file, who in rows
    )

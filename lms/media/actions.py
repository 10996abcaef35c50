"""What changes media: a file is kept, a lesson names it, or forgets it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.audit import actions as audit
from lms.errors import NotFound
from lms.media.intake import Taken
from lms.media.models import LessonMedia, MediaFile
from lms.media.rules.medium import Medium
from lms.media.rules.names import name_for
from lms.storage import Storage

LONGEST_ORIGINAL = 200
TRIES = 5


@dataclass(frozen=True)
class Place:
    """A lesson, published or not, by the slugs of its course and of itself."""

    course_slug: str
    lesson_slug: str

    def __str__(self) -> str:
        return f"{self.course_slug}/{self.lesson_slug}"


@dataclass(frozen=True)
class Uploader:
    """Who brings a file; an import is nobody."""

    employee_no: str = "system"
    person_id: int | None = None


def keep_file(storage: Storage, taken: Taken) -> None:
    """Put the bytes of `taken` where files are kept, outside any transaction: what is never named lies there unseen."""
    medium = taken.medium
    if not storage.exists(medium.path):
        storage.put(medium.path, taken.file, content_type=medium.type.mime)
    taken.file.close()


def add_medium(
    session: Session,
    place: Place,
    taken: Taken,
    original: str,
    *,
    by: Uploader,
    now: datetime,
    reserved: Collection[str] = (),
) -> tuple[str, Medium]:
    """Let a lesson name a file that is kept, and return its name; the same content keeps the name that it has.

    A name that is in use, or `reserved`, is never given to another content: readers of an earlier wording see what they
    saw. NotFound where there is no such course.
    """
    for _ in range(TRIES):
        try:
            with session.begin_nested():
                return _add(session, place, taken, original, by=by, now=now, reserved=reserved)
        except IntegrityError:
            continue  # somebody else took the name, or the course does not exist
    raise NotFound


def _add(
    session: Session,
    place: Place,
    taken: Taken,
    original: str,
    *,
    by: Uploader,
    now: datetime,
    reserved: Collection[str],
) -> tuple[str, Medium]:
    file = file_row(session, taken, original, by=by, now=now)
    names = {row.name: row for row in session.scalars(_of(place))}
    known = next((row for row in names.values() if row.file_id == file.id), None)
    if known is not None:
        known.retired_at = None
        return known.name, taken.medium
    name = name_for(original, taken.medium.ext, taken.medium.kind, {*names, *reserved})
    session.add(named(place, name, file.id, taken.source_hash, by=by, now=now))
    session.flush()
    detail = {"lesson": str(place), "sha256": taken.medium.sha256}
    audit.append(session, "media.added", actor=by.employee_no, subject=name, detail=detail, now=now)
    return name, taken.medium


def file_row(session: Session, taken: Taken, original: str, *, by: Uploader, now: datetime) -> MediaFile:
    """Return the row of a content, made where there is none."""
    medium = taken.medium
    row = session.scalar(select(MediaFile).where(MediaFile.sha256 == medium.sha256))
    if row is None:
        row = MediaFile(
            sha256=medium.sha256,
            ext=medium.ext,
            bytes=medium.bytes,
            width=medium.width,
            height=medium.height,
            seconds=medium.seconds,
            original_name="".join(c for c in original if c.isprintable())[-LONGEST_ORIGINAL:],
            added_by_id=by.person_id,
            added_at=now,
        )
        session.add(row)
        session.flush()
    return row


def named(place: Place, name: str, file_id: int, source_hash: str, *, by: Uploader, now: datetime) -> LessonMedia:
    """Return the row that lets a lesson call a file `name`."""
    return LessonMedia(
        course_slug=place.course_slug,
        lesson_slug=place.lesson_slug,
        name=name,
        file_id=file_id,
        source_hash=source_hash,
        added_by_id=by.person_id,
        added_at=now,
    )


def _of(place: Place) -> Select[LessonMedia]:
    return select(LessonMedia).where(
        LessonMedia.course_slug == place.course_slug, LessonMedia.lesson_slug == place.lesson_slug
    )


def remove_medium(session: Session, place: Place, name: str, *, by: Uploader, now: datetime) -> str | None:
    """Let a lesson forget a file, for good; NotFound where it has none of that name.

    Returns the key to delete from the storage once this is committed, or None where another lesson shows the same file.
    """
    row = session.scalar(_of(place).where(LessonMedia.name == name).with_for_update())
    if row is None:
        raise NotFound
    file = session.get_one(MediaFile, row.file_id)
    session.delete(row)
    session.flush()
    shown = session.scalar(select(func.count()).select_from(LessonMedia).where(LessonMedia.file_id == file.id))
    path = None if shown else Medium(file.sha256, file.ext, file.bytes).path
    if not shown:
        session.delete(file)
        session.flush()
    detail = {"lesson": str(place), "sha256": file.sha256}
    audit.append(session, "media.removed", actor=by.employee_no, subject=name, detail=detail, now=now)
    return path


def move_media(session: Session, place: Place, to: Place) -> None:
    """Give all files of a lesson to the name it has from now on."""
    for row in session.scalars(_of(place)):
        row.course_slug, row.lesson_slug = to.course_slug, to.lesson_slug

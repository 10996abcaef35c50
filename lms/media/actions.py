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
    """Put the bytes of `taken` where files are kept, if they are not there; what is never named lies there unseen.

    Called before the row of the file is stored, so that nobody is shown a file without bytes, and once more after that
    is committed: from then on no sweep takes them, but one may have taken them a moment before.
    """
    medium = taken.medium
    if not storage.exists(medium.path):
        taken.file.seek(0)
        storage.put(medium.path, taken.file, content_type=medium.type.mime)


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
    """Return the row of a content, locked against a sweep, made where there is none."""
    medium = taken.medium
    row = session.scalar(select(MediaFile).where(MediaFile.sha256 == medium.sha256).with_for_update())
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
    row.unnamed_at = None
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


def remove_medium(session: Session, place: Place, name: str, *, by: Uploader, now: datetime) -> None:
    """Let a lesson forget a file, for good; NotFound where it has none of that name.

    Its bytes are swept a day after the last lesson forgot it (jobs.sweep), not at once: somebody may be bringing the
    same file at this moment. A draft keeps its name for good, so names of files never move with one.
    """
    row = session.scalar(_of(place).where(LessonMedia.name == name).with_for_update())
    if row is None:
        raise NotFound
    file = session.get_one(MediaFile, row.file_id, with_for_update=True)
    session.delete(row)
    session.flush()
    if not session.scalar(select(func.count()).select_from(LessonMedia).where(LessonMedia.file_id == file.id)):
        file.unnamed_at = now
    session.flush()
    detail = {"lesson": str(place), "sha256": file.sha256}
    audit.append(session, "media.removed", actor=by.employee_no, subject=name, detail=detail, now=now)

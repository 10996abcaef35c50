"""Imports the files of lessons: cleaned and kept like an upload, under the names that the folder gives them."""

from contextlib import closing

from sqlalchemy import select

from lms.content.actions.writing import Desk
from lms.content.rules.library import Library
from lms.media.actions import Place, Uploader, file_row, keep_file, named
from lms.media.intake import take
from lms.media.models import LessonMedia, MediaFile
from lms.media.queries import value_of
from lms.media.rules.medium import Medium
from lms.storage import Storage

LessonName = tuple[str, str]  # slugs of course and lesson
Named = dict[tuple[str, str, str], tuple[LessonMedia, MediaFile]]


def import_media(desk: Desk, library: Library, store: Storage | None) -> dict[LessonName, dict[str, Medium]]:
    """Store the files of all lessons of `library`; return them by lesson and name, as lessons show them.

    A file is known again by its content as it lay in the folder, so that a second import changes nothing. A name that
    the folder has no more is retired if a folder gave it; what was brought in the browser stays. Of lessons that wait
    for a second person new files come with their draft; one whose name readers know by other bytes is held back.
    """
    rows: Named = {
        (row.course_slug, row.lesson_slug, row.name): (row, file)
        for row, file in desk.session.execute(
            select(LessonMedia, MediaFile).join(MediaFile, LessonMedia.file_id == MediaFile.id)
        )
    }
    lessons = {(course.slug, lesson.slug) for course in library.courses for lesson in course.lessons}
    shown: dict[LessonName, dict[str, Medium]] = {name: {} for name in lessons}
    for path, medium in library.media.items():
        course, lesson, _media, name = path.split("/")
        if (course, lesson) in lessons or f"{course}/{lesson}" in desk.withhold:
            known = rows.pop((course, lesson, name), None)
            shown.setdefault((course, lesson), {})[name] = _import(desk, library, store, path, medium, known)
    for (course, lesson, name), (row, file) in rows.items():
        if (course, lesson) not in lessons or row.retired_at is not None:
            continue
        if row.added_by_id is None and desk.retire_missing:
            row.retired_at = desk.now
            desk.report.note("file", f"{course}/{lesson}/{name}", "retired")
        else:
            shown[course, lesson][name] = value_of(file)
    return shown


def _import(
    desk: Desk,
    library: Library,
    store: Storage | None,
    path: str,
    medium: Medium,
    known: tuple[LessonMedia, MediaFile] | None,
) -> Medium:
    """Return the file that stands at `path`, stored where it is new."""
    course, lesson, _media, name = path.split("/")
    short = f"{course}/{lesson}/{name}"
    if known and medium.sha256 in (known[0].source_hash, known[1].sha256):
        desk.revive(known[0], "file", short)
        return value_of(known[1])
    if known and f"{course}/{lesson}" in desk.withhold:
        desk.report.note("file", short, "held")
        return value_of(known[1])
    place, nobody = Place(course, lesson), Uploader()
    with library.files[path].open("rb") as source:
        taken = take(source, keep_type=True)
    with closing(taken.file):
        file = file_row(desk.session, taken, name, by=nobody, now=desk.now)
        if store is not None:  # a trial has none
            keep_file(store, taken)
    if known:
        known[0].file_id, known[0].source_hash, known[0].retired_at = file.id, taken.source_hash, None
        desk.report.note("file", short, "changed")
    else:
        desk.session.add(named(place, name, file.id, taken.source_hash, by=nobody, now=desk.now))
        desk.report.note("file", short, "added")
    return taken.medium

"""Reads and writes the files of `media/` folders; each is looked into as an upload would be."""

from pathlib import Path, PurePosixPath

from lms.content.ondisk.tree import Tree
from lms.content.rules.library import Library
from lms.courses.rules.findings import N_, error
from lms.media.intake import look
from lms.media.rules.medium import Medium
from lms.media.rules.names import is_name
from lms.media.rules.refusal import MediaRefused
from lms.media.rules.types import extension
from lms.storage import Storage

FOLDERS = 3  # course/lesson/media


def read_media(tree: Tree) -> dict[str, Medium]:
    """Return the files of lessons by path, those that may be shown; the others are findings."""
    found = {}
    for file in sorted(tree.files):
        parent = PurePosixPath(file).parent
        if parent.name == "media" and len(parent.parts) == FOLDERS:
            try:
                found[file] = _read(file, tree.files[file])
            except MediaRefused as refused:
                tree.findings.append(error(1, refused.template, file=file, **refused.values))
            except OSError as failed:
                why = failed.strerror or "?"
                tree.findings.append(error(1, N_("The file cannot be read: %(why)s"), file=file, why=why))
    return found


def _read(file: str, path: Path) -> Medium:
    name = PurePosixPath(file).name
    if not is_name(name):
        raise MediaRefused(N_("A file in media/ is named like map-of-the-city.png: letters, digits, hyphens."))
    with path.open("rb") as source:
        medium = look(source)
    if extension(name) != medium.ext:
        raise MediaRefused(
            N_("The name ends in “%(said)s”, but this is a .%(is)s file."),
            said=PurePosixPath(name).suffix,
            **{"is": medium.ext},
        )
    return medium


def write_media(library: Library, folder: Path, store: Storage | None) -> int:
    """Write the files of all lessons of `library` below `folder` and return how many they are.

    Their bytes lie in `store`; FileNotFoundError where one is not there.
    """
    lessons = {f"{course.slug}/{lesson.slug}" for course in library.courses for lesson in course.lessons}
    wanted = {path: medium for path, medium in library.media.items() if path.rsplit("/", 2)[0] in lessons}
    if wanted and store is None:
        raise ValueError("a library with pictures is written with the storage that holds them")
    for path, medium in wanted.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as target:
            for piece in store.get_range(medium.path, 0, medium.bytes) if store else ():
                target.write(piece)
    return len(wanted)

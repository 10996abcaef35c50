"""Reads a whole library from a folder."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from lms.content.ondisk import knowledge, programmes
from lms.content.ondisk.courses import read_course
from lms.content.ondisk.located import SLUG, File, Table, read_table
from lms.content.ondisk.media import read_media
from lms.content.ondisk.tree import Tree, walk
from lms.content.rules.library import Library
from lms.courses.rules.findings import N_, error, warning

READERS: dict[str, Callable[[str, Table], Any]] = {
    "profiles": programmes.profile,
    "programmes": programmes.programme,
    "scorecards": programmes.scorecard,
    "tracks": programmes.track,
}


def read_library(
    path: Path, progress: Callable[[str], None] = lambda _folder: None, *, course: str | None = None
) -> Library:
    """Return the library in the folder `path`; what is wrong stands in its findings. `progress` hears each folder.

    A folder with a course.yaml of its own is one course: it is read as a library of this course, which is called
    `course`, or like the folder.
    """
    one = path / "course.yaml"
    tree = walk(path, (course or path.resolve().name) if one.is_file() and not one.is_symlink() else "")
    found: dict[str, tuple[Any, ...]] = {}
    courses = []
    for folder in tree.names():
        progress(folder)
        if folder in READERS:
            found[folder] = _read_files(tree, folder)
        elif folder == knowledge.FOLDER:
            found[folder] = knowledge.read_manual(tree)
        elif (made := read_course(tree, folder)) is not None:
            courses.append(made)
    for file in tree.files:
        if "/" not in file and file != knowledge.GLOSSARY:
            tree.findings.append(warning(1, N_("This file is not part of a library and is passed over."), file=file))
    media = read_media(tree)
    return Library(
        courses=tuple(sorted(courses, key=lambda course: (course.order, course.slug))),
        profiles=found.get("profiles", ()),
        programmes=found.get("programmes", ()),
        scorecards=found.get("scorecards", ()),
        tracks=found.get("tracks", ()),
        manual=found.get(knowledge.FOLDER, ()),
        terms=knowledge.read_glossary(tree),
        media=media,
        files={path: tree.files[path] for path in media},
        findings=tuple(tree.findings),
    )


def _read_files(tree: Tree, folder: str) -> tuple[Any, ...]:
    files = tree.below(folder, ".yaml")
    for file in tree.files:
        if file.startswith(folder + "/") and file not in files:
            tree.findings.append(warning(1, N_("This file is not part of a library and is passed over."), file=file))
    return tuple(thing for file in files if (thing := _read_file(tree, folder, file)) is not None)


def _read_file(tree: Tree, folder: str, name: str) -> Any:
    slug = PurePosixPath(name).stem
    if not SLUG.match(slug):
        tree.findings.append(error(1, N_("A file's name is lower-case Latin letters, digits and hyphens."), file=name))
        return None
    text = tree.text(name)
    if text is None:
        return None
    return read_table(text, File(name, tree.findings), lambda table: READERS[folder](slug, table))

"""What a heap of files is: a library or a course of ours, Markdown made for another tool, or nothing we read."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

LONGEST_SLUG = 60
MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
OURS, FOREIGN, NOTHING = "ours", "foreign", "nothing"
LIBRARY_FOLDERS = frozenset({"profiles", "programmes", "scorecards", "tracks"})


@dataclass(frozen=True)
class Kind:
    """`what` is ours, foreign or nothing; `inside` is the folder it lies in; `course` names the one course it is."""

    what: str
    inside: str = ""
    course: str | None = None


def recognise(files: Iterable[str], name: str) -> Kind:
    """Return what `files`, by their paths with `/`, are; `name` is what the heap itself is called, without an ending.

    Folders that hold nothing but one other folder are looked into: many zips wrap everything in one.
    """
    paths = [PurePosixPath(file).parts for file in files]
    inside: tuple[str, ...] = ()
    while True:
        here = [parts[len(inside) :] for parts in paths]
        if ("course.yaml",) in here:
            return Kind(OURS, "/".join(inside), slug(inside[-1] if inside else name, "course"))
        if any(len(parts) == 2 and _ours(parts) for parts in here):  # noqa: PLR2004  # folder and file
            return Kind(OURS, "/".join(inside))
        first = {parts[0] for parts in here}
        if len(first) != 1 or any(len(parts) == 1 for parts in here):
            break
        inside = (*inside, first.pop())
    markdown = any(parts[-1].casefold().endswith(MARKDOWN) for parts in paths)
    return Kind(FOREIGN if markdown else NOTHING, "/".join(inside))


def _ours(parts: tuple[str, ...]) -> bool:
    return parts[1] == "course.yaml" or (parts[0] in LIBRARY_FOLDERS and parts[1].endswith(".yaml"))


def slug(text: str, otherwise: str = "lesson") -> str:
    """Return a name of lower-case Latin letters, digits and hyphens made from `text`, or `otherwise` where none is."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_SLUG].strip("-")
    return made or otherwise

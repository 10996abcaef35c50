"""Puts pages in the order in which their author meant them to be read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import normpath

FIRST = frozenset({"index", "readme", "_index", "introduction", "intro"})
ASIDE = frozenset(
    {"changelog", "changes", "history", "license", "licence", "code_of_conduct", "contributing", "authors", "security"}
    | {"summary", "_sidebar", "_navbar", "_coverpage", "404", "pull_request_template", "issue_template", "codeowners"}
)
ENTRY = re.compile(r"^\s*(?:[-*+]|\d+[.)])?\s*\[([^\]]*)\]\(<?([^)>\s]*)>?[^)]*\)")


@dataclass(frozen=True)
class Listed:
    """One entry of a table of contents: the file, and what it is called there."""

    path: str
    title: str = ""


def summary(text: str, folder: str = "") -> tuple[Listed, ...]:
    """Return the entries of a SUMMARY.md, as of GitBook and mdBook; `folder` is the one it lies in."""
    found: dict[str, Listed] = {}
    for row in text.split("\n"):
        entry = ENTRY.match(row)
        target = entry.group(2).split("#")[0] if entry else ""
        if entry and target and ":" not in target:
            path = normpath(f"{folder}/{target}").removeprefix("/")
            found.setdefault(path, Listed(path, entry.group(1).strip()))
    return tuple(found.values())


def aside(path: str) -> bool:
    """Say whether a page is about its project rather than part of a course."""
    return stem(path) in ASIDE


def stem(path: str) -> str:
    """Return the name of a file without folder and ending, in small letters."""
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()


def ordered(paths: Iterable[str], positions: Mapping[str, float]) -> list[str]:
    """Return pages by the positions that pages or folders state, then by number and name; an index comes first."""
    return sorted(paths, key=lambda path: _key(path, positions))


def _key(path: str, positions: Mapping[str, float]) -> list[tuple[float, float, list[tuple[int, int | str]]]]:
    parts = path.split("/")
    keys = []
    for depth, part in enumerate(parts, 1):
        here = "/".join(parts[:depth])
        last = depth == len(parts)
        first = 0.0 if last and stem(part) in FIRST else 1.0
        keys.append((first, positions.get(here, 1e9), _natural(part.rsplit(".", 1)[0] if last else part)))
    return keys


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Return a key that puts 2 before 10."""
    return [
        (0, int(part)) if part.isascii() and part.isdigit() else (1, part)
        for part in re.split(r"(\d+)", name.casefold())
        if part
    ]

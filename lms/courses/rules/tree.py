"""The mind map of a course or a lesson as one reader sees it: stored outlines joined, with states and addresses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Address = Callable[[int, int | None], str]  # of a lesson, or of its block with this index, from 0


@dataclass(frozen=True)
class MapLesson:
    """One lesson as the map needs it: its stored outline, its state for the reader and the points they have met."""

    id: int
    title: str
    outline: dict[str, Any]
    block_count: int
    begun: bool = False
    done: bool = False
    met: frozenset[int] = frozenset()


def lesson_branches(lesson: MapLesson, address: Address, *, personal: bool) -> list[dict[str, Any]]:
    """Return what hangs on the lesson's own node: headings, and key points that stand above the first heading.

    `personal`: nodes say whether this reader has met the point (`ok`) or not (`new`).
    """
    children = lesson.outline.get("children") or []
    headings = sum(child.get("kind") == "heading" for child in children)
    block = max(lesson.block_count - headings, 0) - 1  # the text above the first heading, where there is one
    branches = []
    for n, child in enumerate(children):
        block += child.get("kind") == "heading"
        place = f"lesson-{lesson.id}-{n}"
        branches.append(_node(child, place, address(lesson.id, max(block, 0)), lesson.met if personal else None))
    return branches


def course_branches(lessons: Sequence[MapLesson], address: Address, *, personal: bool) -> list[dict[str, Any]]:
    """Return one branch for each lesson, with `word` (`done`, `begun` or `new`) where the map is a learner's own."""
    branches = []
    for lesson in lessons:
        node: dict[str, Any] = {
            "id": f"lesson-{lesson.id}",
            "text": lesson.title,
            "kind": "lesson",
            "url": address(lesson.id, None),
        }
        if personal:
            node |= {"state": "ok" if lesson.done else "new", "word": _word(lesson)}
        branches.append(node | {"children": lesson_branches(lesson, address, personal=personal)})
    return branches


def _word(lesson: MapLesson) -> str:
    if lesson.done:
        return "done"
    return "begun" if lesson.begun else "new"


def _node(outline: dict[str, Any], place: str, url: str, met: frozenset[int] | None) -> dict[str, Any]:
    node = {"id": place, "text": outline.get("text", ""), "kind": outline.get("kind", "heading"), "url": url}
    if node["kind"] == "key":
        node["number"] = outline.get("number")
        if met is not None:
            known = node["number"] in met
            node |= {"state": "ok" if known else "new", "word": "met" if known else "new"}
    children = outline.get("children") or []
    return node | {"children": [_node(child, f"{place}-{n}", url, met) for n, child in enumerate(children)]}

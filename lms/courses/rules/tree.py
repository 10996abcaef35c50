"""The mind map of a course or a lesson as one reader sees it: stored outlines joined, with states and addresses.

A node's id says what it stands for and is the same in both languages: `course-3`, `lesson-12`, `heading-12-0-1`
(lesson, then places from 0 in the outline), `point-77` (the key point itself, wherever it moves).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Address = Callable[[int, int | None], str]  # of a lesson, or of its block with this index, from 0
NODE_ID = re.compile(r"(course|lesson|point|heading)-(\d{1,9})((?:-\d{1,4}){0,8})")


@dataclass(frozen=True)
class NodeRef:
    """What a node's id stands for; `path` leads through the outline of lesson `id`, for headings only."""

    kind: str
    id: int
    path: tuple[int, ...] = ()


@dataclass(frozen=True)
class MapPoint:
    """A key point as the map needs it."""

    id: int
    met: bool = False
    question: str | None = None


@dataclass(frozen=True)
class MapLesson:
    """One lesson as the map needs it: its stored outline, its state for the reader and its key points by number."""

    id: int
    title: str
    outline: dict[str, Any]
    block_count: int
    begun: bool = False
    done: bool = False
    points: Mapping[int, MapPoint] = field(default_factory=dict)

    @property
    def met(self) -> frozenset[int]:
        """Return the numbers of the points that the reader has met."""
        return frozenset(number for number, point in self.points.items() if point.met)


def node_ref(node_id: str) -> NodeRef | None:
    """Return what `node_id` stands for, or None where it is no id of a node."""
    found = NODE_ID.fullmatch(node_id)
    if found is None or (found.group(1) == "heading") != bool(found.group(3)):
        return None
    return NodeRef(found.group(1), int(found.group(2)), tuple(int(n) for n in found.group(3).split("-")[1:]))


def branch_at(outline: Mapping[str, Any], path: Sequence[int]) -> Mapping[str, Any] | None:
    """Return the part of an outline that `path` leads to, or None where it leads nowhere."""
    node = outline
    for place in path:
        children = node.get("children") or []
        if place >= len(children):
            return None
        node = children[place]
    return node


def numbers(outline: Mapping[str, Any]) -> frozenset[int]:
    """Return the numbers of the key points in a part of an outline."""
    found, todo = set(), [outline]
    while todo:
        node = todo.pop()
        if isinstance(node.get("number"), int):
            found.add(node["number"])
        todo.extend(node.get("children") or [])
    return frozenset(found)


def lesson_branches(lesson: MapLesson, address: Address, *, personal: bool) -> list[dict[str, Any]]:
    """Return what hangs on the lesson's own node: headings, and key points that stand above the first heading.

    `personal`: nodes say whether this reader has met the point (`word`), and that nothing is known of it yet (`new`).
    """
    children = lesson.outline.get("children") or []
    headings = sum(child.get("kind") == "heading" for child in children)
    block = max(lesson.block_count - headings, 0) - 1  # the text above the first heading, where there is one
    branches = []
    for n, child in enumerate(children):
        block += child.get("kind") == "heading"
        place = f"heading-{lesson.id}-{n}"
        branches.append(_node(child, place, address(lesson.id, max(block, 0)), lesson.points, personal=personal))
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


def _node(
    outline: dict[str, Any], place: str, url: str, points: Mapping[int, MapPoint], *, personal: bool
) -> dict[str, Any]:
    node = {"id": place, "text": outline.get("text", ""), "kind": outline.get("kind", "heading"), "url": url}
    if node["kind"] == "key":
        node["number"] = outline.get("number")
        point = points.get(outline.get("number", 0))
        if point is not None:
            node |= {"id": f"point-{point.id}", "key_point_id": point.id}
            if point.question:
                node["question"] = point.question
        if personal:
            node |= {"state": "new", "word": "met" if point is not None and point.met else "new"}
    children = outline.get("children") or []
    return node | {
        "children": [_node(child, f"{place}-{n}", url, points, personal=personal) for n, child in enumerate(children)]
    }

"""A course's map with what is one's own put on: what sits, one's notes, where a branch can be reviewed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.maps.rules.tree import Node, clean

ReviewAddress = Callable[[str], str]  # of the page that reviews the branch at this node


@dataclass(frozen=True)
class Known:
    """What is known of one key point in the reader's memory: `ok`, `warn` or `new`, and the chance, 0 to 1."""

    state: str
    recall: float


def point_ids(branches: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the ids of all key points in `branches`."""
    return [node["key_point_id"] for node in _walk(branches) if "key_point_id" in node]


def node_ids(branches: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of all nodes in `branches`."""
    return [node["id"] for node in _walk(branches)]


def put_on(
    branches: Sequence[Mapping[str, Any]],
    *,
    known: Mapping[int, Known],
    notes: Mapping[str, str],
    review: ReviewAddress | None,
) -> list[dict[str, Any]]:
    """Return `branches` with memory states, notes and review addresses; `review` None: it is not the reader's own."""
    made = []
    for node in branches:
        own = dict(node)
        if own["id"] in notes:
            own["note"] = notes[own["id"]]
        own["children"] = put_on(node["children"], known=known, notes=notes, review=review)
        if review is not None:
            if own.get("key_point_id") in known:
                one = known[own["key_point_id"]]
                own |= {"state": one.state, "recall": round(one.recall, 3)}
            if point_ids([own]):
                own["review_url"] = review(own["id"])
        made.append(own)
    return made


def _walk(branches: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found, todo = [], list(branches)
    while todo:
        node = todo.pop()
        found.append(node)
        todo.extend(node["children"])
    return found


def as_tree(title: str, branches: Sequence[Mapping[str, Any]], *, node: str, note: str = "", site: str = "") -> Node:
    """Return a course's map as the tree that exports and own maps are made of; links get `site` before them."""
    root = {"id": node, "text": title, "note": note, "children": branches}
    return clean(_tree(root, site))


def _tree(node: Mapping[str, Any], site: str) -> Node:
    url = node.get("url", "")
    return Node(
        text=node["text"],
        note=node.get("note", ""),
        link=site + url if url else "",
        ref=node["id"],
        children=tuple(_tree(child, site) for child in node["children"]),
    )

"""The blueprint of maps, their addresses, and files as answers."""

from urllib.parse import quote

from flask import Blueprint, Response, current_app

from lms.maps.queries import CourseMap
from lms.maps.rules import drawing, freemind, opml, outline
from lms.maps.rules.personal import as_tree
from lms.maps.rules.tree import Node

blueprint = Blueprint("maps", __name__)
TYPES = {
    "mm": "application/x-freemind",
    "opml": "text/x-opml; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "svg": "image/svg+xml",
}
FILE_KINDS = "any(mm, opml, md, svg)"


def tree_of(found: CourseMap) -> Node:
    """Return a course's map as a tree to export or to draw one's own from; links name this site."""
    site = current_app.config["LMS"].base_url.rstrip("/")
    return as_tree(found.title, found.branches, node=found.node, note=found.note, site=site)


def states_of(found: CourseMap) -> dict[str, str]:
    """Return the memory state of each key point by its node, for the picture."""
    states, todo = {}, list(found.branches)
    while todo:
        node = todo.pop()
        if node["kind"] == "key" and "state" in node:
            states[node["id"]] = node["state"]
        todo.extend(node["children"])
    return states


def file(tree: Node, kind: str, *, name: str, states: dict[str, str] | None = None) -> Response:
    """Return the tree as a file of this kind to be kept, called after the map."""
    text = (
        drawing.draw(tree, states)
        if kind == "svg"
        else {"mm": freemind.write, "opml": opml.write, "md": outline.write}[kind](tree)
    )
    response = Response(text, content_type=TYPES[kind])
    plain = "".join(char if char not in '\\/:*?"<>|\r\n' else " " for char in name).strip()[:80] or "map"
    kept = f"attachment; filename=\"map.{kind}\"; filename*=UTF-8''{quote(f'{plain}.{kind}', safe='')}"
    response.headers["Content-Disposition"] = kept
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

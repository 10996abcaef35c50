"""The map of a lesson: lesson → headings → key points, as nested `{text, kind, number?, children}`."""

import unicodedata
from typing import Any

from lms.courses.rules.lesson_source import LessonSource

WIDEST = 160  # half-width columns, some four lines of a node: a point to recall is read whole


def outline(lesson: LessonSource) -> dict[str, Any]:
    """Return the mind map of `lesson`; a key point hangs on the nearest heading above it."""
    root = _node(lesson.title, "lesson")
    for number, block in enumerate(lesson.blocks):
        branch = root
        if block.heading is not None:
            branch = _node(block.heading, "heading")
            root["children"].append(branch)
        twigs: dict[str, dict[str, Any]] = {}
        for point in (point for point in lesson.points if point.block == number):
            twig = branch
            if point.under is not None:
                if point.under not in twigs:
                    twigs[point.under] = _node(point.under, "heading")
                    branch["children"].append(twigs[point.under])
                twig = twigs[point.under]
            twig["children"].append(_node(short(point.text), "key") | {"number": point.number})
    return root


def short(text: str, widest: int = WIDEST) -> str:
    """Return `text`, cut to `widest` columns at a word where it is longer; 汉字 are two columns wide."""
    width, cut = 0, 0
    for n, char in enumerate(text):
        width += _columns(char)
        if width > widest:
            head = text[:cut]
            space = head.rfind(" ")
            head = head[:space] if space > cut // 2 else head
            return head.rstrip(" ，,、；;：:。.") + "…"
        if width <= widest - 1:
            cut = n + 1
    return text


def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _node(text: str, kind: str) -> dict[str, Any]:
    return {"text": text, "kind": kind, "children": []}

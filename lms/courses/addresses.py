"""Where lessons and their blocks are found; pages and machines are given the same addresses."""

from flask import url_for


def address(lesson_id: int, block: int | None = None) -> str:
    """Return the address of a lesson, or of its block with this index, from 0."""
    anchor = None if block is None else f"block-{block + 1}"
    return url_for("courses.lesson", lesson_id=lesson_id, _anchor=anchor)

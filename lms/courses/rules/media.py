"""Where the files of published lessons are found."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from lms.media.rules.tags import name_in


def media_base(lesson_id: int) -> str:
    """Return what the names of a published lesson's files are put behind; stored HTML speaks of the lesson alone."""
    return f"/lessons/{lesson_id}/media/"


def with_sound(body: Mapping[str, Any], base: str) -> dict[str, Any]:
    """Return what a question asks besides, with the address of its recording where it has one."""
    name = name_in(str(body.get("audio", "")))
    return {**body, "audio": base + quote(name)} if name else dict(body)

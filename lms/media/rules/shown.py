"""Which of its files the stored text of a lesson shows, told by the addresses that stand in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from typing import Any
from urllib.parse import unquote


def shown(base: str, blocks: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the names behind `base` in stored blocks: pictures, recordings, captions, and files that are linked."""
    texts = (text for block in blocks for piece in block["pieces"] for text in _texts(piece))
    return frozenset(name for text in texts for name in shown_in(base, text))


def shown_in(base: str, html: str) -> frozenset[str]:
    """Return the names behind `base` in one stored text."""
    found = re.findall(rf'(?:src|href)="{re.escape(base)}([^"]+)"', html)
    return frozenset(unquote(unescape(name)) for name in found)


def _texts(piece: Mapping[str, Any]) -> Iterator[str]:
    """Yield the HTML of a piece; the recording that a question has scored is a bare address."""
    yield piece.get("html", "")
    check = piece.get("check", {})
    yield check.get("stem", "")
    yield f'src="{escape(str(check.get("body", {}).get("audio", "")))}"'

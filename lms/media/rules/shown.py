"""Which of its files the stored text of a lesson shows, told by the addresses that stand in it."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote


def shown(base: str, blocks: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the names behind `base` in stored blocks: pictures, recordings, captions, and files that are linked."""
    address = re.compile(rf'(?:src|href)="{re.escape(base)}([^"]+)"')
    return frozenset(
        unquote(unescape(name))
        for block in blocks
        for piece in block["pieces"]
        for name in address.findall(piece.get("html", ""))
    )

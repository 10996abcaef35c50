"""Reads back what publishing stored of a text: its passages as plain lines, its mnemonics, stories and flows as HTML.

What comes in was made by `lms.markup`, so what goes out again is as safe: tags are repeated as they were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

LINES = frozenset(
    {"p", "li", "h2", "h3", "h4", "tr", "dt", "dd", "blockquote", "pre", "figcaption", "section", "figure", "div", "br"}
)
EMPTY = frozenset({"br", "hr", "img"})
AIDS = {"block mnemonic": "mnemonic", "block story": "story", "flow": "flow"}
SILENT = frozenset({"sup", "h3"})  # numbers of key points, and the names of boxes


@dataclass(frozen=True)
class Aid:
    """A mnemonic, a story or a flow; `block` is the index of its block."""

    kind: str
    block: int
    html: str


@dataclass
class Reading:
    """What was read: lines of plain text, and aids."""

    lines: list[str] = field(default_factory=list)
    aids: list[Aid] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self.lines)


def read(blocks: Iterable[Mapping[str, Any]]) -> Reading:
    """Return what stored `blocks` say; checks are left out."""
    reading = Reading()
    for number, block in enumerate(blocks):
        if block.get("heading"):
            reading.lines.append(str(block["heading"]))
        for piece in block.get("pieces", ()):
            if "html" in piece:
                parser = _Parser(reading, number)
                parser.feed(piece["html"])
                parser.close()
                parser.flush()
    return reading


class _Parser(HTMLParser):
    """Walks through one piece of HTML."""

    def __init__(self, reading: Reading, block: int) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = reading
        self.block = block
        self.said: list[str] = []
        self.open: list[str] = []
        self.silent = 0
        self.aid: tuple[str, int, list[str]] | None = None  # kind, how deep it began, its HTML

    def flush(self) -> None:
        """End a line."""
        line = " ".join("".join(self.said).split())
        if line:
            self.reading.lines.append(line)
        self.said = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LINES:
            self.flush()
        names = dict(attrs).get("class") or ""
        if self.aid is None and tag in ("section", "figure") and names in AIDS:
            self.aid = (AIDS[names], len(self.open), [])
        if self.aid is not None:
            self.aid[2].append(self.get_starttag_text() or "")
        if tag not in EMPTY:
            self.open.append(tag)
            self.silent += tag in SILENT or names == "who"
            if tag in SILENT or names == "who":
                self.open[-1] = f"{tag}!"

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].rstrip("!") != tag:
            return
        self.silent -= self.open.pop().endswith("!")
        if tag in LINES:
            self.flush()
        if self.aid is None:
            return
        kind, depth, html = self.aid
        html.append(f"</{tag}>")
        if len(self.open) == depth:
            self.reading.aids.append(Aid(kind, self.block, "".join(html)))
            self.aid = None

    def handle_data(self, data: str) -> None:
        if self.aid is not None:
            self.aid[2].append(escape(data))
        if not self.silent:
            self.said.append(data)

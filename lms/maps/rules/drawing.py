"""Draws a tree as SVG, laid out and coloured as the page does it: root at the left, branches to the right."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from lms.maps.rules.tree import Node, safe_link

NARROW, WIDE, LATIN, BOLD = 5.2, 15.2, 9.2, 1.1  # pixels a character at 15 px: i and l, 汉字, the rest; on average
THIN = frozenset("iljftr.,:;'!|()[] ")
BROADEST, LINE, PAD_X, PAD_Y = 270.0, 20, 16, 9
GAP_X, GAP_Y, MARGIN = 56, 12, 24
COLOURS = {
    "root": ("#0b5a61", "#0b5a61", "#ffffff"),
    "branch": ("#fffefb", "#0b5a61", "#1c1c1a"),
    "leaf": ("#fffefb", "#7d7568", "#1c1c1a"),
    "ok": ("#e4edd5", "#4b8532", "#1c1c1a"),
    "warn": ("#fae8c6", "#b4740f", "#1c1c1a"),
}
FONT = "font-size=\"15\" font-family=\"system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif\""
MARKS = {"ok": "✓ ", "warn": "~ "}


@dataclass(frozen=True)
class Box:
    """A node where it stands."""

    node: Node
    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    look: str

    @property
    def height(self) -> float:
        """Return the height in pixels."""
        return len(self.lines) * LINE + 2 * PAD_Y

    @property
    def middle(self) -> float:
        """Return where edges meet it."""
        return self.y + self.height / 2


def text_width(text: str) -> float:
    """Return how wide `text` is at 15 px, roughly: 汉字 are as wide as the letter is high."""
    return sum(map(_char_width, text))


@lru_cache(maxsize=8_192)
def _char_width(char: str) -> float:
    if _wide(char):
        return WIDE
    return NARROW if char in THIN else LATIN


@lru_cache(maxsize=8_192)
def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


@lru_cache(maxsize=8_192)  # each node is asked for its lines four times
def wrapped(text: str, widest: float = BROADEST) -> tuple[str, ...]:
    """Return `text` in lines no wider than `widest`; 汉字 break anywhere, Latin words stay whole where they fit."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, width = "", 0.0
        for piece in _pieces(paragraph):
            if line and width + text_width(piece.rstrip()) > widest:
                lines.append(line.rstrip())
                line, width = "", 0.0
            while text_width(piece) > widest:
                cut = next(n for n in range(1, len(piece) + 1) if text_width(piece[: n + 1]) > widest)
                lines.append(piece[:cut])
                piece = piece[cut:]  # noqa: PLW2901  # what is left of a word that is wider than a line
            line += piece
            width += text_width(piece)
        lines.append(line.rstrip())
    return tuple(lines)


def _pieces(text: str) -> Iterator[str]:
    """Yield what must not be parted: words with the space after them, 汉字 with the mark after them."""
    piece = ""
    for char in text:
        wide = _wide(char)
        closing = unicodedata.category(char) in ("Po", "Pe", "Pf")
        if piece and ((wide and not closing) or (not wide and _wide(piece[-1]))):
            yield piece
            piece = ""
        piece += char
        if char == " ":
            yield piece
            piece = ""
    if piece:
        yield piece


def draw(tree: Node, states: dict[str, str] | None = None) -> str:
    """Return the tree as a picture; `states` gives `ok` or `warn` by the reference of a node (`point-77`).

    Nothing in it runs: no script, no style, only links that `tree.safe_link` lets pass and that name their host.
    """
    boxes, edges = _laid_out(tree, states or {})
    width = max(box.x + box.width for box in boxes) + MARGIN
    height = max(box.y + box.height for box in boxes) + MARGIN
    size = f'width="{width:.0f}" height="{height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:.0f} {height:.0f}" {FONT}>',
        f"<title>{_text(tree.text)}</title>",
        f'<rect {size} fill="#f4f1ea"/>',
        '<g fill="none" stroke="#7d7568" stroke-width="1.5">',
        *(_edge(parent, child) for parent, child in edges),
        "</g>",
        *map(_box, boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _laid_out(tree: Node, states: dict[str, str]) -> tuple[list[Box], list[tuple[Box, Box]]]:
    """Return boxes and edges; a column is as wide as its widest node, a parent stands amid its children."""
    widths: list[float] = []
    level = [tree]
    while level:
        widths.append(max(_width(node) for node in level))
        level = [child for node in level for child in node.children]
    starts = [float(MARGIN)]
    for width in widths:
        starts.append(starts[-1] + width + GAP_X)
    boxes: list[Box] = []
    edges: list[tuple[Box, Box]] = []

    def place(node: Node, depth: int, top: float) -> tuple[Box, float]:
        lines = wrapped(node.text)
        height = len(lines) * LINE + 2 * PAD_Y
        children, below = [], top
        for child in node.children:
            box, below = place(child, depth + 1, below)
            children.append(box)
        y = top if not children else (children[0].middle + children[-1].middle - height) / 2
        own = Box(node, starts[depth], max(y, top), _width(node), lines, _look(node, depth, states))
        boxes.append(own)
        edges.extend((own, child) for child in children)
        return own, max(below, own.y + own.height + GAP_Y)

    place(tree, 0, MARGIN)
    return boxes, edges


def _width(node: Node) -> float:
    return BOLD * max(text_width(line) for line in wrapped(node.text)) + 2 * PAD_X + 12


def _look(node: Node, depth: int, states: dict[str, str]) -> str:
    if depth == 0:
        return "root"
    return states.get(node.ref) or ("branch" if node.children else "leaf")


def _edge(parent: Box, child: Box) -> str:
    x1, x2 = parent.x + parent.width, child.x
    bend = (x2 - x1) / 2
    return (
        f'<path d="M{x1:.1f} {parent.middle:.1f}C{x1 + bend:.1f} {parent.middle:.1f}'
        f' {x2 - bend:.1f} {child.middle:.1f} {x2:.1f} {child.middle:.1f}"/>'
    )


def _box(box: Box) -> str:
    fill, stroke, ink = COLOURS.get(box.look, COLOURS["leaf"])
    corner = min(18, box.height / 2) if box.look == "branch" else 9
    bold = ' font-weight="600"' if box.look in ("root", "branch") else ""
    first = box.y + PAD_Y + 15
    lines = (MARKS.get(box.look, "") + box.lines[0], *box.lines[1:])
    words = "".join(
        f'<tspan x="{box.x + PAD_X:.1f}" y="{first + n * LINE:.1f}">{_text(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    shape = (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="{corner:.0f}"'
        f' fill="{fill}" stroke="{stroke}" stroke-width="1.5"/><text fill="{ink}"{bold}>{words}</text>'
    )
    note = f"<title>{_text(box.node.note)}</title>" if box.node.note else ""
    link = safe_link(box.node.link)
    if link and not link.startswith("/"):
        return f'<a href="{_text(link)}" target="_blank" rel="noopener noreferrer"><g>{note}{shape}</g></a>'
    return f"<g>{note}{shape}</g>"


def _text(text: str) -> str:
    return escape(text, quote=True)

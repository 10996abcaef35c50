"""Cuts the pieces of a page into lessons: at headings, so long as no lesson takes more than its time."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lms.content.rules.foreign.pieces import Piece
from lms.courses.rules.inline import plain
from lms.courses.rules.lesson_source import MOST_BLOCKS
from lms.courses.rules.reading import minutes, reading_seconds

MOST_SECONDS = 290  # five minutes, and some room for titles
MOST_CHARACTERS = 12_000
SENTENCE = re.compile(r"(?<=[.!?。！？；])\s*(?=\S)")


@dataclass(frozen=True)
class Unit:
    """What stays together: a heading, or none, and the pieces below it."""

    heading: str
    pieces: tuple[Piece, ...]

    @property
    def cost(self) -> float:
        """Return the share of a lesson's room that this takes."""
        return sum(map(cost, self.pieces)) + reading_seconds(self.heading) / MOST_SECONDS


@dataclass(frozen=True)
class Cut:
    """One lesson to be: its title, its blocks, and the line at which it begins."""

    title: str
    units: tuple[Unit, ...]

    @property
    def line(self) -> int:
        """Return the line of the page in which the lesson begins."""
        return next((piece.line for unit in self.units for piece in unit.pieces), 1)


def cost(piece: Piece) -> float:
    """Return the share of a lesson's room that a piece takes, by time or by length."""
    return max(reading_seconds(plain(piece.text)) / MOST_SECONDS, len(piece.text) / MOST_CHARACTERS)


def taken_minutes(units: Iterable[Unit], title: str) -> int:
    """Return the minutes that a lesson takes."""
    texts = [title, *(part for unit in units for part in (unit.heading, *(plain(p.text) for p in unit.pieces)))]
    return minutes(reading_seconds("\n".join(texts)))


def cut(title: str, pieces: list[Piece]) -> tuple[Cut, ...]:
    """Return the lessons that the pieces of a page make; one page is never mixed with another."""
    units = [part for unit in _units(pieces) for part in _fitting(unit)]
    lessons: list[list[Unit]] = []
    room = 0.0
    for unit in units:
        if not lessons or room + unit.cost > 1 or len(lessons[-1]) == MOST_BLOCKS:
            lessons.append([])
            room = 0.0
        lessons[-1].append(unit)
        room += unit.cost
    return tuple(_titled(lessons, title))


def _titled(lessons: list[list[Unit]], title: str) -> Iterator[Cut]:
    for n, units in enumerate(lessons):
        heading = next((unit.heading for unit in units if unit.heading), "")
        name = title if n == 0 or not heading or heading == title else f"{title}: {heading}"
        yield Cut(name, tuple(units))


def _units(pieces: list[Piece]) -> Iterator[Unit]:
    """Yield the pieces by the highest heading there is."""
    top = min((piece.level for piece in pieces if piece.kind == "heading"), default=0)
    heading, below = "", list[Piece]()
    for piece in pieces:
        if piece.kind == "heading" and piece.level == top:
            if below:
                yield Unit(heading, tuple(below))
            heading, below = piece.text, []
        else:
            below.append(piece)
    if below:
        yield Unit(heading, tuple(below))


def _fitting(unit: Unit) -> Iterator[Unit]:
    """Yield `unit`, or the parts of one that is too long: by its own headings, else between its pieces."""
    if unit.cost <= 1:
        yield _settled(unit)
        return
    if any(piece.kind == "heading" for piece in unit.pieces):
        for part in _units(list(unit.pieces)):
            heading = (
                f"{unit.heading}: {part.heading}" if unit.heading and part.heading else unit.heading or part.heading
            )
            yield from _fitting(Unit(heading, part.pieces))
        return
    shares = list(_shares([small for piece in unit.pieces for small in _small(piece)]))
    for n, share in enumerate(shares, 1):
        heading = f"{unit.heading} ({n}/{len(shares)})" if unit.heading and len(shares) > 1 else unit.heading
        yield Unit(heading, tuple(share))


def _settled(unit: Unit) -> Unit:
    """Return `unit` with the headings inside it as `###`, and none without words below it."""
    kept: list[Piece] = []
    for piece in unit.pieces:
        if piece.kind == "heading":
            while kept and kept[-1].kind == "heading":
                above = kept.pop()
                piece = replace(piece, text=f"{above.text}: {piece.text}")  # noqa: PLW2901  # what stands above it joins it
            piece = replace(piece, level=3)  # noqa: PLW2901  # the same
        kept.append(piece)
    if kept and kept[-1].kind == "heading":
        kept[-1] = replace(kept[-1], kind="text", text=f"**{kept[-1].text}**")
    return replace(unit, pieces=tuple(kept))


def _shares(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces in shares of about the same size, each of which fits a lesson."""
    total = sum(map(cost, pieces))
    most = min(1.0, total / math.ceil(total) * 1.15) if total else 1.0
    share: list[Piece] = []
    room = 0.0
    for piece in pieces:
        if share and room + cost(piece) > most:
            yield share
            share, room = [], 0.0
        share.append(piece)
        room += cost(piece)
    if share:
        yield share


def _small(piece: Piece) -> Iterator[Piece]:
    """Yield `piece`, or parts of one that is too long for a lesson by itself."""
    if cost(piece) <= 1:
        yield piece
        return
    rows = piece.text.split("\n")
    head = rows[:2] if piece.kind == "table" else []
    rest = rows[len(head) :]
    if len(rest) < 2 and piece.kind in ("text", "item"):  # noqa: PLR2004  # one row cannot be shared out
        rest = [part for part in SENTENCE.split(piece.text) if part]
    if len(rest) < 2:  # noqa: PLR2004  # the same
        rest = [piece.text[n : n + 1000] for n in range(0, len(piece.text), 1000)]
    count = min(len(rest), math.ceil(cost(piece) * 1.3))
    size = math.ceil(len(rest) / count)
    for n in range(0, len(rest), size):
        text = "\n".join([*head, *rest[n : n + size]])
        part = replace(piece, text=text, line=piece.line + len(head) + n)
        yield from _small(part) if size < len(rest) and cost(part) > 1 else (part,)

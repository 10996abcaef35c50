"""The inside of film files: how long and how large, read from a few boxes; and where MP4 keeps who filmed it where.

ISO/IEC 14496-12 (MP4) and RFC 8794, RFC 9559 (WebM). What is not understood is left out, never guessed.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MOST_BOXES = 20_000
LARGEST_READ = 4096
INSIDE = frozenset({b"moov", b"trak"})
TELLTALE = frozenset({b"udta", b"meta", b"uuid"})  # place, device, author, thumbnails; players need none of them
SEGMENT, INFO, TRACKS, ENTRY, VIDEO = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
SCALE, DURATION, WIDTH, HEIGHT = 0x2AD7B1, 0x4489, 0xB0, 0xBA


@dataclass(frozen=True)
class Film:
    """What a film file says of itself; None where it does not."""

    seconds: float | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Box:
    """A part of a file: its name, where its content begins and where it ends."""

    name: bytes
    start: int
    end: int


def boxes(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    """Yield the boxes of an MP4 file between two places, those inside `moov` and `trak` too; stops where it is odd."""
    waiting, seen = [(start, end)], 0
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end and seen < MOST_BOXES:
            seen += 1
            file.seek(at)
            head = file.read(16)
            size, name = int.from_bytes(head[:4], "big"), head[4:8]
            content = at + 8
            if size == 1:
                size, content = int.from_bytes(head[8:16], "big"), at + 16
            after = at + size if size else end
            if after <= at or after > end or content > after:
                break
            yield Box(name, content, after)
            if name in INSIDE:
                waiting.append((content, after))
            at = after


def mp4(file: IO[bytes], size: int) -> Film:
    """Return what the MP4 `file` of `size` bytes says of itself."""
    seconds = width = height = None
    for box in boxes(file, 0, size):
        if box.name not in (b"mvhd", b"tkhd"):
            continue
        file.seek(box.start)
        head = file.read(min(box.end - box.start, LARGEST_READ))
        if box.name == b"mvhd":
            seconds = _duration(head)
        elif len(head) >= 84 and (found := _frame_size(head)):  # noqa: PLR2004  # the shortest tkhd
            width, height = found
    return Film(seconds, width, height)


def _duration(head: bytes) -> float | None:
    form = ">20xIQ" if head[:1] == b"\x01" else ">12xII"
    if len(head) < struct.calcsize(form):
        return None
    scale, length = struct.unpack_from(form, head)
    return round(length / scale, 3) if scale and length / scale < 24 * 3600 else None


def _frame_size(head: bytes) -> tuple[int, int] | None:
    at = 88 if head[:1] == b"\x01" else 76
    if len(head) < at + 8:
        return None
    width, height = (value >> 16 for value in struct.unpack_from(">II", head, at))
    return (width, height) if width and height else None


def telltale(file: IO[bytes], size: int) -> list[Box]:
    """Return the boxes of an MP4 file that tell about who made it, where and with what."""
    return [box for box in boxes(file, 0, size) if box.name in TELLTALE]


def webm(file: IO[bytes], size: int) -> Film:
    """Return what the WebM `file` of `size` bytes says of itself."""
    facts: dict[int, float] = {}
    waiting, seen = [(0, size)], 0
    while waiting:
        at, end = waiting.pop()
        while at < end and seen < MOST_BOXES:
            seen += 1
            element, start, after = _element(file, at, end)
            if not element:
                break
            if element in (SEGMENT, INFO, TRACKS, ENTRY, VIDEO):
                waiting.append((start, after))
            elif element in (SCALE, DURATION, WIDTH, HEIGHT) and after - start <= 8:  # noqa: PLR2004  # bytes of a number
                file.seek(start)
                facts.setdefault(element, _number(file.read(after - start), real=element == DURATION))
            at = after
    seconds = facts[DURATION] * facts.get(SCALE, 1_000_000) / 1e9 if DURATION in facts else None
    width, height = int(facts.get(WIDTH, 0)), int(facts.get(HEIGHT, 0))
    told = seconds is not None and 0 < seconds < 24 * 3600
    sized = 0 < width < 1 << 16 and 0 < height < 1 << 16
    return Film(round(seconds, 3) if told and seconds else None, width if sized else None, height if sized else None)


def _element(file: IO[bytes], at: int, end: int) -> tuple[int, int, int]:
    """Return id, start and end of the element at `at`; the id is 0 where there is none."""
    file.seek(at)
    head = file.read(12)
    id_size = _width(head[:1], 4)
    length_size = _width(head[id_size : id_size + 1], 8) if id_size else 0
    if not length_size:
        return 0, at, at
    element = int.from_bytes(head[:id_size], "big")
    bits = 7 * length_size
    length = int.from_bytes(head[id_size : id_size + length_size], "big") & (1 << bits) - 1
    start = at + id_size + length_size
    unknown = length == (1 << bits) - 1
    after = end if unknown else start + length
    return (element, start, after) if after <= end else (0, at, at)


def _width(first: bytes, most: int) -> int:
    """Return how many bytes a variable-size integer that begins with `first` has; 0 for more than `most`."""
    width = 9 - first[0].bit_length() if first else 0
    return width if width <= most else 0


def _number(data: bytes, *, real: bool) -> float:
    if real:
        return float(struct.unpack(">f" if len(data) == 4 else ">d", data)[0]) if len(data) in (4, 8) else 0.0  # noqa: PLR2004
    return float(int.from_bytes(data, "big"))

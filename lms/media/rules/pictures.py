"""The inside of picture files: how large a picture is, and whether its file holds the picture and nothing else.

A clean file is stored byte for byte, so that what was exported comes back the same; any other is made anew.
"""

from dataclasses import dataclass

from lms.media.rules.refusal import N_, MediaRefused

MOST_PIXELS = 40_000_000  # a photograph of a telephone; far below what would fill the memory
MOST_EDGE = 1600  # pixels of the longer edge that are kept: twice the widest place a lesson has
BROKEN = N_("The picture is damaged: it ends too early or does not hold together.")
MOVING = N_("Whoever reads cannot stop a moving picture. Save it as a film (MP4), or as one still picture.")
PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs"})
WEBP_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
JPEG_KEPT = frozenset({0xC4, 0xDB, 0xDD, 0xDA, 0xE0, 0xEE}) | JPEG_SIZES


@dataclass(frozen=True)
class Picture:
    """What the file says of itself; `clean`: no metadata, nothing behind the end, nothing unknown."""

    width: int
    height: int
    clean: bool
    moving: bool = False


def inside(data: bytes, ext: str) -> Picture:
    """Return what `data`, a file of type `ext`, says of itself; raise MediaRefused where it is broken or a bomb."""
    try:
        picture = READERS[ext](data)
    except (IndexError, ValueError):
        raise MediaRefused(BROKEN) from None
    if picture.width < 1 or picture.height < 1:
        raise MediaRefused(BROKEN)
    if picture.width * picture.height > MOST_PIXELS:
        raise MediaRefused(
            N_("The picture has %(width)s × %(height)s pixels; %(most)s million are the most."),
            width=picture.width,
            height=picture.height,
            most=MOST_PIXELS // 1_000_000,
        )
    if picture.moving:
        raise MediaRefused(MOVING)
    return picture


def fitted(width: int, height: int) -> tuple[int, int]:
    """Return the size at which a picture is kept."""
    longer = max(width, height)
    if longer <= MOST_EDGE:
        return width, height
    return max(1, round(width * MOST_EDGE / longer)), max(1, round(height * MOST_EDGE / longer))


def _big(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")


def _little(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "little")


def _png(data: bytes) -> Picture:
    at, names = 8, set[bytes]()
    while data[at + 4 : at + 8] != b"IEND":
        names.add(data[at + 4 : at + 8])
        at += 12 + _big(data, at, 4)
    end = at + 12 + _big(data, at, 4)
    clean = names <= PNG_CHUNKS and end == len(data) == at + 12
    return Picture(_big(data, 16, 4), _big(data, 20, 4), clean=clean, moving=b"acTL" in names)


def _jpg(data: bytes) -> Picture:
    at, width, height, clean = 2, 0, 0, True
    while True:
        while _big(data, at, 2) == 0xFFFF:  # noqa: PLR2004  # bytes that fill
            at += 1
        if data[at] != 0xFF:  # noqa: PLR2004  # no marker where one must be
            raise ValueError
        marker = data[at + 1]
        if marker == 0xD9:  # noqa: PLR2004  # the end
            return Picture(width, height, clean=clean and at + 2 == len(data))
        clean = clean and marker in JPEG_KEPT
        if marker in JPEG_SIZES:
            height, width = _big(data, at + 5, 2), _big(data, at + 7, 2)
        at += 2 + _big(data, at + 2, 2)
        if marker == 0xDA:  # noqa: PLR2004  # picture data follows
            at = _after_scan(data, at)


def _after_scan(data: bytes, at: int) -> int:
    """Return where the next marker is; in picture data 0xFF stands before 0 or a restart marker only."""
    while True:
        at = data.index(b"\xff", at)
        following = data[at + 1]
        if following == 0xFF:  # noqa: PLR2004  # bytes that fill
            at += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:  # noqa: PLR2004  # RST0 to RST7
            at += 2
        else:
            return at


def _webp(data: bytes) -> Picture:
    end = 8 + _little(data, 4, 4)
    if end > len(data) + len(data) % 2:
        raise ValueError
    at, names, size = 12, set[bytes](), (0, 0)
    while at + 8 <= min(end, len(data)):
        name, length = data[at : at + 4], _little(data, at + 4, 4)
        names.add(name)
        size = size if any(size) else _webp_size(data, name, at + 8)
        at += 8 + length + length % 2
    clean = names <= WEBP_CHUNKS and at == end == len(data)
    return Picture(*size, clean=clean, moving=b"ANIM" in names)


def _webp_size(data: bytes, name: bytes, at: int) -> tuple[int, int]:
    if name == b"VP8X":
        return _little(data, at + 4, 3) + 1, _little(data, at + 7, 3) + 1
    if name == b"VP8L":
        bits = _little(data, at + 1, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        return _little(data, at + 6, 2) & 0x3FFF, _little(data, at + 8, 2) & 0x3FFF
    return 0, 0


def _gif(data: bytes) -> Picture:
    return Picture(_little(data, 6, 2), _little(data, 8, 2), clean=False)


READERS = {"png": _png, "jpg": _jpg, "webp": _webp, "gif": _gif}

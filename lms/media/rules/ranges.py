"""Parts of a file that a browser asks for (RFC 9110, section 14): a single range, or all of it."""

import re
from dataclasses import dataclass

SPEC = re.compile(r"[ \t]*bytes[ \t]*=[ \t]*(\d*)[ \t]*-[ \t]*(\d*)[ \t]*\Z", re.IGNORECASE)
LONGEST = 100  # characters of a header that asks for one range


@dataclass(frozen=True)
class Part:
    """What to send of a file of `size` bytes; `whole`: as 200, else as 206."""

    start: int
    length: int
    size: int
    whole: bool

    @property
    def header(self) -> str:
        """Return the value of Content-Range."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def part(asked: str | None, size: int, *, if_range: str | None = None, etag: str = "") -> Part | None:
    """Return what to send for the header Range `asked`, or None where it begins past the end: 416.

    What is no single range of bytes is ignored, as the standard allows, and so is a range under an If-Range that names
    another version than `etag`.
    """
    whole = Part(0, size, size, whole=True)
    found = SPEC.match(asked) if asked and len(asked) <= LONGEST else None
    if found is None or (if_range is not None and if_range.strip() != etag):
        return whole
    first, last = found.groups()
    if not first:
        return _suffix(last, size) if last else whole
    start = int(first)
    if last and int(last) < start:
        return whole
    if start >= size:
        return None
    end = min(int(last), size - 1) if last else size - 1
    return Part(start, end - start + 1, size, whole=False)


def _suffix(last: str, size: int) -> Part | None:
    length = min(int(last), size)
    if not length:
        return None
    return Part(size - length, length, size, whole=False)

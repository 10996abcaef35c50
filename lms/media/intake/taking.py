"""One way in for every file: its type by content, its limits, its cleaning, its facts, its fingerprint."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from typing import IO

import puremagic

from lms.media.intake.drawings import drawing
from lms.media.intake.pictures import picture
from lms.media.intake.recordings import forget_makers, recording
from lms.media.rules.captions import check_captions
from lms.media.rules.medium import Medium
from lms.media.rules.refusal import N_, MediaRefused
from lms.media.rules.types import HEAD, Type, check_size, type_of

CHUNK = 1024 * 1024
IN_MEMORY = 1024 * 1024


@dataclass
class Taken:
    """A file that may be stored: its facts, its clean bytes from the beginning, and the fingerprint it came with."""

    medium: Medium
    file: IO[bytes]
    source_hash: str


def examine(file: IO[bytes]) -> tuple[Type, int]:
    """Return type and bytes of `file`; raise MediaRefused where the first is not ours or the second too many."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise MediaRefused(N_("The file is empty."))
    try:
        found = type_of(head)
    except MediaRefused as refused:
        raise _named(refused, head) from None
    check_size(found, size)
    return found, size


def _named(refused: MediaRefused, head: bytes) -> MediaRefused:
    """Return `refused`, saying what the file is where that is known and the sentence does not say it yet."""
    if "%" in refused.template or not refused.template.startswith("This is no"):
        return refused
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return refused
    name = next((guess.name for guess in guesses if guess.name), "")
    if not name:
        return refused
    return MediaRefused(
        N_("This is no picture, sound, film or captions file that can be shown here; it looks like: %(name)s."),
        name=name[:60],
    )


def look(file: IO[bytes]) -> Medium:
    """Return what `file` is and says of itself, its fingerprint as it lies there; raise MediaRefused like `take`."""
    found, size = examine(file)
    if found.kind in ("audio", "video"):
        told = recording(file, found.ext, size)
        return Medium(fingerprint(file), found.ext, size, told.width, told.height, told.seconds)
    taken = take(file, keep_type=True)
    taken.file.close()
    clean = taken.medium
    return Medium(taken.source_hash, found.ext, size, clean.width, clean.height)


def take(file: IO[bytes], *, keep_type: bool = False) -> Taken:
    """Return the clean form of `file`, or raise MediaRefused. `keep_type`: a picture stays PNG or JPEG if it is one."""
    found, size = examine(file)
    source_hash = fingerprint(file)
    if found.kind in ("audio", "video"):
        return _recording(file, found, size, source_hash)
    file.seek(0)
    data, ext, width, height = file.read(), found.ext, None, None
    if ext == "svg":
        data, width, height = drawing(data)
    elif found.kind == "captions":
        check_captions(data)
    else:
        data, ext, width, height = picture(data, ext, keep_type=keep_type)
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed by whoever stores it
    out.write(data)
    return Taken(Medium(fingerprint(out), ext, len(data), width, height), out, source_hash)


def _recording(file: IO[bytes], found: Type, size: int, source_hash: str) -> Taken:
    told = recording(file, found.ext, size)
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed by whoever stores it
    file.seek(0)
    shutil.copyfileobj(file, out, CHUNK)
    if found.ext in ("mp4", "m4a"):
        forget_makers(out, size)
    return Taken(Medium(fingerprint(out), found.ext, size, told.width, told.height, told.seconds), out, source_hash)


def fingerprint(file: IO[bytes]) -> str:
    """Return the SHA-256 of all of `file`, and leave it at its beginning."""
    file.seek(0)
    total = hashlib.sha256()
    while piece := file.read(CHUNK):
        total.update(piece)
    file.seek(0)
    return total.hexdigest()

"""Sounds and films: they are stored as they are, except that an MP4 loses what tells who filmed it and where."""

from typing import IO, BinaryIO, cast

from tinytag import TinyTag, TinyTagException

from lms.media.rules import film
from lms.media.rules.refusal import N_, MediaRefused

LONGEST = 24 * 3600
ZEROS = bytes(64 * 1024)


def recording(file: IO[bytes], ext: str, size: int) -> film.Film:
    """Return length and size of the picture as far as the file tells them; raise MediaRefused where it is damaged."""
    if ext == "webm":
        return film.webm(file, size)
    if ext in ("mp4", "m4a"):
        told = film.mp4(file, size)
        if told.seconds is None:
            raise MediaRefused(DAMAGED)
        return told
    file.seek(0)
    try:
        tags = TinyTag.get(f"x.{ext}", file_obj=cast(BinaryIO, file), tags=False)
    except (TinyTagException, OSError, ValueError, IndexError, KeyError, ArithmeticError, UnicodeError):
        raise MediaRefused(DAMAGED) from None
    seconds = tags.duration
    if not seconds or not 0 < seconds < LONGEST:
        raise MediaRefused(DAMAGED)
    return film.Film(round(seconds, 3))


DAMAGED = N_("The recording is damaged: nobody can tell how long it plays.")


def forget_makers(file: IO[bytes], size: int) -> None:
    """Blank, in place, the boxes of an MP4 that tell where, by whom and with what it was filmed; nothing else moves."""
    for box in film.telltale(file, size):
        file.seek(box.start - 4)
        file.write(b"free")
        at = box.start
        while at < box.end:
            at += file.write(ZEROS[: box.end - at])

"""Packs a folder into a zip of always the same bytes, and unpacks one that strangers may have made."""

import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from lms.content.rules import packing
from lms.content.rules.packing import Entry
from lms.courses.rules.findings import N_, Finding, error, errors

FULL, FULLER = 0xFFFF, 0xFFFFFFFF  # “see the larger form” in the fields of the smaller one
LOCATOR = 20
CHUNK = 64 * 1024
END = struct.Struct("<4s4H2LH")
END_MARK, LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
LOCAL = struct.Struct("<4s5H3L2H")
EPOCH = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16
UNIX = 3


def pack(folder: Path, target: BinaryIO) -> int:
    """Write all files below `folder` to a zip and return how many; the same files give the same bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            entry.create_system, entry.external_attr = UNIX, PLAIN_FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, path.read_bytes())
    return len(files)


@contextmanager
def unpacked(source: BinaryIO) -> Iterator[tuple[Path, tuple[Finding, ...]]]:
    """Yield a folder of its own with what the zip holds, and what was found; it is gone when the block ends.

    Where a finding is an error the folder is empty: it is all or nothing.
    """
    with TemporaryDirectory(prefix="onramp-zip-") as folder:
        target = Path(folder) / "content"
        target.mkdir()
        findings = unpack(source, target)
        if errors(findings):
            shutil.rmtree(target)
            target.mkdir()
        yield target, findings


def unpack(source: BinaryIO, target: Path) -> tuple[Finding, ...]:
    """Unpack the zip `source` into the empty folder `target` and return what is wrong with it.

    Memory is bounded: the list is refused by its size before it is read, contents are copied in pieces, and no byte
    more is written than the list has promised. Names are ours: no name from the list reaches the file system unjudged.
    """
    wrong = _frame(source)
    if wrong is not None:
        return (wrong,)
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
        return (error(1, N_("The list of the zip is damaged; it cannot be read."), file="."),)
    with archive:
        listed = archive.infolist()
        verdict = packing.judge(_entry(info) for info in listed)
        wrong = None if errors(verdict.findings) else _overlap(listed)
        if wrong is not None or errors(verdict.findings):
            return verdict.findings if wrong is None else (*verdict.findings, wrong)
        for place, name in verdict.files.items():
            wrong = _copy(archive, listed[place], target / name, name)
            if wrong is not None:
                return (*verdict.findings, wrong)
    return verdict.findings


def _frame(source: BinaryIO) -> Finding | None:
    """Return what is wrong with the zip as a whole, by its last bytes alone."""
    source.seek(0, 2)
    size = source.tell()
    if size > packing.LARGEST_ZIP:
        return error(1, N_("The file is larger than %(most)s bytes."), file=".", most=packing.LARGEST_ZIP)
    source.seek(max(0, size - END.size - 0xFFFF))
    tail = source.read()
    at = tail.rfind(END_MARK)
    if at < 0 or len(tail) - at < END.size:
        return error(1, N_("This is no zip, or its end is missing; it may not have been sent whole."), file=".")
    _mark, disk, _start, _here, count, length, offset, _comment = END.unpack_from(tail, at)
    large = count == FULL or offset == FULLER or LARGE_MARK in tail[max(0, at - LOCATOR) : at]
    if disk or large:
        return error(1, N_("The zip is of a form for very large archives, or in several parts."), file=".")
    if length > packing.LARGEST_LIST or count > packing.MOST_ENTRIES:
        return error(1, N_("The zip holds more than %(most)s files."), file=".", most=packing.MOST_ENTRIES)
    return None


def _entry(info: zipfile.ZipInfo) -> Entry:
    """Return an entry as it is stored: zipfile has read a name without the UTF-8 flag as code page 437."""
    raw = info.orig_filename.encode("utf-8" if info.flag_bits & packing.UTF8 else "cp437", "surrogatepass")
    mode = info.external_attr >> 16
    return Entry(raw, info.flag_bits, info.compress_type, info.compress_size, info.file_size, mode)


def _overlap(listed: list[zipfile.ZipInfo]) -> Finding | None:
    """Return an error where an entry's bytes run into those of another, as in bombs that share one body."""
    end = -1
    for info in sorted(listed, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return error(1, N_("Files of the zip lie over one another."), file=".")
        end = info.header_offset + LOCAL.size + info.compress_size
    return None


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, name: str) -> Finding | None:
    """Copy one file out, at most as many bytes as the list says, and return what is wrong with it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as packed, path.open("xb") as made:
            left = info.file_size
            while piece := packed.read(CHUNK):
                left -= len(piece)
                if left < 0:
                    return error(1, N_("The file is longer than the zip's list says."), file=name)
                made.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, ValueError):
        return error(1, N_("The file is damaged: its contents do not fit the zip's list."), file=name)
    except OSError as refused:
        return error(1, N_("The file cannot be stored: %(why)s"), file=name, why=refused.strerror or "?")
    if left:
        return error(1, N_("The file is damaged: its contents do not fit the zip's list."), file=name)
    return None

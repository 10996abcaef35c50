# names that look like others are the point
"""Zips as no honest tool makes them: each with what is wrong with it, made in memory."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

EPOCH = (1980, 1, 1, 0, 0, 0)
GOOD = {"basics/course.yaml": b"title: x\n"}


def zipped(files: dict[str, bytes], **changes: int) -> bytes:
    """Return an ordinary zip; `changes` are set on each entry (external_attr, …)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            for field, value in changes.items():
                setattr(info, field, value)
            archive.writestr(info, content)
    return made.getvalue()


def crafted(entries: list[tuple[bytes, bytes, dict[str, int]]]) -> bytes:
    """Return a zip made by hand: name, stored content, and what its list says otherwise (flags, method, size, …)."""
    body, listed = b"", b""
    for name, content, lies in entries:
        crc = lies.get("crc", zlib.crc32(content))
        method, flags = lies.get("method", 0), lies.get("flags", 0)
        packed, size = lies.get("packed", len(content)), lies.get("size", len(content))
        at = lies.get("at", len(body))
        inner = name if "inner" not in lies else b"other.txt"
        facts = struct.pack("<5H3L", 20, flags, method, 0, 33, crc, packed, size)
        body += b"PK\3\4" + facts + struct.pack("<2H", len(inner), 0) + inner + content
        listed += (
            b"PK\1\2"
            + struct.pack("<H", 3 << 8 | 20)
            + facts
            + struct.pack("<5H2L", len(name), 0, 0, 0, 0, lies.get("attr", 0), at)
            + name
        )
    count = len(entries)
    end = struct.pack("<4H2LH", 0, 0, count, count, len(listed), len(body), 0)
    return body + listed + b"PK\5\6" + end


def named(name: str | bytes, flags: int = 0x800) -> bytes:
    """Return a zip with one file of this name beside a good one."""
    raw = name if isinstance(name, bytes) else name.encode()
    return crafted([(b"basics/course.yaml", b"title: x\n", {}), (raw, b"evil", {"flags": flags})])


def lying(**lies: int) -> bytes:
    """Return a zip whose list lies about its one file."""
    return crafted([(b"basics/course.yaml", b"title: x\n" * 9, lies)])


def _bomb(megabytes: int) -> bytes:
    return zipped({"basics/bomb.md": b"0" * (megabytes * 1024 * 1024)})


def _many_bombs() -> bytes:
    grown = {"size": 40 * 1024 * 1024, "packed": 1024 * 1024, "method": 8}  # each under the limits of one
    return crafted([(f"basics/{n}.md".encode(), b"", grown) for n in range(6)])


def _overlapping() -> bytes:
    first = (b"basics/a.md", b"x" * 100, {})
    return crafted([first, (b"basics/a.md", b"", {"at": 0, "packed": 100, "size": 100})])


def _shared_body() -> bytes:
    """One packed body that two entries claim, as in the bombs of Fifield (2019)."""
    return crafted([(b"basics/a.md", b"x" * 200, {}), (b"basics/b.md", b"", {"at": 20, "size": 0})])


def _damaged() -> bytes:
    made = bytearray(zipped({"basics/course.yaml": b"title: something long enough\n" * 20}))
    made[60] ^= 0xFF
    return bytes(made)


def _bad_list() -> bytes:
    made = bytearray(zipped(GOOD))
    at = made.rindex(b"PK\1\2")
    made[at : at + 4] = b"NOPE"
    return bytes(made)


def _large_form() -> bytes:
    made = zipped(GOOD)
    at = made.rindex(b"PK\5\6")
    return made[:at] + b"PK\6\7" + bytes(16) + made[at:]


SYMLINK, FIFO, DEVICE = 0o120777 << 16, 0o010644 << 16, 0o020644 << 16

# What it is: (the bytes, a word of the sentence that must be said of it)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a name that climbs out": (lambda: named("../../etc/cron.d/evil"), "leads out"),
    "a name that climbs out in the middle": (lambda: named("basics/../../evil.md"), "leads out"),
    "a name that climbs out of a folder that is passed over": (lambda: named("__MACOSX/../../evil"), "leads out"),
    "an absolute path": (lambda: named("/etc/passwd"), "absolute"),
    "an absolute path with two slashes": (lambda: named("//server/share/evil.md"), "absolute"),
    "a drive letter": (lambda: named("C:/Windows/evil.md"), "drive letter"),
    "a drive letter without a slash": (lambda: named("C:evil.md"), "drive letter"),
    "a stream of a file": (lambda: named("basics/course.yaml:evil"), "colon"),
    "backslashes": (lambda: named("..\\..\\evil.md"), "backslash"),
    "backslashes as folders": (lambda: named("basics\\evil.md"), "backslash"),
    "a NUL that hides an ending": (lambda: named("basics/evil.md\0.png"), "invisible"),
    "a line break": (lambda: named("basics/a\nb.md"), "invisible"),
    "letters that run backwards": (lambda: named("basics/gnp.\u202eexe.md"), "invisible"),
    "an empty part": (lambda: named("basics//evil.md"), "empty part"),
    "a dot as a part": (lambda: named("basics/./evil.md"), "empty part"),
    "a device": (lambda: named("basics/CON"), "device"),
    "a device with an ending": (lambda: named("basics/nul.md"), "device"),
    "a numbered device": (lambda: named("COM1/evil.md"), "device"),
    "a dot at the end": (lambda: named("basics/evil.md."), "dot or a space"),
    "a space at the end": (lambda: named("basics /evil.md"), "dot or a space"),
    "a wildcard": (lambda: named("basics/*.md"), "characters"),
    "a name longer than any disk takes": (lambda: named("basics/" + "a" * 300 + ".md"), "too long"),
    "a path longer than any disk takes": (lambda: named("/".join(["abcdefghij" * 5] * 9) + "/evil.md"), "too long"),
    "a tower of folders": (lambda: named("a/" * 60 + "evil.md"), "deep"),
    "a name in no known encoding": (lambda: named(b"basics/\xff\xff.md", flags=0), "neither"),
    "a name that is called UTF-8 and is not": (lambda: named(b"basics/\xb9\xca.md"), "damaged"),
    "the same name twice": (lambda: crafted([(b"a/b.md", b"1", {}), (b"a/b.md", b"2", {})]), "same name"),
    "the same name in capitals": (lambda: crafted([(b"a/b.md", b"1", {}), (b"A/B.md", b"2", {})]), "same name"),
    "the same name, composed otherwise": (
        lambda: crafted(
            [("a/é.md".encode(), b"1", {"flags": 0x800}), ("a/e\u0301.md".encode(), b"2", {"flags": 0x800})]
        ),
        "same name",
    ),
    "the same name in full width": (
        lambda: crafted([(b"a/b.md", b"1", {}), ("a/ｂ.md".encode(), b"2", {"flags": 0x800})]),
        "same name",
    ),
    "a file where a folder is": (lambda: crafted([(b"a", b"1", {}), (b"a/b.md", b"2", {})]), "a file and a folder"),
    "a symbolic link": (lambda: zipped({"basics/link.md": b"/etc/passwd"}, external_attr=SYMLINK), "Symbolic"),
    "a pipe": (lambda: zipped({"basics/pipe.md": b""}, external_attr=FIFO), "ordinary"),
    "a device file": (lambda: zipped({"basics/tty.md": b""}, external_attr=DEVICE), "ordinary"),
    "a password": (lambda: lying(flags=1), "password"),
    "packed with lzma": (lambda: lying(method=14), "deflate"),
    "packed with nothing known": (lambda: lying(method=99), "deflate"),
    "one large bomb": (lambda: _bomb(30), "grows"),
    "a bomb beyond the largest file": (lambda: _bomb(51), "larger than"),
    "a bomb in pieces": (_many_bombs, "Unpacked"),
    "a list that promises a terabyte": (lambda: lying(size=0xFFFFFFF0, packed=0xFFFFFFF0), "larger than"),
    "two sizes for a stored file": (lambda: lying(size=5000), "two different things"),
    "a size that is too small": (lambda: lying(size=9, packed=9), "damaged"),
    "a body that is not there": (lambda: lying(packed=9999, size=9999), "damaged"),
    "a descriptor that lies": (lambda: lying(flags=8, crc=1), "damaged"),
    "a wrong checksum": (lambda: lying(crc=12345), "damaged"),
    "a damaged body": (_damaged, "damaged"),
    "a body that is no deflate": (lambda: lying(method=8), "damaged"),
    "another name inside": (lambda: lying(inner=1), "damaged"),
    "files over one another": (_overlapping, "same name"),
    "one body for two": (_shared_body, "over one another"),
    "a place outside the zip": (lambda: lying(at=100_000), "damaged"),
    "too many files": (lambda: crafted([(f"a/{n}.md".encode(), b"", {}) for n in range(5001)]), "more than"),
    "a folder with contents": (lambda: crafted([(b"basics/", b"evil", {})]), "A folder"),
    "half a zip": (lambda: zipped(GOOD)[:40], "no zip"),
    "no zip at all": (lambda: b"GIF89a" + bytes(100), "no zip"),
    "nothing": (lambda: b"", "no zip"),
    "a damaged list": (_bad_list, "damaged"),
    "the form for very large archives": (_large_form, "very large"),
    "one of several parts": (lambda: zipped(GOOD)[:-18] + b"\1\0" + zipped(GOOD)[-16:], "several parts"),
}

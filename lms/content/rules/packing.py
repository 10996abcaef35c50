"""What a zip may hold, judged by its list alone, before a byte of it is unpacked; and how its names are read."""

import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lms.courses.rules.findings import N_, Finding, error, warning

LARGEST_ZIP = 50 * 1024 * 1024
LARGEST_LIST = 2 * 1024 * 1024  # the list at the end of a zip; some 40,000 entries
MOST_ENTRIES = 5_000
LARGEST_ENTRY = 50 * 1024 * 1024
LARGEST_TOTAL = 200 * 1024 * 1024
MOST_TIMES = 100  # how much larger than its packed form an entry may be …
RATIO_FROM = 1024 * 1024  # … from this size on
DEEPEST = 12
LONGEST_PART = 200
LONGEST_NAME = 400
STORED, DEFLATED = 0, 8
ENCRYPTED, UTF8 = 0x1, 0x800
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³"}
)
JUNK = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar", ".iso", ".cab")


@dataclass(frozen=True)
class Entry:
    """One line of a zip's list: `raw` is the name as it is stored, `mode` what kind of file it was on Unix (or 0)."""

    raw: bytes
    flags: int = 0
    method: int = DEFLATED
    packed: int = 0
    size: int = 0
    mode: int = 0

    @property
    def is_folder(self) -> bool:
        """Say whether the entry is a folder."""
        return self.raw.endswith(b"/")


@dataclass(frozen=True)
class Verdict:
    """Which entries to unpack, by their place in the list, under which names; and what is wrong or passed over."""

    files: dict[int, str]
    findings: tuple[Finding, ...]


def decoded(raw: bytes, *, utf8: bool) -> str | None:
    """Return a stored name as text, None where it is none.

    Without the UTF-8 flag a name is UTF-8 all the same from most Unix tools, and code page 936 (GBK) from Windows in
    Chinese; bytes that are valid UTF-8 are hardly ever meant as GBK.
    """
    for encoding in ("utf-8",) if utf8 else ("utf-8", "cp936"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def judge(entries: Iterable[Entry]) -> Verdict:
    """Return what of a zip is to be unpacked. Where its findings hold an error, nothing of it may be."""
    listed = list(entries)
    if len(listed) > MOST_ENTRIES:
        return Verdict({}, (error(1, N_("The zip holds more than %(most)s files."), file=".", most=MOST_ENTRIES),))
    files: dict[int, str] = {}
    findings: list[Finding] = []
    for place, entry in enumerate(listed):
        name = decoded(entry.raw, utf8=bool(entry.flags & UTF8))
        if name is None:
            shown = entry.raw.decode("ascii", "replace")
            findings.append(error(1, N_("The file's name is neither UTF-8 nor GBK."), file=shown[:LONGEST_NAME]))
            continue
        name = unicodedata.normalize("NFC", name)
        wrong = [*_name(name), *_kind(name, entry)]
        findings.extend(wrong)
        if wrong or entry.is_folder or _junk(name):
            continue
        if name.casefold().endswith(ARCHIVES):
            findings.append(warning(1, N_("An archive inside the zip is passed over."), file=name))
            continue
        files[place] = name
    findings.extend(_together(files, listed))
    return Verdict(files, tuple(findings))


def _junk(name: str) -> bool:
    """Say whether a file is what systems leave behind, or hidden."""
    return any(part.startswith(".") or part.casefold() in JUNK for part in PurePosixPath(name).parts)


def _name(name: str) -> Iterator[Finding]:
    """Yield what is wrong with a name; the first fault is enough."""
    shown = "".join(char if char.isprintable() else "�" for char in name)[:LONGEST_NAME] or "?"
    parts = name.removesuffix("/").split("/")
    for fault, template in (
        (any(unicodedata.category(char)[0] == "C" for char in name), N_("The file's name holds invisible characters.")),
        ("\\" in name, N_("The file's name holds a backslash; pack the zip again with a current tool.")),
        (name.startswith("/"), N_("The file's name is an absolute path, which leads out of the folder.")),
        (":" in name, N_("The file's name holds a drive letter or a colon.")),
        (".." in parts, N_("The file's name leads out of the folder (“..”).")),
        ("" in parts or "." in parts, N_("The file's name has an empty part.")),
        (any(part != part.rstrip(". ") for part in parts), N_("A part of the file's name ends in a dot or a space.")),
        (any(_device(part) for part in parts), N_("The file's name is that of a device on Windows.")),
        (
            any(char in name for char in '<>"|?*'),
            N_("The file's name holds characters that not every system can store."),
        ),
        (
            len(name) > LONGEST_NAME or any(len(part.encode()) > LONGEST_PART for part in parts),
            N_("The file's name is too long."),
        ),
        (len(parts) > DEEPEST, N_("The file lies more than %(most)s folders deep.")),
    ):
        if fault:
            values = {"most": DEEPEST} if "%(most)s" in template else {}
            yield error(1, template, file=shown, **values)
            return


def _device(part: str) -> bool:
    return part.split(".")[0].rstrip().casefold() in DEVICES


def _kind(name: str, entry: Entry) -> Iterator[Finding]:
    """Yield what is wrong with how an entry is stored; the first fault is enough."""
    kind = stat.S_IFMT(entry.mode)
    for fault, template, values in (
        (stat.S_ISLNK(entry.mode), N_("Symbolic links are not followed; put the file itself here."), {}),
        (kind not in (0, stat.S_IFREG, stat.S_IFDIR), N_("This is no ordinary file."), {}),
        (bool(entry.flags & ENCRYPTED), N_("The file is locked with a password; pack the zip without one."), {}),
        (
            entry.method not in (STORED, DEFLATED),
            N_("The file is packed in a way that is not read here; pack the zip with the usual “deflate”."),
            {},
        ),
        (entry.is_folder and entry.size > 0, N_("A folder in the zip claims to have contents of its own."), {}),
        (
            entry.size > LARGEST_ENTRY,
            N_("The file is larger than %(most)s bytes."),
            {"most": LARGEST_ENTRY},
        ),
        (
            entry.size > RATIO_FROM and entry.size > MOST_TIMES * max(entry.packed, 1),
            N_("The file grows more than %(most)s times when unpacked, as no course does."),
            {"most": MOST_TIMES},
        ),
        (
            entry.method == STORED and entry.size != entry.packed,
            N_("The zip says two different things about the size of this file."),
            {},
        ),
    ):
        if fault:
            yield error(1, template, file=name[:LONGEST_NAME], **values)
            return


def _together(files: dict[int, str], entries: list[Entry]) -> Iterator[Finding]:
    """Yield what is wrong with the files as a whole: their sum, two under one name, a file where a folder is."""
    if sum(entries[place].size for place in files) > LARGEST_TOTAL:
        yield error(1, N_("Unpacked, the zip is larger than %(most)s bytes."), file=".", most=LARGEST_TOTAL)
    seen: dict[str, str] = {}
    folders = {str(parent).casefold(): name for name in files.values() for parent in PurePosixPath(name).parents}
    for name in files.values():
        key = unicodedata.normalize("NFKC", name.casefold()).casefold()
        if key in seen:
            yield error(1, N_("Two files have the same name: “%(other)s”."), file=name, other=seen[key])
        elif key in folders:
            yield error(1, N_("The zip holds a file and a folder of this name."), file=name)
        seen.setdefault(key, name)

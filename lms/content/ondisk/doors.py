"""Opens what somebody hands over, a folder or a zip, and says what it is; and puts a library into a zip."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from lms.content.ondisk.writing import write_library
from lms.content.ondisk.zips import pack, unpacked
from lms.content.rules.library import Library
from lms.content.rules.recognition import NOTHING, OURS, Kind, recognise
from lms.courses.rules.findings import Finding, errors
from lms.storage import Storage


@dataclass(frozen=True)
class Parcel:
    """What was handed over: the folder to read, what it is, the course it is if it is one, and findings of the zip."""

    root: Path
    what: str = OURS
    course: str | None = None
    findings: tuple[Finding, ...] = ()


def is_zip(path: Path) -> bool:
    """Say whether `path` is to be a zip by its name."""
    return path.suffix.casefold() == ".zip"


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """Yield what is in the folder or the zip `path`; what was unpacked is gone when the block ends."""
    if not is_zip(path):
        yield Parcel(path)
        return
    with path.open("rb") as source, opened_zip(source, path.stem) as parcel:
        yield parcel


@contextmanager
def opened_zip(source: BinaryIO, name: str) -> Iterator[Parcel]:
    """Yield what is in the zip `source`, which is called `name`; the folder is gone when the block ends."""
    with unpacked(source) as (folder, findings):
        files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
        kind = Kind(NOTHING) if errors(findings) else recognise(files, name)
        yield Parcel(folder / kind.inside, kind.what, kind.course, findings)


def write_zip(library: Library, target: BinaryIO, store: Storage | None = None) -> int:
    """Write `library` to a zip and return how many files it has; the same library gives the same bytes.

    `store` holds the bytes of pictures and recordings.
    """
    with TemporaryDirectory(prefix="onramp-export-") as folder:
        root = Path(folder) / "library"
        write_library(library, root, store)
        return pack(root, target)

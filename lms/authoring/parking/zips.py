"""Keeps what a trainer has sent until they say yes or no: one zip a person, in the storage, for a day.

Beside it lies what it would do, so that showing this again costs nothing; and its seal, the hash of its bytes, which a
yes carries, so that it is never said to another zip than the one that was shown.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import IO, Any

from lms.courses.rules.findings import Finding
from lms.storage import Storage

KEPT_FOR = timedelta(hours=24)
PIECE = 1024 * 1024


@dataclass(frozen=True)
class Line:
    """One thing that would change, and where it is written."""

    kind: str
    slug: str
    deed: str
    file: str
    line: int


@dataclass(frozen=True)
class Seen:
    """What a zip with courses would do, as it was foreseen."""

    rows: tuple[Line, ...]
    findings: tuple[Finding, ...]
    refused: bool
    left: bool


@dataclass(frozen=True)
class Parked:
    """A zip that waits: what it was called, without an ending, its seal, since when, and, of courses, what they do."""

    name: str
    seal: str
    at: str
    seen: Seen | None


def _key(person_id: int, what: str) -> str:
    return f"arrivals/{person_id}.{what}"


def park(storage: Storage, person_id: int, name: str, body: IO[bytes], seen: Seen | None, *, now: datetime) -> None:
    """Keep a zip for its sender, and what it would do; one that waited before is gone."""
    forget(storage, person_id)
    storage.put(_key(person_id, "zip"), _from_start(body), content_type="application/zip")
    digest = hashlib.sha256()
    _from_start(body)
    while piece := body.read(PIECE):
        digest.update(piece)
    _note(storage, person_id, Parked(name, digest.hexdigest(), now.isoformat(), seen))


def update(storage: Storage, person_id: int, waiting: Parked, seen: Seen) -> Parked:
    """Keep what the zip that waits would do by now, and return it as it is told from here on."""
    fresh = replace(waiting, seen=seen)
    _note(storage, person_id, fresh)
    return fresh


def _from_start(body: IO[bytes]) -> IO[bytes]:
    body.seek(0)
    return body


def _note(storage: Storage, person_id: int, waiting: Parked) -> None:
    note = json.dumps(asdict(waiting), ensure_ascii=False).encode()
    storage.put(_key(person_id, "json"), note, content_type="application/json")


def parked(storage: Storage, person_id: int, *, now: datetime) -> Parked | None:
    """Return what waits for its sender, or None; what is older than a day is gone."""
    try:
        told = json.loads(storage.get(_key(person_id, "json")))
        found = Parked(**told | {"seen": _seen(told["seen"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    if now - datetime.fromisoformat(found.at) > KEPT_FOR:
        forget(storage, person_id)
        return None
    return found


def _seen(told: dict[str, Any] | None) -> Seen | None:
    if told is None:
        return None
    findings = (Finding(**each | {"values": tuple(map(tuple, each["values"]))}) for each in told["findings"])
    return Seen(tuple(Line(**row) for row in told["rows"]), tuple(findings), told["refused"], told["left"])


def body(storage: Storage, person_id: int, waiting: Parked) -> bytes:
    """Return the bytes of `waiting`; FileNotFoundError where they are gone, or others have taken their place."""
    found = storage.get(_key(person_id, "zip"))
    if hashlib.sha256(found).hexdigest() != waiting.seal:
        raise FileNotFoundError
    return found


def forget(storage: Storage, person_id: int) -> None:
    """Throw away what waits, if anything does."""
    for what in ("json", "zip"):
        storage.delete(_key(person_id, what))

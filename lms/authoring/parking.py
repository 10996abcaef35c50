"""Keeps what a trainer has sent until they say yes or no: one zip a person, in the storage, for a day."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import IO

from lms.storage import Storage

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Parked:
    """A zip that waits: what it was called, without an ending, and since when."""

    name: str
    at: str


def _key(person_id: int, what: str) -> str:
    return f"arrivals/{person_id}.{what}"


def park(storage: Storage, person_id: int, name: str, body: IO[bytes], *, now: datetime) -> None:
    """Keep a zip for its sender; one that waited before is gone."""
    forget(storage, person_id)
    body.seek(0)
    storage.put(_key(person_id, "zip"), body, content_type="application/zip")
    note = json.dumps(asdict(Parked(name, now.isoformat()))).encode()
    storage.put(_key(person_id, "json"), note, content_type="application/json")


def parked(storage: Storage, person_id: int, *, now: datetime) -> Parked | None:
    """Return what waits for its sender, or None; what is older than a day is gone."""
    try:
        found = Parked(**json.loads(storage.get(_key(person_id, "json"))))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if now - datetime.fromisoformat(found.at) > KEPT_FOR:
        forget(storage, person_id)
        return None
    return found


def body(storage: Storage, person_id: int) -> bytes:
    """Return the bytes that wait; FileNotFoundError where there are none."""
    return storage.get(_key(person_id, "zip"))


def forget(storage: Storage, person_id: int) -> None:
    """Throw away what waits, if anything does."""
    for what in ("json", "zip"):
        if storage.exists(_key(person_id, what)):
            storage.delete(_key(person_id, what))

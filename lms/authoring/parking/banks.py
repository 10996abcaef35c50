"""Keeps a file of questions until its sender has seen what it holds: one a person, in the storage, for a day."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from lms.storage import Storage

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Waiting:
    """A file that waits: its name, the seal of its bytes, since when, and where its questions are to go."""

    name: str
    seal: str
    at: str
    lesson_id: int
    competency: str


def _key(person_id: int, what: str) -> str:
    return f"banks/{person_id}.{what}"


def park(
    storage: Storage, person_id: int, name: str, body: bytes, lesson_id: int, competency: str, *, now: datetime
) -> None:
    """Keep a file; one that waited before is gone."""
    forget(storage, person_id)
    waiting = Waiting(name, hashlib.sha256(body).hexdigest(), now.isoformat(), lesson_id, competency)
    storage.put(_key(person_id, "file"), body, content_type="application/octet-stream")
    storage.put(_key(person_id, "json"), json.dumps(asdict(waiting)).encode(), content_type="application/json")


def parked(storage: Storage, person_id: int, *, now: datetime) -> tuple[Waiting, bytes] | None:
    """Return what waits with its bytes, or None; what is older than a day, or not as it was, is gone."""
    try:
        found = Waiting(**json.loads(storage.get(_key(person_id, "json"))))
        body = storage.get(_key(person_id, "file"))
        old = now - datetime.fromisoformat(found.at) > KEPT_FOR
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if old or hashlib.sha256(body).hexdigest() != found.seal:
        forget(storage, person_id)
        return None
    return found, body


def forget(storage: Storage, person_id: int) -> None:
    """Throw away what waits, if anything does."""
    for what in ("json", "file"):
        storage.delete(_key(person_id, what))

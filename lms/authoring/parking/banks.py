"""Keeps what a file of questions holds until its sender has seen it: one a person, in the storage, for a day."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from lms.storage import Storage

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Waiting:
    """A file that waits: its name, the seals of its bytes and of what it holds, since when, where it is to go."""

    name: str
    seal: str
    held: str
    at: str
    lesson_id: int
    competency: str


@dataclass(frozen=True)
class Sent:
    """A file as it was sent, and where its questions are to go."""

    name: str
    body: bytes
    lesson_id: int
    competency: str


def _key(person_id: int, what: str) -> str:
    return f"banks/{person_id}.{what}"


def park(storage: Storage, person_id: int, sent: Sent, report: bytes, pictures: bytes, *, now: datetime) -> None:
    """Keep what a file holds, as it was read once; one that waited before is gone."""
    forget(storage, person_id)
    seal, held = (hashlib.sha256(each).hexdigest() for each in (sent.body, report))
    waiting = Waiting(sent.name, seal, held, now.isoformat(), sent.lesson_id, sent.competency)
    if pictures:
        storage.put(_key(person_id, "pictures"), pictures, content_type="application/json")
    storage.put(_key(person_id, "report"), report, content_type="application/json")
    storage.put(_key(person_id, "json"), json.dumps(asdict(waiting)).encode(), content_type="application/json")


def parked(storage: Storage, person_id: int, *, now: datetime) -> tuple[Waiting, bytes] | None:
    """Return what waits with its report, or None; what is older than a day, or not as it was, is gone."""
    try:
        found = Waiting(**json.loads(storage.get(_key(person_id, "json"))))
        report = storage.get(_key(person_id, "report"))
        old = now - datetime.fromisoformat(found.at) > KEPT_FOR
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if old or hashlib.sha256(report).hexdigest() != found.held:
        forget(storage, person_id)
        return None
    return found, report


def pictures_of(storage: Storage, person_id: int) -> bytes:
    """Return the pictures of what waits as they were kept; nothing where there are none."""
    try:
        return storage.get(_key(person_id, "pictures"))
    except FileNotFoundError:
        return b""


def forget(storage: Storage, person_id: int) -> None:
    """Throw away what waits, if anything does."""
    for what in ("json", "report", "pictures", "file"):
        storage.delete(_key(person_id, what))

"""What makes the chain a chain: hash = SHA-256(prev || canonical JSON), RFC 8785 in the parts we use."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One entry as it is hashed, and the columns that are read in place of it."""

    number: int
    payload: str
    prev_hash: str
    hash: str
    at: datetime
    actor: str
    action: str
    subject: str

    @property
    def follows_itself(self) -> bool:
        """Say whether the columns say what the payload says; only the payload is hashed."""
        try:
            detail = json.loads(self.payload)["detail"]
        except (ValueError, KeyError, TypeError):
            return False
        said = {"at": self.at, "actor": self.actor, "action": self.action, "subject": self.subject, "detail": detail}
        return canonical(number=self.number, **said) == self.payload


def canonical(*, number: int, at: datetime, actor: str, action: str, subject: str, detail: dict[str, Any]) -> str:
    """Return the text that is hashed: JSON with sorted keys, no spaces, UTF-8, instants in UTC to the millisecond."""
    body = {
        "action": action,
        "actor": actor,
        "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "detail": detail,
        "number": number,
        "subject": subject,
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def chained(prev_hash: str, payload: str) -> str:
    """Return the hash of an entry that follows `prev_hash`."""
    return hashlib.sha256((prev_hash + payload).encode()).hexdigest()


def first_bad(
    links: Iterable[Link], *, head: tuple[int, str] | None, kept: Mapping[int, str] | None = None
) -> int | None:
    """Return the number of the first entry that does not follow on (a missing one included), or None if all do.

    `head` is the number and hash that the database's own head row states; a cut-off tail shows against it. `kept` are
    hashes by number that were kept outside the database; a chain that was made anew shows against them.
    """
    kept = kept or {}
    previous, number = GENESIS, 0
    for link in links:
        number += 1
        linked = link.number == number and link.prev_hash == previous and link.hash == chained(previous, link.payload)
        if not linked or not link.follows_itself or kept.get(number, link.hash) != link.hash:
            return number
        previous = link.hash
    if (head is not None and head != (number, previous)) or max(kept, default=0) > number:
        return number + 1
    return None

"""Signed links: whoever holds one may fetch that one file until it ends; nothing is looked up for that."""

import hashlib
import hmac
import re

TURN = 30 * 60  # seconds: links made in the same turn are the same, so that a browser keeps what it has fetched
LIFE = 3 * TURN  # from the beginning of the turn; a film may be paused over lunch
TOKEN = re.compile(r"([0-9a-f]{8})-([0-9a-f]{32})-([0-9a-f]{64}\.[a-z0-9]{2,4})\Z")


def turn(now: float) -> int:
    """Return the number of the turn in which `now` (seconds of the epoch) lies."""
    return int(now) // TURN


def ends(now: float) -> int:
    """Return when a link made `now` ends, in seconds of the epoch."""
    return turn(now) * TURN + LIFE


def token(secret: bytes, key: str, *, now: float) -> str:
    """Return the token that opens the file `key` (`<hash>.<ext>`)."""
    until = ends(now)
    return f"{until:08x}-{_signature(secret, key, until)}-{key}"


def opened(secret: bytes, given: str, *, now: float) -> tuple[str, int] | None:
    """Return the key that the token `given` opens and how many seconds it still does, or None for one that does not."""
    found = TOKEN.match(given)
    if found is None:
        return None
    until, signature, key = int(found.group(1), 16), found.group(2), found.group(3)
    if not hmac.compare_digest(signature, _signature(secret, key, until)) or until <= now:
        return None
    return key, int(until - now)


def _signature(secret: bytes, key: str, until: int) -> str:
    return hmac.new(secret, f"file {until} {key}".encode(), hashlib.sha256).hexdigest()[:32]

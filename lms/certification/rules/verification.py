"""What a public verification may say, and how often one address may ask."""

import ipaddress
import re
from datetime import timedelta

TRIES = 30
TRIES_WINDOW = timedelta(minutes=10)
NO_CODE = "-" * 32  # looked up instead of what cannot be a code, so that every answer takes the same way
CODE = re.compile(r"[0-9A-Z]{32}")


def tidy_code(typed: str) -> str:
    """Return a code as it is stored, whatever hyphens, spaces and small letters it was typed with, or NO_CODE."""
    code = re.sub(r"[\s-]", "", typed[:80]).upper()
    return code if CODE.fullmatch(code) else NO_CODE


def neighbourhood(address: str | None) -> str:
    """Return what tries are counted by: an IPv4 address, or the /64 of an IPv6 one, which one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004  # the version of the protocol
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def must_wait(tries: int) -> bool:
    """Say whether an address that has looked `tries` times within TRIES_WINDOW must wait."""
    return tries >= TRIES

"""Addresses that are keys: who has one may set a password, see a calendar or a file. No log keeps them."""

import logging
import re

# The part behind the slash opens something by itself; addresses inside others are escaped.
KEYS = re.compile(
    r"((?:/|%2[Ff])(?:link|files)(?:/|%2[Ff]))[^\s/?#&\"'<>]+|((?:/|%2[Ff])calendar(?:/|%2[Ff]))[^\s/?#&\"'<>]+(\.ics)"
)
HIDDEN = "[hidden]"


def hidden(text: str) -> str:
    """Return a text in which addresses that are keys do not say what they open with."""
    return KEYS.sub(lambda found: f"{found.group(1) or found.group(2)}{HIDDEN}{found.group(3) or ''}", text)


class Formatter(logging.Formatter):
    """Writes a record as another formatter does, without keys; tracebacks too."""

    def __init__(self, inner: logging.Formatter | None) -> None:
        super().__init__()
        self.inner = inner or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line or lines of a record."""
        return hidden(self.inner.format(record))

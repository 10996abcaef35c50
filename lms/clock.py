"""The only reader of the clock. Rules never read it: they are handed `now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, aware, in UTC, cut to milliseconds so that both databases store it alike."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

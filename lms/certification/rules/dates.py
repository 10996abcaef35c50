"""Calendar arithmetic of validity, in a site's time zone. Days are whole; instants are half-open."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Term:
    """From the first valid day to the last valid day, both included."""

    valid_from: date
    valid_until: date


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def last_valid_day(first: date, months: int) -> date:
    """Return the last valid day of `months` from `first`: the eve of the anniversary.

    Where the anniversary's month has no such day, it is that month's last day: 31 January and a month is the last of
    February, 29 February and a year is 28 February.
    """
    anniversary = add_months(first, months)
    return anniversary if anniversary.day < first.day else anniversary - timedelta(days=1)


def from_completion(certified_on: date, months: int) -> Term:
    """Return the term that begins on the day of certification."""
    return Term(certified_on, last_valid_day(certified_on, months))


def keep_anniversary(certified_on: date, months: int, previous_until: date) -> Term:
    """Return the term of a renewal: it begins the day after the old end, or today where that is past.

    Nobody loses days by being early, and nobody gains any by being late.
    """
    return from_completion(max(certified_on, previous_until + timedelta(days=1)), months)


def day_begins(day: date, time_zone: str) -> datetime:
    """Return the first instant of `day` in `time_zone`."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


def day_ends(day: date, time_zone: str) -> datetime:
    """Return the first instant after `day` in `time_zone`."""
    return day_begins(day + timedelta(days=1), time_zone)


def day_of(instant: datetime, time_zone: str) -> date:
    """Return the calendar day of `instant` in `time_zone`."""
    return instant.astimezone(ZoneInfo(time_zone)).date()

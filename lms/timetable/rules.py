"""What is true of course dates: when one may sign up, who has which seat, weeks of a month, what a calendar is told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

SEATS_MOST = 500
NEWS = timedelta(days=7)  # how long Today tells of a seat that became free
KEEP_PAST = timedelta(days=60)  # how far back a feed goes
Row = TypeVar("Row")


class Refusal(StrEnum):
    """Why one cannot sign up for a run, or leave it."""

    CANCELLED = "cancelled"
    STARTED = "started"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    FOR_A_CLASS = "for_a_class"
    OTHER_POST = "other_post"


@dataclass(frozen=True)
class Terms:
    """What a run says about signing up."""

    starts_at: datetime
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    cancelled_at: datetime | None = None
    for_class: bool = False
    posts: tuple[str, ...] = ()
    elective: bool = False


@dataclass(frozen=True)
class RunValue:
    """A run as a form states it."""

    course_id: int
    class_id: int | None
    trainer_id: int
    starts_at: datetime
    ends_at: datetime
    place_zh: str
    place_en: str
    seats: int | None
    signup_opens_at: datetime | None
    signup_closes_at: datetime | None
    posts: tuple[str, ...] = ()


def refusal(terms: Terms, post: str | None, now: datetime) -> Refusal | None:
    """Return why somebody of `post` (None: of no programme) cannot sign up now, or None; electives ask for no post."""
    reasons = (
        (terms.cancelled_at is not None, Refusal.CANCELLED),
        (now >= terms.starts_at, Refusal.STARTED),
        (terms.for_class, Refusal.FOR_A_CLASS),
        (bool(terms.posts) and not terms.elective and post not in terms.posts, Refusal.OTHER_POST),
        (terms.opens_at is not None and now < terms.opens_at, Refusal.NOT_OPEN_YET),
        (terms.closes_at is not None and now >= terms.closes_at, Refusal.CLOSED),
    )
    return next((reason for holds, reason in reasons if holds), None)


def leaving_refusal(terms: Terms, now: datetime) -> Refusal | None:
    """Return why a place cannot be given back now, or None; until the start it costs nothing."""
    return Refusal.STARTED if now >= terms.starts_at else None


def free_seat(taken: Collection[int], seats: int | None) -> int | None:
    """Return the lowest seat that nobody has, or None where all `seats` are taken (None: there is no limit)."""
    seat = next(number for number in range(1, len(taken) + 2) if number not in taken)
    return seat if seats is None or seat <= seats else None


def month_of(text: str, today: date) -> date:
    """Return the first day of the month that `text` names as 2026-03, or of this one."""
    year, _, month = text.partition("-")
    if len(text) == 7 and year.isdecimal() and month.isdecimal() and 2000 <= int(year) < 2100 and 1 <= int(month) <= 12:  # noqa: PLR2004  # as forms take them
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def month_after(month: date, *, back: bool = False) -> date:
    """Return the first day of the next month, or of the one before."""
    return (month - timedelta(days=1)).replace(day=1) if back else (month + timedelta(days=31)).replace(day=1)


def weeks(rows: Iterable[tuple[date, Row]]) -> list[tuple[date, list[Row]]]:
    """Return rows by the Monday of their week, in order."""
    found: dict[date, list[Row]] = {}
    for day, row in rows:
        found.setdefault(day - timedelta(days=day.weekday()), []).append(row)
    return sorted(found.items(), key=lambda week: week[0])

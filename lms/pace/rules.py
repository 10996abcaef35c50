"""What is true of load: which study day it is, what the caps are, when a day is full, how working days are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY_STARTS = timedelta(hours=4)  # a late shift still belongs to the day it began on
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MON_TO_FRI = frozenset(range(5))
FAILED_WINDOW = 5  # working days over which failed graded quizzes are counted, the day itself included


def study_day(now: datetime, time_zone: str) -> date:
    """Return the site's day that `now` belongs to; a day ends at 04:00 of the next morning."""
    return (now.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None) - DAY_STARTS).date()


def working_weekdays(names: Iterable[str] | None) -> frozenset[int]:
    """Return weekday numbers (Monday 0) of `mon`, `tue` …; Monday to Friday where none is named."""
    return frozenset(WEEKDAYS.index(name) for name in names or () if name in WEEKDAYS) or MON_TO_FRI


def working_day_number(starts_on: date, day: date, working_days: Iterable[str] | None = None) -> int:
    """Return the how-manieth working day `day` is, 1 for the first; a day off keeps the number of the day before it.

    0 before the start.
    """
    weekdays = working_weekdays(working_days)
    weeks, rest = divmod(max((day - starts_on).days + 1, 0), 7)
    return weeks * len(weekdays) + sum((starts_on.weekday() + n) % 7 in weekdays for n in range(rest))


NO_DAYS: frozenset[date] = frozenset()


def working_days_back(
    day: date,
    count: int,
    weekdays: frozenset[int] = MON_TO_FRI,
    off: frozenset[date] = NO_DAYS,
    besides: frozenset[date] = NO_DAYS,
) -> date:
    """Return the first day of the `count` working days that end with `day`.

    Days `off` are none of them; days `besides` are, whatever weekday they are.
    """
    found = 0
    while True:
        found += (day.weekday() in weekdays or day in besides) and day not in off
        if found >= count:
            return day
        day -= timedelta(days=1)


def failed_lately(
    failed: Mapping[date, int],
    day: date,
    weekdays: frozenset[int] = MON_TO_FRI,
    off: frozenset[date] = NO_DAYS,
    besides: frozenset[date] = NO_DAYS,
) -> int:
    """Return how many graded quizzes were failed in the last FAILED_WINDOW working days of a person up to `day`.

    Their days off and holidays make the window reach further back: nobody is rested by days that were not worked.
    """
    since = working_days_back(day, FAILED_WINDOW, weekdays, off, besides)
    return sum(count for each, count in failed.items() if since <= each <= day)


def week_start(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, order=True)
class Span:
    """Days in a row, the last one included."""

    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Return each day of it; none where the last lies before the first."""
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def spans(days: Iterable[date]) -> tuple[Span, ...]:
    """Return `days` as spans without gaps, the earliest first."""
    found: list[Span] = []
    for day in sorted(set(days)):
        if found and day - found[-1].last == timedelta(days=1):
            found[-1] = Span(found[-1].first, day)
        else:
            found.append(Span(day, day))
    return tuple(found)


LONGEST_OFF = 92  # days: whoever is away for longer leaves the class and comes back to another
OFF_LATEST_ENTRY = 31  # days after a day off within which it may still be entered or taken back
OFF_AHEAD = 366


def span_refusal(span: Span, today: date) -> tuple[str, str] | None:
    """Return field and reason why `span` cannot be days off, or None."""
    if span.last < span.first:
        return "last", "backwards"
    if span.first < today - timedelta(days=OFF_LATEST_ENTRY):
        return "first", "long_ago"
    if span.first > today + timedelta(days=OFF_AHEAD):
        return "first", "far_ahead"
    if (span.last - span.first).days >= LONGEST_OFF:
        return "last", "too_long"
    return None


@dataclass(frozen=True)
class Caps:
    """What a day may hold: never above a cap, comfortable up to a target."""

    new_points: int = 16
    new_points_target: int = 12
    minutes: int = 90
    minutes_target: int = 60
    quizzes_a_day: int = 1
    quizzes_a_week: int = 3
    failed_quizzes: int = 2
    weekdays: frozenset[int] = MON_TO_FRI

    @classmethod
    def from_programme(cls, caps: Mapping[str, Any], calendar: Mapping[str, Any] | None = None) -> "Caps":
        """Return the caps that a programme states, ours for what it leaves out; a cap is at least 1."""
        names = [name for name in cls.__dataclass_fields__ if name != "weekdays" and caps.get(name) is not None]
        values = {name: max(int(caps[name]), 1) for name in names}
        return cls(**values, weekdays=working_weekdays((calendar or {}).get("working_days")))


@dataclass(frozen=True)
class Load:
    """What one learner did on one study day, against the caps."""

    caps: Caps = Caps()
    new_points: int = 0
    focused_seconds: int = 0
    graded_quizzes: int = 0
    graded_this_week: int = 0
    failed_quizzes: int = 0  # in the last FAILED_WINDOW working days
    too_much: bool = False
    day_off: bool = False  # nothing is due, and nothing is missed

    @property
    def focused_minutes(self) -> int:
        """Return whole minutes of focused time."""
        return self.focused_seconds // 60

    @property
    def ratio(self) -> float:
        """Return the largest value divided by its cap."""
        caps = self.caps
        return max(
            self.new_points / caps.new_points,
            self.focused_seconds / 60 / caps.minutes,
            self.graded_quizzes / caps.quizzes_a_day,
            self.graded_this_week / caps.quizzes_a_week,
            self.failed_quizzes / caps.failed_quizzes,
        )

    @property
    def may_offer_new(self) -> bool:
        """Say whether a new lesson may be offered: there is room for points and minutes, and nobody said "too much".

        On a day off nothing new is offered; what one opens oneself is there as always.
        """
        room = self.new_points < self.caps.new_points and self.focused_minutes < self.caps.minutes
        return room and not self.too_much and not self.day_off

    @property
    def may_offer_quiz(self) -> bool:
        """Say whether one more graded quiz stays within what a day, a week and one's nerves hold."""
        caps = self.caps
        room = self.graded_quizzes < caps.quizzes_a_day and self.graded_this_week < caps.quizzes_a_week
        return room and self.failed_quizzes < caps.failed_quizzes and not self.too_much and not self.day_off

    @property
    def state(self) -> str:
        """Return `off` on a day off, else `comfortable`, or `full` where nothing new is to be learned today.

        A quiz that has been taken stops further quizzes (`may_offer_quiz`), not lessons.
        """
        if self.day_off:
            return "off"
        return "comfortable" if self.may_offer_new else "full"

    @property
    def points_percent(self) -> int:
        """Return how much of the cap on new points is used, 0 to 100."""
        return min(100 * self.new_points // self.caps.new_points, 100)

    @property
    def minutes_percent(self) -> int:
        """Return how much of the cap on minutes is used, 0 to 100."""
        return min(100 * self.focused_minutes // self.caps.minutes, 100)

"""The daily quiz of a class: on which days there is one, when it may be sat, how large it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Plan:
    """How a class is quizzed; `opens` and `closes` are local times as HH:MM, `closes` is when all of it ends."""

    questions: int = 10
    minutes: int = 8
    opens: str = "08:00"
    closes: str = "20:00"


LIGHT = Plan()
REFERENCE_CLASS = Plan(questions=35, minutes=30)  # an exam every evening, as centres know it


@dataclass(frozen=True)
class Window:
    """When a daily quiz may be sat: whoever starts up to `last_start_at` has the whole time before `hard_stop_at`."""

    opens_at: datetime
    last_start_at: datetime
    hard_stop_at: datetime


def works(day: date, weekdays: frozenset[int], holidays: Mapping[date, bool]) -> bool:
    """Say whether `day` is a working day: `holidays` overrule the week, true for a day that is worked all the same."""
    return holidays.get(day, day.weekday() in weekdays)


def window(plan: Plan, day: date, time_zone: str) -> Window:
    """Return the window of `day`; where a quiz is longer than the day it opens in, its start is its last start."""
    zone = ZoneInfo(time_zone)
    opens_at = datetime.combine(day, time.fromisoformat(plan.opens), zone)
    closes_at = datetime.combine(day, time.fromisoformat(plan.closes), zone)
    return Window(opens_at, max(opens_at, closes_at - timedelta(minutes=plan.minutes)), closes_at)


def weight_of(*, missed: bool, weak: bool, met_days_ago: int | None, confirmed: bool) -> int:
    """Return the rank of a question for a learner's daily quiz, lowest first.

    First what was missed or has grown weak, then what was met in the last five days, then what was met and never
    confirmed, then what sits; what was never met comes last.
    """
    if met_days_ago is None:
        return 4
    if missed or weak:
        return 0
    if met_days_ago <= RECENT_DAYS and not confirmed:
        return 1
    return 3 if confirmed else 2


RECENT_DAYS = 5

"""Where on the four-step path a learner is: working days, stages and the gates between them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Stage(Protocol):
    """A stage as far as the path needs it."""

    @property
    def slug(self) -> str: ...  # noqa: D102  # attributes of a protocol
    @property
    def first_day(self) -> int: ...  # noqa: D102
    @property
    def last_day(self) -> int: ...  # noqa: D102


class Gate(Protocol):
    """A gate as far as the path needs it."""

    @property
    def slug(self) -> str: ...  # noqa: D102  # attributes of a protocol
    @property
    def after_stage(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Step:
    """One thing on the way: a stage or a gate (`kind`), with `state` done, current, next or ahead."""

    kind: str
    slug: str
    state: str
    number: int = 0


def working_days(names: Iterable[str] | None) -> frozenset[int]:
    """Return the weekdays of a programme's calendar as numbers from Monday, 0; Monday to Friday if it names none."""
    named = frozenset(WEEKDAYS.index(name) for name in names or () if name in WEEKDAYS)
    return named or frozenset(range(5))


def day_number(starts_on: date, today: date, weekdays: Collection[int]) -> int:
    """Return which working day of the class `today` is (the last one before, on a day off); 0 before it starts."""
    days = (today - starts_on).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    return weeks * len(weekdays) + sum((starts_on.weekday() + n) % 7 in weekdays for n in range(rest))


def date_of_day(starts_on: date, number: int, weekdays: Collection[int]) -> date:
    """Return the date of working day `number` of a class."""
    weeks, rest = divmod(max(number, 1) - 1, len(weekdays))
    day = starts_on + timedelta(weeks=weeks)
    while day.weekday() not in weekdays:
        day += timedelta(days=1)
    for _ in range(rest):
        day += timedelta(days=1)
        while day.weekday() not in weekdays:
            day += timedelta(days=1)
    return day


def steps(stages: Sequence[Stage], gates: Sequence[Gate], passed: Collection[str], day: int) -> list[Step]:
    """Return stages and gates in their order with the state of each.

    The calendar says which stage of those between the last passed gate and the next one is the current one; no stage
    behind a gate that is not passed is ever entered.
    """
    order = {stage.slug: n for n, stage in enumerate(stages)}
    ahead = [gate for gate in gates if gate.slug not in passed]
    upcoming = ahead[0].slug if ahead else None
    first = max((order.get(gate.after_stage, -1) + 1 for gate in gates if gate.slug in passed), default=0)
    last = order.get(ahead[0].after_stage, len(stages) - 1) if ahead else -1
    by_day = sum(stage.first_day <= day for stage in stages) - 1
    current = min(max(by_day, first), last) if ahead else len(stages)
    made: list[Step] = []
    for n, stage in enumerate(stages):
        state = "done" if n < current else "current" if n == current else "ahead"
        made.append(Step("stage", stage.slug, state))
        for number, gate in enumerate(gates, start=1):
            if gate.after_stage == stage.slug:
                state = "done" if gate.slug in passed else "next" if gate.slug == upcoming else "ahead"
                made.append(Step("gate", gate.slug, state, number))
    return made

"""Who knows what, as a grid: competencies by learners or by days, each cell a share with what it rests on."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

STEPS = (50, 65, 80, 90)  # per cent at which a cell takes the next of five tints
PLAIN, LEAST_TINTED = 2, 3
LEAST_GROUP = 5  # of fewer learners nothing is said to those who may not see single ones


@dataclass(frozen=True)
class Earned:
    """What one attempt earned in one competency."""

    learner_id: int
    competency: str
    day: date
    marks: float
    asked: float


@dataclass(frozen=True)
class Cell:
    """The share of marks earned, in whole per cent cut, the answers it rests on, and how many learners gave them."""

    percent: int
    asked: int
    learners: int

    @property
    def step(self) -> int:
        """Return the tint, 0 to 4, the plain one for few answers; the number stands beside it, never colour alone."""
        if self.asked < LEAST_TINTED:
            return PLAIN
        return sum(self.percent >= least for least in STEPS)


Column = TypeVar("Column", bound=Hashable)


def grid(
    earned: Iterable[Earned], column: Callable[[Earned], Column], *, least_group: int = 1
) -> dict[tuple[str, Column], Cell | None]:
    """Return the cells by competency and column; None where fewer than `least_group` learners were asked."""
    held: dict[tuple[str, Column], list[Earned]] = defaultdict(list)
    for each in earned:
        if each.asked:
            held[each.competency, column(each)].append(each)
    return {key: _cell(parts, least_group) for key, parts in held.items()}


def _cell(parts: Sequence[Earned], least_group: int) -> Cell | None:
    learners = len({each.learner_id for each in parts})
    if learners < least_group:
        return None
    asked = sum(each.asked for each in parts)
    return Cell(int(100 * sum(each.marks for each in parts) / asked + 1e-9), round(asked), learners)

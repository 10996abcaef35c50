"""The load that a programme puts on its working days: every lesson on one day, as gently as its order allows.

The arithmetic of the planner, done before anybody learns: a stage's lessons are spread evenly over its days, no day
over a cap where that can be, prerequisites first, and nothing new on a gate's day or on the two days before it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf

from lms.pace.rules import Caps

QUIET_DAYS = 2  # before a gate: nothing new
STUDY, REVIEW, GATE, FREE = "study", "review", "gate", "free"
TOO_MUCH = 1000  # what a day costs above a cap, so that evenness never buys one


@dataclass(frozen=True)
class Piece:
    """A lesson as a day holds it; `key` is `course/NN-lesson`, `step` the index of the stage it belongs to."""

    key: str
    points: int
    minutes: int
    step: int
    prerequisites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A stage: its first and last working day, from 1, and whether a gate stands at its end."""

    first_day: int
    last_day: int
    gate: bool = False

    def kind(self, day: int) -> str:
        """Return what `day` of this stage is for: `study`, `review` or `gate`."""
        if self.gate and day == self.last_day:
            return GATE
        return REVIEW if self.gate and day >= self.last_day - QUIET_DAYS else STUDY

    @property
    def study_days(self) -> tuple[int, ...]:
        """Return the days that may bring something new; where a gate leaves none, the first day must do."""
        days = range(self.first_day, self.last_day + 1)
        return tuple(day for day in days if self.kind(day) == STUDY) or (self.first_day,)


@dataclass(frozen=True)
class Day:
    """One working day of the plan."""

    number: int
    kind: str
    pieces: tuple[Piece, ...] = ()

    @property
    def points(self) -> int:
        """Return the new key points of the day."""
        return sum(piece.points for piece in self.pieces)

    @property
    def minutes(self) -> int:
        """Return the minutes of the day's lessons; reviews and quizzes come on top."""
        return sum(piece.minutes for piece in self.pieces)


@dataclass(frozen=True)
class Move:
    """A lesson that fits on a later day: `here` are the points that stay, `there` those of the other day with it."""

    piece: Piece
    day: int
    to_day: int
    here: int
    there: int


@dataclass(frozen=True)
class Cut:
    """What a day must lose where nothing can be moved."""

    day: int
    points: int
    minutes: int


@dataclass(frozen=True)
class Plan:
    """A programme's lessons on its working days."""

    caps: Caps
    steps: tuple[Step, ...]
    days: tuple[Day, ...]
    _day_of: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_day_of", {piece.key: day.number for day in self.days for piece in day.pieces})

    def day_of(self, key: str) -> int | None:
        """Return the day on which a lesson stands."""
        return self._day_of.get(key)

    def is_over(self, day: Day) -> bool:
        """Say whether a day holds more than a cap allows."""
        return day.points > self.caps.new_points or day.minutes > self.caps.minutes

    @property
    def over(self) -> tuple[Day, ...]:
        """Return the days over a cap."""
        return tuple(day for day in self.days if self.is_over(day))

    @property
    def missing_days(self) -> int:
        """Return how many more study days would bring every day under the caps, as far as lessons can be parted."""
        return sum(
            max(len(_filled(self._pieces(n), _ratios(self.caps), 1.0)) - len(step.study_days), 0)
            for n, step in enumerate(self.steps)
        )

    def _pieces(self, step: int) -> list[Piece]:
        """Return the pieces that stand in a stage, in their order."""
        within = range(self.steps[step].first_day, self.steps[step].last_day + 1)
        return [piece for day in self.days if day.number in within for piece in day.pieces]


def plan(pieces: Iterable[Piece], steps: Sequence[Step], caps: Caps, *, days: int = 0) -> Plan:
    """Return the plan of `pieces`, given in the order in which they are taught; each stands on exactly one day.

    A lesson waits for what it builds on, if need be into a later stage; circles are cut where they close.
    `days` is the length of the calendar, where it goes on after the last stage.
    """
    ordered = in_order(pieces)
    taught: dict[int, list[Piece]] = {}
    if steps:
        for number, step in enumerate(steps):
            mine = [piece for piece in ordered if piece.step == number]
            for day, held in zip(step.study_days, _spread(mine, len(step.study_days), caps), strict=False):
                taught.setdefault(day, []).extend(held)
    last = max([days, *(step.last_day for step in steps)], default=0)
    return Plan(
        caps,
        tuple(steps),
        tuple(Day(day, _kind(steps, day), tuple(taught.get(day, ()))) for day in range(1, last + 1)),
    )


def _kind(steps: Sequence[Step], day: int) -> str:
    return next((step.kind(day) for step in steps if step.first_day <= day <= step.last_day), FREE)


def in_order(pieces: Iterable[Piece]) -> list[Piece]:
    """Return `pieces` stage by stage, each after its prerequisites; one that waits for a later stage moves there."""
    given = {piece.key: piece for piece in pieces}
    placed: dict[str, Piece] = {}
    open_keys: set[str] = set()

    def place(piece: Piece) -> None:
        open_keys.add(piece.key)
        before = [given[key] for key in piece.prerequisites if key in given]
        for other in before:
            if other.key not in open_keys:
                place(other)
        steps = [placed[other.key].step for other in before if other.key in placed]
        placed[piece.key] = replace(piece, step=max([piece.step, *steps]))

    for piece in sorted(given.values(), key=lambda piece: piece.step):
        if piece.key not in open_keys:
            place(piece)
    return sorted(placed.values(), key=lambda piece: piece.step)


def _ratios(caps: Caps) -> tuple[int, int]:
    return caps.new_points, caps.minutes


def _spread(pieces: Sequence[Piece], days: int, caps: Caps) -> list[list[Piece]]:
    """Return `pieces`, in their order, over at most `days` days: no day over a cap where that can be, then evenly.

    The cheapest cut by dynamic programming; a day costs the square of its ratio, and very much more above a cap.
    """
    ratios = _ratios(caps)
    sums = [(0, 0)]
    for piece in pieces:
        sums.append((sums[-1][0] + piece.points, sums[-1][1] + piece.minutes))

    def filled(start: int, end: int) -> float:
        return _ratio(sums[end][0] - sums[start][0], sums[end][1] - sums[start][1], ratios)

    each = [filled(n, n + 1) for n in range(len(pieces))]
    fullest = 2 * sum(each) / days + max(each, default=0.0)  # a cut without a fuller day always exists
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ()), *([(inf, ())] * len(pieces))]
    for _ in range(days):
        best = [_cheapest(best, end, filled, fullest) for end in range(len(pieces) + 1)]
    cuts = (*best[-1][1], len(pieces))
    return [list(pieces[start:end]) for start, end in pairwise(cuts)]


def _cheapest(
    best: Sequence[tuple[float, tuple[int, ...]]], end: int, filled: Callable[[int, int], float], fullest: float
) -> tuple[float, tuple[int, ...]]:
    """Return cost and cuts of the first `end` pieces with one day more; the day may stay empty."""
    found = best[end]
    for start in range(end - 1, -1, -1):
        ratio = filled(start, end)
        if ratio > fullest:
            break
        cost = best[start][0] + ratio**2 + TOO_MUCH * max(ratio - 1, 0.0)
        if cost < found[0]:
            found = cost, (*best[start][1], start)
    return found


def _ratio(points: int, minutes: int, ratios: tuple[int, int]) -> float:
    return max(points / ratios[0], minutes / ratios[1])


def _filled(pieces: Sequence[Piece], ratios: tuple[int, int], level: float) -> list[list[Piece]]:
    """Return `pieces` in days, each filled up to `level` of the caps before the next begins."""
    days: list[list[Piece]] = []
    points = minutes = 0
    for piece in pieces:
        if not days or _ratio(points + piece.points, minutes + piece.minutes, ratios) > level:
            days.append([])
            points = minutes = 0
        days[-1].append(piece)
        points, minutes = points + piece.points, minutes + piece.minutes
    return days


def advice(plan: Plan) -> tuple[Move | Cut, ...]:
    """Return for each day over a cap the lesson to move, smallest first, or what to cut where none can move."""
    return tuple(_move(plan, day) or _cut(plan, day) for day in plan.over)


def _cut(plan: Plan, day: Day) -> Cut:
    caps = plan.caps
    return Cut(day.number, max(day.points - caps.new_points, 0), max(day.minutes - caps.minutes, 0))


def _move(plan: Plan, day: Day) -> Move | None:
    """Return the smallest lesson whose leaving brings `day` under the caps, and the first later day with room."""
    for piece in sorted(day.pieces, key=lambda piece: piece.points):
        left = Day(day.number, day.kind, tuple(other for other in day.pieces if other is not piece))
        other = None if plan.is_over(left) else room_for(plan, piece, day)
        if other is not None:
            return Move(piece, day.number, other.number, left.points, other.points + piece.points)
    return None


def room_for(plan: Plan, piece: Piece, day: Day) -> Day | None:
    """Return the first study day after `day` that can take `piece` whole, before anything that builds on it."""
    needed_by = [other.number for other in plan.days if any(piece.key in held.prerequisites for held in other.pieces)]
    last = min(needed_by, default=len(plan.days) + 1)
    study = {number for step in plan.steps for number in step.study_days}
    for other in plan.days:
        fuller = replace(other, pieces=(*other.pieces, piece))
        if day.number < other.number < last and other.number in study and not plan.is_over(fuller):
            return other
    return None

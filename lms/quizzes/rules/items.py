"""What first attempts say about questions and forms; nothing under its least number of attempts, never a NaN.

A *matrix* has a row for each attempt and a column for each question, with marks from 0 to 1; None is a question that
the form did not hold.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import comb, floor, sqrt

LEAST_FACILITY = 20
LEAST_DISCRIMINATION = 50
FIRM_DISCRIMINATION = 100
LEAST_RELIABILITY = 50
LEAST_CONSISTENCY = 100
NOT_WORKING = 0.05
LEAST_CHOOSERS = 5  # the mean of fewer says something about persons, and not about an option
VANISHING = 1e-11  # of a sum of squares: what is left of a constant when floats are subtracted
HARD, EASY = 0.30, 0.95
Z95 = 1.959963984540054

Matrix = Sequence[Sequence[float | None]]


def percent(share: float) -> int:
    """Return a share in whole per cent, halves rounded up."""
    return floor(share * 100 + 0.5)


def wilson(right: float, n: int, z: float = Z95) -> tuple[float, float]:
    """Return the interval of a share of `n` > 0 (Wilson 1927, score interval without continuity correction)."""
    share, square = right / n, z * z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Facility:
    """The mean mark of a question, from 0 to 1, with its 95 % interval."""

    n: int
    mean: float
    low: float
    high: float

    @property
    def percents(self) -> tuple[int, int, int]:
        """Return mean, low and high in per cent."""
        return percent(self.mean), percent(self.low), percent(self.high)

    @property
    def flag(self) -> str | None:
        """Return `hard` or `easy` where the question tells little, else None."""
        if self.mean < HARD:
            return "hard"
        return "easy" if self.mean > EASY else None


def facility(marks: Sequence[float]) -> Facility | None:
    """Return how easy a question was, or None under 20 attempts."""
    n = len(marks)
    if n < LEAST_FACILITY:
        return None
    right = sum(marks)
    low, high = wilson(right, n)
    return Facility(n, right / n, low, high)


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return Pearson's r, or None where one side does not vary."""
    n = len(xs)
    if not n or min(xs) == max(xs) or min(ys) == max(ys):
        return None
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    dx, dy = [x - mean_x for x in xs], [y - mean_y for y in ys]
    square_x, square_y = sum(d * d for d in dx), sum(d * d for d in dy)
    spread = sqrt(square_x) * sqrt(square_y)
    if not spread:
        return None
    return max(-1.0, min(1.0, sum(a * b for a, b in zip(dx, dy, strict=True)) / spread))


@dataclass(frozen=True)
class Discrimination:
    """The corrected point-biserial of a question: its marks against the total of the other questions."""

    n: int
    r: float

    @property
    def firm(self) -> bool:
        """Say whether there are attempts enough to act on."""
        return self.n >= FIRM_DISCRIMINATION

    @property
    def verdict(self) -> str:
        """Return what to do: `check_key` and withhold below 0, `review` below 0.10, then `weak`, `fair`, `good`."""
        for least, word in ((0.40, "good"), (0.20, "fair"), (0.10, "weak"), (0.0, "review")):
            if self.r >= least:
                return word
        return "check_key"


def discrimination(matrix: Matrix, column: int) -> Discrimination | None:
    """Return how well a question tells strong from weak, or None under 50 attempts or where nothing varies."""
    taken = [row for row in matrix if row[column] is not None]
    if len(taken) < LEAST_DISCRIMINATION:
        return None
    own = [float(row[column] or 0) for row in taken]
    rest = [sum(mark for n, mark in enumerate(row) if mark is not None and n != column) for row in taken]
    r = correlation(own, rest)
    return None if r is None else Discrimination(len(taken), r)


@dataclass(frozen=True)
class Choice:
    """How often an option was chosen and how its choosers did on the whole form, in marks."""

    option: str
    chosen: int
    share: float
    mean_total: float | None

    @property
    def percent(self) -> int:
        """Return the share in per cent."""
        return percent(self.share)

    @property
    def working(self) -> bool:
        """Say whether enough people fall for it for it to be worth reading."""
        return self.share >= NOT_WORKING


def choices(options: Sequence[str], chosen: Sequence[tuple[Sequence[str], float]]) -> tuple[Choice, ...]:
    """Return each option's share and the mean total of its choosers; empty under 20 attempts.

    `chosen` has for each attempt the options chosen (none: unanswered) and the total of the attempt.
    """
    if len(chosen) < LEAST_FACILITY:
        return ()
    counts: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for picked, total in chosen:
        for option in set(picked):
            counts[option] += 1
            totals[option] += total  # type: ignore[assignment]  # marks may be halves
    return tuple(
        Choice(option, counts[option], counts[option] / len(chosen), _mean(totals[option], counts[option]))
        for option in options
    )


def _mean(total: float, n: int) -> float | None:
    return total / n if n else None


def rivals(found: Sequence[Choice], right: Collection[str], key_mean: float | None) -> frozenset[str]:
    """Return the wrong options whose choosers did better on the whole than who answered rightly: look at the key.

    `key_mean` is the mean total of the latter. Options that hardly anybody chose are left out.
    """
    wrong = [each for each in found if each.option not in right and each.working and each.chosen >= LEAST_CHOOSERS]
    return frozenset(
        each.option for each in wrong if key_mean is not None and (each.mean_total or 0.0) > key_mean + VANISHING
    )


def key_suspect(found: Sequence[Choice], right: Collection[str], key_mean: float | None) -> bool:
    """Say whether a wrong option has a better claim to be the key."""
    return bool(rivals(found, right, key_mean))


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha (KR-20 where marks are 0 or 1) of a fixed form and its standard error, in marks."""

    n: int
    alpha: float
    sem: float


def reliability(matrix: Matrix) -> Reliability | None:
    """Return how far a form's totals can be trusted, or None under 50 whole attempts or where totals do not vary."""
    rows = [[float(mark) for mark in row if mark is not None] for row in matrix]
    width = len(matrix[0]) if matrix else 0
    rows = [row for row in rows if len(row) == width]
    if len(rows) < LEAST_RELIABILITY or width < 2:  # noqa: PLR2004  # one question has no inner consistency
        return None
    variance = _variance([sum(row) for row in rows])
    if not variance:
        return None
    items = sum(_variance([row[n] for row in rows]) for n in range(width))
    alpha = width / (width - 1) * (1 - items / variance)
    return Reliability(len(rows), alpha, sqrt(variance) * sqrt(max(0.0, min(1.0, 1 - alpha))))


def _variance(values: Sequence[float]) -> float:
    """Return the variance of a population."""
    if min(values) == max(values):
        return 0.0
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / len(values)


@dataclass(frozen=True)
class Consistency:
    """How often two parallel forms would decide alike: the share P0, and kappa, which leaves chance out."""

    n: int
    p0: float
    kappa: float | None


def consistency(totals: Mapping[float, int], questions: int, cut: int, alpha: float) -> Consistency | None:
    """Return the decision consistency at `cut` marks of `questions`, or None under 100 attempts.

    `totals` says how many attempts came to each total. Subkoviak (1976), Estimating reliability from a single
    administration of a criterion-referenced test: each true share is regressed to the mean by `alpha`, and a second
    form is binomial.
    """
    n = sum(totals.values())
    if n < LEAST_CONSISTENCY:
        return None
    trust = max(0.0, min(1.0, alpha))
    mean = sum(total * count for total, count in totals.items()) / n / questions
    passing = [
        (_at_least(cut, questions, trust * total / questions + (1 - trust) * mean), count)
        for total, count in totals.items()
    ]
    p0 = sum(count * (p * p + (1 - p) * (1 - p)) for p, count in passing) / n
    rate = sum(count * p for p, count in passing) / n
    chance = rate * rate + (1 - rate) * (1 - rate)
    return Consistency(n, p0, None if 1 - chance < VANISHING else (p0 - chance) / (1 - chance))


def _at_least(cut: int, n: int, p: float) -> float:
    """Return the chance of `cut` or more of `n` with chance `p` each."""
    p = max(0.0, min(1.0, p))
    return min(1.0, sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(max(cut, 0), n + 1)))

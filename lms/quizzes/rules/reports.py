"""The statistics of `items` reckoned from sums: the same numbers, without reading one attempt."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from lms.quizzes.rules import items
from lms.quizzes.rules.items import VANISHING, Choice, Consistency, Discrimination, Facility, Reliability
from lms.quizzes.rules.sums import ItemSums, OptionSums, ScoreSums

Scores = Mapping[tuple[float, float], ScoreSums]  # by score and the most that it could have been
AIM_ALPHA, AIM_P0, AIM_KAPPA, AIM_IN_TIME = 0.80, 0.85, 0.60, 0.95


def facility(sums: ItemSums) -> Facility | None:
    """Return how easy a question was, or None under 20 attempts."""
    if sums.n < items.LEAST_FACILITY:
        return None
    low, high = items.wilson(min(sums.marks, sums.n), sums.n)
    return Facility(sums.n, sums.marks / sums.n, low, high)


def discrimination(sums: ItemSums) -> Discrimination | None:
    """Return how well a question tells strong from weak, or None under 50 attempts or where nothing varies."""
    if sums.n < items.LEAST_DISCRIMINATION:
        return None
    own = _spread(sums.n, sums.marks, sums.marks_squared)
    rest = _spread(sums.n, sums.rest, sums.rest_squared)
    if not own or not rest:
        return None
    r = (sums.n * sums.marks_rest - sums.marks * sums.rest) / (sqrt(own) * sqrt(rest))
    return Discrimination(sums.n, max(-1.0, min(1.0, r)))


def _spread(n: int, total: float, squares: float) -> float:
    """Return n² times the variance of a population; exactly 0 where all are alike, whatever floats leave of it."""
    spread = n * squares - total * total
    return spread if spread > VANISHING * n * squares else 0.0


def choices(options: Sequence[str], chosen: Mapping[str, OptionSums], n: int) -> tuple[Choice, ...]:
    """Return each option's share of `n` and the mean total of its choosers; empty under 20 attempts."""
    if n < items.LEAST_FACILITY:
        return ()
    found = [(option, chosen.get(option, OptionSums())) for option in options]
    return tuple(
        Choice(option, sums.chosen, sums.chosen / n, sums.total / sums.chosen if sums.chosen else None)
        for option, sums in found
    )


def key_mean(sums: ItemSums) -> float | None:
    """Return the mean total of those who answered rightly, each counted by their share of the mark."""
    return (sums.marks_rest + sums.marks_squared) / sums.marks if sums.marks else None


def attempts(scores: Scores) -> int:
    """Return how many attempts came to a score."""
    return sum(each.n for each in scores.values())


def fixed_form(parts: Collection[ItemSums], scores: Scores) -> bool:
    """Say whether all attempts had the same questions."""
    n = attempts(scores)
    counted = [sums for sums in parts if sums.n]
    return bool(n) and all(sums.n == n for sums in counted) and {most for _score, most in scores} == {len(counted)}


def reliability(parts: Collection[ItemSums], scores: Scores) -> Reliability | None:
    """Return how far totals can be trusted; None for forms that differ, under 50 attempts, where totals are alike."""
    n, width = attempts(scores), sum(1 for sums in parts if sums.n)
    if n < items.LEAST_RELIABILITY or width < 2 or not fixed_form(parts, scores):  # noqa: PLR2004  # as in `items`
        return None
    total = sum(score * each.n for (score, _most), each in scores.items())
    variance = _spread(n, total, sum(score * score * each.n for (score, _most), each in scores.items()))
    if not variance:
        return None
    own = sum(_spread(n, sums.marks, sums.marks_squared) for sums in parts if sums.n)
    alpha = width / (width - 1) * (1 - own / variance)
    return Reliability(n, alpha, sqrt(variance) / n * sqrt(max(0.0, min(1.0, 1 - alpha))))


def consistency(scores: Scores, pass_percent: int, found: Reliability | None) -> Consistency | None:
    """Return how often a second such form would decide alike; None where `reliability` found nothing to go by."""
    if found is None:
        return None
    questions = int(next(iter(scores))[1])
    cut = -(-pass_percent * questions // 100)
    return items.consistency({score: each.n for (score, _most), each in scores.items()}, questions, cut, found.alpha)


@dataclass(frozen=True)
class Share:
    """A share of `n` with its 95 % interval."""

    n: int
    share: float
    low: float
    high: float

    @property
    def percents(self) -> tuple[int, int, int]:
        """Return share, low and high in per cent."""
        return items.percent(self.share), items.percent(self.low), items.percent(self.high)


def in_time(scores: Scores) -> Share | None:
    """Return the share that handed in before time ended, or None under 20 attempts."""
    return _share(sum(each.in_time for each in scores.values()), attempts(scores))


def passed(scores: Scores) -> Share | None:
    """Return the share that passed at the first attempt, or None under 20 attempts."""
    return _share(sum(each.passed for each in scores.values()), attempts(scores))


def _share(some: int, n: int) -> Share | None:
    return Share(n, some / n, *items.wilson(some, n)) if n >= items.LEAST_FACILITY else None


@dataclass(frozen=True)
class Band:
    """How many first attempts came to `low` per cent or more, and under `high` (the last: `high` as well)."""

    low: int
    high: int
    n: int
    percent: int  # of all


def bands(scores: Scores, width: int = 10) -> tuple[Band, ...]:
    """Return the distribution of scores in per cent; empty under 20 attempts."""
    if attempts(scores) < items.LEAST_FACILITY:
        return ()
    counts = [0] * (100 // width)
    for (score, most), each in scores.items():
        counts[min(int(score * 100 / most + VANISHING) // width, len(counts) - 1)] += each.n
    return tuple(
        Band(n * width, (n + 1) * width, count, items.percent(count / attempts(scores)))
        for n, count in enumerate(counts)
    )


def usual_error(found: Reliability | None, most: float) -> int | None:
    """Return the standard error of a score in per cent of the `most` that it can be; None where it is not known."""
    return None if found is None or not most else items.percent(found.sem / most)


@dataclass(frozen=True)
class Around:
    """A score in per cent with its standard error, and the range in which it would mostly lie again."""

    percent: int
    error: int
    low: int
    high: int


def around(percent: float, error: int | None) -> Around | None:
    """Return the range of one standard error on both sides of a score in per cent; None where there is none known."""
    if not error:
        return None
    middle = int(percent)  # cut: 79.9 must not look like 80
    return Around(middle, error, max(0, middle - error), min(100, middle + error))

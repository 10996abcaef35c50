"""The cut score by judgement: what judges expect of the minimally able, question by question, in two rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from lms.quizzes.rules.blueprint import BankItem, Cell

LEAST_JUDGES = 5
ROUNDS = (1, 2)


@dataclass(frozen=True)
class Angoff:
    """The cut that judges agree on, in marks: the mean of their sums, its standard error, and their spread."""

    judges: int
    cut: float
    standard_error: float
    lowest: float
    highest: float

    @property
    def enough(self) -> bool:
        """Say whether there are judges enough: five at least."""
        return self.judges >= LEAST_JUDGES


def angoff(ratings: Sequence[Sequence[float]]) -> Angoff | None:
    """Return the cut of one round: a row for each judge, for each question the chance that the minimally able pass it.

    Modified Angoff (Angoff 1971, Scales, norms and equivalent scores); None without ratings.
    """
    sums = [sum(row) for row in ratings if row]
    if not sums:
        return None
    n, mean = len(sums), sum(sums) / len(sums)
    variance = sum((each - mean) ** 2 for each in sums) / (n - 1) if n > 1 else 0.0
    return Angoff(n, mean, (variance / n) ** 0.5, min(sums), max(sums))


@dataclass(frozen=True)
class Spread:
    """How far judges lie apart on one question, in per cent."""

    judges: int
    lowest: int
    mean: float
    highest: int
    deviation: float


def spread(percents: Sequence[int]) -> Spread | None:
    """Return how far judges lie apart on one question; None where nobody has rated it."""
    if not percents:
        return None
    n, mean = len(percents), sum(percents) / len(percents)
    variance = sum((each - mean) ** 2 for each in percents) / (n - 1) if n > 1 else 0.0
    return Spread(n, min(percents), mean, max(percents), variance**0.5)


def weights(cells: Sequence[Cell], items: Sequence[BankItem]) -> dict[int, float]:
    """Return by question how many marks of a form it stands for: those of its cell, shared among its questions.

    A form weighs each question one; a bank weighs the questions of a full cell less. What no cell takes weighs
    nothing, unless nothing on the sheet is of a cell: then all weigh the same.
    """
    shares = {item.question_id: 0.0 for item in items}
    for cell in cells:
        taken = [item.question_id for item in items if cell.takes(item.competency, item.level)]
        shares |= {question_id: cell.count / len(taken) for question_id in taken}
    return shares if any(shares.values()) else dict.fromkeys(shares, 1.0)


def percent_cut(found: Angoff, most: float) -> int:
    """Return the cut as a pass mark: per cent of `most` marks, rounded up, so that a mark never falls below the cut."""
    return min(100, max(0, ceil(round(100 * found.cut / most, 6))))


def complete(ratings: Mapping[int, Mapping[int, int]], asked: Sequence[int]) -> dict[int, Mapping[int, int]]:
    """Return by judge the ratings of those who rated every question asked; half a sheet says nothing of the cut."""
    return {judge: given for judge, given in ratings.items() if all(question in given for question in asked)}

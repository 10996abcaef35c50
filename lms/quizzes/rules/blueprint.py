"""Forms from a blueprint: how many questions of which competency and level, what the bank can give, and the draw.

A form repeats at most 20 % of the learner's last one, leaves out questions that more than 30 % of attempts have seen,
and is as hard as other forms of the blueprint once facilities are known.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

MOST_OVERLAP = 0.20  # of the questions of a form
MOST_EXPOSURE = 0.30  # of the attempts that could have drawn the question
BANK_PER_QUESTION = 5  # a cell's bank should hold five times what a form draws from it
CLOSE_ENOUGH = 1.0  # marks between the expected scores of two forms
SWAPS = 200
LEAST_JUDGES = 5


@dataclass(frozen=True)
class Cell:
    """One line of a blueprint: `count` questions of a competency at a level."""

    competency: str
    level: int
    count: int


@dataclass(frozen=True)
class BankItem:
    """A question that may be drawn: its exposure from 0 to 1, and its facility where that is known."""

    question_id: int
    competency: str
    level: int
    exposure: float = 0.0
    facility: float | None = None


@dataclass(frozen=True)
class CellStock:
    """What the bank can give to a cell; `fresh` of them have not been seen too often."""

    cell: Cell
    have: int
    fresh: int

    @property
    def state(self) -> str:
        """Return `short` (too few), `worn` (only with questions seen too often), `thin` (under five times) or `ok`."""
        if self.have < self.cell.count:
            return "short"
        if self.fresh < self.cell.count:
            return "worn"
        return "ok" if self.have >= BANK_PER_QUESTION * self.cell.count else "thin"


@dataclass(frozen=True)
class Form:
    """The questions drawn, in the order of the cells, or the cells that are short."""

    question_ids: tuple[int, ...] = ()
    short: tuple[Cell, ...] = field(default=())


def stock(cells: Iterable[Cell], bank: Iterable[BankItem]) -> tuple[CellStock, ...]:
    """Return what the bank holds for each cell."""
    have: Counter[tuple[str, int]] = Counter()
    fresh: Counter[tuple[str, int]] = Counter()
    for item in bank:
        have[item.competency, item.level] += 1
        fresh[item.competency, item.level] += item.exposure <= MOST_EXPOSURE
    return tuple(
        CellStock(cell, have[cell.competency, cell.level], fresh[cell.competency, cell.level]) for cell in cells
    )


def assemble(
    cells: Sequence[Cell],
    bank: Iterable[BankItem],
    seed: int,
    *,
    last_form: Collection[int] = (),
    expected: float | None = None,
) -> Form:
    """Return a form, the same for the same bank and seed; where a cell cannot be filled, which ones.

    `last_form` are the learner's last questions, `expected` the score in marks that forms of this blueprint aim at.
    A cell too small for the laws of exposure and overlap breaks exposure first, overlap second, its count never.
    """
    pools: dict[tuple[str, int], list[BankItem]] = defaultdict(list)
    for item in sorted(bank, key=lambda each: each.question_id):
        pools[item.competency, item.level].append(item)
    short = tuple(cell for cell in cells if len(pools[cell.competency, cell.level]) < cell.count)
    if short:
        return Form(short=short)
    chance = Random(seed)  # noqa: S311  # a draw that can be repeated is meant; the seed itself is a secret
    seen = frozenset(last_form)
    spare = int(MOST_OVERLAP * sum(cell.count for cell in cells))
    chosen: list[list[BankItem]] = []
    for cell in cells:
        pool = pools[cell.competency, cell.level]
        chance.shuffle(pool)
        pool.sort(key=lambda each: (each.question_id in seen, each.exposure > MOST_EXPOSURE))
        chosen.append(pool[: cell.count])
    _balance(cells, chosen, pools, expected, chance, _Seen(seen, spare))
    return Form(tuple(item.question_id for items in chosen for item in items))


def expected_score(cells: Iterable[Cell], bank: Iterable[BankItem]) -> float | None:
    """Return the score in marks that forms of a blueprint aim at: of each cell the mean facility of its bank.

    None while there is a cell of which no question's facility is known.
    """
    known: dict[tuple[str, int], list[float]] = defaultdict(list)
    for item in bank:
        if item.facility is not None:
            known[item.competency, item.level].append(item.facility)
    total = 0.0
    for cell in cells:
        of_cell = known[cell.competency, cell.level]
        if not of_cell:
            return None
        total += cell.count * sum(of_cell) / len(of_cell)
    return total


@dataclass(frozen=True)
class _Seen:
    """The learner's last form and how many of its questions may come again."""

    ids: frozenset[int]
    spare: int

    def repeated(self, chosen: Sequence[Sequence[BankItem]]) -> int:
        return sum(item.question_id in self.ids for items in chosen for item in items)


def _balance(
    cells: Sequence[Cell],
    chosen: list[list[BankItem]],
    pools: Mapping[tuple[str, int], Sequence[BankItem]],
    expected: float | None,
    chance: Random,
    seen: _Seen,
) -> None:
    """Swap questions within their cells until the form's expected score is within half a mark of `expected`."""
    if expected is None:
        return
    for _ in range(SWAPS):
        off = sum(item.facility or 0.0 for items in chosen for item in items) - expected
        if abs(off) <= CLOSE_ENOUGH / 2 or not all(item.facility is not None for items in chosen for item in items):
            return
        n = chance.randrange(len(cells))
        pool = [item for item in pools[cells[n].competency, cells[n].level] if item not in chosen[n]]
        swap = _nearer(chosen[n], pool, off)
        if swap is None:
            continue
        before = chosen[n]
        chosen[n] = [swap[1] if item == swap[0] else item for item in before]
        if seen.repeated(chosen) > max(seen.spare, seen.repeated([*chosen[:n], before, *chosen[n + 1 :]])):
            chosen[n] = before


def _nearer(items: Sequence[BankItem], pool: Sequence[BankItem], off: float) -> tuple[BankItem, BankItem] | None:
    """Return the swap that brings the form nearest to what is expected of it, or None where none does."""
    best: tuple[float, BankItem, BankItem] | None = None
    for out in items:
        for new in pool:
            if new.facility is None or new.exposure > MOST_EXPOSURE:
                continue
            left = abs(off - (out.facility or 0.0) + new.facility)
            if left < abs(off) and (best is None or left < best[0]):
                best = (left, out, new)
    return best[1:] if best else None


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

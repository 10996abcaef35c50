"""Forms from a blueprint: how many questions of which competency and level, what the bank can give, and the draw.

A form repeats at most 20 % of the learner's last one, leaves out questions that more than 30 % of attempts have seen,
and is as hard as other forms of the blueprint once facilities are known. A cell is of one competency, or of a family of
them: `fr-*` is every competency that begins with `fr-`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

MOST_OVERLAP = 0.20  # of the questions of a form
MOST_EXPOSURE = 0.30  # of the attempts that could have drawn the question
BANK_PER_QUESTION = 5  # a cell's bank should hold five times what a form draws from it
CLOSE_ENOUGH = 1.0  # marks between the expected scores of two forms
SWAPS = 200


ANY = "*"  # ends the name of a family of competencies
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Cell:
    """One line of a blueprint: `count` questions of a competency, or of a family, at a level."""

    competency: str
    level: int
    count: int

    def takes(self, competency: str, level: int) -> bool:
        """Say whether a question of `competency` at `level` is of this cell."""
        if level != self.level:
            return False
        if self.competency.endswith(ANY):
            return competency.startswith(self.competency.removesuffix(ANY))
        return competency == self.competency

    def overlaps(self, other: "Cell") -> bool:
        """Say whether a question could be of both cells."""
        mine, others = self.competency.removesuffix(ANY), other.competency.removesuffix(ANY)
        return self.takes(others, other.level) or other.takes(mine, self.level)


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
    asked = tuple(cells)
    pools = _pools(asked, bank)
    return tuple(
        CellStock(cell, len(pool), sum(item.exposure <= MOST_EXPOSURE for item in pool))
        for cell, pool in zip(asked, pools, strict=True)
    )


def clashes(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells that could take a question of a cell before them; a blueprint has none."""
    return tuple(cell for n, cell in enumerate(cells) if any(cell.overlaps(other) for other in cells[:n]))


def _pools(cells: Sequence[Cell], bank: Iterable[BankItem]) -> list[list[BankItem]]:
    """Return the questions of each cell in the order of their ids; each question is of the first cell that takes it."""
    cell_of: dict[tuple[str, int], int | None] = {}
    pools: list[list[BankItem]] = [[] for _cell in cells]
    for item in sorted(bank, key=lambda each: each.question_id):
        kind = item.competency, item.level
        if kind not in cell_of:
            cell_of[kind] = next((n for n, cell in enumerate(cells) if cell.takes(*kind)), None)
        found = cell_of[kind]
        if found is not None:
            pools[found].append(item)
    return pools


def assemble(
    cells: Sequence[Cell],
    bank: Iterable[BankItem],
    seed: int,
    *,
    last_form: Collection[int] = (),
    expected: float | None = None,
    most_overlap: float = MOST_OVERLAP,
) -> Form:
    """Return a form, the same for the same bank and seed; where a cell cannot be filled, which ones.

    `last_form` are the learner's last questions, `expected` the score in marks that forms of this blueprint aim at.
    A cell too small for the laws of exposure and overlap breaks exposure first, overlap second, its count never.
    """
    pools = _pools(cells, bank)
    short = tuple(cell for cell, pool in zip(cells, pools, strict=True) if len(pool) < cell.count)
    if short:
        return Form(short=short)
    chance = Random(seed)  # noqa: S311  # a draw that can be repeated is meant; the seed itself is a secret
    seen = frozenset(last_form)
    spare = int(most_overlap * sum(cell.count for cell in cells))
    chosen: list[list[BankItem]] = []
    for cell, pool in zip(cells, pools, strict=True):
        chance.shuffle(pool)
        pool.sort(key=lambda each: (each.question_id in seen, each.exposure > MOST_EXPOSURE))
        chosen.append(pool[: cell.count])
    _balance(chosen, pools, expected, chance, _Seen(seen, spare))
    return Form(tuple(item.question_id for items in chosen for item in items))


def expected_score(cells: Iterable[Cell], bank: Iterable[BankItem]) -> float | None:
    """Return the score in marks that forms of a blueprint aim at: of each cell the mean facility of its bank.

    None while there is a cell of which no question's facility is known.
    """
    asked = tuple(cells)
    total = 0.0
    for cell, pool in zip(asked, _pools(asked, bank), strict=True):
        known = [item.facility for item in pool if item.facility is not None]
        if not known:
            return None
        total += cell.count * sum(known) / len(known)
    return total


@dataclass(frozen=True)
class _Seen:
    """The learner's last form and how many of its questions may come again."""

    ids: frozenset[int]
    spare: int

    def repeated(self, chosen: Sequence[Sequence[BankItem]]) -> int:
        return sum(item.question_id in self.ids for items in chosen for item in items)


def _balance(
    chosen: list[list[BankItem]],
    pools: Sequence[Sequence[BankItem]],
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
        n = chance.randrange(len(chosen))
        pool = [item for item in pools[n] if item not in chosen[n]]
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

"""A blueprint to begin with: questions in proportion to what the post asks at least, levels as the bank holds them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from lms.quizzes.rules.blueprint import ANY, BANK_PER_QUESTION, BankItem, Cell, stock

Key = TypeVar("Key", str, int)


def family(competency: str) -> str:
    """Return the family of a competency: `fr-*` for `fr-call-back`."""
    head, dash, _rest = competency.partition("-")
    return head + dash + ANY if dash else competency


def proposed(bank: Sequence[BankItem], minimum: Collection[str], draw: int) -> tuple[Cell, ...]:
    """Return cells that sum to `draw` in proportion to the minimum points that the bank asks about.

    By competency where the bank holds five times each cell, else by family. Empty where the bank has too few.
    """
    asked = {item.competency for item in bank}
    points = sorted(asked & set(minimum)) or sorted(asked)
    of_points = [item for item in bank if item.competency in set(points)]
    single = _cells(of_points, points, draw, lambda competency: competency)
    if single and all(each.state == "ok" for each in stock(single, bank)):
        return single
    families = {family(point) for point in points}
    return _cells([item for item in bank if family(item.competency) in families], points, draw, family)


def _cells(bank: Iterable[BankItem], points: Iterable[str], draw: int, name: Callable[[str], str]) -> tuple[Cell, ...]:
    """Return cells of which the bank holds five times each, where it can; else such as it can fill at all."""
    held = Counter((name(item.competency), item.level) for item in bank)
    weights = Counter(map(name, points))
    for spare in (BANK_PER_QUESTION, 1):
        most = {cell: there // spare for cell, there in held.items()}
        cells = _spread(held, most, weights, draw)
        if sum(cell.count for cell in cells) == draw:
            return cells
    return ()


def _spread(
    held: Mapping[tuple[str, int], int], most: Mapping[tuple[str, int], int], weights: Mapping[str, int], draw: int
) -> tuple[Cell, ...]:
    totals = {named: sum(there for (other, _level), there in most.items() if other == named) for named in weights}
    cells: list[Cell] = []
    for named, count in sorted(shared(draw, weights, totals).items()):
        levels = {level: there for (other, level), there in held.items() if other == named}
        parts = shared(count, levels, {level: most[named, level] for level in levels})
        cells += [Cell(named, level, part) for level, part in sorted(parts.items()) if part]
    return tuple(cells)


def shared(total: int, weights: Mapping[Key, int], most: Mapping[Key, int]) -> dict[Key, int]:
    """Return `total` shared out in whole numbers in proportion to `weights`, to none more than its `most`.

    By the method of Sainte-Laguë: one after the other, each to whom is owed most; less where nobody can take more.
    """
    given = dict.fromkeys(weights, 0)
    for _one in range(total):
        open_ones = [key for key in weights if given[key] < most[key]]
        if not open_ones:
            break
        owed = max(sorted(open_ones), key=lambda key: weights[key] / (2 * given[key] + 1))
        given[owed] += 1
    return given

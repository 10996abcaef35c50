# ruff: noqa: E501  # tables have one case a line
"""Blueprints on their edges: what a cell takes, which cells clash, when a form is balanced and at which price."""

import pytest

from lms.quizzes.rules.blueprint import LEVELS, BankItem, Cell, CellStock, assemble, clashes, expected_score, stock


@pytest.mark.parametrize(
    ("cell", "competency", "level", "taken"),
    [
        (Cell("fr", 1, 1), "fr", 1, True),
        (Cell("fr", 1, 1), "fr", 2, False),
        (Cell("fr", 1, 1), "fr-a", 1, False),
        (Cell("fr-*", 1, 1), "fr-a", 1, True),
        (Cell("fr-*", 1, 1), "fr-a", 2, False),
        (Cell("fr-*", 1, 1), "cb-a", 1, False),
        (Cell("fr-*", 1, 1), "fr", 1, False),
        (Cell("*", 2, 1), "cb-a", 2, True),
    ],
)
def test_a_cell_takes_its_competency_or_family_at_its_level(
    cell: Cell, competency: str, level: int, taken: bool
) -> None:
    assert cell.takes(competency, level) is taken


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (Cell("fr-a", 1, 1), Cell("fr-a", 1, 2), True),
        (Cell("fr-a", 1, 1), Cell("fr-a", 2, 1), False),
        (Cell("fr-a", 1, 1), Cell("fr-b", 1, 1), False),
        (Cell("fr-*", 1, 1), Cell("fr-b", 1, 1), True),
        (Cell("fr-b", 1, 1), Cell("fr-*", 1, 1), True),
        (Cell("fr-b", 2, 1), Cell("fr-*", 1, 1), False),
        (Cell("fr-*", 1, 1), Cell("fr-a-*", 1, 1), True),
        (Cell("fr-a-*", 1, 1), Cell("fr-*", 1, 1), True),
        (Cell("fr-*", 1, 1), Cell("cb-*", 1, 1), False),
    ],
)
def test_cells_clash_where_a_question_could_be_of_both(one: Cell, other: Cell, clash: bool) -> None:
    assert one.overlaps(other) is clash
    assert clashes([one, other]) == ((other,) if clash else ())
    assert clashes([Cell("zz", 3, 1), one, other]) == ((other,) if clash else ())


@pytest.mark.parametrize(
    ("have", "fresh", "state"),
    [(1, 1, "short"), (2, 1, "worn"), (2, 2, "thin"), (9, 9, "thin"), (10, 2, "ok"), (11, 11, "ok"), (6, 6, "thin")],
)
def test_a_cell_of_two_says_how_it_stands(have: int, fresh: int, state: str) -> None:
    assert CellStock(Cell("fr", 1, 2), have, fresh).state == state


def test_a_question_is_of_the_first_cell_that_takes_it_and_of_no_other() -> None:
    items = [BankItem(n, "fr-a" if n % 2 else "fr-b", 1) for n in range(1, 7)] + [BankItem(9, "cb", 1)]
    found = stock([Cell("fr-a", 1, 1), Cell("fr-*", 1, 1), Cell("zz", 1, 1)], items)
    assert [(each.have, each.fresh, each.state) for each in found] == [(3, 3, "thin"), (3, 3, "thin"), (0, 0, "short")]
    short = assemble([Cell("fr-a", 1, 3), Cell("zz", 1, 1)], items, 1)
    assert (short.question_ids, short.short) == ((), (Cell("zz", 1, 1),))
    assert set(assemble([Cell("fr-a", 1, 3)], items, 1).question_ids) == {1, 3, 5}


ONE = (Cell("fr", 1, 1),)


def easy(question_id: int, facility: float | None, exposure: float = 0.0, competency: str = "fr") -> BankItem:
    return BankItem(question_id, competency, 1, exposure, facility)


def drawn(items: list[BankItem], cells: tuple[Cell, ...] = ONE, **more: object) -> set[frozenset[int]]:
    """Return all forms that forty seeds give."""
    return {frozenset(assemble(cells, items, seed, **more).question_ids) for seed in range(40)}  # type: ignore[arg-type]


def forms(*ids: set[int]) -> set[frozenset[int]]:
    return set(map(frozenset, ids))


TWO = (Cell("fr", 1, 1), Cell("cb", 1, 1))


@pytest.mark.parametrize(
    ("items", "cells", "more", "expected"),
    [
        pytest.param([easy(1, 0.1), easy(2, 0.9)], ONE, {}, forms({1}, {2}), id="no aim: either"),
        pytest.param([easy(1, 0.1), easy(2, 0.9)], ONE, {"expected": 0.9}, forms({2}), id="the nearer one"),
        pytest.param([easy(1, 0.4), easy(2, 0.9)], ONE, {"expected": 0.9}, forms({1}, {2}), id="half a mark is near"),
        pytest.param([easy(1, 0.375), easy(2, 0.9)], ONE, {"expected": 0.875}, forms({1}, {2}), id="just half a mark"),
        pytest.param([easy(1, 0.25), easy(2, 0.9)], ONE, {"expected": 0.875}, forms({2}), id="more than half a mark"),
        pytest.param([easy(1, 0.1), easy(2, 0.7), easy(3, 0.9)], ONE, {"expected": 0.9}, forms({2}, {3}), id="near enough"),
        pytest.param([easy(1, 0.9), easy(2, 0.0)], ONE, {"expected": 0.1}, forms({2}), id="down as well"),
        pytest.param([easy(1, 0.1), easy(2, None)], ONE, {"expected": 0.9}, forms({1}, {2}), id="unknown: as drawn"),
        pytest.param([easy(1, 0.1), easy(2, 0.9, 0.31)], ONE, {"expected": 0.9}, forms({1}), id="never a worn one"),
        pytest.param([easy(1, 0.1), easy(2, 0.9, 0.30)], ONE, {"expected": 0.9}, forms({2}), id="not worn at 30 %"),
        pytest.param([easy(1, 0.1), easy(2, 0.9, 0.5), easy(3, 0.8)], ONE, {"expected": 0.9}, forms({3}), id="past a worn one"),
        pytest.param([easy(1, None, 0.3), easy(2, None), easy(3, None, 0.31)], ONE, {}, forms({1}, {2}), id="drawn up to 30 %"),
        pytest.param([easy(1, 0.1), easy(2, 0.9)], ONE, {"expected": 0.9, "last_form": [2]}, forms({1}), id="none of the last"),
        pytest.param([easy(1, 0.1), easy(2, 0.9)], ONE, {"expected": 0.9, "last_form": [2], "most_overlap": 1.0}, forms({2}), id="unless some may"),
        pytest.param([easy(1, 0.1), easy(2, 0.9)], ONE, {"expected": 0.9, "last_form": [1, 2]}, forms({2}), id="one of the last for another"),
        pytest.param([easy(1, 0.0), easy(2, 0.5, competency="cb"), easy(3, 1.0, competency="cb")], TWO, {"expected": 1.0}, forms({1, 2}, {1, 3}), id="within half"),
        pytest.param([easy(1, 0.0), easy(2, 0.25, competency="cb"), easy(3, 1.0, competency="cb")], TWO, {"expected": 1.0}, forms({1, 3}), id="in its own cell"),
        pytest.param([easy(1, 0.0), easy(4, 1.0), easy(2, None, competency="cb")], TWO, {"expected": 1.0}, forms({1, 2}, {2, 4}), id="one unknown"),
    ],
)  # fmt: skip
def test_a_form_comes_as_near_as_it_may(
    items: list[BankItem], cells: tuple[Cell, ...], more: dict[str, object], expected: set[frozenset[int]]
) -> None:
    assert drawn(items, cells, **more) == expected


def test_a_fifth_of_the_last_form_may_come_again_and_no_more() -> None:
    cells = (Cell("fr", 1, 5),)
    hard, light = [easy(n, 0.0) for n in range(1, 6)], [easy(n, 1.0) for n in range(11, 16)]
    found = drawn(hard + light, cells, expected=5.0, last_form=range(11, 16))
    assert {len(form & set(range(11, 16))) for form in found} == {1}
    most = drawn(hard + light, cells, expected=5.0, last_form=range(11, 16), most_overlap=0.4)
    assert {len(form & set(range(11, 16))) for form in most} == {2}


def test_swaps_take_the_question_that_comes_nearest() -> None:
    items = [easy(1, 0.0), easy(2, 0.55), easy(3, 0.8), easy(4, 0.95, 0.5)]
    assert frozenset({3}) in drawn(items, expected=0.9)
    assert drawn([*items[:1], *items[2:]], expected=0.9) == forms({3})


def test_there_are_three_levels() -> None:
    assert LEVELS == (1, 2, 3)


def test_what_forms_aim_at_is_the_mean_of_each_cell() -> None:
    known = [easy(1, 0.25), easy(2, 0.75), easy(3, None), easy(4, 0.5, competency="cb")]
    assert expected_score((Cell("fr", 1, 2), Cell("cb", 1, 1)), known) == 1.5
    assert expected_score((), known) == 0.0
    assert expected_score((Cell("zz", 1, 1),), known) is None


def test_a_seed_that_was_stored_assembles_what_it_did() -> None:
    items = [easy(n, n / 40, competency="fr" if n % 2 else "cb") for n in range(1, 37)]
    cells = (Cell("fr", 1, 4), Cell("cb", 1, 3))
    assert assemble(cells, items, 2026).question_ids == (11, 5, 1, 3, 4, 28, 10)
    assert assemble(cells, items, 2026, last_form=[1, 3, 2], expected=5.5).question_ids == (11, 35, 27, 33, 36, 32, 34)

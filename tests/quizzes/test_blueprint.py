"""Forms: whole, fresh, fair, and the same for the same seed."""

from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes.rules.angoff import angoff
from lms.quizzes.rules.blueprint import (
    BANK_PER_QUESTION,
    MOST_EXPOSURE,
    BankItem,
    Cell,
    CellStock,
    assemble,
    expected_score,
    stock,
)

CELLS = (Cell("fr", 1, 3), Cell("fr", 2, 2), Cell("cb", 1, 5))


def bank(each: int, **more: float) -> list[BankItem]:
    """`each` questions for every cell."""
    return [
        BankItem(100 * n + i, cell.competency, cell.level, **more)
        for n, cell in enumerate(CELLS, 1)
        for i in range(each)
    ]


@pytest.mark.parametrize(
    ("have", "fresh", "state"),
    [(1, 1, "short"), (4, 1, "worn"), (4, 4, "thin"), (10, 2, "ok")],
    ids=["fewer than asked", "only with worn ones", "under five times", "five times"],
)
def test_a_cell_says_what_the_bank_can_give(have: int, fresh: int, state: str) -> None:
    assert CellStock(Cell("fr", 1, 2), have, fresh).state == state


def test_the_stock_counts_what_is_there_and_what_is_worn() -> None:
    items = [BankItem(1, "fr", 1), BankItem(2, "fr", 1, exposure=0.31), BankItem(3, "fr", 1, exposure=0.30)]
    (found,) = stock([Cell("fr", 1, 1)], items)
    assert (found.have, found.fresh) == (3, 2)
    assert BANK_PER_QUESTION == 5


def test_a_bank_that_is_short_gives_no_form_and_names_the_cells() -> None:
    form = assemble(CELLS, bank(4), seed=1)
    assert form.question_ids == ()
    assert form.short == (CELLS[2],)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_forms_fill_their_cells_and_hardly_repeat_the_last(seed: int, before: int) -> None:
    items = bank(25)
    last = assemble(CELLS, items, before).question_ids
    form = assemble(CELLS, items, seed, last_form=last).question_ids
    assert form == assemble(CELLS, list(reversed(items)), seed, last_form=last).question_ids
    assert len(set(form)) == 10
    held = {item.question_id: (item.competency, item.level) for item in items}
    assert [held[q] for q in form] == [(c.competency, c.level) for c in CELLS for _ in range(c.count)]
    assert len(set(form) & set(last)) <= 2


def test_questions_seen_too_often_are_left_out_while_others_are_there() -> None:
    items = bank(5, exposure=MOST_EXPOSURE + 0.01) + [
        BankItem(1000 + 100 * n + i, cell.competency, cell.level) for n, cell in enumerate(CELLS, 1) for i in range(5)
    ]
    assert all(question > 1000 for question in assemble(CELLS, items, seed=3).question_ids)


def test_a_small_bank_repeats_rather_than_leave_a_cell_short() -> None:
    items = bank(5)
    last = tuple(item.question_id for item in items)
    assert len(assemble(CELLS, items, seed=3, last_form=last).question_ids) == 10


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_forms_are_equally_hard_once_facilities_are_known(seed: int) -> None:
    items = [
        BankItem(100 * n + i, cell.competency, cell.level, facility=0.3 + 0.65 * i / 24)
        for n, cell in enumerate(CELLS, 1)
        for i in range(25)
    ]
    last = assemble(CELLS, items, seed + 1).question_ids
    form = assemble(CELLS, items, seed, last_form=last, expected=7.0).question_ids
    easy = {item.question_id: item.facility or 0 for item in items}
    assert abs(sum(easy[question] for question in form) - 7.0) <= 0.5
    assert len(set(form) & set(last)) <= 2


def test_a_form_with_unknown_facilities_is_left_as_drawn() -> None:
    assert assemble(CELLS, bank(9), 5, expected=7.0) == assemble(CELLS, bank(9), 5)


def test_a_bank_that_is_all_alike_cannot_be_balanced_and_is_not_tried_for_ever() -> None:
    assert len(assemble(CELLS, bank(9, facility=0.2), 5, expected=9.0).question_ids) == 10


def test_balancing_takes_no_worn_question_and_no_more_of_the_last_form() -> None:
    cells = (Cell("fr", 1, 2),)
    hard = [BankItem(n, "fr", 1, facility=0.3) for n in (1, 2)]
    worn = [BankItem(3, "fr", 1, facility=0.9, exposure=0.5), BankItem(4, "fr", 1)]
    seen = [BankItem(5, "fr", 1, facility=0.9)]
    form = assemble(cells, hard + worn + seen, 1, last_form=[3, 4, 5], expected=1.8)
    assert set(form.question_ids) == {1, 2}


def test_judges_agree_on_a_cut_with_its_error_and_spread() -> None:
    rounds = [[0.6, 0.8], [0.7, 0.9], [0.5, 0.7], [0.6, 0.6], [0.8, 0.8]]
    found = angoff(rounds)
    assert found is not None
    sums = [sum(row) for row in rounds]
    assert found.cut == pytest.approx(1.4)
    assert found.standard_error == pytest.approx(stdev(sums) / 5**0.5, abs=1e-9)
    assert (found.lowest, found.highest, found.enough) == (min(sums), max(sums), True)


def test_one_judge_is_not_enough_and_none_says_nothing() -> None:
    alone = angoff([[0.5, 0.5]])
    assert alone is not None
    assert (alone.standard_error, alone.enough) == (0.0, False)
    assert angoff([]) is None


def test_forms_aim_at_the_mean_facility_of_each_cell() -> None:
    cells = (Cell("fr", 1, 2), Cell("cb", 1, 1))
    known = [
        BankItem(1, "fr", 1, facility=0.4),
        BankItem(2, "fr", 1, facility=0.8),
        BankItem(3, "fr", 1),
        BankItem(4, "cb", 1, facility=0.5),
    ]
    assert expected_score(cells, known) == pytest.approx(2 * 0.6 + 0.5)


def test_forms_aim_at_nothing_while_a_cell_is_unknown() -> None:
    assert expected_score((Cell("fr", 1, 1), Cell("cb", 1, 1)), [BankItem(1, "fr", 1, facility=0.4)]) is None

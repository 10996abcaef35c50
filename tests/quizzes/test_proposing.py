"""Families of competencies, blueprints to begin with, and shares in whole numbers."""

import pytest

from lms.quizzes.rules.blueprint import BankItem, Cell, assemble, clashes, expected_score, stock
from lms.quizzes.rules.proposing import family, proposed, shared


def bank(**held: int) -> list[BankItem]:
    """Questions by competency and level: `fr_a_1=10` are ten of `fr-a` at level 1."""
    items: list[BankItem] = []
    for name, count in held.items():
        *words, level = name.split("_")
        items += [BankItem(len(items) + n, "-".join(words), int(level)) for n in range(1, count + 1)]
    return items


@pytest.mark.parametrize(
    ("competency", "named"), [("fr-call-back", "fr-*"), ("opening", "opening")], ids=["with a family", "alone"]
)
def test_a_family_is_what_begins_alike(competency: str, named: str) -> None:
    assert family(competency) == named


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (Cell("fr-*", 1, 2), Cell("fr-a", 1, 1), True),
        (Cell("fr-a", 1, 1), Cell("fr-*", 1, 2), True),
        (Cell("fr-a", 1, 1), Cell("fr-a", 1, 1), True),
        (Cell("fr-*", 1, 2), Cell("fr-call-*", 1, 1), True),
        (Cell("fr-*", 1, 2), Cell("fr-a", 2, 1), False),
        (Cell("fr-*", 1, 2), Cell("cb-a", 1, 1), False),
        (Cell("fr-a", 1, 1), Cell("fr-b", 1, 1), False),
    ],
)
def test_two_cells_clash_where_one_question_could_be_of_both(one: Cell, other: Cell, clash: bool) -> None:
    assert clashes([one, other]) == ((other,) if clash else ())


def test_a_family_draws_from_all_its_competencies() -> None:
    items = bank(fr_a_1=3, fr_b_1=3, fr_a_2=3, cb_a_1=3)
    cells = (Cell("fr-*", 1, 5),)
    (found,) = stock(cells, items)
    assert (found.have, found.state) == (6, "thin")
    form = assemble(cells, items, 1)
    assert set(form.question_ids) < {item.question_id for item in items if item.competency[:3] == "fr-"}
    assert expected_score(cells, items) is None


def test_a_blueprint_names_single_competencies_where_the_bank_holds_five_times_each() -> None:
    cells = proposed(bank(fr_a_1=20, fr_b_1=20, cb_a_2=20), {"fr-a", "fr-b", "cb-a"}, 6)
    assert cells == (Cell("cb-a", 2, 2), Cell("fr-a", 1, 2), Cell("fr-b", 1, 2))


def test_a_blueprint_names_families_in_proportion_to_their_minimum_points() -> None:
    items = bank(fr_a_1=4, fr_b_1=6, fr_c_2=5, cb_a_1=6, ac_a_1=9)
    cells = proposed(items, {"fr-a", "fr-b", "fr-c", "cb-a"}, 4)
    assert cells == (Cell("cb-*", 1, 1), Cell("fr-*", 1, 2), Cell("fr-*", 2, 1))
    assert all(each.state == "ok" for each in stock(cells, items))


def test_without_minimum_points_every_competency_of_the_bank_weighs_the_same() -> None:
    assert proposed(bank(fr_a_1=9, cb_a_1=9), (), 2) == (Cell("cb-a", 1, 1), Cell("fr-a", 1, 1))


def test_a_bank_that_is_too_small_gets_no_proposal() -> None:
    assert proposed(bank(fr_a_1=2), {"fr-a"}, 3) == ()
    assert proposed([], {"fr-a"}, 3) == ()


def test_shares_are_whole_keep_to_their_most_and_sum_as_far_as_they_can() -> None:
    assert shared(10, {"a": 3, "b": 1}, {"a": 100, "b": 100}) == {"a": 8, "b": 2}
    assert shared(10, {"a": 3, "b": 1}, {"a": 4, "b": 100}) == {"a": 4, "b": 6}
    assert shared(10, {"a": 3, "b": 1}, {"a": 4, "b": 2}) == {"a": 4, "b": 2}

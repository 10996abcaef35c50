"""What is promised of forms, over banks that are made up: overlap, exposure fed back, forms as hard as one another."""

from collections import Counter
from random import Random

import pytest

from lms.quizzes.rules.blueprint import BankItem, Cell, assemble, expected_score

CELLS = (Cell("fr-*", 1, 5), Cell("fr-*", 2, 10), Cell("cb-a", 1, 8), Cell("cb-b", 2, 7), Cell("ac-*", 3, 5))
DRAW = 35
FORMS = 500


def bank(times: int, seed: int) -> list[BankItem]:
    """`times` what each cell draws, with facilities as they are met in the field: from 0.45 to 0.98."""
    chance = Random(seed)
    items: list[BankItem] = []
    for cell in CELLS:
        for n in range(times * cell.count):
            name = cell.competency.replace("*", "one" if n % 2 else "two")
            items.append(BankItem(len(items) + 1, name, cell.level, facility=chance.uniform(0.45, 0.98)))
    return items


def seen(items: list[BankItem], drawn: Counter[int], forms: int) -> list[BankItem]:
    """The bank with what the forms so far have asked."""
    return [
        BankItem(each.question_id, each.competency, each.level, drawn[each.question_id] / forms, each.facility)
        for each in items
    ]


@pytest.mark.parametrize("seed", range(5))
def test_over_500_draws_nothing_is_asked_more_than_30_in_100_times_and_forms_are_fresh_and_fair(seed: int) -> None:
    items = bank(5, seed)
    ease = {each.question_id: each.facility or 0.0 for each in items}
    aim = expected_score(CELLS, items)
    assert aim is not None
    drawn: Counter[int] = Counter()
    last: dict[int, tuple[int, ...]] = {}
    scores = []
    for n in range(FORMS):
        learner = n % 60
        fed_back = seen(items, drawn, n) if n else items
        form = assemble(CELLS, fed_back, 1000 * seed + n, last_form=last.get(learner, ()), expected=aim).question_ids
        assert len(set(form)) == DRAW
        assert len(set(form) & set(last.get(learner, ()))) <= DRAW * 0.20
        drawn.update(form)
        last[learner] = form
        scores.append(sum(ease[each] for each in form))
    assert max(drawn.values()) / FORMS <= 0.30
    assert min(drawn.values()) > 0
    assert max(scores) - min(scores) <= 1.0


@pytest.mark.parametrize("times", [2, 3])
def test_a_bank_of_twice_a_form_is_enough_for_a_second_form_without_a_question_of_the_first(times: int) -> None:
    items = bank(times, 9)
    aim = expected_score(CELLS, items)
    for seed in range(50):
        first = assemble(CELLS, items, seed, expected=aim).question_ids
        second = assemble(CELLS, items, seed + 999, last_form=first, expected=aim, most_overlap=0.0).question_ids
        assert set(first) & set(second) == set()


def test_a_bank_that_is_too_small_repeats_as_little_as_it_can() -> None:
    cells = (Cell("fr-*", 1, 10),)
    items = [BankItem(n, "fr-a", 1) for n in range(15)]
    first = assemble(cells, items, 1).question_ids
    assert len(set(first) & set(assemble(cells, items, 2, last_form=first).question_ids)) == 5

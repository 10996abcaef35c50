"""Competencies as a grid: shares, what they rest on, and nothing of small groups."""

from datetime import date

import pytest

from lms.quizzes.rules.heat import Cell, Earned, grid

MONDAY, TUESDAY = date(2026, 3, 16), date(2026, 3, 17)


def by_learner(each: Earned) -> int:
    return each.learner_id


def test_attempts_of_a_learner_come_together_in_one_cell() -> None:
    earned = [
        Earned(1, "open", MONDAY, 1.0, 2.0),
        Earned(1, "open", TUESDAY, 2.0, 2.0),
        Earned(2, "open", MONDAY, 0, 1),
    ]
    assert grid(earned, by_learner) == {("open", 1): Cell(75, 4, 1), ("open", 2): Cell(0, 1, 1)}


def test_days_hold_all_learners_and_void_questions_nothing() -> None:
    earned = [Earned(n, "open", MONDAY, 1.0, 3.0) for n in range(5)] + [Earned(9, "open", TUESDAY, 0.0, 0.0)]
    assert grid(earned, lambda each: each.day) == {("open", MONDAY): Cell(33, 15, 5)}


def test_groups_under_five_are_not_told() -> None:
    earned = [Earned(n, "open", MONDAY, 1.0, 1.0) for n in range(4)]
    assert grid(earned, lambda each: each.day, least_group=5) == {("open", MONDAY): None}
    assert grid(earned, lambda each: each.day, least_group=4) == {("open", MONDAY): Cell(100, 4, 4)}


@pytest.mark.parametrize(
    ("percent", "step"), [(0, 0), (49, 0), (50, 1), (64, 1), (65, 2), (79, 2), (80, 3), (89, 3), (90, 4), (100, 4)]
)
def test_tints_change_at_the_same_shares_everywhere(percent: int, step: int) -> None:
    assert Cell(percent, 3, 1).step == step
    assert Cell(percent, 2, 1).step == 2

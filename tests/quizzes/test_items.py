"""Item statistics against a second implementation: exact fractions and the standard library."""

from collections import Counter
from fractions import Fraction
from math import isfinite, sqrt
from random import Random
from statistics import correlation as pearson
from statistics import pvariance

import pytest

from lms.quizzes.rules import items

CLOSE = 1e-9


def matrix(seed: int) -> list[list[float | None]]:
    """A class of 50 to 90 with 3 to 12 questions; some columns constant, some marks half, some not asked."""
    chance = Random(seed)
    width = chance.randint(3, 12)
    ability = [chance.gauss(0, 1) for _ in range(chance.randint(50, 90))]
    level = [chance.gauss(0, 1) for _ in range(width)]
    constant = chance.randrange(width) if chance.random() < 0.3 else None
    holes = chance.random() < 0.5
    rows: list[list[float | None]] = []
    for strength in ability:
        row: list[float | None] = []
        for n, hard in enumerate(level):
            mark = 1.0 if n == constant else float(chance.gauss(strength - hard, 1) > 0)
            row.append(None if holes and chance.random() < 0.05 else mark)
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(200))
def test_statistics_equal_a_second_implementation(seed: int) -> None:
    rows = matrix(seed)
    for column in range(len(rows[0])):
        marks = [row[column] for row in rows if row[column] is not None]
        ease = items.facility([float(m or 0) for m in marks])
        if ease is not None:
            assert ease.mean == pytest.approx(float(Fraction(int(sum(m or 0 for m in marks)), len(marks))), abs=CLOSE)
            _root_of_wilson(ease)
        found = items.discrimination(rows, column)
        own = [row[column] for row in rows if row[column] is not None]
        rest = [sum(m or 0 for n, m in enumerate(row) if n != column) for row in rows if row[column] is not None]
        if found is None:
            assert len(own) < items.LEAST_DISCRIMINATION or len(set(own)) == 1 or len(set(rest)) == 1
        else:
            assert found.r == pytest.approx(pearson([m or 0 for m in own], rest), abs=CLOSE)
    _alpha_by_hand(rows)


def _root_of_wilson(found: items.Facility) -> None:
    """Both ends solve (p − x)² = z² x (1 − x) / n, which is what the score interval means."""
    for end in (found.low, found.high):
        if 0 < end < 1:
            assert (found.mean - end) ** 2 == pytest.approx(items.Z95**2 * end * (1 - end) / found.n, abs=CLOSE)


def _alpha_by_hand(rows: list[list[float | None]]) -> None:
    whole = [[float(m) for m in row if m is not None] for row in rows if None not in row]
    found = items.reliability(rows)
    if len(whole) < items.LEAST_RELIABILITY:
        assert found is None
        return
    assert found is not None
    k = len(whole[0])
    total = pvariance([sum(row) for row in whole])
    alpha = k / (k - 1) * (1 - sum(pvariance([row[n] for row in whole]) for n in range(k)) / total)
    assert found.alpha == pytest.approx(alpha, abs=CLOSE)
    assert found.sem == pytest.approx(sqrt(total) * sqrt(min(1, max(0, 1 - alpha))), abs=CLOSE)


@pytest.mark.parametrize("seed", range(200))
def test_decision_consistency_equals_brute_force(seed: int) -> None:
    chance = Random(seed)
    questions = chance.randint(1, 12)
    totals = [chance.randint(0, questions) for _ in range(chance.randint(100, 130))]
    cut, alpha = chance.randint(0, questions), chance.uniform(-0.2, 1.1)
    found = items.consistency(Counter(totals), questions, cut, alpha)
    assert found is not None
    trust = min(1.0, max(0.0, alpha))
    mean = sum(totals) / len(totals) / questions
    passes = []
    for total in totals:
        p = trust * total / questions + (1 - trust) * mean
        chances = [1.0]
        for _ in range(questions):  # add one question at a time
            chances = [a * (1 - p) + b * p for a, b in zip([*chances, 0.0], [0.0, *chances], strict=True)]
        passes.append(sum(chances[cut:]))
    p0 = sum(p * p + (1 - p) ** 2 for p in passes) / len(passes)
    assert found.p0 == pytest.approx(p0, abs=CLOSE)
    rate = sum(passes) / len(passes)
    agreed = rate**2 + (1 - rate) ** 2
    if found.kappa is not None and agreed < 1 - 1e-6:
        assert found.kappa == pytest.approx((p0 - agreed) / (1 - agreed), abs=1e-6)
        assert isfinite(found.kappa)


@pytest.mark.parametrize("n", [0, 1, 19])
def test_nothing_is_said_of_too_few_attempts(n: int) -> None:
    assert items.facility([1.0] * n) is None
    assert items.discrimination([[1.0, 0.0]] * n, 0) is None
    assert items.reliability([[1.0, 0.0]] * n) is None
    assert items.consistency({1: n}, 2, 1, 0.8) is None
    assert items.choices(["a", "b"], [(["a"], 1.0)] * n) == ()


def test_a_class_that_is_all_alike_tells_nothing_and_breaks_nothing() -> None:
    rows = [[1.0, 1.0, 1.0]] * 120
    assert items.discrimination(rows, 0) is None
    assert items.reliability(rows) is None
    assert items.reliability([[1.0]] * 120) is None
    everybody = items.consistency({3: 120}, 3, 2, 0.0)
    assert everybody is not None
    assert everybody.p0 == pytest.approx(1.0)
    assert everybody.kappa is None


def test_a_correlation_too_small_for_a_float_is_none() -> None:
    assert items.correlation([0.0, 5e-324], [0.0, 5e-324]) is None


@pytest.mark.parametrize(
    ("mean", "flag"),
    [(0.25, "hard"), (0.30, None), (0.95, None), (1.0, "easy")],
    ids=["hard", "at 0.30", "at 0.95", "easy"],
)
def test_a_question_that_all_or_few_get_right_is_flagged(mean: float, flag: str | None) -> None:
    assert items.Facility(20, mean, 0, 1).flag == flag


@pytest.mark.parametrize(
    ("r", "verdict"), [(-0.01, "check_key"), (0.0, "review"), (0.1, "weak"), (0.2, "fair"), (0.4, "good")]
)
def test_discrimination_says_what_to_do(r: float, verdict: str) -> None:
    assert items.Discrimination(50, r).verdict == verdict
    assert not items.Discrimination(99, r).firm
    assert items.Discrimination(100, r).firm


def test_options_show_who_chose_them_and_how_they_did() -> None:
    chosen = [(["a"], 8.0)] * 15 + [(["b"], 4.0)] * 9 + [([], 0.0)]
    a, b, c = items.choices(["a", "b", "c"], chosen)
    assert (a.chosen, a.share, a.mean_total) == (15, 0.6, 8.0)
    assert (b.chosen, b.mean_total, b.working) == (9, 4.0, True)
    assert (c.chosen, c.mean_total, c.working) == (0, None, False)


def option(name: str, chosen: int, mean: float) -> items.Choice:
    """An option of a question that 40 have answered."""
    return items.Choice(name, chosen, chosen / 40, mean)


@pytest.mark.parametrize(
    ("wrong", "key_mean", "suspect"),
    [
        (option("b", 9, 8.5), 8.0, True),
        (option("b", 9, 8.0), 8.0, False),
        (option("b", 4, 9.0), 8.0, False),
        (option("b", 9, 8.5), None, False),
        (items.Choice("b", 5, 0.049, 9.0), 8.0, False),
    ],
    ids=["better than the key", "as good", "four people", "nobody was right", "under 5 %"],
)
def test_a_wrong_option_that_the_able_choose_makes_the_key_suspect(
    wrong: items.Choice, key_mean: float | None, suspect: bool
) -> None:
    assert items.key_suspect((option("a", 20, 8.0), wrong), ["a"], key_mean) is suspect
    assert not items.key_suspect((option("a", 20, 8.0), wrong), ["a", "b"], key_mean)

"""Statistics from sums against the formulas over whole matrices and against fractions; nothing under its least n."""

from collections import Counter
from fractions import Fraction
from math import isfinite, sqrt
from random import Random
from typing import Any

import pytest

from lms.quizzes.rules import items, reports
from lms.quizzes.rules.reports import Scores
from lms.quizzes.rules.sums import ItemSums, OptionSums, Place, ScoreSums, Sheet, Tally, tally

CLOSE = 1e-9
SHARES = (0.0, 0.25, 1 / 3, 0.5, 1.0)


def matrix(seed: int) -> list[list[float | None]]:
    """1 to 130 attempts at 1 to 12 questions: constant ones, shares of marks, questions some were not asked."""
    chance = Random(seed)
    width = chance.randint(1, 12)
    n = (
        1
        if seed % 25 == 0
        else chance.choice([chance.randint(2, 49), chance.randint(50, 99), chance.randint(100, 130)])
    )
    level = [chance.gauss(0, 1) for _ in range(width)]
    constant = chance.randrange(width) if seed % 3 == 0 else None
    alike = chance.choice(SHARES)
    holes, whole = seed % 2 == 0 and width > 1, seed % 5 < 2
    rows: list[list[float | None]] = []
    for _ in range(n):
        strength = chance.gauss(0, 1)
        row: list[float | None] = []
        for column, hard in enumerate(level):
            right = chance.gauss(strength - hard, 1) > 0
            mark = float(right) if whole else chance.choice(SHARES[2:] if right else SHARES[:3])
            mark = alike if column == constant else mark
            row.append(None if holes and chance.random() < 0.05 else mark)
        rows.append(row if any(mark is not None for mark in row) else [0.0] * width)
    return rows


def sums_of(rows: list[list[float | None]]) -> Tally:
    """The sums that attempts with these marks leave; column n is version n."""
    return tally(
        Sheet(
            quiz_id=1,
            score=sum(mark for mark in row if mark is not None),
            max_score=float(sum(mark is not None for mark in row)),
            counts=True,
            in_time=True,
            passed=False,
            places=tuple(
                Place(n, mark, void=False, answered=True, sure=False) for n, mark in enumerate(row) if mark is not None
            ),
        )
        for row in rows
    )


def scores_of(sums: Tally) -> Scores:
    return {(score, most): each for (_quiz, score, most), each in sums.scores.items()}


def exact(rows: list[list[float | None]], column: int) -> tuple[int, Fraction, float | None]:
    """n, the exact mean, and Pearson's r of a column with the rest, by fractions up to the root."""
    pairs = [
        (
            Fraction(row[column]),
            sum((Fraction(m) for k, m in enumerate(row) if m is not None and k != column), Fraction(0)),
        )
        for row in rows
        if row[column] is not None
    ]
    n = len(pairs)
    if not n:
        return 0, Fraction(0), None
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    both = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    square_x, square_y = sum((x - mean_x) ** 2 for x in xs), sum((y - mean_y) ** 2 for y in ys)
    # What 64 bits make of equal thirds in another order is no spread.
    if float(square_x) < 1e-20 or float(square_y) < 1e-20:
        return n, mean_x, None
    return n, mean_x, float(both) / (sqrt(square_x) * sqrt(square_y))


@pytest.mark.parametrize("seed", range(200))
def test_what_sums_say_is_what_the_matrix_says_and_what_fractions_say(seed: int) -> None:
    rows = matrix(seed)
    sums = sums_of(rows)
    for column in range(len(rows[0])):
        found = sums.items.get((1, column), ItemSums())
        n, mean, r = exact(rows, column)
        assert found.n == n
        ease, telling = reports.facility(found), reports.discrimination(found)
        assert (ease is not None) == (n >= 20)
        assert (telling is not None) == (n >= 50 and r is not None)
        if ease is not None:
            same = items.facility([row[column] for row in rows if row[column] is not None])
            assert same is not None
            assert ease.mean == pytest.approx(float(mean), abs=CLOSE)
            assert (ease.low, ease.high) == pytest.approx((same.low, same.high), abs=CLOSE)
        if telling is not None:
            assert telling.r == pytest.approx(r, abs=CLOSE)
            assert isfinite(telling.r)
    _totals(rows, scores_of(sums), [each for _key, each in sums.items.items()])


def _totals(rows: list[list[float | None]], scores: Scores, parts: list[ItemSums]) -> None:
    found, whole = reports.reliability(parts, scores), items.reliability(rows)
    complete = all(mark is not None for row in rows for mark in row)
    assert reports.fixed_form(parts, scores) == complete
    if not complete or len(rows) < items.LEAST_RELIABILITY or whole is None:
        assert found is None
        return
    assert found is not None
    k = len(rows[0])
    totals = [sum(Fraction(m) for m in row if m is not None) for row in rows]
    columns = [[Fraction(row[n] or 0) for row in rows] for n in range(k)]
    alpha = Fraction(k, k - 1) * (1 - sum(map(_pvariance, columns), Fraction(0)) / _pvariance(totals))
    assert found.alpha == pytest.approx(float(alpha), abs=CLOSE)
    assert found.alpha == pytest.approx(whole.alpha, abs=CLOSE)
    assert found.sem == pytest.approx(sqrt(_pvariance(totals)) * sqrt(min(1, max(0, 1 - float(alpha)))), abs=CLOSE)
    decided = reports.consistency(scores, 80, found)
    cut = -(-80 * k // 100)
    same = items.consistency(Counter(float(total) for total in totals), k, cut, float(alpha))
    if len(rows) < items.LEAST_CONSISTENCY:
        assert decided is same is None
        return
    assert decided is not None
    assert same is not None
    assert decided.p0 == pytest.approx(same.p0, abs=CLOSE)
    if same.kappa is not None and same.kappa < 1 - 1e-6:
        assert decided.kappa == pytest.approx(same.kappa, abs=1e-6)


def _pvariance(values: list[Fraction]) -> Fraction:
    mean = sum(values, Fraction(0)) / len(values)
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values)


def scores(**more: Any) -> Scores:
    """Forty first attempts at ten questions: half came to 10, half to 7."""
    values = {"n": 20, "in_time": 19, "passed": 20} | more
    return {(10.0, 10.0): ScoreSums(**values), (7.0, 10.0): ScoreSums(**values | {"passed": 0})}


def test_shares_are_told_from_twenty_attempts_with_their_interval() -> None:
    late = reports.in_time(scores())
    assert late is not None
    assert (late.n, late.share) == (40, 0.95)
    assert late.low < 0.95 < late.high
    through = reports.passed(scores())
    assert through is not None
    assert through.share == 0.5
    assert reports.in_time(scores(n=9, in_time=9, passed=9)) is None


def test_the_distribution_has_ten_bands_and_a_full_score_is_in_the_last() -> None:
    found = reports.bands(scores())
    assert [band.n for band in found] == [0] * 7 + [20, 0, 20]
    assert (found[-1].low, found[-1].high) == (90, 100)
    assert reports.bands(scores(n=9)) == ()


def test_options_are_told_from_twenty_attempts_and_an_option_nobody_took_has_no_mean() -> None:
    chosen = {"a": OptionSums(15, 120.0)}
    a, b = reports.choices(["a", "b"], chosen, 20)
    assert (a.share, a.mean_total, b.share, b.mean_total) == (0.75, 8.0, 0.0, None)
    assert reports.choices(["a", "b"], chosen, 19) == ()


def test_the_mean_of_those_who_were_right_comes_from_the_sums_too() -> None:
    assert reports.key_mean(ItemSums(2, 2, 2, 1.0, 1.0, 1.5, 1.25, 0.5)) == 1.5
    assert reports.key_mean(ItemSums(2, 2, 2)) is None


def test_an_empty_quiz_says_nothing() -> None:
    assert not reports.fixed_form([], {})
    assert reports.reliability([], {}) is None
    assert reports.consistency({}, 80, None) is None
    assert reports.bands({}) == ()


@pytest.mark.parametrize(
    ("percent", "error", "found"),
    [
        (82.4, 5, reports.Around(82, 5, 77, 87)),
        (99.9, 5, reports.Around(99, 5, 94, 100)),
        (2.0, 5, reports.Around(2, 5, 0, 7)),
        (82.0, None, None),
        (82.0, 0, None),
    ],
)
def test_a_score_is_read_within_its_error(percent: float, error: int | None, found: Any) -> None:
    assert reports.around(percent, error) == found


def test_totals_that_are_all_alike_say_nothing_of_trust() -> None:
    sums = sums_of([[1.0, 0.0]] * 30 + [[0.0, 1.0]] * 30)
    assert reports.reliability(list(sums.items.values()), scores_of(sums)) is None

"""What is shown beside items and forms, each against a second implementation on 200 random classes, to 1e-9.

Facility, discrimination, reliability and consistency: `test_items.py` (brute force) and `test_reports.py` (fractions).
Here: intervals, options, the key's own mean, kappa, shares of attempts, bands, and what judges agree on.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb, isfinite, sqrt
from random import Random
from statistics import NormalDist, mean, stdev

import pytest

from lms.quizzes.rules import items, reports
from lms.quizzes.rules.angoff import angoff, percent_cut, spread
from lms.quizzes.rules.reports import Scores
from lms.quizzes.rules.sums import ItemSums, Place, ScoreSums, Sheet, tally

CLOSE = 1e-9
OPTIONS = ("a", "b", "c", "d")
SEEDS = pytest.mark.parametrize("seed", range(200))


def by_bisection(n: int, share: float, *, upwards: bool) -> float:
    """The end of the score interval: the share from which what was seen is exactly 1.96 standard errors away."""
    z = NormalDist().inv_cdf(0.975)
    near, far = share, float(upwards)
    for _ in range(200):
        middle = (near + far) / 2
        away = abs(share - middle) - z * sqrt(middle * (1 - middle) / n)
        near, far = (middle, far) if away < 0 else (near, middle)
    return (near + far) / 2


@SEEDS
def test_an_interval_ends_where_what_was_seen_is_just_likely(seed: int) -> None:
    chance = Random(seed)
    n = chance.randint(1, 400)
    right = chance.choice([0.0, float(n), chance.randint(0, n), n * chance.random()])
    low, high = items.wilson(right, n)
    assert low == pytest.approx(by_bisection(n, right / n, upwards=False), abs=CLOSE)
    assert high == pytest.approx(by_bisection(n, right / n, upwards=True), abs=CLOSE)
    assert 0 <= low <= right / n + CLOSE
    assert right / n - CLOSE <= high <= 1


def a_class(chance: Random) -> list[tuple[tuple[str, ...], float, float]]:
    """What each chose at one question, their marks for it and for the rest of the form; some left it open."""
    n = chance.choice([1, 19, 20, chance.randint(21, 90)])
    liked = [chance.random() for _ in OPTIONS]
    rows = []
    for _ in range(n):
        chosen = tuple(each for each, like in zip(OPTIONS, liked, strict=True) if chance.random() < like / 2)
        rows.append((chosen, chance.choice([0.0, 1 / 3, 0.5, 1.0]) if chosen else 0.0, chance.randint(0, 20) / 2))
    return rows


@SEEDS
def test_options_and_the_keys_own_mean_are_those_of_whoever_chose_them(seed: int) -> None:
    rows = a_class(Random(seed))
    sums = tally(
        Sheet(
            quiz_id=1,
            score=own + rest,
            max_score=12.0,
            counts=True,
            in_time=True,
            passed=False,
            places=(Place(1, own, void=False, answered=bool(chosen), sure=False, chosen=chosen),),
        )
        for chosen, own, rest in rows
    )
    item = sums.items[1, 1]
    totals = [own + rest for _chosen, own, rest in rows]
    kept = {option: sums.options[1, 1, option] for option in OPTIONS if (1, 1, option) in sums.options}
    told = reports.choices(OPTIONS, kept, item.n)
    direct = items.choices(
        OPTIONS, [(chosen, total) for (chosen, _own, _rest), total in zip(rows, totals, strict=True)]
    )
    assert len(told) == len(direct) == (len(OPTIONS) if len(rows) >= 20 else 0)
    for one, other in zip(told, direct, strict=True):
        mine = [total for (chosen, _own, _rest), total in zip(rows, totals, strict=True) if one.option in chosen]
        share = float(Fraction(len(mine), len(rows)))
        assert (one.option, one.chosen) == (other.option, other.chosen) == (one.option, len(mine))
        assert (one.share, other.share) == pytest.approx((share, share), abs=CLOSE)
        if not mine:
            assert one.mean_total is other.mean_total is None
            continue
        assert (one.mean_total, other.mean_total) == pytest.approx((mean(mine), mean(mine)), abs=CLOSE)
    by_marks = [(Fraction(own), Fraction(own + rest)) for _chosen, own, rest in rows]
    weight = sum(own for own, _total in by_marks)
    found = reports.key_mean(item)
    if not weight:
        assert found is None
        return
    assert found == pytest.approx(float(sum(own * total for own, total in by_marks) / weight), abs=CLOSE)


def two_forms(true: Sequence[float], questions: int, cut: int) -> tuple[float, float | None]:
    """P0 and kappa of two forms that each person sits with their own chance a question, in exact numbers."""
    rate = both = Fraction(0)
    for share in map(Fraction, true):
        passes = sum(
            comb(questions, k) * share**k * (1 - share) ** (questions - k) for k in range(max(cut, 0), questions + 1)
        )
        both += passes * passes + (1 - passes) * (1 - passes)
        rate += passes
    n = len(true)
    agree, rate = both / n, rate / n
    luck = rate * rate + (1 - rate) * (1 - rate)
    return float(agree), None if float(1 - luck) < items.VANISHING else float((agree - luck) / (1 - luck))


@SEEDS
def test_consistency_and_kappa_are_those_of_two_forms_in_exact_numbers(seed: int) -> None:
    chance = Random(seed)
    questions = chance.randint(1, 10)
    counts = Counter(chance.randint(0, questions) for _ in range(120))
    cut, trust = chance.randint(0, questions + 1), chance.choice([0.0, 0.25, 0.5, 0.75, 1.0])
    found = items.consistency(counts, questions, cut, trust)
    assert found is not None
    middle = Fraction(sum(total * count for total, count in counts.items()), 120 * questions)
    shares = {total: Fraction(trust) * Fraction(total, questions) + (1 - Fraction(trust)) * middle for total in counts}
    p0, kappa = two_forms([shares[total] for total in counts.elements()], questions, cut)
    assert found.p0 == pytest.approx(p0, abs=CLOSE)
    assert (found.kappa is None) == (kappa is None)
    assert found.kappa is None or found.kappa == pytest.approx(kappa, abs=CLOSE)
    assert isfinite(found.p0)


@SEEDS
def test_shares_and_bands_of_attempts_are_counted_one_by_one(seed: int) -> None:
    chance = Random(seed)
    people = [
        (chance.randint(0, 20) / 2, chance.random() < 0.9, chance.random() < 0.5) for _ in range(chance.randint(1, 60))
    ]
    held: dict[tuple[float, float], ScoreSums] = {}
    for score, on_time, passed in people:
        old = held.get((score, 10.0), ScoreSums())
        held[score, 10.0] = ScoreSums(old.n + 1, old.in_time + on_time, old.passed + passed)
    scores: Scores = held
    told = (reports.in_time(scores), reports.passed(scores))
    if len(people) < items.LEAST_FACILITY:
        assert told == (None, None)
        assert reports.bands(scores) == ()
        return
    for found, column in zip(told, (1, 2), strict=True):
        assert found is not None
        some = sum(person[column] for person in people)
        assert found.n == len(people)
        assert found.share == pytest.approx(float(Fraction(some, len(people))), abs=CLOSE)
        assert found.low == pytest.approx(by_bisection(found.n, found.share, upwards=False), abs=CLOSE)
        assert found.high == pytest.approx(by_bisection(found.n, found.share, upwards=True), abs=CLOSE)
    bands = reports.bands(scores)
    assert [band.low for band in bands] == list(range(0, 100, 10))
    for band in bands:
        inside = [
            score for score, _on_time, _passed in people if band.low <= score * 10 < band.high + (band.high == 100)
        ]
        assert band.n == len(inside)


@SEEDS
def test_what_judges_agree_on_is_mean_error_and_spread(seed: int) -> None:
    chance = Random(seed)
    width = chance.randint(1, 40)
    sheets = [[chance.randint(0, 100) / 100 for _ in range(width)] for _ in range(chance.randint(1, 9))]
    sums = [sum(row) for row in sheets]
    found = angoff(sheets)
    assert found is not None
    assert found.cut == pytest.approx(mean(sums), abs=CLOSE)
    error = stdev(sums) / sqrt(len(sums)) if len(sums) > 1 else 0.0
    assert found.standard_error == pytest.approx(error, abs=CLOSE)
    assert (found.judges, found.lowest, found.highest) == (len(sums), min(sums), max(sums))
    assert found.enough is (len(sums) >= 5)
    whole = percent_cut(found, width)
    assert whole - 1 < 100 * found.cut / width - 1e-6 <= whole
    one = spread([round(100 * row[0]) for row in sheets])
    assert one is not None
    percents = [round(100 * row[0]) for row in sheets]
    assert one.mean == pytest.approx(mean(percents), abs=CLOSE)
    assert one.deviation == pytest.approx(stdev(percents) if len(percents) > 1 else 0.0, abs=CLOSE)


def test_one_attempt_says_nothing_at_all() -> None:
    alone = ItemSums(1, 1, 1, 1.0, 1.0, 2.0, 4.0, 2.0, 0)
    scores: Scores = {(3.0, 3.0): ScoreSums(1, 1, 1)}
    assert reports.facility(alone) is reports.discrimination(alone) is None
    assert reports.choices(OPTIONS, {}, 1) == ()
    assert reports.reliability([alone], scores) is reports.in_time(scores) is reports.passed(scores) is None


def columns(n: int) -> list[list[float | None]]:
    """So many attempts at two questions that vary."""
    return [[float(k % 2), float(k % 3 > 0)] for k in range(n)]


@pytest.mark.parametrize(
    ("least", "told"),
    [
        (20, lambda n: items.facility([1.0] * n)),
        (20, lambda n: items.choices(["a"], [(["a"], 1.0)] * n) or None),
        (50, lambda n: items.discrimination(columns(n), 0)),
        (50, lambda n: items.reliability(columns(n))),
        (100, lambda n: items.consistency({1: n}, 2, 1, 0.5)),
    ],
    ids=["facility", "options", "discrimination", "reliability", "consistency"],
)
def test_a_measure_is_told_from_its_least_number_on(least: int, told: Callable[[int], object]) -> None:
    assert told(least - 1) is None
    assert told(least) is not None


@pytest.mark.parametrize(
    ("share", "percent"), [(0.0, 0), (0.004, 0), (0.005, 1), (0.125, 13), (0.494, 49), (0.995, 100), (1.0, 100)]
)
def test_halves_of_a_per_cent_go_up(share: float, percent: int) -> None:
    assert items.percent(share) == percent
    assert items.Facility(20, share, share, share).percents == (percent, percent, percent)
    assert items.Choice("a", 1, share, None).percent == percent


@pytest.mark.parametrize(("mean", "flag"), [(0.299, "hard"), (0.3, None), (0.95, None), (0.951, "easy")])
def test_hard_is_under_thirty_per_cent_and_easy_over_ninety_five(mean: float, flag: str | None) -> None:
    assert items.Facility(20, mean, 0, 1).flag == flag


def test_an_option_works_from_five_per_cent_and_makes_a_key_suspect_from_five_people() -> None:
    assert items.Choice("b", 1, 0.05, None).working
    assert not items.Choice("b", 1, 0.0499, None).working
    right = items.Choice("a", 20, 0.5, 8.0)
    assert items.key_suspect([right, items.Choice("b", 5, 0.05, 8.1)], ["a"], 8.0)
    assert not items.key_suspect([right, items.Choice("b", 4, 0.05, 8.1)], ["a"], 8.0)
    assert not items.key_suspect([right, items.Choice("b", 5, 0.05, 8.0)], ["a"], 8.0)
    assert not items.key_suspect([right, items.Choice("b", 5, 0.05, None)], ["a"], -1.0 + 1.0)


def test_one_question_has_no_inner_consistency_and_two_have() -> None:
    assert items.reliability([[row[0]] for row in columns(60)]) is None
    assert items.reliability(columns(60)) is not None
    assert items.reliability([]) is None


@pytest.mark.parametrize(
    ("xs", "ys", "r"),
    [
        ([0.0, 1.0], [0.0, 2.0], 1.0),
        ([0.0, 1.0], [2.0, 0.0], -1.0),
        ([1.0, 1.0], [0.0, 2.0], None),
        ([0.0, 1.0], [2.0, 2.0], None),
        ([], [], None),
        ([0.1, 0.2, 0.3], [0.3, 0.6, 0.9], 1.0),
        ([0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], 0.0),
    ],
)
def test_a_correlation_lies_between_minus_one_and_one(xs: list[float], ys: list[float], r: float | None) -> None:
    found = items.correlation(xs, ys)
    assert (found is None) if r is None else (found == pytest.approx(r, abs=1e-12))
    assert found is None or -1.0 <= found <= 1.0


def test_trust_outside_its_bounds_counts_as_none_or_all() -> None:
    counts = {2: 60, 5: 40, 9: 20}
    assert items.consistency(counts, 10, 6, -3.0) == items.consistency(counts, 10, 6, 0.0)
    assert items.consistency(counts, 10, 6, 7.0) == items.consistency(counts, 10, 6, 1.0)
    assert items.consistency({10: 120}, 10, 6, 1.0) == items.Consistency(120, 1.0, None)
    nobody = items.consistency({0: 120}, 10, 0, 1.0)
    assert nobody is not None
    assert nobody.p0 == 1.0
    impossible = items.consistency({5: 120}, 10, 11, 1.0)
    assert impossible is not None
    assert (impossible.p0, impossible.kappa) == (1.0, None)

"""What a draw promises beyond its fairness: the same for the same bank, ranks in their order, options that stay."""

from collections import Counter
from dataclasses import replace

from lms.quizzes.rules.draw import Candidate, Drawn, draw, in_any_order, ranked, unseen_first

POOL = tuple(Candidate(n, 100 + n, n % 3, tuple("abcd"), f"c{n}") for n in range(12))


def test_the_order_in_which_the_bank_tells_its_questions_changes_nothing() -> None:
    backwards = tuple(reversed(POOL))
    assert draw(POOL, 5, 7) == draw(backwards, 5, 7)
    assert in_any_order(POOL, 7) == in_any_order(backwards, 7)
    assert all(isinstance(each, Drawn) for each in draw(POOL, 5, 7))


def test_lessons_are_taken_in_no_order_of_the_bank() -> None:
    swapped = [replace(each, lesson_id=2 - each.lesson_id) for each in POOL]
    assert {len(draw(swapped, count, 3)) for count in (5, 12, 99)} == {5, 12}
    first = Counter(draw(POOL, 1, seed)[0].version_id % 3 for seed in range(60))
    assert set(first) == {(100 + n) % 3 for n in range(3)}


def test_met_and_open_comes_before_confirmed_and_confirmed_before_never_met() -> None:
    order = ranked(POOL, met_lessons={0, 1}, confirmed={"c0", "c1", "c2", "c3"})
    assert {each.question_id: each.rank for each in order} == {
        n: 2 if n % 3 == 2 else (1 if n < 4 else 0) for n in range(12)
    }
    drawn = [each.version_id - 100 for each in draw(order, 8, 5)]
    assert {n for n in drawn if n % 3 != 2 and n >= 4} == {4, 6, 7, 9, 10}
    assert len([n for n in drawn if n in (0, 1, 3)]) == 3
    assert [n for n in drawn if n % 3 == 2] == []


def test_options_change_places_unless_their_kind_keeps_them() -> None:
    kept = [replace(each, shuffles=False) for each in POOL]
    assert {each.option_order for each in draw(kept, 12, 1)} == {tuple("abcd")}
    assert len({each.option_order for seed in range(40) for each in draw(POOL, 12, seed)}) == 24
    assert all(sorted(each.option_order) == list("abcd") for each in in_any_order(POOL, 2))
    assert POOL[0].shuffles


def test_what_was_chosen_is_all_there_in_an_order_of_chance() -> None:
    orders = {tuple(each.version_id for each in in_any_order(POOL, seed)) for seed in range(8)}
    assert len(orders) == 8
    assert {frozenset(order) for order in orders} == {frozenset(each.version_id for each in POOL)}


def test_what_was_seen_comes_last_in_its_lesson_and_last_of_all_where_asked() -> None:
    seen = {n for n in range(12) if n not in (3, 7, 11)}
    for seed in range(30):
        assert {each.version_id - 100 for each in draw(POOL, 3, seed, seen=seen)} == {3, 7, 11}
        assert {each.version_id - 100 for each in draw(unseen_first(POOL, seen), 3, seed)} == {3, 7, 11}
    assert [each.rank for each in unseen_first(POOL[:4], {1, 3})] == [0, 1, 0, 1]
    assert len(draw(unseen_first(POOL, range(12)), 5, 1)) == 5


def test_ranks_are_drawn_in_their_order_whatever_their_lessons() -> None:
    late = [replace(each, rank=3 - each.question_id // 4) for each in POOL]
    assert {each.version_id - 100 for each in draw(late, 4, 9)} == {8, 9, 10, 11}
    assert {each.version_id - 100 for each in draw(late, 8, 9)} == {4, 5, 6, 7, 8, 9, 10, 11}


def test_a_seed_that_was_stored_draws_what_it_drew() -> None:
    drawn = draw(POOL, 4, 2026)
    assert [(each.version_id, "".join(each.option_order)) for each in drawn] == [
        (105, "cabd"),
        (101, "dabc"),
        (108, "cbda"),
        (106, "abcd"),
    ]
    assert [each.version_id for each in in_any_order(POOL[:5], 2026)] == [101, 104, 103, 102, 100]

"""What finished attempts add up to."""

from typing import Any

import pytest

from lms.quizzes.rules.kinds import KINDS
from lms.quizzes.rules.sums import ItemSums, OptionSums, Place, ScoreSums, Sheet, offered, rightly, taken, tally

ABC = ("a", "b", "c")


def sheet(*places: Place, **more: Any) -> Sheet:
    """A first attempt at quiz 1 handed in in time."""
    values = {"counts": True, "in_time": True, "passed": False, "max_score": float(len(places))}
    return Sheet(1, sum(place.marks for place in places), places=places, **values | more)


def place(version: int, marks: float, *chosen: str, **more: Any) -> Place:
    """An answered place."""
    values = {"void": False, "answered": True, "sure": False}
    return Place(version, marks, chosen=chosen, **values | more)


def test_each_question_is_counted_with_the_score_without_it() -> None:
    sums = tally([sheet(place(7, 1.0, "a"), place(8, 0.5)), sheet(place(7, 0.0, "b", sure=True), place(9, 1.0))])
    assert list(sums.items) == [(1, 7), (1, 8), (1, 9)]
    assert sums.items[1, 7] == ItemSums(2, 2, 2, 1.0, 1.0, 1.5, 1.25, 0.5, 1)
    assert sums.items[1, 8] == ItemSums(1, 1, 1, 0.5, 0.25, 1.0, 1.0, 0.5, 0)
    assert sums.options == {(1, 7, "a"): OptionSums(1, 1.5), (1, 7, "b"): OptionSums(1, 1.0)}
    assert sums.scores == {(1, 1.0, 2.0): ScoreSums(1, 1, 0), (1, 1.5, 2.0): ScoreSums(1, 1, 0)}


def test_later_attempts_and_void_questions_only_say_what_was_drawn() -> None:
    later = sheet(place(7, 1.0, "a"), counts=False)
    void = sheet(place(7, 0.0, "a", void=True), place(8, 1.0), max_score=1.0)
    sums = tally([later, void])
    assert sums.items[1, 7] == ItemSums(drawn=2)
    assert sums.options == {}
    assert sums.scores == {(1, 1.0, 1.0): ScoreSums(1, 1, 0)}


def test_an_attempt_of_void_questions_alone_has_no_score() -> None:
    assert tally([sheet(place(7, 0.0, void=True), max_score=0.0)]).scores == {}


def test_the_same_score_added_up_in_another_order_is_the_same() -> None:
    tenths = [place(n, share) for n, share in enumerate((0.1, 0.2, 0.3))]
    assert sum(each.marks for each in tenths) != sum(each.marks for each in reversed(tenths))
    assert len(tally([sheet(*tenths), sheet(*reversed(tenths))]).scores) == 1


@pytest.mark.parametrize(
    ("kind", "key", "options", "expected"),
    [
        ("single", {"ids": ["a"]}, ABC, ABC),
        ("multiple", {"ids": ["a", "c"]}, ABC, ABC),
        ("hot_list", {"ids": ["b"]}, ABC, ABC),
        ("next_line", {"ids": ["a"], "fair": ["b"]}, ABC, ABC),
        ("true_false", {"ids": ["true"]}, (), ("true", "false")),
        ("single", {"ids": []}, ABC, ()),
        ("ordering", {"order": ["c", "a", "b"]}, ABC, ()),
        ("numeric", {"value": 45, "tolerance": 0}, (), ()),
        ("short_text", {"accept": {"zh": ["九十"], "en": ["ninety"]}}, (), ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_options_are_counted_where_some_are_taken_and_others_left(
    kind: str, key: dict[str, Any], options: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert kind in KINDS
    assert offered(kind, key, options, {}) == expected


def test_the_options_of_a_key_are_named_where_it_has_any() -> None:
    assert rightly("multiple", {"ids": ["c", "a"]}, ABC, {}) == ("a", "c")
    assert rightly("numeric", {"value": 45, "tolerance": 0}, (), {}) == ()


def test_what_was_taken_is_counted_once_and_only_if_it_was_offered() -> None:
    assert taken("b", ABC) == ("b",)
    assert taken(["c", "a", "c", "z"], ABC) == ("a", "c")
    assert taken(None, ABC) == taken([["a", "b"]], ABC) == ()

"""What kinds of question share: pairs, texts and numbers as they are typed, lists that are mixed, parts of a share."""

from decimal import Decimal
from typing import Any

import pytest

from lms.quizzes.rules import marks
from lms.quizzes.rules.kinds import KINDS, Asked, Flaw, Parts, Tally, base, kind_of, pairs, texts
from tests.quizzes.samples import read


def said(text: str) -> dict[str, str]:
    return {"zh": f"{text}了", "en": text}


def test_what_is_stored_in_order_is_mixed_by_the_seed_and_what_is_not_stays() -> None:
    offers = [(each, said(each)) for each in "abcd"]
    assert kind_of("single").offered(offers, "7") == tuple(offers)
    orders = {"".join(each[0] for each in kind_of("ordering").offered(offers, str(seed))) for seed in range(40)}
    assert "abcd" not in orders
    assert "bcda" in {"".join(each[0] for each in kind_of("ordering").offered(offers[:4], str(n))) for n in range(400)}
    assert len(orders) > 15
    assert kind_of("ordering").offered(offers, "7") == kind_of("ordering").offered(offers, "7")


@pytest.mark.parametrize(
    ("given", "units", "number"),
    [
        ("1,000", (), Decimal(1000)),
        ("-1,000.5", (), Decimal("-1000.5")),
        ("1,000,000", (), Decimal(1000000)),
        ("1,00", (), None),
        (",000", (), None),
        ("1_000", (), None),
        ("1.5,000", (), None),
        ("+3", (), Decimal(3)),
        ("９９", (), Decimal(99)),
        ("5 KG", ("g", "kg"), Decimal(5)),
        ("5 m", ("", "m"), Decimal(5)),
        ("5 m m", ("m",), None),
        ("nan", (), None),
        ("Infinity", (), None),
        (10**15, (), None),
        (-(10**15), (), None),
        (10**15 - 1, (), Decimal(10**15 - 1)),
        (1 - 10**15, (), Decimal(1 - 10**15)),
        (str(10**15), (), None),
        (f"-{10**15}", (), None),
        (str(10**15 - 1), (), Decimal(10**15 - 1)),
        (f"-{10**15 - 1}", (), Decimal(1 - 10**15)),
        ("0" * 40, (), Decimal(0)),
        ("0" * 41, (), None),
        (True, (), None),
        (None, (), None),
    ],
)
def test_a_number_is_read_however_it_is_typed(given: object, units: tuple[str, ...], number: Decimal | None) -> None:
    assert texts.number(given, units) == number


@pytest.mark.parametrize(
    ("given", "forms", "fits"),
    [
        ("Straße", ["STRASSE"], True),
        ("ﬁne", ["FINE"], True),
        ("a b", ["ab"], True),
        ("é", ["e\u0301"], True),
        ("", [""], False),
        (" ", ["", "x"], False),
        ("x", [], False),
        (5, ["5"], False),
    ],
)
def test_texts_are_compared_without_width_case_and_spaces(given: object, forms: list[str], fits: bool) -> None:
    assert texts.matches(given, forms) is fits


def made(kind: str, change: dict[str, Any] | None = None) -> Parts:
    return read(kind, KINDS[kind].example | (change or {}))[0]


@pytest.mark.parametrize(
    ("kind", "change", "response", "earned", "told"),
    [
        ("multiple", {}, ["a"], 0.5, Tally(1, 2, 0)),
        ("hot_list", {}, ["s1", "s2"], 0.5, None),
        ("hot_list", {}, ["s2"], 1.0, None),
        ("cloze", {}, ["45", "9"], 0.5, Tally(1, 2)),
        ("cloze", {"all_or_nothing": True}, ["45", "9"], 0.0, None),
        ("cloze", {}, ["45"], 0.0, None),
        ("matching", {}, [["city", "m45"], ["suburb", "h2"]], 0.5, Tally(1, 2)),
        ("ordering", {}, ["extent", "place", "danger"], 0.5, Tally(1, 2)),
        ("ordering", {}, ["extent", 1, "danger"], 0.5, None),
        ("call_steps", {}, ["listen", "open", "place", "danger", "save"], 8 / 9, Tally(8, 9)),
        ("call_steps", {}, ["open"], 0.5, None),
        ("listen_score", {}, [["opening", "1"]], 0.5, Tally(0, 1, 1)),
        ("next_line", {}, "ask", 0.5, None),
        ("single", {}, "a", 1.0, None),
    ],
)
def test_the_parts_of_a_share_are_counted_where_they_made_it(
    kind: str, change: dict[str, Any], response: Any, earned: float, told: Tally | None
) -> None:
    parts = made(kind, change)
    assert marks.tally(kind, parts.key, response, body=parts.body, earned=earned) == told


def test_a_share_that_somebody_else_decided_has_no_parts() -> None:
    parts = made("matching")
    response = [["city", "m45"], ["suburb", "h2"]]
    assert marks.tally("matching", parts.key, response, body=parts.body, earned=0.25) is None
    assert marks.tally("matching", parts.key, response, body=parts.body, earned=1.0) is None
    assert KINDS["ordering"].tally({"order": ["a", "b"]}, ["b", "a"], Asked()) is None
    assert KINDS["call_steps"].tally({"stretches": [["a"], ["b"]]}, ["b", "a"], Asked()) is None
    assert KINDS["multiple"].tally({"ids": ["a"]}, ["a"], Asked()) is None
    assert KINDS["matching"].tally({"pairs": {}}, [], Asked()) is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("p=a=b", ([["p", "a=b"]], None)),
        ([["q", "x"], ["p", "a=b"]], ([["p", "a=b"], ["q", "x"]], None)),
        ([["p", ["x"]]], (None, Flaw.NOT_PAIRS)),
        ([["p", 1]], (None, Flaw.NOT_PAIRS)),
        ([["q", "x"], ["q", "a=b"]], (None, Flaw.NOT_PAIRS)),
        ([["p", "x"], ["q", "x"]], ([["p", "x"], ["q", "x"]], None)),
    ],
)
def test_pairs_are_kept_in_the_order_of_their_left_sides(sent: Any, kept: tuple[Any, Flaw | None]) -> None:
    assert pairs.accepted_pairs(sent, ["p", "q"], {"a=b", "x"}) == kept


def test_pairs_that_were_stored_are_those_of_two_texts() -> None:
    stored = [["p", 1], [1, "a"], ["q", "b"], ["r"], ["s", "a", "b"], "tu", None]
    assert pairs.stored_pairs(stored) == {"q": "b"}
    assert pairs.stored_pairs("pq") == pairs.stored_pairs(None) == {}
    assert pairs.typed_pairs(stored) == ["q=b"]


def test_a_flaw_is_called_by_its_name() -> None:
    assert [each.value for each in Flaw] == [each.name.lower() for each in Flaw]


def test_a_response_as_one_text_is_the_same_everywhere() -> None:
    assert base.canonical({"b": [1, None], "a": "甲"}) == '{"a":"甲","b":[1,null]}'


@pytest.mark.parametrize(("seed", "order"), [("7", "cbaedf"), ("lesson-3", "adbcef")])
def test_a_lesson_shows_the_same_mixture_every_time(seed: str, order: str) -> None:
    offers = [(each, said(each)) for each in "abcdef"]
    assert "".join(each[0] for each in kind_of("ordering").offered(offers, seed)) == order


def test_one_thing_alone_is_shown_as_it_is() -> None:
    offers = [("a", said("a"))]
    assert kind_of("ordering").offered(offers, "7") == tuple(offers)
    assert kind_of("ordering").offered([], "7") == ()


@pytest.mark.parametrize(
    ("sent", "nothing", "alone", "listed"),
    [
        (None, True, None, []),
        ("", True, "", [""]),
        ([], True, [], []),
        (["a"], False, "a", ["a"]),
        (["a", "b"], False, ["a", "b"], ["a", "b"]),
        (0, False, 0, [0]),
        ({}, False, {}, [{}]),
    ],
)
def test_what_forms_send_is_taken_apart(sent: Any, nothing: bool, alone: Any, listed: list[Any]) -> None:
    assert base.nothing(sent) is nothing
    assert base.alone(sent) == alone
    assert base.listed(sent) == listed


@pytest.mark.parametrize("earned", [0.5, 0.5 + 9e-10, 0.5 - 9e-10])
def test_parts_are_told_for_the_share_they_make_and_no_other(earned: float) -> None:
    parts = made("matching")
    response = [["city", "m45"], ["suburb", "h2"]]
    assert marks.tally("matching", parts.key, response, body=parts.body, earned=earned) == Tally(1, 2)
    assert marks.tally("matching", parts.key, response, body=parts.body, earned=earned + 3e-9) is None
    assert marks.tally("matching", parts.key, response, body=parts.body, earned=earned - 3e-9) is None


def test_no_answer_is_worth_nothing_whatever_the_key_says() -> None:
    assert marks.share("numeric", {"value": 1}, None) == 0.0
    assert marks.share("numeric", {"value": 1}, 1) == 1.0
    assert marks.correct("numeric", {"value": 1}, "1 kg", ("kg",))
    assert not marks.correct("numeric", {"value": 1}, "1 kg")

"""Edges of single kinds that the tables of all kinds do not stand on."""

from typing import Any

import pytest

from lms.quizzes.rules.kinds import Asked, Flaw, kind_of

FREE = Asked()
AB = ("a", "b")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("4" * 15, ("4" * 15, None)),
        ("0" * 40, ("0" * 40, None)),
        ("0" * 41, (None, Flaw.TOO_LONG)),
        ("  45 ", ("45", None)),
        ("   ", (None, None)),
        (45, (45, None)),
        (True, (None, Flaw.NOT_A_NUMBER)),
    ],
)
def test_a_number_is_taken_up_to_forty_characters(sent: object, kept: object) -> None:
    assert kind_of("numeric").accepted(sent, FREE) == kept


@pytest.mark.parametrize(
    ("key", "response", "share"),
    [
        ({"value": 45}, 45, 1.0),
        ({"value": 45}, 45.5, 0.0),
        ({"value": 45}, 46, 0.0),
        ({"value": 45, "tolerance": 1}, 46, 1.0),
        ({"value": 45, "tolerance": 1}, 44, 1.0),
        ({"value": 45, "tolerance": 1}, "46.001", 0.0),
    ],
)
def test_a_key_without_tolerance_takes_the_number_alone(key: dict[str, float], response: object, share: float) -> None:
    assert kind_of("numeric").share(key, response, FREE) == share


def test_numbers_are_alike_however_they_were_typed() -> None:
    like = kind_of("numeric").likeness
    assert like("45.0", FREE) == like(45, FREE) == like(" 45 ", FREE) == "45"
    assert like("1000000", FREE) == "1000000"


def test_choices_are_kept_in_one_order_and_a_language_without_forms_shows_nothing() -> None:
    assert kind_of("multiple").accepted(["c", "a"], Asked(list("abcd"))) == (["a", "c"], None)
    shown = kind_of("short_text").right_words({"accept": {"zh": [], "en": ["ninety"]}}, FREE, ())
    assert shown == ({"en": "ninety"},)


def said(text: str) -> dict[str, str]:
    return {"zh": f"{text}了", "en": text}


def options(*ids: str) -> list[dict[str, Any]]:
    return [{"id": each, "text": said(f"text {each}")} for each in ids]


CALL = {"criteria": [{"id": each, "title": said(each), "critical": each == "b"} for each in ("a", "b")]}
PROMPTS = {"prompts": [{"id": each, "text": said(each)} for each in ("p", "q")]}
PARTLY = {"partial": True}


@pytest.mark.parametrize(
    ("kind", "key", "body", "response", "share"),
    [
        ("single", {"ids": ["a"]}, {}, ["a"], 0.0),
        ("single", {"ids": []}, {}, "a", 0.0),
        ("true_false", {"ids": ["false"]}, {}, "false", 1.0),
        ("true_false", {"ids": ["false"]}, {}, ["false"], 0.0),
        ("multiple", {"ids": ["a", "b", "c"]}, PARTLY, ["a", "b", "c", "x"], 2 / 3),
        ("multiple", {"ids": ["a", "b", "c"]}, PARTLY, ["a", "b", "x"], 1 / 3),
        ("multiple", {"ids": ["a"]}, PARTLY, ["x", "y"], 0.0),
        ("multiple", {"ids": []}, PARTLY, ["x"], 0.0),
        ("multiple", {"ids": []}, PARTLY, [], 0.0),
        ("multiple", {"ids": ["a"]}, PARTLY, "a", 0.0),
        ("multiple", {"ids": ["a"]}, {}, ["a", 5], 1.0),
        ("hot_list", {"ids": ["a", "b"]}, PARTLY, ["a"], 0.5),
        ("hot_list", {"ids": ["a", "b"]}, {}, ["a"], 0.0),
        ("numeric", {"value": 0.3}, {}, "0.30", 1.0),
        ("numeric", {"value": -2, "tolerance": 0.5}, {}, "-2.5", 1.0),
        ("numeric", {"value": -2, "tolerance": 0.5}, {}, "-1.49", 0.0),
        ("numeric", {"value": 1}, {}, ["1"], 0.0),
        ("numeric", {"value": 1}, {}, "one", 0.0),
        ("short_text", {"accept": {"zh": ["一"], "en": ["one", "a one"]}}, {}, "A one", 1.0),
        ("short_text", {"accept": {"zh": ["一"], "en": [""]}}, {}, "", 0.0),
        ("short_text", {"accept": {"zh": ["一"], "en": ["5"]}}, {}, 5, 0.0),
        ("cloze", {"gaps": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}, PARTLY, ["a", "c", "c"], 2 / 3),
        ("cloze", {"gaps": [{"id": "a"}, {"id": "b"}]}, {}, ["a", "b"], 1.0),
        ("cloze", {"gaps": [{"id": "a"}, {"id": "b"}]}, {}, ["a", "a"], 0.0),
        ("cloze", {"gaps": [{"id": "a"}]}, PARTLY, ["a", "a"], 0.0),
        ("cloze", {"gaps": [{"id": "a"}]}, PARTLY, "a", 0.0),
        ("cloze", {"gaps": []}, PARTLY, [], 0.0),
        ("cloze", {"gaps": []}, {}, [], 0.0),
        ("cloze", {"gaps": [{"accept": {"zh": ["一"], "en": ["one"]}}]}, {}, ["ONE"], 1.0),
        ("matching", {"pairs": {"p": "a", "q": "b"}}, PARTLY, [["p", "a"], ["q", "a"]], 0.5),
        ("matching", {"pairs": {"p": "a", "q": "b"}}, {}, [["p", "a"], ["q", "a"]], 0.0),
        ("matching", {"pairs": {"p": "a", "q": "b"}}, {}, [["q", "b"], ["p", "a"]], 1.0),
        ("matching", {"pairs": {}}, PARTLY, [], 0.0),
        ("matching", {"pairs": {}}, {}, [], 0.0),
        ("matching", {"pairs": {"p": "a"}}, PARTLY, [["p", "a", "b"]], 0.0),
        ("matching", {"pairs": {"p": "a"}}, PARTLY, [["p", 1], "x", ["p", "a"]], 1.0),
        ("ordering", {"order": ["a", "b", "c", "d"]}, PARTLY, ["b", "c", "d", "a"], 2 / 3),
        ("ordering", {"order": ["a", "b", "c", "d"]}, PARTLY, ["d", "c", "b", "a"], 0.0),
        ("ordering", {"order": ["a", "b"]}, PARTLY, ["b", "a"], 0.0),
        ("ordering", {"order": ["a"]}, PARTLY, ["b"], 0.0),
        ("ordering", {"order": ["a"]}, PARTLY, ["a"], 1.0),
        ("ordering", {"order": ["a", "b", "c"]}, PARTLY, ["a", "b"], 0.0),
        ("ordering", {"order": ["a", "b", "c"]}, PARTLY, ["a", "b", 1], 0.5),
        ("ordering", {"order": ["a", "b", "c"]}, PARTLY, [["a"], "b", "c"], 0.5),
        ("ordering", {"order": ["a", "b", "c"]}, PARTLY, "abc", 0.0),
        ("ordering", {"order": ["a", "b", "c"]}, {}, ["b", "c", "a"], 0.0),
        ("next_line", {"ids": ["a"]}, {}, "b", 0.0),
        ("next_line", {"ids": ["a"], "fair": ["b"]}, {}, "b", 0.5),
        ("next_line", {"ids": ["a"], "fair": ["b"]}, {}, ["a"], 0.0),
        ("call_steps", {"stretches": [["a"], ["b", "c"]]}, PARTLY, ["b", "a", "c"], 0.5),
        ("call_steps", {"stretches": [["a"], ["b", "c"]]}, PARTLY, ["a", "c", "b"], 1.0),
        ("call_steps", {"stretches": [["a"], ["b", "c"]]}, {}, ["b", "a", "c"], 0.0),
        ("call_steps", {"stretches": [["a", "b"]]}, {}, ["b", "a"], 1.0),
        ("call_steps", {"stretches": [["a"], ["b"]]}, PARTLY, ["b", "a"], 0.0),
        ("call_steps", {"stretches": [["a"], ["b"]]}, PARTLY, ["a", "a"], 0.0),
        ("call_steps", {"stretches": [["a"], ["b"]]}, PARTLY, ["a", 1], 0.0),
        ("call_steps", {"stretches": [["a"], ["b"]]}, PARTLY, "ab", 0.0),
        ("listen_score", {"scores": {"a": 1, "b": 1}}, CALL, [["a", "1"], ["b", "1"]], 1.0),
        ("listen_score", {"scores": {"a": 1, "b": 1}}, CALL, [["a", "0"], ["b", "0"]], 0.25),
        ("listen_score", {"scores": {"a": 1, "b": 1}}, CALL, [["a", "3"], ["b", "1"]], 0.5),
        ("listen_score", {"scores": {"a": 1, "b": 1}}, CALL, [["a", "9"]], 0.0),
        ("listen_score", {"scores": {"a": 1}}, {}, [["a", "2"]], 0.5),
        ("listen_score", {"scores": {}}, CALL, [], 0.0),
    ],
)
def test_every_kind_is_worth_what_its_key_says(
    kind: str, key: dict[str, Any], body: dict[str, Any], response: Any, share: float
) -> None:
    assert kind_of(kind).share(key, response, Asked(body=body)) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize(
    ("kind", "asked", "sent", "kept"),
    [
        ("single", Asked(AB), ["", ""], (None, Flaw.NOT_AN_OPTION)),
        ("single", Asked(AB), [""], (None, None)),
        ("single", Asked(AB), [], (None, None)),
        ("single", Asked(AB), 0, (None, Flaw.NOT_AN_OPTION)),
        ("multiple", Asked(AB), [""], (None, Flaw.NOT_AN_OPTION)),
        ("multiple", Asked(AB), "", (None, None)),
        ("multiple", Asked(AB), {"a": 1}, (None, Flaw.NOT_AN_OPTION)),
        ("multiple", Asked(AB), ["a", 1], (None, Flaw.NOT_AN_OPTION)),
        ("true_false", FREE, "True", (None, Flaw.NOT_AN_OPTION)),
        ("true_false", FREE, "true", ("true", None)),
        ("true_false", FREE, "false", ("false", None)),
        ("true_false", FREE, None, (None, None)),
        ("numeric", FREE, ["7"], ("7", None)),
        ("numeric", FREE, "", (None, None)),
        ("numeric", FREE, ["7", "8"], (None, Flaw.NOT_A_NUMBER)),
        ("numeric", Asked(units=("kg",)), "7 kg", ("7 kg", None)),
        ("short_text", FREE, ["x"], ("x", None)),
        ("short_text", FREE, [], (None, None)),
        ("short_text", FREE, ["x", "y"], (None, Flaw.NOT_A_TEXT)),
        ("cloze", Asked(body={"gaps": 1}), " x ", (["x"], None)),
        ("cloze", Asked(body={"gaps": 1}), ["y" * 500], (["y" * 500], None)),
        ("cloze", Asked(body={"gaps": 1}), ["y" * 501], (None, Flaw.TOO_LONG)),
        ("cloze", Asked(body={"gaps": 1}), 5, (None, Flaw.NOT_A_TEXT)),
        ("cloze", Asked(body={"gaps": 1}), None, (None, None)),
        ("cloze", Asked(AB, body={"gaps": 2}), ["a", ""], (["a", ""], None)),
        ("cloze", Asked(AB, body={"gaps": 2}), ["a", "z"], (None, Flaw.NOT_AN_OPTION)),
        ("matching", Asked(AB, body=PROMPTS), None, (None, None)),
        ("matching", Asked(AB, body=PROMPTS), [["p", ""], ["q", "a"]], ([["q", "a"]], None)),
        ("matching", Asked(AB, body=PROMPTS), [["x", ""]], (None, None)),
        ("matching", Asked(AB, body=PROMPTS), [["p", "z"]], (None, Flaw.NOT_PAIRS)),
        ("matching", Asked(AB, body=PROMPTS), [["x", "a"]], (None, Flaw.NOT_PAIRS)),
        ("matching", Asked(AB, body=PROMPTS), ["p=a=b"], (None, Flaw.NOT_PAIRS)),
        ("matching", Asked(AB, body=PROMPTS), [["p", 1]], (None, Flaw.NOT_PAIRS)),
        ("matching", Asked(AB, body=PROMPTS), [["p"]], (None, Flaw.NOT_PAIRS)),
        ("matching", Asked(AB, body=PROMPTS), 5, (None, Flaw.NOT_PAIRS)),
        ("matching", Asked(AB), [["p", "a"]], (None, Flaw.NOT_PAIRS)),
        ("ordering", Asked(AB), None, (None, None)),
        ("ordering", Asked(AB), ["b", "a"], (["b", "a"], None)),
        ("ordering", Asked(AB), ["b", 1], (None, Flaw.NOT_AN_ORDER)),
        ("ordering", Asked(AB), ["a=2", "b=1"], (["b", "a"], None)),
        ("ordering", Asked(AB), ["a=10", "b=99"], (["a", "b"], None)),
        ("ordering", Asked(AB), ["a=100", "b=1"], (None, Flaw.NOT_AN_ORDER)),
        ("ordering", Asked(AB), ["a=²", "b=1"], (None, Flaw.NOT_AN_ORDER)),
        ("ordering", Asked(AB), ["a=x", "b=1"], (None, Flaw.NOT_AN_ORDER)),
        ("ordering", Asked(AB), ["a=", "b="], (None, None)),
        ("ordering", Asked(AB), ["a=", "b=1"], (None, Flaw.NOT_AN_ORDER)),
        ("ordering", Asked(AB), ["a=1", "b=1"], (None, Flaw.NOT_AN_ORDER)),
        ("ordering", Asked(AB), {"a": 1}, (None, Flaw.NOT_AN_ORDER)),
        ("call_steps", Asked(AB), ["b", "a"], (["b", "a"], None)),
        ("next_line", Asked(AB), ["b"], ("b", None)),
        ("listen_score", Asked(body=CALL), [["b", 0], ["a", 3]], ([["a", "3"], ["b", "0"]], None)),
        ("listen_score", Asked(body=CALL), [["b", 1.0]], (None, Flaw.NOT_PAIRS)),
        ("listen_score", Asked(body=CALL), [["b", 1, 2]], (None, Flaw.NOT_PAIRS)),
        ("listen_score", Asked(body=CALL), "a=0", ([["a", "0"]], None)),
        ("listen_score", FREE, [["a", "0"]], (None, Flaw.NOT_PAIRS)),
    ],
)
def test_every_kind_keeps_what_is_an_answer_and_names_what_is_none(
    kind: str, asked: Asked, sent: Any, kept: tuple[Any, Flaw | None]
) -> None:
    assert kind_of(kind).accepted(sent, asked) == kept


@pytest.mark.parametrize(
    ("kind", "asked", "key", "right"),
    [
        ("single", FREE, {"ids": ["b"]}, "b"),
        ("single", FREE, {"ids": []}, None),
        ("true_false", FREE, {"ids": ["false"]}, "false"),
        ("true_false", FREE, {"ids": []}, None),
        ("multiple", FREE, {"ids": ["c", "a"]}, ["a", "c"]),
        ("hot_list", FREE, {"ids": ["c", "a"]}, ["a", "c"]),
        ("numeric", FREE, {"value": 4.5}, 4.5),
        ("short_text", FREE, {"accept": {"zh": [], "en": ["one", "two"]}}, "one"),
        ("short_text", FREE, {"accept": {"zh": [], "en": []}}, None),
        ("cloze", FREE, {"gaps": [{"id": "a"}, {"accept": {"zh": [], "en": ["one", "1"]}}]}, ["a", "one"]),
        ("cloze", FREE, {"gaps": [{"accept": {"zh": [], "en": []}}]}, [""]),
        ("matching", Asked(body=PROMPTS), {"pairs": {"q": "b", "p": "a"}}, [["p", "a"], ["q", "b"]]),
        ("matching", FREE, {"pairs": {}}, []),
        ("ordering", FREE, {"order": ["b", "a"]}, ["b", "a"]),
        ("call_steps", FREE, {"stretches": [["b"], ["a", "c"]]}, ["b", "a", "c"]),
        ("next_line", FREE, {"ids": ["b"], "fair": ["a"]}, "b"),
        ("next_line", FREE, {"ids": []}, None),
        ("listen_score", Asked(body=CALL), {"scores": {"b": 0, "a": 3}}, [["a", "3"], ["b", "0"]]),
        ("listen_score", FREE, {"scores": {}}, []),
    ],
)
def test_every_kind_names_its_right_answer(kind: str, asked: Asked, key: dict[str, Any], right: Any) -> None:
    assert kind_of(kind).right(key, asked) == right


@pytest.mark.parametrize(
    ("kind", "body", "response", "words"),
    [
        ("single", {}, "a", [said("text a")]),
        ("single", {}, None, []),
        ("single", {}, "z", [{"zh": "z", "en": "z"}]),
        ("multiple", {}, ["a", "b"], [said("text a"), said("text b")]),
        ("numeric", {}, 4, [{"zh": "4", "en": "4"}]),
        ("cloze", {}, ["a", "", "x"], [said("text a"), {"zh": "—", "en": "—"}, {"zh": "x", "en": "x"}]),
        ("cloze", {}, None, []),
        ("matching", PROMPTS, [["q", "a"]], [{"zh": "q了 – text a了", "en": "q – text a"}]),
        ("matching", PROMPTS, [["p", "z"]], [{"zh": "p了 – z", "en": "p – z"}]),
        ("matching", {}, [["p", "a"]], []),
        ("listen_score", CALL, [["b", "2"]], [{"zh": "b了 – 2", "en": "b – 2"}]),
        ("listen_score", {}, [["b", "2"]], []),
    ],
)
def test_every_kind_says_an_answer_in_words(kind: str, body: dict[str, Any], response: Any, words: list[Any]) -> None:
    assert kind_of(kind).words(response, options("a", "b"), body) == tuple(words)


def test_what_fills_gaps_is_said_in_the_languages_that_have_a_form() -> None:
    key = {"gaps": [{"id": "a"}, {"id": "z"}, {"accept": {"zh": ["一", "壹"], "en": []}}]}
    found = kind_of("cloze").right_words(key, FREE, options("a", "b"))
    assert found == (said("text a"), {"zh": "z", "en": "z"}, {"zh": "一"})


@pytest.mark.parametrize(
    ("kind", "response", "typed"),
    [
        ("single", "a", ["a"]),
        ("single", None, []),
        ("numeric", 4, ["4"]),
        ("multiple", ["a", "b"], ["a", "b"]),
        ("matching", [["p", "a"]], ["p=a"]),
        ("listen_score", [["a", "0"]], ["a=0"]),
        ("ordering", ["b", "a"], ["b=1", "a=2"]),
        ("ordering", None, []),
    ],
)
def test_every_kind_types_an_answer_as_its_controls_send_it(kind: str, response: Any, typed: list[str]) -> None:
    assert kind_of(kind).typed(response) == typed


@pytest.mark.parametrize(
    ("kind", "one", "other", "alike"),
    [
        ("single", "a", "a", True),
        ("single", "a", "A", False),
        ("multiple", ["b", "a"], ["a", "b"], True),
        ("multiple", ["b"], ["a", "b"], False),
        ("multiple", "a", ["a"], True),
        ("hot_list", ["b", "a", "a"], ["a", "b"], True),
        ("short_text", "Ａ b", "ab", True),
        ("short_text", "ab", "a", False),
        ("short_text", ["ab"], "ab", False),
        ("numeric", "1e2", 100, True),
        ("numeric", "soon", "soon", True),
        ("numeric", "soon", "later", False),
        ("numeric", 0, -0.0, True),
        ("cloze", ["Ａ", ""], ["a", ""], True),
        ("cloze", ["a", ""], ["", "a"], False),
        ("ordering", ["a", "b"], ["b", "a"], False),
        ("matching", [["p", "a"]], [["p", "b"]], False),
    ],
)
def test_every_kind_knows_equal_answers(kind: str, one: Any, other: Any, alike: bool) -> None:
    like = kind_of(kind).likeness
    assert isinstance(like(one, FREE), str)
    assert (like(one, FREE) == like(other, FREE)) is alike

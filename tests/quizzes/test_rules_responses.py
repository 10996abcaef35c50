"""What is kept of what was sent, and what is decided about it, by the words in which they are stored."""

from typing import Any

import pytest

from lms.quizzes.rules import responses
from lms.quizzes.rules.kinds import KINDS, Flaw
from lms.quizzes.rules.regrading import (
    Place,
    Question,
    Ruling,
    Verdict,
    Worth,
    likeness,
    outcome,
    share,
    token,
    waits_for_a_person,
    worth,
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("sure", "sure"), ("unsure", "unsure"), ("Sure", None), ("", None), (None, None), (True, None), (["sure"], None)],
)
def test_how_sure_somebody_is_has_two_words(said: object, kept: str | None) -> None:
    assert responses.confidence(said) == kept


def test_kinds_that_are_named_are_kinds_there_are() -> None:
    named = ["single", "multiple", "true_false", "numeric", "short_text"]
    assert [each.value for each in responses.Kind] == named == list(KINDS)[:5]
    assert all(each.name.lower() == each.value for each in responses.Kind)
    assert [each.value for each in Verdict] == ["void", "accept", "full_credit"]


@pytest.mark.parametrize(
    ("kind", "sent", "more", "kept"),
    [
        ("single", "a", {}, ("a", None)),
        ("single", "z", {}, (None, Flaw.NOT_AN_OPTION)),
        ("numeric", "7 kg", {"units": ("kg",)}, ("7 kg", None)),
        ("numeric", "7 kg", {}, (None, Flaw.NOT_A_NUMBER)),
        ("cloze", ["a", ""], {"body": {"gaps": 2}}, (["a", ""], None)),
        ("cloze", ["a"], {}, (None, Flaw.NOT_A_TEXT)),
        ("cloze", ["a"], {"body": None}, (None, Flaw.NOT_A_TEXT)),
    ],
)
def test_a_response_is_judged_by_options_units_and_body(kind: str, sent: Any, more: dict[str, Any], kept: Any) -> None:
    assert responses.accepted(kind, sent, ["a", "b"], **more) == kept


TYPED = Question("short_text", {"accept": {"zh": ["一"], "en": ["one"]}})
SINGLE = Question("single", {"ids": ["a"]})


def test_a_form_names_equal_answers_by_sixteen_digits() -> None:
    assert token(TYPED, " One ") == token(TYPED, "ＯＮＥ") != token(TYPED, "two")
    assert len(token(TYPED, "one")) == 16
    assert likeness(TYPED, " One ") == "one"
    assert token(TYPED, "one") == "7692c3ad3540bb80"


@pytest.mark.parametrize(
    ("kind", "purpose", "waits"),
    [
        ("short_text", "gate", True),
        ("short_text", "daily", True),
        ("short_text", "practice", False),
        ("single", "gate", False),
        ("single", "practice", False),
    ],
)
def test_practice_waits_for_nobody(kind: str, purpose: str, waits: bool) -> None:
    assert waits_for_a_person(kind, purpose) is waits


@pytest.mark.parametrize(
    ("place", "rulings", "expected"),
    [
        (Place(1, TYPED, "two"), [Ruling(1, Verdict.ACCEPT, ("three", "TWO"))], Worth(1.0, 1.0)),
        (Place(1, TYPED, "two"), [Ruling(2, Verdict.ACCEPT, ("two",))], Worth(0.0, 1.0)),
        (Place(1, TYPED, "two"), [Ruling(1, Verdict.ACCEPT, ("three",))], Worth(0.0, 1.0)),
        (Place(1, TYPED, None), [Ruling(1, Verdict.ACCEPT, ("two",))], Worth(0.0, 1.0)),
        (Place(1, TYPED, None), [Ruling(1, Verdict.FULL_CREDIT)], Worth(1.0, 1.0)),
        (Place(1, TYPED, "two"), [Ruling(2, Verdict.FULL_CREDIT)], Worth(0.0, 1.0)),
        (Place(1, TYPED, "two"), [Ruling(2, Verdict.VOID)], Worth(0.0, 1.0)),
        (Place(1, TYPED, "one"), [Ruling(1, Verdict.VOID), Ruling(1, Verdict.FULL_CREDIT)], Worth(0.0, 0.0)),
        (Place(1, TYPED, "two", by_hand=0.5), [], Worth(0.5, 1.0)),
        (Place(1, TYPED, "two", Worth(0.5, 1.0), 0.0), [], Worth(0.0, 1.0)),
        (Place(1, TYPED, "one", Worth(0.0, 0.0)), [Ruling(1, Verdict.FULL_CREDIT)], Worth(0.0, 0.0)),
    ],
)
def test_rulings_are_about_one_version_and_their_responses(
    place: Place, rulings: list[Ruling], expected: Worth
) -> None:
    assert worth(place, rulings) == expected


def test_an_attempt_never_has_more_than_all_marks_and_keeps_its_pass_where_nothing_counts() -> None:
    found = outcome([Worth(2.0, 1.0), Worth(0.0, 1.0)], 80)
    assert (found.score, found.max_score, found.passed) == (2.0, 2.0, True)
    assert outcome([Worth(0.0, 0.0)], 80).passed is False
    assert outcome([Worth(0.0, 0.0)], 80, passed=True).passed is True
    assert outcome([Worth(0.0, 1.0)], 80, passed=True).passed is False
    assert share(SINGLE, "a") == 1.0
    assert share(SINGLE, "b") == 0.0

"""Edges of single kinds that the tables of all kinds do not stand on."""

import pytest

from lms.quizzes.rules.kinds import Asked, Flaw, kind_of

FREE = Asked()


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

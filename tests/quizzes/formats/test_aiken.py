"""Aiken, as people write it and as they break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.formats.aiken import read_aiken

GOOD = "Within how many rings?\nA. Four\nB) Ten\nANSWER: A\n"


def test_a_question_with_its_options() -> None:
    (question,) = read_aiken(GOOD).questions
    assert (question.kind, question.stem, question.line) == ("single", "Within how many rings?", 1)
    assert [(answer.text, answer.percent) for answer in question.answers] == [("Four", 100.0), ("Ten", 0.0)]


def test_a_question_may_have_several_lines() -> None:
    (question,) = read_aiken("First.\nSecond?\nA. x\nB. y\nanswer: b").questions
    assert question.stem == "First.\nSecond?"
    assert [answer.percent for answer in question.answers] == [0.0, 100.0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ANSWER: A", 1),
        ("Q\nA. only\nANSWER: A", 1),
        ("Q\nA. x\nB. y\nANSWER: C", 1),
        ("Q\nA. x\nB. y\n", 1),
        ("Q\nA. x\nB. y\nNext question\nA. x\nB. y\nANSWER: A", 1),
    ],
)
def test_what_is_broken_is_refused_by_line_and_the_rest_is_taken(text: str, line: int) -> None:
    found = read_aiken(f"{text}\n\n{GOOD}")
    assert [finding.line for finding in found.findings] == [line]
    assert found.questions[-1].stem == "Within how many rings?"


def test_the_last_question_without_an_answer_is_refused() -> None:
    assert [finding.line for finding in read_aiken(GOOD + "\nQ\nA. x").findings] == [6]


@given(st.text(alphabet="AB.): \nQANSWER\r", max_size=80))
def test_nothing_breaks_it(text: str) -> None:
    read_aiken(text)

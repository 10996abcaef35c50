"""Blocks of two languages side by side, and what changed since they agreed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.authoring.rules.translation import agreement, is_behind, joined, sections

HEAD = '---\ntitle: "T"\nminutes: 1\ncompetencies: []\n---\n'
SOURCE = HEAD + "Opening.\n\n## One\nThe ==first== thing.\n\n## Two\n::: check q-1\n:::\n"
TARGET = HEAD + "开场。\n\n## 一\n==第一==件事。\n\n## 二\n::: check q-1\n:::\n"


def test_a_text_is_cut_at_its_headings() -> None:
    found = sections(SOURCE)
    assert [(s.number, s.heading, s.points, s.checks) for s in found] == [
        (0, "T", 0, ()),
        (1, "", 0, ()),
        (2, "One", 1, ()),
        (3, "Two", 0, ("q-1",)),
    ]
    assert joined([section.text for section in found]) == SOURCE


@given(st.text(alphabet="a\n#-=:?! ", max_size=80))
def test_whatever_is_cut_is_joined_again(text: str) -> None:
    assert joined([section.text for section in sections(text)]) == text


def test_what_agrees_has_no_marks() -> None:
    found = agreement(SOURCE, TARGET, SOURCE)
    assert found.is_current
    assert [pair.lacks_points for pair in found.pairs] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("source", "target", "marks"),
    [
        (SOURCE.replace("thing", "matter"), TARGET, ["", "", "changed", ""]),
        (SOURCE + "\n## Three\nSomething entirely different here, 0123456789.\n", TARGET, ["", "", "", "", "missing"]),
        (SOURCE.replace("Opening.", "0123456789"), TARGET, ["", "changed", "", ""]),
        (SOURCE.replace("Opening.", "0123456789\n\n## More\nOpening."), TARGET, ["", "new", "changed", "", "missing"]),
        (SOURCE, HEAD, ["", "missing", "missing", "missing"]),
        (HEAD, TARGET, ["", "changed", "", ""]),
    ],
)
def test_marks_say_what_is_to_do(source: str, target: str, marks: list[str]) -> None:
    found = agreement(source, target, SOURCE)
    assert [pair.mark for pair in found.pairs] == marks
    assert found.is_current is not any(marks)
    assert (found.changed, found.missing) == (sum(m in ("changed", "new") for m in marks), marks.count("missing"))


def test_points_and_checks_that_are_lacking_are_named() -> None:
    found = agreement(SOURCE, TARGET.replace("==", "").replace("::: check q-1\n:::", "无"), SOURCE)
    assert [pair.lacks_points for pair in found.pairs] == [0, 0, 1, 0]
    assert [pair.lacks_checks for pair in found.pairs] == [(), (), (), ("q-1",)]
    more = agreement(HEAD, TARGET, HEAD)
    assert (more.pairs[2].lacks_points, more.pairs[2].lacks_checks) == (-1, ())
    assert agreement(SOURCE, HEAD, SOURCE).pairs[3].lacks_checks == ("q-1",)


@pytest.mark.parametrize(
    ("version", "against", "behind"), [(1, None, False), (2, None, True), (3, 3, False), (4, 3, True)]
)
def test_a_source_that_was_saved_since_is_ahead(version: int, against: int | None, behind: bool) -> None:
    assert is_behind(version, against) is behind

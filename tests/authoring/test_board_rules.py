"""States of lessons, what feeds a gate, what readers take, orders and circles."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lms.authoring.rules import board
from lms.authoring.rules.board import GateFacts, Measured, Minimum, Writing

T = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
BEFORE, AFTER = T - timedelta(hours=1), T + timedelta(hours=1)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([200] * 9, None),
        ([60 * n for n in range(1, 11)], Measured(10, 5.5, 9.0)),
        ([120] * 18 + [600] * 2, Measured(20, 2.0, 2.0)),
        ([120] * 17 + [600] * 3, Measured(20, 2.0, 10.0)),
    ],
)
def test_minutes_are_measured_from_ten_learners_on(seconds: list[int], expected: Measured | None) -> None:
    assert board.measured(seconds) == expected


@pytest.mark.parametrize(
    ("writing", "facts", "expected"),
    [
        (None, {"published": True}, "published"),
        (None, {"published": True, "retired": True}, "retired"),
        (Writing(T, 0), {"published": True}, "published"),
        (Writing(T, 0), {"published": False}, "draft"),
        (Writing(T, 2), {"published": True}, "draft"),
        (Writing(T, 2, BEFORE), {"published": True}, "waiting"),
        (Writing(T, 2, BEFORE, "sent_back", AFTER), {"published": True}, "sent_back"),
        (Writing(AFTER, 2, BEFORE, "sent_back", T), {"published": True}, "draft"),
        (Writing(T, 2, BEFORE, "withdrawn", AFTER), {"published": True}, "draft"),
        (Writing(T, 2, T, "published", T), {"published": True}, "published"),
        (Writing(AFTER, 2, T, "approved", AFTER), {"published": True}, "draft"),
    ],
)
def test_the_state_says_what_somebody_must_do(writing: Writing | None, facts: dict[str, Any], expected: str) -> None:
    assert board.state(writing, **facts) == expected


@pytest.mark.parametrize(("days", "expected"), [(-1, "bad"), (0, "warn"), (30, "warn"), (31, "")])
def test_a_review_is_overdue_or_due_soon(days: int, expected: str) -> None:
    today = date(2026, 3, 17)
    assert board.review_state(today + timedelta(days=days), today) == expected


LESSONS = {"kind": "lessons", "courses": ["basics"]}
QUIZ = {"kind": "quiz", "quiz": "gate-study"}
COVERAGE = {"kind": "coverage"}
SIGN_OFF = {"kind": "sign_off", "role": "mentor"}


@pytest.mark.parametrize(
    ("course", "refs", "asked", "expected"),
    [
        ("basics", [], [LESSONS], ["lessons"]),
        ("other", [], [LESSONS], []),
        ("faults", [], [QUIZ], ["quiz"]),
        ("basics", [], [QUIZ], []),
        ("other", ["q-1"], [COVERAGE], ["coverage"]),
        ("other", ["q-2"], [COVERAGE], []),
        ("listed", [], [COVERAGE], ["coverage"]),
        ("other", ["q-1"], [SIGN_OFF], []),
        ("basics", ["q-1"], [SIGN_OFF, LESSONS, COVERAGE], ["lessons"]),
    ],
)
def test_a_lesson_feeds_a_gate_by_course_quiz_or_point(
    course: str, refs: list[str], asked: list[dict[str, Any]], expected: list[str]
) -> None:
    gate = GateFacts("关", "Gate", tuple(asked), {"gate-study": ["faults"]})
    found = board.feeds(course, "01-a", refs, [gate], [Minimum(("listed/01-a",), ("q-1",))])
    assert [feed.why for feed in found] == expected


@pytest.mark.parametrize(("by", "expected"), [(-1, [2, 1, 3]), (1, [1, 3, 2]), (-9, [2, 1, 3]), (9, [1, 3, 2])])
def test_a_lesson_is_moved_no_further_than_the_ends(by: int, expected: list[int]) -> None:
    assert board.moved([1, 2, 3], 2, by) == expected


def test_a_lesson_before_what_it_builds_on_is_named() -> None:
    assert board.too_early(["a", "b", "c"], {"a": ("c", "x"), "c": ("b",)}) == {"a": ("c",)}


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Bills & tariffs, 2nd part", "bills-tariffs-2nd-part"), ("电费", ""), ("a " * 20, "a-a-a-a-a-a")],
)
def test_a_course_is_named_after_its_title(title: str, expected: str) -> None:
    assert board.course_slug(title) == expected


def test_a_circle_is_found() -> None:
    needs = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a", "b"]}
    assert [board.in_circle(key, needs) for key in "abcd"] == [True, True, True, False]

from datetime import UTC, date, datetime
from typing import Any

import pytest

from lms.pace.rules import (
    Caps,
    Load,
    Span,
    failed_lately,
    span_refusal,
    spans,
    study_day,
    week_start,
    working_day_number,
    working_days_back,
    working_weekdays,
)

TUESDAY = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        (datetime(2026, 3, 17, 2, 30, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 17)),
        (datetime(2026, 3, 16, 19, 59, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 16)),
        (datetime(2026, 3, 16, 20, 0, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 17)),
        (datetime(2026, 3, 17, 2, 30, tzinfo=UTC), "America/New_York", date(2026, 3, 16)),
        (datetime(2026, 3, 29, 2, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
    ],
    ids=[
        "half past ten in the morning",
        "one minute to four still belongs to yesterday",
        "at four a new day begins",
        "the site's evening is not ours",
        "the morning on which clocks go forward",
    ],
)
def test_a_study_day_is_cut_at_four_in_the_morning_of_the_site(now: datetime, zone: str, day: date) -> None:
    assert study_day(now, zone) == day


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2026, 3, 1), 0),
        (date(2026, 3, 2), 1),
        (date(2026, 3, 6), 5),
        (date(2026, 3, 8), 5),
        (date(2026, 3, 9), 6),
        (date(2026, 3, 17), 12),
    ],
    ids=["before the start", "first day", "first Friday", "Sunday keeps Friday's number", "second Monday", "day 12"],
)
def test_working_days_are_counted_from_the_start(day: date, number: int) -> None:
    assert working_day_number(date(2026, 3, 2), day, ["mon", "tue", "wed", "thu", "fri"]) == number


def test_a_class_may_work_on_saturday_and_start_in_midweek() -> None:
    assert working_day_number(date(2026, 3, 5), date(2026, 3, 17), ["thu", "fri", "sat", "tue"]) == 8


def test_unknown_names_of_weekdays_leave_monday_to_friday() -> None:
    assert working_weekdays(["someday"]) == working_weekdays(None) == frozenset(range(5))
    assert working_weekdays(["sun", "x"]) == frozenset({6})


def test_five_working_days_end_with_the_day_itself_and_skip_the_weekend() -> None:
    assert working_days_back(TUESDAY, 5) == date(2026, 3, 11)
    assert working_days_back(TUESDAY, 1) == TUESDAY


def test_a_week_starts_on_monday() -> None:
    assert week_start(TUESDAY) == date(2026, 3, 16)


def test_caps_come_from_the_programme_and_from_us_where_it_says_nothing() -> None:
    caps = Caps.from_programme({"new_points": 9, "minutes": 0, "unknown": 3}, {"working_days": ["sat"]})
    assert (caps.new_points, caps.new_points_target, caps.minutes, caps.quizzes_a_week) == (9, 12, 1, 3)
    assert caps.weekdays == frozenset({5})


@pytest.mark.parametrize(
    ("done", "ratio", "state"),
    [
        ({}, 0, "comfortable"),
        ({"new_points": 8}, 0.5, "comfortable"),
        ({"new_points": 15, "focused_seconds": 89 * 60 + 59}, 0.9998, "comfortable"),
        ({"new_points": 16}, 1, "full"),
        ({"focused_seconds": 90 * 60}, 1, "full"),
        ({"focused_seconds": 120 * 60}, 4 / 3, "full"),
        ({"too_much": True}, 0, "full"),
        ({"graded_quizzes": 1}, 1, "comfortable"),
        ({"graded_this_week": 3}, 1, "comfortable"),
        ({"failed_quizzes": 3}, 1.5, "comfortable"),
    ],
    ids=[
        "an empty day",
        "half of the points",
        "one point and one second to go",
        "points at the cap",
        "minutes at the cap",
        "minutes above the cap",
        "the learner says too much",
        "today's quiz is taken, lessons go on",
        "three quizzes this week, lessons go on",
        "three failed quizzes, lessons go on",
    ],
)
def test_a_day_is_full_at_the_cap_of_points_or_minutes(done: dict[str, Any], ratio: float, state: str) -> None:
    load = Load(**done)
    assert load.ratio == pytest.approx(ratio, abs=1e-3)
    assert load.state == state
    assert load.may_offer_new is (state == "comfortable")


@pytest.mark.parametrize(
    ("done", "may"),
    [
        ({}, True),
        ({"graded_quizzes": 1}, False),
        ({"graded_this_week": 3}, False),
        ({"failed_quizzes": 2}, False),
        ({"too_much": True}, False),
        ({"new_points": 16}, True),
        ({"day_off": True}, False),
    ],
    ids=["none yet", "one a day", "three a week", "two failed", "too much", "points do not stop a quiz", "a day off"],
)
def test_a_graded_quiz_is_offered_within_its_own_caps(done: dict[str, Any], may: bool) -> None:
    assert Load(**done).may_offer_quiz is may


def test_percent_of_a_cap_never_passes_a_hundred() -> None:
    load = Load(new_points=4, focused_seconds=200 * 60)
    assert (load.points_percent, load.minutes_percent, load.focused_minutes) == (25, 100, 200)


def test_a_day_off_offers_nothing_and_is_not_full() -> None:
    load = Load(day_off=True)
    assert (load.state, load.may_offer_new, load.may_offer_quiz) == ("off", False, False)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([], ()),
        ([3], ((3, 3),)),
        ([5, 3, 4, 4], ((3, 5),)),
        ([3, 4, 6, 7, 9], ((3, 4), (6, 7), (9, 9))),
    ],
    ids=["none", "one day", "in any order, one twice", "gaps part them"],
)
def test_days_off_are_read_as_spans(days: list[int], found: tuple[tuple[int, int], ...]) -> None:
    expected = tuple(Span(date(2026, 3, first), date(2026, 3, last)) for first, last in found)
    assert spans(date(2026, 3, day) for day in days) == expected
    assert [day.day for span in expected for day in span.days] == sorted(set(days))


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        (date(2026, 3, 17), date(2026, 3, 17), None),
        (date(2026, 3, 17), date(2026, 3, 16), ("last", "backwards")),
        (date(2026, 2, 14), date(2026, 2, 14), None),
        (date(2026, 2, 13), date(2026, 3, 17), ("first", "long_ago")),
        (date(2027, 3, 18), date(2027, 3, 18), None),
        (date(2027, 3, 19), date(2027, 3, 19), ("first", "far_ahead")),
        (date(2026, 3, 17), date(2026, 6, 16), None),
        (date(2026, 3, 17), date(2026, 6, 17), ("last", "too_long")),
    ],
    ids=[
        "today", "backwards", "a month ago", "earlier", "a year ahead", "later", "ninety-two days", "one more",
    ],
)  # fmt: skip
def test_days_off_lie_within_bounds(first: date, last: date, refused: tuple[str, str] | None) -> None:
    assert span_refusal(Span(first, last), date(2026, 3, 17)) == refused


def test_days_off_are_no_working_days_when_one_counts_back() -> None:
    tuesday = date(2026, 3, 17)
    assert working_days_back(tuesday, 2, off=frozenset({tuesday, date(2026, 3, 16)})) == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("off", "besides", "count"),
    [
        pytest.param((), (), 2, id="five working days hold the Wednesday before"),
        pytest.param((16,), (), 3, id="a day off lets the window reach the Tuesday before"),
        pytest.param((12, 13, 16), (), 4, id="three days off, to the Friday before that"),
        pytest.param((), (14,), 1, id="a Saturday that was worked is one of the five"),
        pytest.param((14,), (14,), 2, id="unless that person was off"),
        pytest.param((17,), (), 3, id="the day itself is off"),
    ],
)
def test_failed_quizzes_are_counted_over_days_that_were_worked(
    off: tuple[int, ...], besides: tuple[int, ...], count: int
) -> None:
    failed = {date(2026, 3, day): 1 for day in (6, 10, 11, 17)} | {date(2026, 3, 18): 9}
    days, more = (frozenset(date(2026, 3, each) for each in some) for some in (off, besides))
    assert failed_lately(failed, TUESDAY, off=days, besides=more) == count


def test_nobody_failed_without_a_quiz() -> None:
    assert failed_lately({}, TUESDAY) == 0

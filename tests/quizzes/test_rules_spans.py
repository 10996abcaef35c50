"""Tables of how long an attempt lasts: allowances, hard stops, pauses."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.quizzes.rules import spans
from lms.quizzes.rules.spans import Allowance, PauseTerms

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
MS = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("allowance", "stop", "paused", "lasts"),
    [
        (Allowance(), None, 0, 20 * MINUTE),
        (Allowance(1.5, 10), None, 0, 40 * MINUTE),
        (Allowance(1.25), None, 5, 30 * MINUTE),
        (Allowance(1.5, 10), 25 * MINUTE, 5, 25 * MINUTE),
        (Allowance(), 25 * MINUTE, 5, 25 * MINUTE),
        (Allowance(), 25 * MINUTE, 4, 24 * MINUTE),
        (Allowance(unlimited=True), 25 * MINUTE, 5, 25 * MINUTE),
        (Allowance(unlimited=True), None, 5, 24 * HOUR + 5 * MINUTE),
        (Allowance(1.5, 7, unlimited=True), None, 0, 24 * HOUR + 7 * MINUTE),
    ],
)
def test_an_attempt_lasts_as_long_as_quiz_allowance_pauses_and_hard_stop_say(
    allowance: Allowance, stop: timedelta | None, paused: int, lasts: timedelta
) -> None:
    end = spans.deadline(NOW, 20, None if stop is None else NOW + stop, allowance, paused=paused * MINUTE)
    assert end - NOW == lasts


def test_who_is_allowed_nothing_more_gets_the_limit() -> None:
    assert (Allowance().factor, Allowance().extra_minutes, Allowance().unlimited) == (1.0, 0, False)
    assert Allowance() == spans.STANDARD
    assert spans.deadline(NOW, 20, None) == NOW + 20 * MINUTE
    assert spans.FACTORS == (1.0, 1.25, 1.5)
    assert (spans.MOST_EXTRA_MINUTES, spans.LONGEST) == (240, 24 * HOUR)


@pytest.mark.parametrize(("factor", "extra", "minutes"), [(1.0, 0, 0), (1.5, 0, 10), (1.25, 3, 8), (1.0, 5, 5)])
def test_the_start_page_names_the_minutes_that_are_extra(factor: float, extra: int, minutes: float) -> None:
    assert spans.extra_time(20, Allowance(factor, extra)) == minutes


@pytest.mark.parametrize(
    ("end", "stop", "owed"),
    [
        (NOW, None, 0),
        (NOW + HOUR, None, 0),
        (NOW - MINUTE, None, 1),
        (NOW - MINUTE - MS, None, 2),
        (NOW - MS, None, 1),
        (NOW - MINUTE, NOW, 1),
        (NOW - MINUTE, NOW + MS, 1),
        (NOW - MINUTE, NOW - HOUR, 0),
    ],
)
def test_minutes_are_owed_in_whole_ones_and_never_past_the_hard_stop(
    end: datetime, stop: datetime | None, owed: int
) -> None:
    assert spans.minutes_owed(end, NOW, stop) == owed


def test_practice_pauses_freely_a_gate_never_a_daily_quiz_as_it_says() -> None:
    assert spans.pause_terms("practice", 2, 10) == PauseTerms(None, 24 * HOUR)
    assert spans.pause_terms("gate", 2, 10).allowed == 0
    assert spans.pause_terms("daily", 2, 10) == PauseTerms(2, 10 * MINUTE)
    assert [PauseTerms(2, MINUTE).left(taken) for taken in (0, 1, 2, 3)] == [2, 1, 0, 0]
    assert PauseTerms(None, MINUTE).left(7) is None


@pytest.mark.parametrize(
    ("lasted", "counts"),
    [
        (timedelta(0), timedelta(0)),
        (-HOUR, timedelta(0)),
        (MS, SECOND),
        (SECOND, SECOND),
        (SECOND + MS, 2 * SECOND),
        (10 * MINUTE, 10 * MINUTE),
        (10 * MINUTE + MS, 10 * MINUTE),
        (HOUR, 10 * MINUTE),
    ],
)
def test_a_pause_counts_in_whole_seconds_up_to_the_longest(lasted: timedelta, counts: timedelta) -> None:
    assert spans.pause_used(NOW, 10 * MINUTE, NOW + lasted) == counts

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.timetable import rules
from lms.timetable.rules import Refusal, Terms

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
SOON, AGO = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("terms", "post", "reason"),
    [
        (Terms(SOON), None, None),
        (Terms(SOON, cancelled_at=AGO), None, Refusal.CANCELLED),
        (Terms(NOW), None, Refusal.STARTED),
        (Terms(SOON, for_class=True), None, Refusal.FOR_A_CLASS),
        (Terms(SOON, posts=("a",)), "b", Refusal.OTHER_POST),
        (Terms(SOON, posts=("a",)), None, Refusal.OTHER_POST),
        (Terms(SOON, posts=("a",)), "a", None),
        (Terms(SOON, posts=("a",), elective=True), None, None),
        (Terms(SOON, opens_at=SOON), None, Refusal.NOT_OPEN_YET),
        (Terms(SOON, opens_at=NOW), None, None),
        (Terms(SOON, closes_at=NOW), None, Refusal.CLOSED),
    ],
)
def test_who_may_sign_up_when(terms: Terms, post: str | None, reason: Refusal | None) -> None:
    assert rules.refusal(terms, post, NOW) == reason


def test_a_place_can_be_given_back_until_the_start() -> None:
    assert rules.leaving_refusal(Terms(SOON), NOW) is None
    assert rules.leaving_refusal(Terms(NOW), NOW) == Refusal.STARTED


@pytest.mark.parametrize(
    ("taken", "seats", "seat"), [([], 1, 1), ([1], 1, None), ([1, 3], 3, 2), ([1, 2], None, 3), ([2], 2, 1)]
)
def test_the_lowest_free_seat_is_given(taken: list[int], seats: int | None, seat: int | None) -> None:
    assert rules.free_seat(taken, seats) == seat


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-05", date(2026, 5, 1)),
        ("", date(2026, 3, 1)),
        ("2026-13", date(2026, 3, 1)),
        ("1999-05", date(2026, 3, 1)),
        ("2026-5", date(2026, 3, 1)),
        ("a026-05", date(2026, 3, 1)),
    ],
)
def test_a_month_is_read_or_it_is_this_one(text: str, month: date) -> None:
    assert rules.month_of(text, date(2026, 3, 17)) == month


def test_months_follow_each_other() -> None:
    assert rules.month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert rules.month_after(date(2026, 1, 1), back=True) == date(2025, 12, 1)
    assert rules.month_after(date(2026, 1, 1)) == date(2026, 2, 1)


def test_rows_stand_by_the_monday_of_their_week() -> None:
    found = rules.weeks([(date(2026, 3, 22), "sunday"), (date(2026, 3, 17), "tuesday"), (date(2026, 3, 23), "monday")])
    assert found == [(date(2026, 3, 16), ["sunday", "tuesday"]), (date(2026, 3, 23), ["monday"])]

"""Time, marks, the draw, responses and feedback as tables; and what must hold for any values."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import feedback, marks, responses, timing
from lms.quizzes.rules.draw import Candidate, draw, ranked
from lms.quizzes.rules.responses import Flaw
from lms.quizzes.rules.spans import Allowance
from lms.quizzes.rules.timing import Refusal, Save, Sitting, Start, Submit, Sweep, Terms

START = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
T = START + timedelta(minutes=8)
MS = timedelta(milliseconds=1)
GRACE = timedelta(seconds=60)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OPEN = Sitting(START, T, 60)
DONE = replace(OPEN, finished_at=T)


@pytest.mark.parametrize(
    ("received", "made", "reason", "late"),
    [
        pytest.param(T - MS, T - MS, None, False, id="received just before the end"),
        pytest.param(T, T - MS, None, False, id="received at the end"),
        pytest.param(T, None, None, False, id="received at the end from a page without scripts"),
        pytest.param(T + MS, T - MS, None, True, id="received in the grace, made in time"),
        pytest.param(T + MS, T, Refusal.MADE_AFTER_TIME, True, id="made at the end, received after it"),
        pytest.param(T + MS, None, Refusal.MADE_AFTER_TIME, True, id="received in the grace, nobody knows when made"),
        pytest.param(T + GRACE, T - MS, None, True, id="received at the end of the grace"),
        pytest.param(T + GRACE + MS, T - MS, Refusal.TIME_OVER, True, id="received after the grace"),
        pytest.param(T - MS, T + HOUR, None, False, id="in time from a clock an hour ahead"),
        pytest.param(T - MS, T + DAY, None, False, id="in time from a clock a day ahead"),
        pytest.param(T - MS, START - HOUR, None, False, id="in time from a clock an hour behind"),
        pytest.param(T - MS, START - DAY, None, False, id="in time from a clock a day behind"),
        pytest.param(T + MS, T - DAY, None, True, id="in the grace from a clock a day behind"),
        pytest.param(T + MS, T + HOUR, Refusal.MADE_AFTER_TIME, True, id="in the grace from a clock an hour ahead"),
        pytest.param(
            START - 5 * 60 * 1000 * MS, START, None, False, id="the server's clock stepped back to before the start"
        ),
    ],
)
def test_an_answer_counts_by_its_receipt(
    received: datetime, made: datetime | None, reason: Refusal | None, late: bool
) -> None:
    assert timing.refusal(Save(OPEN, made), received) == reason
    assert timing.late_received(OPEN, received) is late


@pytest.mark.parametrize(
    ("act", "now", "reason"),
    [
        pytest.param(Save(DONE, START), START, Refusal.FINISHED, id="saving after handing in"),
        pytest.param(Save(OPEN, START, holds_lease=False), START, Refusal.LEASE_LOST, id="saving without the lease"),
        pytest.param(
            Save(OPEN, START, holds_lease=False), T + GRACE + MS, Refusal.TIME_OVER, id="saving without lease or time"
        ),
        pytest.param(Submit(OPEN), START, None, id="handing in early"),
        pytest.param(Submit(OPEN), T + DAY, None, id="handing in a day late settles"),
        pytest.param(Submit(DONE), T, Refusal.FINISHED, id="handing in twice"),
        pytest.param(Sweep(OPEN), T - MS, Refusal.STILL_RUNNING, id="sweeping before the end"),
        pytest.param(Sweep(OPEN), T, Refusal.STILL_RUNNING, id="sweeping at the end"),
        pytest.param(Sweep(OPEN), T + GRACE, Refusal.STILL_RUNNING, id="sweeping at the end of the grace"),
        pytest.param(Sweep(OPEN), T + GRACE + MS, None, id="sweeping after the grace"),
        pytest.param(Sweep(DONE), T + DAY, Refusal.FINISHED, id="sweeping a finished attempt"),
    ],
)
def test_one_function_judges_every_act(act: timing.Act, now: datetime, reason: Refusal | None) -> None:
    assert timing.refusal(act, now) == reason


ONCE = Terms(limit_minutes=8, attempts_allowed=1)
WINDOW = Terms(8, opens_at=START, last_start_at=START + HOUR, hard_stop_at=START + HOUR + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("terms", "used", "now", "consent", "reason"),
    [
        pytest.param(ONCE, 0, START, False, None, id="the first of one"),
        pytest.param(ONCE, 1, START, False, Refusal.NO_ATTEMPTS_LEFT, id="the second of one"),
        pytest.param(Terms(8), 99, START, False, None, id="as often as one likes"),
        pytest.param(replace(ONCE, retired_at=START), 0, START, True, Refusal.RETIRED, id="retired"),
        pytest.param(WINDOW, 0, START - MS, False, Refusal.NOT_OPEN_YET, id="before it opens"),
        pytest.param(WINDOW, 0, START, False, None, id="as it opens"),
        pytest.param(WINDOW, 0, START + HOUR, False, Refusal.NO_CONSENT, id="the last start, with less time"),
        pytest.param(WINDOW, 0, START + HOUR, True, None, id="the last start, with consent"),
        pytest.param(WINDOW, 0, START + HOUR + MS, True, Refusal.CLOSED, id="after the last start"),
        pytest.param(
            Terms(8, hard_stop_at=START), 0, START, True, Refusal.CLOSED, id="at the hard stop no time would be left"
        ),
    ],
)
def test_a_start_is_refused_with_its_reason(
    terms: Terms, used: int, now: datetime, consent: bool, reason: Refusal | None
) -> None:
    assert timing.refusal(Start(terms, used, consent), now) == reason


@pytest.mark.parametrize(
    ("factor", "extra", "hard_stop", "minutes"),
    [
        (1, 0, None, 20),
        (1.5, 0, None, 30),
        (1.25, 10, None, 35),
        (1, 10, START + timedelta(minutes=22), 22),
        (1, 0, START + timedelta(minutes=40), 20),
    ],
)
def test_the_deadline_is_limit_times_factor_plus_extra_up_to_the_hard_stop(
    factor: float, extra: int, hard_stop: datetime | None, minutes: int
) -> None:
    allowed = Allowance(factor, extra)
    assert timing.deadline(START, 20, hard_stop, allowed) == START + timedelta(minutes=minutes)


def test_summer_time_neither_gives_nor_takes_minutes() -> None:
    before = datetime(2026, 3, 29, 1, 55, tzinfo=ZoneInfo("Europe/Berlin"))
    end = timing.deadline(before.astimezone(UTC), 20, None)
    assert end - before.astimezone(UTC) == timedelta(minutes=20)
    assert end.astimezone(ZoneInfo("Europe/Berlin")).hour == 3


@pytest.mark.parametrize(
    ("now", "ends", "by"),
    [
        pytest.param(START + HOUR / 20, START + HOUR / 20, "submitted", id="handed in early"),
        pytest.param(T, T, "submitted", id="handed in at the end"),
        pytest.param(T + MS, T, "time", id="handed in during the grace"),
        pytest.param(T + DAY, T, "time", id="settled the next morning"),
        pytest.param(START - HOUR, START, "submitted", id="handed in after the clock stepped back"),
    ],
)
def test_an_attempt_ends_between_start_and_deadline(now: datetime, ends: datetime, by: str) -> None:
    assert timing.finish(OPEN, now) == (ends, by)


def test_the_start_page_says_how_many_minutes_there_are() -> None:
    assert timing.minutes_available(WINDOW, START) == 8
    assert timing.minutes_available(WINDOW, START + HOUR) == 5
    assert timing.minutes_available(WINDOW, START + DAY) == 0
    assert timing.attempts_left(ONCE, 3) == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (None, None),
        (datetime(1, 1, 1, tzinfo=UTC), timing.EARLIEST),
        (datetime(9999, 12, 31, tzinfo=UTC), timing.LATEST),
        (datetime(2026, 3, 17, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai")), START),
    ],
)
def test_the_browsers_clock_is_kept_within_what_can_be_stored(sent: datetime | None, kept: datetime | None) -> None:
    assert timing.bounded(sent) == kept


offsets = st.timedeltas(min_value=-2 * DAY, max_value=2 * DAY)


@given(offsets, offsets, st.integers(0, 600))
def test_before_the_deadline_no_clock_of_a_browser_decides(at: timedelta, off: timedelta, grace: int) -> None:
    sitting, now = Sitting(START, T, grace), T - abs(at)
    assert timing.refusal(Save(sitting, now + off), now) is None


@given(offsets, st.integers(0, 600))
def test_saving_and_sweeping_never_both_apply(at: timedelta, grace: int) -> None:
    sitting, now = Sitting(START, T, grace), T + at
    saved = timing.refusal(Save(sitting, START), now) is None
    swept = timing.refusal(Sweep(sitting), now) is None
    assert saved != swept


@given(offsets)
def test_the_end_always_lies_between_start_and_deadline(at: timedelta) -> None:
    end, _by = timing.finish(OPEN, T + at)
    assert START <= end <= T


ABCD = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("kind", "sent", "kept", "flaw"),
    [
        ("single", "b", "b", None),
        ("single", ["b"], "b", None),
        ("single", "x", None, Flaw.NOT_AN_OPTION),
        ("single", ["a", "b"], None, Flaw.NOT_AN_OPTION),
        ("single", 3, None, Flaw.NOT_AN_OPTION),
        ("single", None, None, None),
        ("single", "", None, None),
        ("multiple", [], None, None),
        ("multiple", ["c", "a", "c"], ["a", "c"], None),
        ("multiple", "c", ["c"], None),
        ("multiple", ["a", "x"], None, Flaw.NOT_AN_OPTION),
        ("multiple", ["a", 1], None, Flaw.NOT_AN_OPTION),
        ("multiple", 1, None, Flaw.NOT_AN_OPTION),
        ("true_false", True, "true", None),
        ("true_false", "false", "false", None),
        ("true_false", "maybe", None, Flaw.NOT_AN_OPTION),
        ("numeric", 45, 45, None),
        ("numeric", " 45 ", "45", None),
        ("numeric", "４５ 分钟", "４５ 分钟", None),
        ("numeric", "about 45", None, Flaw.NOT_A_NUMBER),
        ("numeric", True, None, Flaw.NOT_A_NUMBER),
        ("numeric", float("nan"), None, Flaw.NOT_A_NUMBER),
        ("numeric", float("inf"), None, Flaw.NOT_A_NUMBER),
        pytest.param("numeric", 10**5000, None, Flaw.NOT_A_NUMBER, id="a number of five thousand digits"),
        ("numeric", "9" * 41, None, Flaw.TOO_LONG),
        ("numeric", ["1", "2"], None, Flaw.NOT_A_NUMBER),
        ("short_text", " 90 minutes ", "90 minutes", None),
        ("short_text", "   ", None, None),
        ("short_text", "x" * 501, None, Flaw.TOO_LONG),
        ("short_text", 90, None, Flaw.NOT_A_TEXT),
    ],
)
def test_a_response_is_kept_in_one_form_or_its_flaw_is_named(
    kind: str, sent: Any, kept: Any, flaw: Flaw | None
) -> None:
    assert responses.accepted(kind, sent, ABCD, ("分钟", "minutes")) == (kept, flaw)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("45", 45),
        ("-1.5", Decimal("-1.5")),
        ("１，０００", 1000),
        ("1,234,567.5", Decimal("1234567.5")),
        ("1,5", None),
        (",500", None),
        ("1_000", None),
        ("45 Minutes", 45),
        ("NaN", None),
        ("1e400", None),
        ("", None),
        ("9" * 50, None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: Any) -> None:
    assert responses.number(text, ("分钟", "minutes")) == value


def test_what_is_no_text_and_no_number_is_no_number() -> None:
    assert responses.number(["45"]) is None
    assert responses.number(True) is None


FORMS = {"accept": {"zh": ["九十分钟", "90分钟"], "en": ["ninety minutes", "90 minutes"]}}


@pytest.mark.parametrize(
    ("kind", "key", "response", "right"),
    [
        ("single", {"ids": ["a"]}, "a", True),
        ("single", {"ids": ["a"]}, "b", False),
        ("single", {"ids": ["a"]}, None, False),
        ("single", {"ids": ["a"]}, ["a"], False),
        ("multiple", {"ids": ["a", "c"]}, ["c", "a"], True),
        ("multiple", {"ids": ["a", "c"]}, ["a"], False),
        ("multiple", {"ids": ["a", "c"]}, ["a", "b", "c"], False),
        ("multiple", {"ids": ["a", "c"]}, None, False),
        ("true_false", {"ids": ["true"]}, "true", True),
        ("true_false", {"ids": ["true"]}, "false", False),
        ("numeric", {"value": 45, "tolerance": 0}, 45, True),
        ("numeric", {"value": 45, "tolerance": 0}, "45 分钟", True),
        ("numeric", {"value": 45, "tolerance": 5}, 50, True),
        ("numeric", {"value": 45, "tolerance": 5}, 50.01, False),
        ("numeric", {"value": 0.3, "tolerance": 0.1}, 0.2, True),
        ("numeric", {"value": 45}, "45.0", True),
        ("numeric", {"value": 45}, None, False),
        ("short_text", FORMS, "９０ ＭＩＮＵＴＥＳ", True),
        ("short_text", FORMS, "Ninety  Minutes", True),
        ("short_text", FORMS, "90 分钟", True),
        ("short_text", FORMS, "九十", False),
        ("short_text", FORMS, "", False),
        ("short_text", {"accept": {"en": [""]}}, " ", False),
        ("short_text", FORMS, 90, False),
    ],
)
def test_each_kind_is_marked_by_its_own_rule(kind: str, key: dict[str, Any], response: Any, right: bool) -> None:
    assert marks.correct(kind, key, response, ("分钟", "minutes")) is right


KEYS: dict[str, dict[str, Any]] = {
    "single": {"ids": ["a"]},
    "multiple": {"ids": ["a", "c"]},
    "true_false": {"ids": ["true"]},
    "numeric": {"value": 45, "tolerance": 0},
    "short_text": FORMS,
}
anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(), max_size=4))


@given(st.sampled_from(sorted(KEYS)), anything)
def test_no_response_whatever_breaks_the_marking(kind: str, response: Any) -> None:
    kept, flaw = responses.accepted(kind, response, ABCD)
    assert marks.correct(kind, KEYS[kind], response) in (True, False)
    assert flaw is None or kept is None


@given(st.sampled_from(sorted(KEYS)), anything)
def test_keeping_a_response_twice_keeps_the_same(kind: str, response: Any) -> None:
    kept, flaw = responses.accepted(kind, response, ABCD)
    if flaw is None:
        assert responses.accepted(kind, kept, ABCD) == (kept, None)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = responses.folded(text)
    assert responses.folded(once) == once


@pytest.mark.parametrize(
    ("score", "most", "mark", "percent", "passed"),
    [
        (8, 10, 80, 80.0, True),
        (7, 10, 80, 70.0, False),
        (2, 3, 67, 66.6, False),
        (2, 3, 66, 66.6, True),
        (0, 0, 0, 0.0, False),
    ],
)
def test_a_pass_is_not_rounded(score: float, most: float, mark: int, percent: float, passed: bool) -> None:
    result = marks.Result(score, most, mark)
    assert (result.percent, result.passed) == (percent, passed)


@given(st.integers(1, 200), st.integers(0, 100), st.data())
def test_shown_percent_never_contradicts_the_verdict(most: int, mark: int, data: st.DataObject) -> None:
    result = marks.Result(data.draw(st.integers(0, most)), most, mark)
    assert result.passed == (result.percent >= mark)


def bank(lessons: int, each: int) -> list[Candidate]:
    return [Candidate(n, n + 1000, n % lessons, ABCD) for n in range(lessons * each)]


def test_a_draw_follows_from_its_seed_whatever_the_order_of_the_bank() -> None:
    pool = bank(4, 5)
    assert draw(pool, 10, 7) == draw(reversed(pool), 10, 7)
    assert draw(pool, 10, 7) != draw(pool, 10, 8)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 40), st.integers(0, 2**63 - 1))
def test_a_draw_is_fair_over_lessons_and_asks_nothing_twice(lessons: int, each: int, count: int, seed: int) -> None:
    pool = bank(lessons, each)
    by_version = {candidate.version_id: candidate for candidate in pool}
    drawn = draw(pool, count, seed)
    asked = Counter(by_version[one.version_id].lesson_id for one in drawn)
    assert len({one.version_id for one in drawn}) == len(drawn) == min(count, len(pool))
    assert not asked or max(asked.values()) - min(asked.get(lesson, 0) for lesson in range(lessons)) <= 1
    assert all(sorted(one.option_order) == list(ABCD) for one in drawn)


def test_every_question_and_every_order_comes_up() -> None:
    pool = bank(3, 4)
    drawn = [draw(pool, 3, seed) for seed in range(400)]
    assert {one.version_id for each in drawn for one in each} == {candidate.version_id for candidate in pool}
    assert len({one.option_order for each in drawn for one in each}) == 24


END = START + HOUR


@pytest.mark.parametrize(
    ("choice", "terms", "now", "finished", "passed", "due"),
    [
        ("at_once", Terms(8), START, False, True, False),
        ("at_once", Terms(8), START, True, False, True),
        ("after_passing", Terms(8), START, True, False, False),
        ("after_passing", Terms(8), START, True, True, True),
        ("after_window", Terms(8), START + DAY, True, True, False),
        ("after_window", Terms(8, hard_stop_at=END), END, True, True, False),
        ("after_window", Terms(8, hard_stop_at=END), END + MS, True, False, True),
        ("after_window", Terms(8, last_start_at=END), END + MS, True, True, False),
        ("after_window", Terms(8, last_start_at=END), END + 9 * MS * 60_000, True, True, True),
        ("after_window", Terms(8, last_start_at=END, hard_stop_at=END + MS), END + 2 * MS, True, True, True),
        ("after_window", Terms(8, retired_at=END), END + HOUR, True, True, True),
    ],
)
def test_feedback_is_due_by_one_plain_choice(
    choice: str, terms: Terms, now: datetime, finished: bool, passed: bool, due: bool
) -> None:
    assert feedback.due(choice, terms, now, finished=finished, passed=passed) is due


def test_practice_asks_first_what_was_met_and_is_not_confirmed() -> None:
    points = [(1, "known"), (1, "open"), (1, "open"), (2, "known"), (9, "unmet")]
    pool = [Candidate(n, n, lesson, (), point) for n, (lesson, point) in enumerate(points, start=1)]
    order = ranked(pool, met_lessons={1, 2}, confirmed={"known"})
    for seed in range(50):
        assert {one.version_id for one in draw(order, 2, seed)} == {2, 3}
        assert {one.version_id for one in draw(order, 4, seed)} == {1, 2, 3, 4}

"""Rules as tables: dates, ledger, requirements, path, verification."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from lms.certification.rules import dates, ledger, path, verification
from lms.certification.rules import requirements as rules
from lms.certification.rules.ledger import Issue, Status

ZONE = "Asia/Shanghai"
NOON = datetime(2026, 3, 17, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        pytest.param(date(2023, 2, 12), 12, date(2024, 2, 11), id="a year ends on the eve of its anniversary"),
        pytest.param(date(2023, 1, 31), 1, date(2023, 2, 28), id="31 January and a month is the last of February"),
        pytest.param(date(2024, 1, 31), 1, date(2024, 2, 29), id="in a leap year the last of February is the 29th"),
        pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), id="29 February and a year is 28 February"),
        pytest.param(date(2026, 1, 1), 12, date(2026, 12, 31), id="a calendar year ends with it"),
        pytest.param(date(2026, 12, 15), 1, date(2027, 1, 14), id="a month goes over the end of a year"),
    ],
)
def test_last_valid_day(first: date, months: int, last: date) -> None:
    assert dates.last_valid_day(first, months) == last
    assert dates.from_completion(first, months) == dates.Term(first, last)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        pytest.param(date(2023, 1, 31), 1, date(2023, 2, 28), id="a shorter month gives its last day"),
        pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), id="no 29 February in the next year"),
        pytest.param(date(2026, 11, 5), 14, date(2028, 1, 5), id="more than a year"),
    ],
)
def test_add_months(day: date, months: int, later: date) -> None:
    assert dates.add_months(day, months) == later


@pytest.mark.parametrize(
    ("certified_on", "term"),
    [
        pytest.param(
            date(2026, 2, 20), dates.Term(date(2026, 3, 17), date(2027, 3, 16)), id="early renewal loses no day"
        ),
        pytest.param(
            date(2026, 3, 30),
            dates.Term(date(2026, 3, 30), date(2027, 3, 29)),
            id="late renewal begins when it is made",
        ),
    ],
)
def test_renewals_keep_the_anniversary(certified_on: date, term: dates.Term) -> None:
    assert dates.keep_anniversary(certified_on, 12, date(2026, 3, 16)) == term


def test_a_day_is_half_open_in_the_sites_time_zone() -> None:
    assert dates.day_begins(date(2026, 3, 17), ZONE) == datetime(2026, 3, 16, 16, tzinfo=UTC)
    assert dates.day_ends(date(2026, 3, 17), ZONE) == datetime(2026, 3, 17, 16, tzinfo=UTC)
    assert dates.day_of(datetime(2026, 3, 17, 16, tzinfo=UTC), ZONE) == date(2026, 3, 18)


@dataclass(frozen=True)
class P:
    """A period of a year from 17 March 2026, certified at noon."""

    scope: str = "full"
    certified_at: datetime = NOON
    valid_from: date = date(2026, 3, 17)
    valid_until: date = date(2027, 3, 16)
    time_zone: str = ZONE
    ended_at: datetime | None = None
    ended_by: str | None = None


DAY = timedelta(days=1)
LAST_INSTANT = datetime(2027, 3, 16, 16, tzinfo=UTC)  # midnight after the last valid day
SHORT = {"valid_until": date(2026, 4, 16)}
LATER = P(certified_at=NOON + 9 * DAY, valid_from=date(2026, 3, 26), valid_until=date(2027, 3, 25))


@pytest.mark.parametrize(
    ("periods", "at", "status"),
    [
        pytest.param([], NOON, Status.NEVER, id="nothing was ever issued"),
        pytest.param([P()], NOON, Status.VALID, id="valid from the instant of certification"),
        pytest.param([P()], NOON - timedelta(seconds=1), Status.NEVER, id="not a second before, be it the same day"),
        pytest.param(
            [P()], LAST_INSTANT - timedelta(milliseconds=1), Status.VALID, id="valid to the end of the last day"
        ),
        pytest.param([P()], LAST_INSTANT, Status.LAPSED, id="lapsed when the last day is over"),
        pytest.param([P("shadow")], NOON, Status.NEVER, id="listening in is no licence for calls"),
        pytest.param([P("nesting")], NOON, Status.VALID, id="nesting may take calls"),
        pytest.param([P(**SHORT), P("nesting")], NOON + 60 * DAY, Status.VALID, id="full lapsed, nesting still holds"),
        pytest.param([P(ended_at=NOON + DAY, ended_by="revoked")], NOON, Status.VALID, id="before it was revoked"),
        pytest.param(
            [P(ended_at=NOON + DAY, ended_by="revoked")], NOON + DAY, Status.REVOKED, id="from the revocation on"
        ),
        pytest.param(
            [P("nesting"), P(ended_at=NOON + DAY, ended_by="suspended")],
            NOON + DAY,
            Status.SUSPENDED,
            id="a suspension outweighs what else is held",
        ),
        pytest.param(
            [P("nesting", ended_at=NOON + DAY, ended_by="revoked"), P(ended_at=NOON + DAY, ended_by="suspended")],
            NOON + DAY,
            Status.SUSPENDED,
            id="suspended before revoked",
        ),
        pytest.param(
            [P(ended_at=NOON + DAY, ended_by="suspended"), LATER],
            NOON + 9 * DAY,
            Status.VALID,
            id="certified anew after a suspension",
        ),
        pytest.param(
            [
                P(ended_at=NOON + DAY, ended_by="superseded"),
                P(valid_from=date(2027, 3, 17), valid_until=date(2028, 3, 16)),
            ],
            NOON + 2 * DAY,
            Status.VALID,
            id="being renewed takes no day away",
        ),
        pytest.param([P(valid_from=date(2026, 3, 20))], NOON, Status.NEVER, id="not before the first valid day"),
    ],
)
def test_status_at_an_instant(periods: list[P], at: datetime, status: Status) -> None:
    standing = ledger.standing(periods, at)
    assert standing.status is status
    assert ledger.may_take_calls(periods, at) is (status is Status.VALID)


def test_grace_is_counted_apart() -> None:
    standing = ledger.standing([P()], LAST_INSTANT, grace_days=3)
    assert (standing.status, standing.held) == (Status.IN_GRACE, True)
    assert ledger.standing([P()], LAST_INSTANT + 3 * DAY, grace_days=3).status is Status.LAPSED


@pytest.mark.parametrize(
    ("periods", "scope"),
    [
        pytest.param([], "study", id="everybody may study"),
        pytest.param([P("shadow")], "shadow", id="listening in"),
        pytest.param([P("shadow"), P()], "full", id="the furthest counts"),
    ],
)
def test_highest_scope(periods: list[P], scope: str) -> None:
    assert ledger.highest_scope(periods, NOON) == scope


def test_expiring_soon_is_about_what_is_held() -> None:
    assert not ledger.expires_soon(ledger.standing([P()], NOON), NOON)
    assert ledger.expires_soon(ledger.standing([P()], LAST_INSTANT - DAY), LAST_INSTANT - DAY)
    assert not ledger.expires_soon(ledger.standing([P()], LAST_INSTANT), LAST_INSTANT)


@pytest.mark.parametrize(
    ("live", "now", "step"),
    [
        pytest.param(None, NOON, Issue.FIRST, id="no live period"),
        pytest.param(P(), NOON + DAY, Issue.KEEP, id="a fresh one stands"),
        pytest.param(P(), LAST_INSTANT - 60 * DAY, Issue.RENEW, id="sixty days before the end it may be renewed"),
        pytest.param(P(), LAST_INSTANT - 61 * DAY, Issue.KEEP, id="a day earlier it may not"),
        pytest.param(P(), LAST_INSTANT, Issue.AFTER_EXPIRY, id="it has run out"),
    ],
)
def test_issue_step(live: P | None, now: datetime, step: Issue) -> None:
    assert ledger.issue_step(live, now) is step


def test_a_new_cycle_counts_only_its_own_evidence() -> None:
    assert ledger.cycle_opens([], "full", NOON) is None
    assert ledger.cycle_opens([P()], "shadow", NOON) is None
    assert ledger.cycle_opens([P()], "full", NOON) == LAST_INSTANT - 60 * DAY
    revoked = P(ended_at=NOON + DAY, ended_by="revoked")
    assert ledger.cycle_opens([revoked], "full", NOON + 2 * DAY) == NOON + DAY


def at(days: int) -> datetime:
    return NOON - timedelta(days=days)


CYCLE = rules.Cycle(NOON, ZONE, "go-live")


def lesson(number: int, done: datetime | None, course: str = "basics") -> rules.LessonFact:
    return rules.LessonFact(course, number, f"{number:02}", 1, done)


def attempt(days: int, *, passed: bool = True, quiz: str = "gate") -> rules.AttemptFact:
    return rules.AttemptFact(1, quiz, 1, 90.0 if passed else 60.0, passed=passed, at=at(days))


def call(
    days: int, *, percent: float = 90, critical: bool = False, ref: str = "", card: str = "card"
) -> rules.CallFact:
    return rules.CallFact(days, card, 1, 7, ref or f"C-{days}", percent, critical_failed=critical, at=at(days))


def word(days: int, role: str = "mentor", gate: str = "go-live") -> rules.SignOffFact:
    return rules.SignOffFact(1, gate, role, 9, at(days))


def point(slug: str, confirmed: datetime | None) -> rules.PointFact:
    return rules.PointFact(slug, "basics/01", confirmed)


LESSONS = {"slug": "lessons", "kind": "lessons", "courses": ["basics"]}
QUIZ = {"slug": "quiz", "kind": "quiz", "quiz": "gate", "fresh_days": 30}
CALLS = {
    "slug": "calls",
    "kind": "observed_calls",
    "scorecard": "card",
    "count": 2,
    "min_percent": 80,
    "fresh_days": 14,
}
SIGN = {"slug": "mentor", "kind": "sign_off", "role": "mentor", "fresh_days": 14}
COVER = {"slug": "coverage", "kind": "coverage"}


@pytest.mark.parametrize(
    ("asked", "facts", "state", "have"),
    [
        pytest.param(
            LESSONS, {"lessons": (lesson(1, at(3)), lesson(2, at(1)))}, "met", 2, id="all lessons are finished"
        ),
        pytest.param(LESSONS, {"lessons": (lesson(1, at(3)), lesson(2, None))}, "missing", 1, id="one lesson is left"),
        pytest.param(
            LESSONS, {"lessons": (lesson(1, at(-1)),)}, "missing", 0, id="what is finished later does not count"
        ),
        pytest.param(LESSONS, {}, "missing", 0, id="a course that is not there never counts as finished"),
        pytest.param(QUIZ, {"attempts": (attempt(3),)}, "met", 1, id="the quiz was passed"),
        pytest.param(QUIZ, {"attempts": (attempt(29),)}, "met", 1, id="on its last fresh day"),
        pytest.param(QUIZ, {"attempts": (attempt(30),)}, "stale", 0, id="stale after thirty days"),
        pytest.param(QUIZ, {"attempts": (attempt(3, passed=False),)}, "missing", 0, id="sat and not passed"),
        pytest.param(QUIZ, {"attempts": (attempt(3, quiz="daily"),)}, "missing", 0, id="another quiz"),
        pytest.param(CALLS, {"calls": (call(1), call(2))}, "met", 2, id="two good calls"),
        pytest.param(CALLS, {"calls": (call(1),)}, "missing", 1, id="one of two"),
        pytest.param(CALLS, {"calls": (call(1), call(2, percent=79.9))}, "missing", 1, id="a call below the mark"),
        pytest.param(CALLS, {"calls": (call(1), call(2, critical=True))}, "missing", 1, id="a critical point missed"),
        pytest.param(
            CALLS, {"calls": (call(1, ref="C"), call(2, ref="C"))}, "missing", 1, id="one call scored twice is one"
        ),
        pytest.param(CALLS, {"calls": (call(1), call(2, card="other"))}, "missing", 1, id="another scorecard"),
        pytest.param(CALLS, {"calls": (call(20), call(1))}, "stale", 1, id="one of two has gone stale"),
        pytest.param(CALLS, {"calls": (call(20), call(30))}, "stale", 0, id="both have gone stale"),
        pytest.param(CALLS, {}, "missing", 0, id="no call yet"),
        pytest.param(SIGN, {"sign_offs": (word(1),)}, "met", 1, id="the mentor signed"),
        pytest.param(SIGN, {"sign_offs": (word(14),)}, "stale", 0, id="the signature has gone stale"),
        pytest.param(SIGN, {"sign_offs": (word(1, role="adviser"),)}, "missing", 0, id="somebody else signed"),
        pytest.param(SIGN, {"sign_offs": (word(1, gate="listening-in"),)}, "missing", 0, id="signed for another gate"),
        pytest.param(COVER, {"points": (point("a", at(1)),)}, "met", 1, id="every minimum point is confirmed"),
        pytest.param(COVER, {"points": (point("a", at(1)), point("b", None))}, "missing", 1, id="one point is open"),
        pytest.param(COVER, {}, "missing", 0, id="a post without points confirms nothing"),
        pytest.param({"slug": "x", "kind": "magic"}, {}, "missing", 0, id="an unknown kind never opens a gate"),
    ],
)
def test_requirement(asked: dict[str, object], facts: dict[str, object], state: str, have: int) -> None:
    found = rules.evaluate(rules.requirement(asked), rules.Facts(**facts), CYCLE)  # type: ignore[arg-type]
    assert (found.state, found.have) == (state, have)
    assert (found.state == "met") is (found.lacking == 0)
    if found.state == "met":
        assert found.evidence
        assert found.since


def test_evidence_of_before_the_cycle_does_not_count() -> None:
    cycle = rules.Cycle(NOON, ZONE, "go-live", opens_at=at(2))
    facts = rules.Facts(attempts=(attempt(3),), calls=(call(3), call(4)), sign_offs=(word(3),))
    states = rules.evaluate_all([QUIZ, CALLS, SIGN], facts, cycle)
    assert [state.state for state in states] == ["missing"] * 3


def test_the_day_it_goes_stale_is_told() -> None:
    state = rules.evaluate(rules.requirement(QUIZ), rules.Facts(attempts=(attempt(15),)), CYCLE)
    assert state.stale_on == date(2026, 4, 1)
    forever = rules.evaluate(
        rules.requirement(QUIZ | {"fresh_days": None}), rules.Facts(attempts=(attempt(99),)), CYCLE
    )
    assert (forever.state, forever.stale_on) == ("met", None)


def test_a_gate_that_asks_for_nothing_is_not_open() -> None:
    assert not rules.all_met(())


def test_the_hash_of_evidence_does_not_depend_on_the_order_of_keys() -> None:
    assert rules.evidence_hash([{"a": 1, "b": "中"}]) == rules.evidence_hash([{"b": "中", "a": 1}])
    assert rules.evidence_hash([{"a": 1}]) != rules.evidence_hash([{"a": 2}])


WEEK = path.working_days(["mon", "tue", "wed", "thu", "fri"])
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("today", "number"),
    [
        pytest.param(date(2026, 3, 1), 0, id="the class has not begun"),
        pytest.param(MONDAY, 1, id="the first day"),
        pytest.param(date(2026, 3, 6), 5, id="the first Friday"),
        pytest.param(date(2026, 3, 8), 5, id="a Sunday counts as the Friday before"),
        pytest.param(date(2026, 3, 17), 12, id="Tuesday of the third week"),
    ],
)
def test_day_number(today: date, number: int) -> None:
    assert path.day_number(MONDAY, today, WEEK) == number
    if today.weekday() in WEEK and number:
        assert path.date_of_day(MONDAY, number, WEEK) == today


def test_a_class_that_begins_on_a_day_off_has_its_first_day_on_monday() -> None:
    assert path.date_of_day(date(2026, 2, 28), 1, WEEK) == MONDAY
    assert path.date_of_day(date(2026, 2, 28), 6, WEEK) == date(2026, 3, 9)


def test_working_days_go_over_the_weekend() -> None:
    assert path.date_of_day(date(2026, 3, 5), 3, WEEK) == date(2026, 3, 9)


def test_a_calendar_without_days_has_five() -> None:
    assert path.working_days(None) == path.working_days(["nonsense"]) == WEEK


@dataclass(frozen=True)
class S:
    slug: str
    first_day: int
    last_day: int


@dataclass(frozen=True)
class G:
    slug: str
    after_stage: str


STAGES = [S("study", 1, 10), S("listen", 11, 17), S("teach", 18, 24), S("calls", 25, 30)]
GATES = [G("one", "study"), G("two", "calls")]


@pytest.mark.parametrize(
    ("passed", "day", "states"),
    [
        pytest.param(set(), 3, "current next ahead ahead ahead ahead", id="studying"),
        pytest.param(set(), 20, "current next ahead ahead ahead ahead", id="late, but no stage behind a closed gate"),
        pytest.param({"one"}, 3, "done done current ahead ahead next", id="early through the first gate"),
        pytest.param({"one"}, 20, "done done done current ahead next", id="the calendar moves between gates"),
        pytest.param({"one", "two"}, 33, "done done done done done done", id="all passed"),
        pytest.param({"two"}, 33, "current next ahead ahead ahead done", id="the first gate has lapsed"),
    ],
)
def test_steps(passed: set[str], day: int, states: str) -> None:
    assert " ".join(step.state for step in path.steps(STAGES, GATES, passed, day)) == states


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("A" * 32, "A" * 32, id="as printed"),
        pytest.param("abcd efgh-" * 4, "ABCDEFGH" * 4, id="with spaces, hyphens and small letters"),
        pytest.param("A" * 31, verification.NO_CODE, id="too short"),
        pytest.param("A" * 5000, verification.NO_CODE, id="far too long"),
        pytest.param("<script>", verification.NO_CODE, id="markup"),
    ],
)
def test_tidy_code(typed: str, stored: str) -> None:
    assert verification.tidy_code(typed) == stored


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", id="an IPv4 address alone"),
        pytest.param("2001:db8:1:2:3::9", "2001:db8:1:2::/64", id="IPv6 by its network"),
        pytest.param(None, "unknown", id="no address"),
        pytest.param("nonsense", "unknown", id="no address at all"),
    ],
)
def test_neighbourhood(address: str | None, counted_as: str) -> None:
    assert verification.neighbourhood(address) == counted_as

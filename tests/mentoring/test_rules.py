"""Scorecard sums, who may listen, when to meet, how many places, what needs the mentor: tables of values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lms.accounts.rules import Grant, Identity, Role
from lms.mentoring.rules import calls, needs, pairing, scorecard
from lms.mentoring.rules.needs import Signs
from lms.mentoring.rules.pairing import Change, Places
from lms.mentoring.rules.scorecard import Asked, Lack, Mark, Result

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)  # Tuesday, 10:30 in Shanghai
CARD = (Asked(1, "opening", 1, False), Asked(2, "identity", 2, True), Asked(3, "closing", 1.5, False))


def marks(*scores: int | None) -> dict[int, Mark]:
    return {n: Mark(n, score, remark="heard") for n, score in enumerate(scores, 1)}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(marks(3, 3, 3), Result(100.0, False, True), id="all model answers are 100 percent"),
        pytest.param(marks(0, 3, 3), Result(77.7, False, False), id="weights count"),
        pytest.param(marks(None, 3, 3), Result(100.0, False, True), id="what did not come up does not count"),
        pytest.param(marks(3, 0, 3), Result(55.5, True, False), id="a critical zero fails the call"),
        pytest.param(marks(3, None, 0), Result(40.0, False, False), id="a critical that did not come up fails nothing"),
        pytest.param(marks(None, 3, 1), Result(71.4, False, False), id="the percent is cut, not rounded up"),
        pytest.param({1: Mark(1, 2)}, Result(66.6, False, False), id="two thirds"),
        pytest.param(marks(None, None, None), None, id="nothing came up: no result"),
        pytest.param({}, None, id="nothing given: no result"),
    ],
)
def test_a_scorecard_sums_up(given: dict[int, Mark], expected: Result | None) -> None:
    assert scorecard.result(CARD, given, 80) == expected


def test_a_critical_zero_fails_even_a_call_over_the_pass_mark() -> None:
    card = (Asked(1, "all", 99, False), Asked(2, "identity", 1, True))
    assert scorecard.result(card, marks(3, 0), 80) == Result(99.0, True, False)


def test_exactly_the_pass_mark_passes() -> None:
    card = tuple(Asked(n, str(n), 0.1, False) for n in range(1, 6))
    assert scorecard.result(card, marks(3, 3, 3, 3, 0), 80) == Result(80.0, False, True)


def test_just_under_the_pass_mark_never_shows_as_the_pass_mark() -> None:
    card = (Asked(1, "a", 7999.9, False), Asked(2, "b", 2000.1, False))
    assert scorecard.result(card, marks(3, 0), 80) == Result(79.9, False, False)


@pytest.mark.parametrize(
    ("given", "expected", "refusal"),
    [
        pytest.param(marks(3, 3, 3), (), None, id="complete"),
        pytest.param(marks(3, 3), (Lack(3, "unscored"),), "incomplete", id="one line is missing"),
        pytest.param(
            marks(3, 3) | {3: Mark(3, 1)}, (Lack(3, "no_evidence"),), "incomplete", id="a low score without evidence"
        ),
        pytest.param(marks(3, 3) | {3: Mark(3, 0, at_second=0)}, (), None, id="the first second is a place"),
        pytest.param(marks(3, 3) | {3: Mark(3, 2)}, (), None, id="a good score needs none"),
        pytest.param(
            marks(3, 3) | {3: Mark(3, None, remark="a note", given=False)},
            (Lack(3, "unscored"),),
            "incomplete",
            id="a remark is no score",
        ),
        pytest.param({n: Mark(n, None) for n in (1, 2, 3)}, (), "nothing_scored", id="nothing came up"),
    ],
)
def test_an_observation_is_finished_when_it_is_complete(
    given: dict[int, Mark], expected: tuple[Lack, ...], refusal: str | None
) -> None:
    assert scorecard.lacking(CARD, given) == expected
    assert scorecard.refusal(CARD, given) == refusal


def identity(number: int, *roles: Role, site: int = 1) -> Identity:
    return Identity(number, f"E{number}", "陈静", None, "en", site, "Asia/Shanghai", tuple(Grant(r) for r in roles))


@pytest.mark.parametrize(
    ("observer", "mentor_id", "allowed"),
    [
        pytest.param(identity(9, Role.MENTOR), 9, True, id="the learner's own mentor"),
        pytest.param(identity(8, Role.MENTOR), 9, True, id="another mentor of the site"),
        pytest.param(identity(8, Role.MENTOR), None, True, id="a mentor of the site while there is no pairing"),
        pytest.param(identity(8, Role.MENTOR, site=2), 9, False, id="a mentor of another site"),
        pytest.param(identity(9, Role.MENTOR, site=2), 9, True, id="the own mentor from another site"),
        pytest.param(identity(7, Role.MENTOR), 9, False, id="oneself"),
        pytest.param(identity(6, Role.ADVISER, Role.LEAD), 9, False, id="who is no mentor"),
    ],
)
def test_who_may_observe(observer: Identity, mentor_id: int | None, *, allowed: bool) -> None:
    assert calls.may_observe(observer, 7, 1, mentor_id) is allowed


@pytest.mark.parametrize(
    ("away", "code"),
    [
        pytest.param(timedelta(0), None, id="a live call"),
        pytest.param(timedelta(minutes=5), None, id="the telephone's clock is a little ahead"),
        pytest.param(timedelta(minutes=6), "call_ahead", id="a call to come"),
        pytest.param(timedelta(days=-14), None, id="two weeks ago"),
        pytest.param(timedelta(days=-14, seconds=-1), "call_too_old", id="longer ago"),
    ],
)
def test_which_calls_count(away: timedelta, code: str | None) -> None:
    assert calls.call_refusal(NOW + away, NOW) == code


@pytest.mark.parametrize(
    ("typed", "second"),
    [
        ("3:18", 198),
        ("03:18", 198),
        (" 0:00 ", 0),
        ("3：18", 198),
        ("1:02:03", 3723),
        ("90:00", 5400),
        ("6:00:01", None),
        ("3:60", None),
        ("318", None),
        ("three", None),
        ("３:18", None),
        ("", None),
        ("-1:00", None),
    ],
)
def test_a_place_in_a_call_is_minutes_and_seconds(typed: str, second: int | None) -> None:
    assert calls.place_in_call(typed) == second


@pytest.mark.parametrize(
    ("ago", "second"),
    [
        (timedelta(seconds=198), 198),
        (timedelta(minutes=-3), 0),
        (timedelta(hours=1), 3600),
        (timedelta(hours=1, seconds=1), None),
    ],
)
def test_a_live_call_has_a_clock_and_a_recording_has_its_own(ago: timedelta, second: int | None) -> None:
    assert calls.live_second(NOW - ago, NOW) == second


def test_a_place_is_written_as_it_is_typed() -> None:
    assert [calls.place_text(s) for s in (None, 0, 198, 3723)] == ["", "0:00", "3:18", "62:03"]


def test_free_places_are_never_negative() -> None:
    assert (Places(4, 1).free, Places(0, 2).free) == (3, 0)


def test_only_what_is_different_changes() -> None:
    assert pairing.changes({1: 9, 2: 9, 3: 8}, {1: 9, 2: 8, 3: None, 4: 9, 5: None}) == (
        Change(2, 9, 8),
        Change(3, 8, None),
        Change(4, None, 9),
    )


FULL = Places(1, 1)


@pytest.mark.parametrize(
    ("places", "moved", "short"),
    [
        pytest.param({8: Places(2, 1)}, [Change(1, None, 8)], {}, id="the last place"),
        pytest.param({8: FULL}, [Change(1, None, 8)], {8: 1}, id="no place left"),
        pytest.param({8: Places(3, 2)}, [Change(n, None, 8) for n in (1, 2, 3)], {8: 2}, id="three for one place"),
        pytest.param({8: FULL, 9: FULL}, [Change(1, 8, 9), Change(2, 9, 8)], {}, id="two full mentors swap"),
        pytest.param({8: FULL}, [Change(1, 8, None), Change(2, None, 8)], {}, id="who leaves makes room"),
        pytest.param({8: Places(0, 0)}, [Change(1, None, 8)], {8: 1}, id="a mentor without places"),
    ],
)
def test_places_are_counted_for_all_changes_together(
    places: dict[int, Places], moved: list[Change], short: dict[int, int]
) -> None:
    assert pairing.overbooked(places, moved) == short


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(1, None, 8), None),
        (Change(1, 8, None), None),
        (Change(8, None, 8), "own_mentor"),
        (Change(1, None, 7), "not_a_mentor"),
    ],
)
def test_who_can_be_a_mentor(change: Change, code: str | None) -> None:
    assert pairing.refusal(change, {8}) == code


@pytest.mark.parametrize(
    ("wanted", "taken", "code"),
    [(0, 0, None), (60, 2, None), (61, 0, "too_many_places"), (-1, 0, "too_many_places"), (1, 2, "places_taken")],
)
def test_how_many_places_a_mentor_can_have(wanted: int, taken: int, code: str | None) -> None:
    assert pairing.capacity_refusal(wanted, taken) == code


@pytest.mark.parametrize(
    ("away", "code"),
    [
        (timedelta(minutes=1), None),
        (timedelta(0), "meeting_past"),
        (timedelta(days=90), None),
        (timedelta(days=91), "meeting_far"),
    ],
)
def test_when_people_can_meet(away: timedelta, code: str | None) -> None:
    assert pairing.meeting_refusal(NOW + away, NOW) == code


CALM = Signs(
    learner_since=NOW - timedelta(days=10),
    last_seen_at=NOW,
    last_contact_at=NOW - timedelta(days=1),
    meeting_at=NOW + timedelta(hours=5),
)


@pytest.mark.parametrize(
    ("signs", "kind", "urgent"),
    [
        pytest.param(CALM, "calm", False, id="nothing waits"),
        pytest.param(replace(CALM, meeting_at=None), "no_meeting", False, id="no talk arranged"),
        pytest.param(replace(CALM, missed=1), "missed", False, id="something missed is for the next talk"),
        pytest.param(
            replace(CALM, last_seen_at=NOW - timedelta(days=5), missed=1), "not_seen", False, id="silence before misses"
        ),
        pytest.param(
            replace(CALM, last_contact_at=NOW - timedelta(days=6), meeting_at=None),
            "contact_late",
            False,
            id="the mentor is late, not the learner",
        ),
        pytest.param(replace(CALM, draft_id=4), "draft", True, id="a call is being scored"),
        pytest.param(replace(CALM, draft_id=4, failed_quizzes=2), "failed_twice", True, id="two fails before a draft"),
        pytest.param(
            replace(CALM, failed_quizzes=2, too_much=True), "too_much", True, id="too much comes before everything"
        ),
    ],
)
def test_the_most_pressing_need_is_shown(signs: Signs, kind: str, *, urgent: bool) -> None:
    found = needs.need(signs, NOW)
    assert (found.kind, found.urgent) == (kind, urgent)


@pytest.mark.parametrize(
    ("last_contact_days", "paired_days", "late"),
    [(5, 10, False), (6, 10, True), (None, 6, True), (None, 1, False), (9, 2, False)],
)
def test_contact_is_late_after_five_days(last_contact_days: int | None, paired_days: int, *, late: bool) -> None:
    last = None if last_contact_days is None else NOW - timedelta(days=last_contact_days)
    signs = Signs(learner_since=NOW - timedelta(days=paired_days), last_contact_at=last)
    assert needs.contact_late(signs, NOW) is late


@pytest.mark.parametrize(
    ("seen", "silent"),
    [
        pytest.param(
            datetime(2026, 3, 13, 6, tzinfo=UTC), False, id="Friday, seen from Tuesday: only Monday is silent"
        ),
        pytest.param(datetime(2026, 3, 12, 6, tzinfo=UTC), True, id="Thursday: Friday and Monday are silent"),
        pytest.param(datetime(2026, 3, 12, 19, tzinfo=UTC), True, id="03:00 on Friday is still Thursday's shift"),
        pytest.param(None, False, id="never seen, but only paired today"),
    ],
)
def test_silence_is_counted_in_working_days(seen: datetime | None, *, silent: bool) -> None:
    since = NOW if seen is None else NOW - timedelta(days=20)
    assert needs.not_seen(Signs(learner_since=since, last_seen_at=seen), NOW) is silent


def test_silence_on_days_off_is_none_and_contact_waits_as_long() -> None:
    thursday = datetime(2026, 3, 12, 6, tzinfo=UTC)
    signs = Signs(
        learner_since=NOW - timedelta(days=20), last_seen_at=thursday, last_contact_at=NOW - timedelta(days=6)
    )
    assert needs.not_seen(signs, NOW)
    assert needs.contact_late(signs, NOW)
    away = replace(signs, days_off=frozenset({date(2026, 3, 13)}))
    assert not needs.not_seen(away, NOW)
    assert not needs.contact_late(away, NOW)

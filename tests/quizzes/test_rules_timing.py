"""Tables of what the rules of time decide at their edges: pauses, waits, hard stops, ends, and the words of reasons."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lms.quizzes.rules import timing
from lms.quizzes.rules.spans import Allowance
from lms.quizzes.rules.timing import AtEnd, Pause, Refusal, Save, Sitting, Start, Sweep, Terms

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
MS = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SITTING = Sitting(NOW, NOW + 30 * MINUTE, 60)
END = SITTING.deadline
CLOSES = END + MINUTE
PAUSED = replace(SITTING, paused_at=NOW + MINUTE)


def test_reasons_are_words_that_are_stored_and_shown() -> None:
    assert {each.value for each in Refusal} == {each.name.lower() for each in Refusal}
    assert {each.value for each in AtEnd} == {each.name.lower() for each in AtEnd}
    assert timing.refusal(Start(Terms(10, retired_at=NOW), 0, consent=True), NOW) == "retired"


def test_whoever_states_nothing_holds_the_lease_and_answers_what_is_asked() -> None:
    assert Save(SITTING, None).holds_lease
    assert Save(SITTING, None).same_question
    assert Pause(SITTING, 1, 0).holds_lease
    assert (Terms(10).retake_wait_hours, Terms(10).attempts_allowed) == (0, None)


@pytest.mark.parametrize(
    ("act", "at", "reason"),
    [
        pytest.param(Pause(SITTING, 2, 1), NOW, None, id="one pause is left"),
        pytest.param(Pause(SITTING, 2, 2), NOW, Refusal.NO_PAUSES_LEFT, id="both are taken"),
        pytest.param(Pause(SITTING, 2, 3), NOW, Refusal.NO_PAUSES_LEFT, id="more than allowed were taken"),
        pytest.param(Pause(SITTING, 1, 0), NOW, None, id="the only one"),
        pytest.param(Pause(SITTING, None, 99), NOW, None, id="nobody counts"),
        pytest.param(Pause(SITTING, 0, 0), NOW, Refusal.NEVER_PAUSES, id="it never pauses"),
        pytest.param(Pause(SITTING, 2, 0), END, None, id="at the last instant"),
        pytest.param(Pause(SITTING, 2, 0), END + MS, Refusal.TIME_OVER, id="after the last instant"),
        pytest.param(Pause(SITTING, 2, 0, holds_lease=False), NOW, Refusal.LEASE_LOST, id="from another tab"),
        pytest.param(Pause(PAUSED, 2, 1), NOW, Refusal.PAUSED, id="while it is paused"),
        pytest.param(Pause(replace(SITTING, finished_at=NOW), 2, 0), NOW, Refusal.FINISHED, id="after the hand-in"),
        pytest.param(Save(PAUSED, NOW), NOW, Refusal.PAUSED, id="an answer while it is paused"),
        pytest.param(
            Save(SITTING, NOW, same_question=False), NOW, Refusal.QUESTION_REPLACED, id="to what was replaced"
        ),
        pytest.param(Save(SITTING, END - MS), CLOSES, None, id="an answer made in time, at the end of the grace"),
        pytest.param(Save(SITTING, END), CLOSES, Refusal.MADE_AFTER_TIME, id="made at the deadline, received later"),
        pytest.param(Save(SITTING, END + HOUR), END, None, id="at the deadline the receipt alone decides"),
        pytest.param(Save(SITTING, None), END + MS, Refusal.MADE_AFTER_TIME, id="no time stated, in the grace"),
        pytest.param(Sweep(SITTING), CLOSES, Refusal.STILL_RUNNING, id="a sweep at the end of the grace"),
        pytest.param(Sweep(SITTING), CLOSES + MS, None, id="a sweep after the grace"),
    ],
)
def test_acts_in_an_attempt_are_judged_at_their_edges(act: Any, at: datetime, reason: Refusal | None) -> None:
    assert timing.refusal(act, at) == reason


@pytest.mark.parametrize(
    ("at_end", "at", "ends", "by"),
    [
        (AtEnd.SUBMIT, END, END, "submitted"),
        (AtEnd.SUBMIT, END + MS, END, "time"),
        (AtEnd.SUBMIT_IN_GRACE, END + MS, END, "submitted"),
        (AtEnd.SUBMIT_IN_GRACE, CLOSES, END, "submitted"),
        (AtEnd.SUBMIT_IN_GRACE, CLOSES + MS, END, "time"),
        (AtEnd.DISCARD, END, END, "submitted"),
        (AtEnd.DISCARD, END + MS, END, "discarded"),
    ],
)
def test_who_hands_in_at_the_end_and_who_is_cut_off(at_end: str, at: datetime, ends: datetime, by: str) -> None:
    assert timing.finish(replace(SITTING, at_end=at_end), at) == (ends, by)


def test_new_answers_in_the_grace_are_taken_unless_it_is_for_handing_in_only() -> None:
    assert replace(SITTING, at_end=AtEnd.SUBMIT_IN_GRACE).answers_until == END
    assert replace(SITTING, at_end=AtEnd.SUBMIT).answers_until == CLOSES
    assert SITTING.closes_at == CLOSES
    late = Save(replace(SITTING, at_end=AtEnd.SUBMIT_IN_GRACE), NOW)
    assert timing.refusal(late, END) is None
    assert timing.refusal(late, END + MS) == Refusal.TIME_OVER


@pytest.mark.parametrize(
    ("terms", "used", "last", "reason"),
    [
        ({"retake_wait_hours": 24}, 1, NOW - 24 * HOUR, None),
        ({"retake_wait_hours": 24}, 1, NOW - 24 * HOUR + MS, Refusal.RETAKE_WAIT),
        ({"retake_wait_hours": 1}, 1, NOW - HOUR + MS, Refusal.RETAKE_WAIT),
        ({"retake_wait_hours": 24}, 0, None, None),
        ({}, 1, NOW, None),
        ({"attempts_allowed": 2}, 1, NOW, None),
        ({"attempts_allowed": 2}, 2, NOW, Refusal.NO_ATTEMPTS_LEFT),
        ({"attempts_allowed": 1}, 0, None, None),
        ({"opens_at": NOW}, 0, None, None),
        ({"opens_at": NOW + MS}, 0, None, Refusal.NOT_OPEN_YET),
        ({"last_start_at": NOW}, 0, None, None),
        ({"last_start_at": NOW - MS}, 0, None, Refusal.CLOSED),
        ({"hard_stop_at": NOW}, 0, None, Refusal.CLOSED),
        ({"hard_stop_at": NOW + MS}, 0, None, Refusal.NO_CONSENT),
        ({"hard_stop_at": NOW + 10 * MINUTE}, 0, None, None),
        ({"hard_stop_at": NOW + 10 * MINUTE - MS}, 0, None, Refusal.NO_CONSENT),
        ({"hard_stop_at": NOW + 10 * MINUTE, "allowance": Allowance(extra_minutes=1)}, 0, None, Refusal.NO_CONSENT),
        ({"hard_stop_at": NOW + MINUTE, "allowance": Allowance(unlimited=True)}, 0, None, None),
    ],
)
def test_a_start_is_judged_at_its_edges(
    terms: dict[str, Any], used: int, last: datetime | None, reason: Refusal | None
) -> None:
    start = Start(Terms(10, **terms), used, consent=False, last_finished_at=last)
    assert timing.refusal(start, NOW) == reason
    if reason == Refusal.NO_CONSENT:
        assert timing.refusal(replace(start, consent=True), NOW) is None


def test_when_one_may_try_again() -> None:
    waits = Terms(10, retake_wait_hours=24)
    assert timing.retake_from(waits, NOW) == NOW + 24 * HOUR
    assert timing.retake_from(waits, None) is None
    assert timing.retake_from(Terms(10), NOW) is None


def test_how_many_attempts_and_minutes_are_left() -> None:
    assert timing.attempts_left(Terms(10), 5) is None
    assert [timing.attempts_left(Terms(10, attempts_allowed=2), used) for used in (0, 1, 2, 3)] == [2, 1, 0, 0]
    assert timing.minutes_available(Terms(10), NOW) == 10
    assert timing.minutes_available(Terms(10, hard_stop_at=NOW + 2 * MINUTE - MS), NOW) == 1
    assert timing.minutes_available(Terms(10, hard_stop_at=NOW - HOUR), NOW) == 0
    assert timing.minutes_available(Terms(10, hard_stop_at=NOW), NOW) == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (datetime(2000, 12, 31, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)),
        (datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)),
        (datetime(1999, 5, 5, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)),
        (datetime(2199, 12, 31, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)),
        (datetime(2200, 6, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)),
        (datetime(9999, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_browsers_time_is_cut_to_the_years_that_can_be_stored(sent: datetime | None, kept: datetime | None) -> None:
    assert timing.bounded(sent) == kept


@pytest.mark.parametrize(
    ("purpose", "beside", "reason"),
    [
        pytest.param("gate", (), None, id="a gate beside nothing"),
        pytest.param("daily", ("practice",), None, id="a daily quiz beside practice"),
        pytest.param("practice", ("daily", "practice"), None, id="practice beside others"),
        pytest.param("", ("daily",), None, id="whoever states no purpose"),
        pytest.param("daily", ("gate",), Refusal.GATE_OPEN, id="a daily quiz beside a gate"),
        pytest.param("practice", ("daily", "gate"), Refusal.GATE_OPEN, id="practice beside a gate and another"),
        pytest.param("gate", ("gate",), Refusal.GATE_OPEN, id="a gate beside another gate"),
        pytest.param("gate", ("practice",), Refusal.OTHERS_OPEN, id="a gate beside practice"),
    ],
)
def test_a_gate_stands_alone(purpose: str, beside: tuple[str, ...], reason: Refusal | None) -> None:
    start = Start(Terms(10), 0, consent=True, purpose=purpose, beside=beside)
    assert timing.refusal(start, NOW) == reason


def test_what_handing_in_does_not_mend_is_said_first_and_consent_is_asked_last() -> None:
    gate = Start(Terms(10, attempts_allowed=1), 1, consent=True, purpose="gate", beside=("daily",))
    assert timing.refusal(gate, NOW) == Refusal.NO_ATTEMPTS_LEFT
    short = replace(gate, terms=Terms(10, hard_stop_at=NOW + MINUTE), consent=False)
    assert timing.refusal(short, NOW) == Refusal.OTHERS_OPEN
    assert timing.refusal(replace(short, beside=()), NOW) == Refusal.NO_CONSENT
    assert {Refusal.GATE_OPEN, Refusal.OTHERS_OPEN} == set(timing.ALONE)
    assert (gate.purpose, Start(Terms(10), 0, consent=True).purpose) == ("gate", "")

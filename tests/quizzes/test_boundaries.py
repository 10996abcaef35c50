"""The boundary cases of timed quizzes, each with the instant in hand; every release passes them on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.errors import Refused
from lms.quizzes import actions, jobs
from lms.quizzes.actions import Given, MoreTime
from lms.quizzes.models import Answer, Attempt, AttemptEvent, Question, QuestionVersion
from lms.quizzes.rules.spans import Allowance
from tests.make import Make
from tests.quizzes.conftest import GRACE, LEASE, MS, OTHER, Sitting
from tests.quizzes.test_accommodations import hr

Sit = Callable[..., Sitting]
Browser = Callable[[Person], FlaskClient]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def stored(sitting: Sitting, position: int = 1) -> Any:
    query = select(Answer.response).where(Answer.attempt_id == sitting.id, Answer.position == position)
    return sitting.session.scalar(query)


def take_over(sitting: Sitting, lease: str, at: datetime) -> Attempt:
    return actions.take_over(sitting.session, sitting.id, sitting.learner.id, lease=lease, now=at)


def pause(sitting: Sitting, at: datetime, position: int = 1) -> Attempt:
    who = sitting.learner.id
    return actions.pause_attempt(sitting.session, sitting.id, who, position=position, lease=LEASE, now=at)


def resume(sitting: Sitting, at: datetime) -> Attempt:
    return actions.resume_attempt(sitting.session, sitting.id, sitting.learner.id, now=at)


def test_an_answer_a_millisecond_before_the_end_counts(sit: Sit) -> None:
    sitting = sit()
    assert sitting.save(1, "a", sitting.deadline - MS).late_received is False


def test_an_answer_received_at_the_very_end_counts(sit: Sit) -> None:
    sitting = sit()
    assert sitting.save(1, "a", sitting.deadline).late_received is False


def test_an_answer_made_in_time_counts_until_the_end_of_the_grace(sit: Sit) -> None:
    sitting = sit()
    assert sitting.save(1, "a", sitting.deadline + GRACE, client_time=sitting.deadline - MS).late_received is True


def test_an_answer_a_millisecond_after_the_grace_does_not_count(sit: Sit) -> None:
    sitting = sit()
    with refused("time_over"):
        sitting.save(1, "a", sitting.deadline + GRACE + MS, client_time=sitting.deadline - MS)
    assert stored(sitting) is None


def test_an_autosave_in_flight_at_the_end_counts_and_one_begun_after_it_does_not(sit: Sit) -> None:
    sitting = sit()
    end = sitting.deadline
    sitting.save(1, "a", end + 300 * MS, client_time=end - 200 * MS)
    with refused("made_after_time"):
        sitting.save(1, "b", end + 600 * MS, client_time=end)
    assert stored(sitting) == "a"


def test_a_hand_in_that_the_network_delayed_but_that_came_before_the_end_is_a_hand_in(sit: Sit) -> None:
    sitting = sit()
    sitting.answer_all(5)
    attempt = sitting.submit(sitting.deadline)
    assert (attempt.settled_by, attempt.finished_at, attempt.passed) == ("submitted", sitting.deadline, True)


def test_two_tabs_never_overwrite_each_other_unseen(sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.save(1, "a", now)
    take_over(sitting, OTHER, now + MS)
    sitting.save(1, "b", now + 2 * MS, lease=OTHER)
    assert sitting.save(1, "c", now + 3 * MS, lease=LEASE).refusal == "lease_lost"
    assert stored(sitting) == "b"
    assert [kept.response for kept in sitting.conflicts()] == ["c"]


@pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_a_browsers_clock_an_hour_off_costs_nothing_before_the_end(sit: Sit, off: timedelta) -> None:
    sitting = sit()
    at = sitting.deadline - MS
    assert sitting.save(1, "a", at, client_time=at + off, client_seq=1).late_received is False


@pytest.mark.parametrize("off", [DAY, -DAY], ids=["ahead", "behind"])
def test_a_browsers_clock_a_day_off_costs_nothing_before_the_end(sit: Sit, off: timedelta) -> None:
    sitting = sit()
    at = sitting.deadline
    assert sitting.save(1, "a", at, client_time=at + off, client_seq=1).late_received is False


@pytest.mark.parametrize("day", ["2026-03-29T00:58:00", "2026-10-25T00:58:00"], ids=["spring", "autumn"])
def test_a_change_of_summer_time_in_mid_attempt_neither_gives_nor_takes_time(sit: Sit, day: str) -> None:
    begun = datetime.fromisoformat(day).replace(tzinfo=UTC)
    sitting = sit(at=begun)
    berlin = ZoneInfo("Europe/Berlin")
    assert begun.astimezone(berlin).utcoffset() != sitting.deadline.astimezone(berlin).utcoffset()
    assert sitting.deadline - begun == 8 * MINUTE
    sitting.save(1, "a", begun + 8 * MINUTE)
    with refused("time_over"):
        sitting.save(1, "b", begun + 8 * MINUTE + GRACE + MS)


def test_a_servers_clock_stepped_back_five_minutes_loses_nothing(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit(make.quiz(pauses_allowed=1))
    sitting.save(1, sitting.right(1), now)
    back = now - 5 * MINUTE
    sitting.save(1, sitting.right(1), back, client_seq=int(now.timestamp() * 1000) + 1)
    sitting.save(2, sitting.right(2), back)
    pause(sitting, back, position=3)
    resume(sitting, back - MINUTE)
    attempt = sitting.submit(back)
    assert (attempt.finished_at, attempt.score) == (now, 2)


def test_two_workers_ninety_seconds_apart_agree_on_the_end(session: Session, make: Make, sit: Sit) -> None:
    # Clocks so far apart are a fault of the installation; what it may cost is the grace, never a saved answer.
    quiz = make.quiz()
    ahead, behind = sit(quiz, make.learner()), sit(quiz, make.learner())
    for sitting in (ahead, behind):
        sitting.answer_all(4)
    at = ahead.deadline
    assert jobs.sweep(session, now=at + timedelta(seconds=90)) == 2
    assert behind.submit(at).finished_at == at
    assert {(s.attempt.finished_at, s.attempt.score, s.attempt.settled_by) for s in (ahead, behind)} == {
        (at, 4, "time")
    }


def test_minutes_given_in_mid_attempt_count_at_once(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    end = sitting.deadline
    actions.extend_attempt(session, sitting.id, minutes=5, reason="Fire drill", actor="T1", now=end + GRACE)
    sitting.save(1, "a", end + GRACE + MS)
    assert jobs.sweep(session, now=end + GRACE + MS) == 0
    assert sitting.deadline == end + 5 * MINUTE


def test_the_limit_taken_away_in_mid_attempt_leaves_a_day_or_the_hard_stop(make: Make, sit: Sit, now: datetime) -> None:
    learner, quiz = make.learner(), make.quiz(hard_stop_at=now + 2 * HOUR)
    free, bounded = sit(make.quiz(), learner), sit(quiz, learner)
    wanted = MoreTime(Allowance(unlimited=True), "Reads with a screen reader")
    actions.set_accommodation(make.session, learner, wanted, by=hr(make), now=now + MINUTE)
    assert (free.deadline, bounded.deadline) == (now + DAY, now + 2 * HOUR)
    free.save(1, "a", now + 23 * HOUR)
    assert jobs.sweep(make.session, now=now + 2 * HOUR + GRACE + MS) == 1
    assert bounded.attempt.finished_at == now + 2 * HOUR


def test_a_pause_in_the_last_minute_keeps_what_was_left(session: Session, make: Make, sit: Sit) -> None:
    sitting = sit(make.quiz(pauses_allowed=2, pause_minutes=10))
    end = sitting.deadline
    pause(sitting, end - timedelta(seconds=20))
    with refused("paused"):
        sitting.save(1, "a", end)
    assert jobs.sweep(session, now=end + GRACE + MS) == 0
    resume(sitting, end + 9 * MINUTE)
    assert sitting.deadline == end + 9 * MINUTE + timedelta(seconds=20)
    sitting.save(1, "a", sitting.deadline)


def test_a_pause_at_the_very_end_begins_and_one_in_the_grace_does_not(make: Make, sit: Sit) -> None:
    quiz = make.quiz(pauses_allowed=1)
    first, second = sit(quiz, make.learner()), sit(quiz, make.learner())
    end = first.deadline
    assert pause(first, end).paused_at == end
    with refused("time_over"):
        pause(second, end + MS)


def test_a_learner_who_never_comes_back_from_a_pause_is_settled_after_it(
    session: Session, make: Make, sit: Sit, now: datetime
) -> None:
    sitting = sit(make.quiz(pauses_allowed=1, pause_minutes=10))
    sitting.answer_all(5)
    pause(sitting, now + MINUTE)
    assert jobs.sweep(session, now=now + 18 * MINUTE + GRACE) == 0
    assert jobs.sweep(session, now=now + 18 * MINUTE + GRACE + MS) == 1
    attempt = sitting.attempt
    assert (attempt.finished_at, attempt.passed, attempt.paused_at) == (now + 18 * MINUTE, True, None)
    assert sitting.events() == ["started", "paused", "resumed", "settled"]


def test_a_learner_suspended_in_mid_attempt_keeps_what_was_saved(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.answer_all(5)
    sitting.learner.suspended_at = now + MINUTE
    session.flush()
    assert jobs.sweep(session, now=now + HOUR) == 1
    assert (sitting.attempt.passed, sitting.attempt.finished_at) == (True, sitting.deadline)


def changed(session: Session, sitting: Sitting, now: datetime, **change: Any) -> None:
    """Give the first question of `sitting` a new version with `change`."""
    old = sitting.version(1)
    names = ("kind", "level", "competency", "key_point", "stem", "options", "unit", "explanation", "key")
    values = {name: getattr(old, name) for name in names} | change
    session.add(QuestionVersion(question_id=old.question_id, version=old.version + 1, **values))
    session.get_one(Question, old.question_id).version = old.version + 1
    session.flush()


def test_a_question_edited_in_mid_attempt_is_asked_as_it_was_drawn(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    asked = sitting.version(1).id
    changed(session, sitting, now, stem={"zh": "改了", "en": "Changed"})
    assert sitting.version(1).id == asked
    sitting.save(1, "a", now + MINUTE, question=asked)
    assert stored(sitting) == "a"


def test_a_question_retired_in_mid_attempt_is_still_marked(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    session.get_one(Question, sitting.version(1).question_id).retired_at = now
    session.flush()
    sitting.answer_all(5)
    assert sitting.submit().score == 5


def test_a_question_re_keyed_in_mid_attempt_is_marked_by_the_key_it_was_drawn_with(
    session: Session, sit: Sit, now: datetime
) -> None:
    sitting = sit()
    sitting.answer_all(5)
    changed(session, sitting, now, key={"ids": ["d"]})
    assert sitting.submit().score == 5


def test_a_page_left_open_overnight_hands_in_what_was_saved_and_takes_no_more(
    session: Session, make: Make, client_of: Browser, sit: Sit, now: datetime
) -> None:
    sitting = sit()
    sitting.answer_all(5)
    session.commit()
    morning = now + 14 * HOUR
    with refused("time_over"):
        sitting.save(1, "d", morning)
    assert sitting.submit(morning).finished_at == sitting.deadline
    with refused("finished"):
        sitting.save(1, "d", morning + MINUTE)
    assert sitting.attempt.score == 5
    page = client_of(sitting.learner).get(f"/attempts/{sitting.id}/questions/1")
    assert page.status_code == 303


def test_a_refresh_at_zero_shows_the_paper_until_the_grace_is_over_and_then_the_result(
    session: Session, client_of: Browser, make: Make, sit: Sit, now: datetime
) -> None:
    sittings = [sit(at=now - 8 * MINUTE - late, learner=make.learner()) for late in (0 * MS, GRACE, GRACE + MS)]
    session.commit()
    answers = [client_of(s.learner).get(f"/attempts/{s.id}/questions/1?lease={LEASE}") for s in sittings]
    assert [answer.status_code for answer in answers] == [200, 200, 303]
    assert sittings[2].attempt.finished_at == now - GRACE - MS


def test_sweeper_and_browser_racing_settle_once_with_the_same_result(session: Session, make: Make, sit: Sit) -> None:
    quiz = make.quiz()
    first, second = sit(quiz, make.learner()), sit(quiz, make.learner())
    for sitting in (first, second):
        sitting.answer_all(4)
    at = first.deadline + GRACE + MS
    first.submit(at)
    jobs.sweep(session, now=at)
    second.submit(at)
    assert {(s.attempt.finished_at, s.attempt.settled_by, s.attempt.score) for s in (first, second)} == {
        (first.deadline, "time", 4)
    }
    assert first.events().count("settled") == second.events().count("settled") == 1


def test_eight_starts_at_once_give_one_attempt(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    # Truly parallel in tests/proofs/test_races.py; here in any order, each from a tab of its own.
    quiz, learner = make.quiz(attempts_allowed=1), make.learner()
    begun = [actions.start_attempt(session, quiz.slug, learner.id, lease=f"{n:032x}", now=now) for n in range(8)]
    assert len({each.attempt_id for each in begun}) == 1
    assert [each.is_new for each in begun] == [True] + [False] * 7
    assert [each.holds_lease for each in begun] == [True] + [False] * 7
    assert session.scalar(select(func.count(Attempt.id))) == 1


def test_handing_in_twice_grades_once(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.answer_all(4)
    first, second = sitting.submit(now + MINUTE), sitting.submit(now + 2 * MINUTE)
    assert (first.score, first.finished_at) == (second.score, second.finished_at) == (4, now + MINUTE)
    assert sitting.events().count("settled") == 1


def test_a_double_click_on_start_begins_once_and_keeps_the_right_to_write(
    session: Session, make: Make, client_of: Browser
) -> None:
    quiz, learner = make.quiz(), make.learner()
    browser = client_of(learner)
    form = {"lease": LEASE}
    places = [browser.post(f"/quizzes/{quiz.slug}/attempts", data=form).headers["Location"] for _click in range(2)]
    assert places[0] == places[1]
    assert LEASE in places[0]
    assert session.scalar(select(func.count(Attempt.id))) == 1


def test_a_double_click_on_pause_pauses_once_and_on_resume_goes_on_once(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit(make.quiz(pauses_allowed=1, pause_minutes=10))
    assert pause(sitting, now).pauses == pause(sitting, now + MS).pauses == 1
    end = resume(sitting, now + MINUTE).deadline
    assert resume(sitting, now + 2 * MINUTE).deadline == end == now + 9 * MINUTE
    with refused("no_pauses_left"):
        pause(sitting, now + 3 * MINUTE)


def test_browser_back_and_handing_in_again_shows_the_same_result(
    session: Session, client_of: Browser, sit: Sit, now: datetime
) -> None:
    sitting = sit()
    sitting.answer_all(5)
    session.commit()
    browser = client_of(sitting.learner)
    question, hand_in = f"/attempts/{sitting.id}/questions/1", f"/attempts/{sitting.id}/submission"
    assert browser.post(hand_in).status_code == 303
    assert browser.get(f"{question}?lease={LEASE}").status_code == 303
    late = browser.post(question, data={"response": "d", "lease": LEASE}, follow_redirects=True)
    assert "is handed in" in late.text
    assert browser.post(hand_in, follow_redirects=True).status_code == 200
    assert (sitting.attempt.score, stored(sitting)) == (5, "a")


def test_an_answer_on_its_way_during_a_pause_never_answers_the_question_that_came_instead(
    session: Session, make: Make, sit: Sit, now: datetime
) -> None:
    quiz = make.quiz(pauses_allowed=1, draw=2)
    sitting = sit(quiz)
    old = sitting.version(1)
    sitting.save(1, "b", now, question=old.id)
    pause(sitting, now + MINUTE)
    resume(sitting, now + 2 * MINUTE)
    assert sitting.version(1).id != old.id
    assert stored(sitting) is None
    with refused("question_replaced"):
        sitting.save(1, "c", now + 3 * MINUTE, question=old.id)
    assert stored(sitting) is None
    kept = session.scalars(select(AttemptEvent.detail).where(AttemptEvent.kind == "question_replaced")).one()
    assert (kept["position"], kept["version"], kept["response"]) == (1, old.id, "b")


def test_when_time_ends_answers_are_refused_and_a_hand_in_in_the_grace_counts_where_the_quiz_says_so(
    make: Make, sit: Sit
) -> None:
    sitting = sit(make.quiz(at_end="submit_in_grace"))
    sitting.answer_all(4)
    end = sitting.deadline
    with refused("time_over"):
        sitting.save(5, "a", end + MS, client_time=end - MS)
    attempt = sitting.submit(end + GRACE)
    assert (attempt.settled_by, attempt.finished_at, attempt.score) == ("submitted", end, 4)


def test_practice_that_ran_out_of_time_is_thrown_away_where_the_quiz_says_so(
    session: Session, make: Make, sit: Sit
) -> None:
    quiz = make.quiz(purpose="practice", at_end="discard")
    in_time, late = sit(quiz, make.learner()), sit(quiz, make.learner())
    for sitting in (in_time, late):
        sitting.answer_all(5)
    assert in_time.submit(in_time.deadline).passed is True
    attempt = late.submit(late.deadline + MS)
    assert (attempt.settled_by, attempt.score, attempt.passed) == ("discarded", 0, False)


def test_an_answer_of_a_page_without_scripts_is_kept_by_the_question_it_shows(sit: Sit, now: datetime) -> None:
    sitting = sit()
    given = Given(1, "a", None, None, LEASE, question=sitting.version(1).id)
    actions.save_answer(sitting.session, sitting.id, sitting.learner.id, given, now=now)
    assert stored(sitting) == "a"

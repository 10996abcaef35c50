"""Pauses for calls, minutes for attempts under way, and what the pages say of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.errors import NotFound, Refused
from lms.quizzes import actions, queries
from lms.quizzes.models import Attempt, Quiz, Regrade, Ruling
from lms.quizzes.rules import timing
from lms.quizzes.rules.spans import LONGEST, Allowance, minutes_owed, pause_terms, pause_used
from tests.make import Make
from tests.quizzes.conftest import GRACE, LEASE, MS, OTHER, Sitting
from tests.quizzes.test_accommodations import grant
from tests.quizzes.test_boundaries import pause, refused, resume, stored

Sit = Callable[..., Sitting]
Browser = Callable[[Person], FlaskClient]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
T = datetime.fromisoformat("2026-03-17T10:00:00+08:00")


@pytest.mark.parametrize(
    ("purpose", "allowed", "minutes", "left", "longest"),
    [
        pytest.param("practice", 0, 10, None, LONGEST, id="practice pauses freely"),
        pytest.param("daily", 2, 10, 2, 10 * MINUTE, id="a daily quiz as it states"),
        pytest.param("daily", 0, 10, 0, 10 * MINUTE, id="a daily quiz that states none"),
        pytest.param("gate", 2, 10, 0, 10 * MINUTE, id="a gate never"),
    ],
)
def test_who_may_pause(purpose: str, allowed: int, minutes: int, left: int | None, longest: timedelta) -> None:
    terms = pause_terms(purpose, allowed, minutes)
    assert (terms.left(0), terms.longest) == (left, longest)
    assert terms.left(5) in (0, None)


@pytest.mark.parametrize(
    ("after", "used"),
    [(0 * MS, 0), (MS, 1), (1000 * MS, 1), (1001 * MS, 2), (10 * MINUTE, 600), (HOUR, 600), (-MINUTE, 0)],
)
def test_a_pause_counts_in_whole_seconds_up_to_the_longest(after: timedelta, used: int) -> None:
    assert pause_used(T, 10 * MINUTE, T + after) == timedelta(seconds=used)


@pytest.mark.parametrize(
    ("floor", "hard_stop", "owed"),
    [(T - MS, None, 0), (T, None, 0), (T + MS, None, 1), (T + MINUTE, None, 1), (T + MINUTE, T + MINUTE, 1)],
)
def test_minutes_are_owed_up_to_now(floor: datetime, hard_stop: datetime | None, owed: int) -> None:
    assert minutes_owed(T, floor, hard_stop) == owed


@pytest.mark.parametrize(
    ("hours", "last", "code"),
    [(0, T, None), (12, None, None), (12, T - 12 * HOUR, None), (12, T - 12 * HOUR + MS, "retake_wait")],
)
def test_between_two_tries_lies_the_wait_that_the_quiz_states(
    hours: int, last: datetime | None, code: str | None
) -> None:
    terms = timing.Terms(8, retake_wait_hours=hours)
    assert timing.refusal(timing.Start(terms, 1, consent=False, last_finished_at=last), T) == code


def test_who_has_no_limit_is_never_asked_for_consent() -> None:
    soon = timing.Terms(8, hard_stop_at=T + MINUTE, allowance=Allowance(unlimited=True))
    assert timing.shortened(soon, T) is False
    longer = timing.Terms(8, hard_stop_at=T + 10 * MINUTE, allowance=Allowance(1.5))
    assert timing.shortened(longer, T) is True
    assert timing.minutes_available(longer, T) == 10


@pytest.fixture
def daily(make: Make) -> Quiz:
    return make.quiz(pauses_allowed=2, pause_minutes=10, draw=2)


def test_time_stands_still_for_as_long_as_the_pause_lasts(sit: Sit, daily: Quiz, now: datetime) -> None:
    sitting = sit(daily)
    assert pause(sitting, now + MINUTE).deadline == now + 18 * MINUTE
    assert resume(sitting, now + 4 * MINUTE).deadline == now + 11 * MINUTE
    assert pause(sitting, now + 5 * MINUTE).deadline == now + 21 * MINUTE
    assert resume(sitting, now + HOUR).finished_at == now + 21 * MINUTE
    log = ["paused", "resumed", "question_replaced", "paused", "resumed", "settled"]
    assert sitting.events() == ["started", *log]


def test_a_pause_ends_by_itself(sit: Sit, daily: Quiz, now: datetime) -> None:
    sitting = sit(daily)
    pause(sitting, now)
    attempt = resume(sitting, now + 12 * MINUTE)
    assert (attempt.paused_seconds, attempt.deadline) == (600, now + 18 * MINUTE)


def test_a_pause_never_goes_beyond_the_hard_stop(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit(make.quiz(pauses_allowed=1, hard_stop_at=now + 9 * MINUTE))
    assert pause(sitting, now).deadline == now + 9 * MINUTE
    assert resume(sitting, now + MINUTE / 2).deadline == now + 8.5 * MINUTE


def test_handing_in_during_a_pause_counts_what_was_saved(sit: Sit, daily: Quiz, now: datetime) -> None:
    sitting = sit(daily)
    sitting.answer_all(2)
    pause(sitting, now + MINUTE)
    attempt = sitting.submit(now + 2 * MINUTE)
    assert (attempt.score, attempt.finished_at, attempt.paused_at) == (2, now + 2 * MINUTE, None)


@pytest.mark.parametrize(
    ("more", "code"),
    [({"purpose": "gate", "pauses_allowed": 0}, "never_pauses"), ({"pauses_allowed": 0}, "never_pauses")],
)
def test_what_does_not_pause_says_so(make: Make, sit: Sit, now: datetime, more: dict[str, Any], code: str) -> None:
    with refused(code):
        pause(sit(make.quiz(**more)), now)


def test_only_the_tab_that_may_write_pauses_and_only_at_a_question(
    make: Make, sit: Sit, daily: Quiz, now: datetime
) -> None:
    sitting = sit(daily)
    who = {"session": sitting.session, "attempt_id": sitting.id, "now": now}
    with refused("lease_lost"):
        actions.pause_attempt(**who, learner_id=sitting.learner.id, position=1, lease=OTHER)
    with pytest.raises(NotFound):
        actions.pause_attempt(**who, learner_id=sitting.learner.id, position=9, lease=LEASE)
    with pytest.raises(NotFound):
        actions.pause_attempt(**who, learner_id=make.learner().id, position=1, lease=LEASE)


def test_pausing_after_the_time_settles(sit: Sit, daily: Quiz) -> None:
    sitting = sit(daily)
    assert pause(sitting, sitting.deadline + GRACE + MS).settled_by == "time"


def test_practice_pauses_as_often_as_calls_come(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit(make.quiz(purpose="practice"))
    for n in range(5):
        pause(sitting, now + n * MINUTE)
        resume(sitting, now + n * MINUTE + MINUTE / 2)
    assert sitting.deadline == now + 10.5 * MINUTE
    assert "question_kept" in sitting.events()


def test_another_question_of_the_lesson_comes_where_the_competency_has_no_other(
    session: Session, make: Make, sit: Sit, now: datetime
) -> None:
    course = make.course()
    lesson = make.lesson(course)
    for n in range(3):
        make.question(lesson, competency=f"point-{n}")
    sitting = sit(make.quiz(course, questions=0, draw=1, purpose="practice"))
    make.question(make.lesson(course), competency="elsewhere")
    old = sitting.version(1)
    pause(sitting, now)
    resume(sitting, now + MINUTE)
    new = sitting.version(1)
    assert new.id != old.id
    assert new.competency.startswith("point-")


def test_an_extension_during_a_pause_is_not_lost_when_it_ends(
    session: Session, sit: Sit, daily: Quiz, now: datetime
) -> None:
    sitting = sit(daily)
    pause(sitting, now)
    actions.extend_attempt(session, sitting.id, minutes=5, reason="x", actor="T1", now=now)
    assert resume(sitting, now + MINUTE).deadline == now + 14 * MINUTE


def url(sitting: Sitting, rest: str) -> str:
    return f"/attempts/{sitting.id}/{rest}"


def test_a_call_pauses_the_page_without_scripts_and_goes_on_where_it_was(
    session: Session, client_of: Browser, sit: Sit, daily: Quiz
) -> None:
    sitting = sit(daily)
    session.commit()
    browser = client_of(sitting.learner)
    asked = browser.get(url(sitting, f"questions/2?lease={LEASE}")).text
    assert "A call comes in" in asked
    assert "2 pauses are left" in asked
    form = {"lease": LEASE, "position": "2"}
    paused = browser.post(url(sitting, "pause"), data=form)
    assert paused.headers["Location"].endswith(f"/attempts/{sitting.id}/pause?lease={LEASE}")
    page = browser.get(paused.headers["Location"]).text
    assert "The quiz pauses" in page
    assert "8 minutes are left" in page
    assert "1 more time" in page
    stem = sitting.version(2).stem["en"]
    for rest in ("questions/2", "questions/1", "submission", ""):
        answer = browser.get(url(sitting, rest).rstrip("/") + f"?lease={LEASE}", follow_redirects=True)
        assert "The quiz pauses" in answer.text
        assert stem not in answer.text
    saved = browser.post(url(sitting, "questions/2"), data={"response": "a", "lease": LEASE}, follow_redirects=True)
    assert "no answer is taken" in saved.text
    assert stored(sitting, 2) is None
    back = browser.post(url(sitting, "resumption"), data=form)
    assert f"/questions/2?lease={LEASE}" in back.headers["Location"]
    assert "Time goes on" in browser.get(back.headers["Location"]).text
    again = browser.post(url(sitting, "resumption"), data={"lease": LEASE})
    assert again.headers["Location"].endswith(f"/attempts/{sitting.id}?lease={LEASE}")
    assert browser.get(url(sitting, "pause")).status_code == 302


def test_a_pause_that_is_refused_says_why_on_the_question(
    session: Session, client_of: Browser, make: Make, sit: Sit
) -> None:
    sitting = sit(make.quiz())
    session.commit()
    browser = client_of(sitting.learner)
    assert "A call comes in" not in browser.get(url(sitting, f"questions/1?lease={LEASE}")).text
    form = {"lease": LEASE, "position": "1"}
    refused_page = browser.post(url(sitting, "pause"), data=form, follow_redirects=True)
    assert "cannot be paused" in refused_page.text
    assert browser.post(url(sitting, "pause"), data={"lease": LEASE, "position": "x"}).status_code == 404


def test_a_pause_over_goes_on_by_itself_when_the_page_is_opened(
    session: Session, client_of: Browser, sit: Sit, daily: Quiz, now: datetime
) -> None:
    sitting = sit(daily)
    pause(sitting, now)
    session.commit()
    browser = client_of(sitting.learner)
    with time_machine.travel(now + 10 * MINUTE, tick=False):
        page = browser.get(url(sitting, f"questions/1?lease={LEASE}"))
    assert "ended by itself" in page.text
    assert sitting.attempt.paused_at is None


def test_who_has_no_limit_sees_no_timer(session: Session, make: Make, client_of: Browser, sit: Sit, now: Any) -> None:
    learner = make.learner()
    grant(make, learner, Allowance(unlimited=True), now)
    sitting = sit(learner=learner)
    session.commit()
    page = client_of(learner).get(url(sitting, f"questions/1?lease={LEASE}")).text
    assert "quiz-timer" not in page
    assert "No time limit" in page


@pytest.mark.parametrize(
    ("more", "allowance", "words"),
    [
        ({"limit_minutes": 20}, Allowance(1.5), ["20 + 10 minutes", "10 more are yours"]),
        ({}, Allowance(unlimited=True), ["no time limit", "up to 24 hours", "come back and go on"]),
        ({"purpose": "practice"}, None, ["pause as often as you need"]),
        ({"pauses_allowed": 2}, None, ["up to 2 times for up to 10 minutes each"]),
        ({"purpose": "gate"}, None, ["cannot be paused", "does not stop when you leave"]),
        ({"purpose": "practice", "at_end": "discard"}, None, ["thrown away"]),
        ({"at_end": "submit_in_grace"}, None, ["no answer is taken any more"]),
        ({"retake_wait_hours": 12}, None, ["at least 12 hours"]),
    ],
)
def test_the_start_page_says_what_time_means_here(
    make: Make, client_of: Browser, now: datetime, more: dict[str, Any], allowance: Allowance | None, words: list[str]
) -> None:
    quiz, learner = make.quiz(**more), make.learner()
    if allowance:
        grant(make, learner, allowance, now)
    make.session.commit()
    shown = " ".join(client_of(learner).get(f"/quizzes/{quiz.slug}").text.split())
    assert [each for each in words if each not in shown] == []


def test_a_wait_before_the_next_try_says_from_when(
    session: Session, make: Make, client_of: Browser, sit: Sit, now: datetime
) -> None:
    sitting = sit(make.quiz(retake_wait_hours=12))
    sitting.submit(now)
    session.commit()
    browser, slug = client_of(sitting.learner), sitting.quiz.slug
    for answer in (browser.get(f"/quizzes/{slug}"), browser.post(f"/quizzes/{slug}/attempts")):
        assert "You may try again from" in answer.text
        assert "22:30" in answer.text
    told = browser.post(f"/api/v1/quizzes/{slug}/attempts")
    assert (told.status_code, "break" in told.json["detail"]) == (409, True)


def test_the_log_tells_every_step(
    session: Session, make: Make, client_of: Browser, sit: Sit, daily: Quiz, now: datetime
) -> None:
    sitting = sit(daily)
    sitting.save(1, "b", now)
    actions.take_over(session, sitting.id, sitting.learner.id, lease=OTHER, now=now)
    sitting.save(1, "c", now + MS, lease=LEASE)
    actions.take_over(session, sitting.id, sitting.learner.id, lease=LEASE, now=now + 2 * MS)
    pause(sitting, now + MINUTE)
    resume(sitting, now + 2 * MINUTE)
    pause(sitting, now + 2 * MINUTE)
    actions.extend_attempt(session, sitting.id, minutes=5, reason="Fire drill", actor="T1", now=now + 3 * MINUTE)
    grant(make, sitting.learner, Allowance(1.5), now + 3 * MINUTE)
    resume(sitting, now + 14 * MINUTE)
    sitting.submit(now + 15 * MINUTE)
    rescored(session, make, sitting, now)
    session.commit()
    shown = " ".join(client_of(sitting.learner).get(url(sitting, "log")).text.split())
    for words in (
        "Started with 2 questions",
        "Continued in another window",
        "could no longer write",
        "Paused at question 1",
        "Went on after 60 seconds",
        "Another question took the place of question 1",
        "T1 moved the end",
        "Fire drill",
        "HR changed your time",
        "The pause ended by itself after 10 minutes",
        "Handed in",
        "Scored again",
        "It is passed now",
        "Two answers were right",
        "before the pause",
    ):
        assert words in shown, words
    assert "Reads slowly" not in shown


def rescored(session: Session, make: Make, sitting: Sitting, now: datetime) -> None:
    trainer = make.person("trainer")
    ruling = make.add(
        Ruling(
            version_id=sitting.version(1).id,
            kind="accept",
            accept=["b"],
            reason="Two answers were right",
            decided_by_id=trainer.id,
            decided_at=now,
        )
    )
    marks = {"score_before": 0, "max_before": 2, "passed_before": False}
    marks |= {"score_after": 2, "max_after": 2, "passed_after": True}
    make.add(Regrade(attempt_id=sitting.id, cause="ruling", ruling_id=ruling.id, at=now, **marks))


def test_a_conflict_from_before_a_pause_is_shown_in_the_words_of_the_old_question(
    session: Session, sit: Sit, daily: Quiz, now: datetime
) -> None:
    sitting = sit(daily)
    old = sitting.version(1)
    actions.take_over(session, sitting.id, sitting.learner.id, lease=OTHER, now=now)
    sitting.save(1, "a", now, lease=LEASE)
    actions.take_over(session, sitting.id, sitting.learner.id, lease=LEASE, now=now)
    old.options = [option | {"text": {"zh": "旧", "en": "Old"}} for option in old.options]
    pause(sitting, now + MINUTE)
    resume(sitting, now + 2 * MINUTE)
    page = queries.log_page(session, sitting.id, sitting.learner.id)
    assert [(each.given[0]["en"], each.replaced) for each in page.kept] == [("Old", False)]


def test_what_was_thrown_away_counts_for_nothing(
    session: Session, make: Make, client_of: Browser, sit: Sit, now: datetime
) -> None:
    sitting = sit(make.quiz(purpose="practice", at_end="discard"))
    sitting.answer_all(3)
    sitting.submit(now + HOUR)
    session.commit()
    who = sitting.learner.id
    assert queries.confirmed_questions(session, who) == {}
    assert queries.missed_lately(session, who, since=now - HOUR) == []
    row = queries.start_page(session, sitting.quiz.slug, who, now=now + HOUR)
    assert (row.best_percent, row.passed, row.used) == (None, False, 1)
    assert "counts for nothing" in client_of(sitting.learner).get(f"/attempts/{sitting.id}").text
    assert "counts for nothing" in client_of(sitting.learner).get(url(sitting, "log")).text


RUNNING = "/attempts/running"


def extension(attempt: Attempt | Sitting) -> str:
    return f"{RUNNING}/{attempt.id}/extension"


def test_trainers_give_minutes_to_attempts_under_way(
    session: Session, make: Make, client_of: Browser, sit: Sit, now: datetime
) -> None:
    sitting = sit()
    sitting.save(1, "a", now)
    session.commit()
    browser = client_of(make.person("trainer"))
    listed = browser.get(RUNNING).text
    assert sitting.learner.employee_no in listed
    assert "1 of 5" in listed
    assert extension(sitting) in listed
    assert "ends on" in browser.get(extension(sitting)).text
    given = browser.post(extension(sitting), data={"minutes": "5", "reason": "Fire drill"}, follow_redirects=True)
    assert "now ends on" in given.text
    assert sitting.deadline == now + 13 * MINUTE
    assert "Nobody is in a quiz now" in browser.get(f"{RUNNING}?class=99999&quiz=1").text


@pytest.mark.parametrize(
    "sent", [{}, {"minutes": "0", "reason": "x"}, {"minutes": "5", "reason": ""}, {"minutes": "x", "reason": "x"}]
)
def test_minutes_need_a_number_and_a_reason(
    session: Session, make: Make, client_of: Browser, sit: Sit, sent: dict[str, str]
) -> None:
    sitting = sit()
    session.commit()
    assert client_of(make.person("trainer")).post(extension(sitting), data=sent).status_code == 422


def test_minutes_beyond_the_hard_stop_are_refused_with_the_reason(
    session: Session, make: Make, client_of: Browser, sit: Sit, now: datetime
) -> None:
    sitting = sit(make.quiz(hard_stop_at=now + 8 * MINUTE))
    session.commit()
    answer = client_of(make.person("trainer")).post(extension(sitting), data={"minutes": "5", "reason": "x"})
    assert answer.status_code == 409
    assert "cannot be extended further" in answer.text


def test_advisers_see_and_extend_their_own_classes_only(
    session: Session, make: Make, client_of: Browser, sit: Sit
) -> None:
    own, other = make.person("adviser"), make.person("adviser")
    klass = make.training_class(own)
    sitting = sit(learner=make.learner(klass))
    session.commit()
    mine, theirs = client_of(own), client_of(other)
    assert sitting.learner.employee_no in mine.get(RUNNING).text
    assert sitting.learner.employee_no in mine.get(f"{RUNNING}?class={klass.id}&quiz={sitting.quiz.id}").text
    assert sitting.learner.employee_no not in theirs.get(RUNNING).text
    assert theirs.get(extension(sitting)).status_code == 404
    assert theirs.post(extension(sitting), data={"minutes": "5", "reason": "x"}).status_code == 404
    assert mine.post(extension(sitting), data={"minutes": "5", "reason": "x"}).status_code == 303


def test_a_finished_attempt_has_no_minutes_to_give(
    session: Session, make: Make, client_of: Browser, sit: Sit, now: datetime
) -> None:
    sitting = sit()
    sitting.submit(now)
    session.commit()
    assert client_of(make.person("trainer")).get(extension(sitting)).status_code == 404


def test_the_list_of_attempts_under_way_takes_constant_statements(
    session: Session, make: Make, client_of: Browser, sit: Sit, statements: Any
) -> None:
    browser, quiz = client_of(make.person("trainer")), make.quiz()
    counts = []
    for many in (1, 6):
        for _each in range(many):
            sit(quiz, make.learner())
        session.commit()
        with statements() as ran:
            browser.get(RUNNING)
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_an_attempt_from_before_limits_were_kept_is_extended_by_the_limit_of_its_quiz(
    session: Session, sit: Sit, now: datetime
) -> None:
    sitting = sit()
    sitting.attempt.limit_minutes = 0
    session.flush()
    actions.extend_attempt(session, sitting.id, minutes=5, reason="x", actor="T1", now=now)
    assert sitting.deadline == now + 13 * MINUTE
    with pytest.raises(Refused):
        actions.pause_attempt(
            session, sitting.id, sitting.learner.id, position=1, lease=LEASE, now=sitting.deadline + MS
        )


def test_feedback_after_the_window_waits_for_whoever_has_more_time(
    session: Session, make: Make, sit: Sit, now: datetime
) -> None:
    quiz = make.quiz(feedback="after_window", last_start_at=now + MINUTE)
    quick, slow = sit(quiz, make.learner()), sit(quiz, make.learner())
    quick.submit(now)
    grant(make, slow.learner, Allowance(extra_minutes=60), now)
    after = now + 30 * MINUTE
    assert not queries.result_page(session, quick.id, quick.learner.id, now=after).feedback_due
    slow.submit(after)
    assert queries.result_page(session, quick.id, quick.learner.id, now=after).feedback_due


def test_a_machine_gets_no_question_while_it_pauses(
    session: Session, client_of: Browser, sit: Sit, daily: Quiz, now: datetime
) -> None:
    sitting = sit(daily)
    pause(sitting, now)
    session.commit()
    browser, stem = client_of(sitting.learner), sitting.version(1).stem["en"]
    asked = browser.post(f"/api/v1/quizzes/{daily.slug}/attempts")
    assert (asked.status_code, stem in asked.text) == (409, False)
    given = {"response": "a", "client_seq": 1, "client_time": now.isoformat()}
    refused_answer = browser.put(f"/api/v1/attempts/{sitting.id}/answers/1", json=given)
    assert (refused_answer.status_code, "pauses" in refused_answer.json["detail"]) == (409, True)
    resume(sitting, now + MINUTE)
    old = given | {"question": 0}
    told = browser.put(f"/api/v1/attempts/{sitting.id}/answers/1", json=old)
    assert "another question" in told.json["detail"]
    assert browser.put(f"/api/v1/attempts/{sitting.id}/answers/1", json=given).status_code == 200

"""A gate stands alone: no score of another quiz tells, while it is open, whether one of its answers is right."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course
from lms.errors import Refused
from lms.quizzes import jobs
from lms.quizzes.actions import Started, start_attempt, submit_attempt
from lms.quizzes.actions.pauses import pause_attempt
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.queries import quizzes_of, result_page, start_page
from tests.make import Make

LEASE = "a" * 32
Browser = Callable[[Person], FlaskClient]
Begin = Callable[..., Started]


@pytest.fixture
def course(make: Make) -> Course:
    course = make.course()
    lesson = make.lesson(course)
    for _ in range(5):
        make.question(lesson)
    return course


@pytest.fixture
def gate(make: Make, course: Course) -> Quiz:
    return make.quiz(course, questions=0, draw=5, purpose="gate", title_en="The gate", attempts_allowed=3)


@pytest.fixture
def daily(make: Make, course: Course) -> Quiz:
    return make.quiz(course, questions=0, draw=5, title_en="The daily one", pauses_allowed=2, pause_minutes=10)


@pytest.fixture
def practice(make: Make, course: Course) -> Quiz:
    return make.quiz(course, questions=0, draw=5, purpose="practice")


@pytest.fixture
def learner(make: Make) -> Person:
    return make.learner(make.training_class())


@pytest.fixture
def begin(session: Session, learner: Person, now: datetime) -> Begin:
    def start(quiz: Quiz, at: datetime = now, **more: Any) -> Started:
        return start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=at, **more)

    return start


def test_while_a_gate_is_open_no_other_quiz_begins(
    gate: Quiz, daily: Quiz, practice: Quiz, make: Make, course: Course, begin: Begin
) -> None:
    other_gate = make.quiz(course, questions=0, draw=5, purpose="gate")
    begin(gate)
    for other in (daily, practice, other_gate):
        with pytest.raises(Refused) as refused:
            begin(other)
        assert refused.value.code == "gate_open"
    assert not begin(gate).is_new


def test_a_gate_begins_when_nothing_else_is_open(
    session: Session, gate: Quiz, daily: Quiz, learner: Person, now: datetime, begin: Begin
) -> None:
    under_way = begin(daily)
    with pytest.raises(Refused) as refused:
        begin(gate)
    assert refused.value.code == "others_open"
    submit_attempt(session, under_way.attempt_id, learner.id, now=now)
    assert begin(gate).is_new


def test_a_quiz_that_pauses_is_open_too(
    session: Session, gate: Quiz, daily: Quiz, learner: Person, now: datetime, begin: Begin
) -> None:
    held = begin(daily)
    pause_attempt(session, held.attempt_id, learner.id, position=1, lease=LEASE, now=now)
    with pytest.raises(Refused):
        begin(gate, now + timedelta(minutes=18))
    with pytest.raises(Refused):
        begin(gate, now + timedelta(minutes=19))  # the grace: answers that were given in time may still come
    assert begin(gate, now + timedelta(minutes=19, milliseconds=1)).is_new


def test_what_ran_out_takes_no_answers_and_its_score_comes_from_before_the_gate(
    session: Session, gate: Quiz, daily: Quiz, learner: Person, now: datetime, begin: Begin
) -> None:
    ran_out = begin(daily)
    later = now + timedelta(minutes=10)
    assert begin(gate, later).is_new
    jobs.sweep(session, now=later)
    settled = session.get_one(Attempt, ran_out.attempt_id)
    assert (settled.finished_at, settled.score) == (now + timedelta(minutes=8), 0)


def test_practice_and_daily_quizzes_stand_beside_each_other(daily: Quiz, practice: Quiz, begin: Begin) -> None:
    begin(daily)
    assert begin(practice).is_new


def test_the_second_form_of_a_gate_begins_and_stands_alone_as_the_first_did(
    session: Session, gate: Quiz, daily: Quiz, learner: Person, now: datetime, begin: Begin
) -> None:
    gate.borderline_percent, gate.pass_percent = 20, 0
    session.flush()
    first = begin(gate)
    assert submit_attempt(session, first.attempt_id, learner.id, now=now).passed is None
    held = begin(daily)
    with pytest.raises(Refused) as refused:
        begin(gate)
    assert refused.value.code == "others_open"
    page = result_page(session, first.attempt_id, learner.id, now=now)
    assert (page.standing.refusal, page.standing.in_the_way) == ("others_open", session.get(Attempt, held.attempt_id))
    submit_attempt(session, held.attempt_id, learner.id, now=now)
    assert begin(gate).is_new
    assert session.scalars(select(Attempt.form).where(Attempt.quiz_id == gate.id)).all() == [1, 2]
    with pytest.raises(Refused) as refused:
        begin(daily)
    assert refused.value.code == "gate_open"


def test_another_learner_is_not_held_up(
    session: Session, gate: Quiz, daily: Quiz, make: Make, now: datetime, begin: Begin
) -> None:
    begin(gate)
    other = make.learner(make.training_class())
    assert start_attempt(session, daily.slug, other.id, lease=LEASE, now=now).is_new


def test_lists_say_what_is_to_be_handed_in_first(
    session: Session, gate: Quiz, daily: Quiz, practice: Quiz, learner: Person, now: datetime, begin: Begin
) -> None:
    held = begin(gate)
    rows = {row.quiz.slug: row for row in quizzes_of(session, learner.id, now=now)}
    ways = {slug: (row.refusal, row.in_the_way.id if row.in_the_way else None) for slug, row in rows.items()}
    stands = ("gate_open", held.attempt_id)
    assert ways == {gate.slug: (None, None), daily.slug: stands, practice.slug: stands}
    submit_attempt(session, held.attempt_id, learner.id, now=now)
    assert start_page(session, daily.slug, learner.id, now=now).refusal is None


def test_a_gate_comes_first_of_what_is_in_the_way(
    session: Session, gate: Quiz, daily: Quiz, practice: Quiz, learner: Person, now: datetime, begin: Begin
) -> None:
    begin(daily)
    kept = session.get_one(Attempt, begin(practice).attempt_id)
    row = start_page(session, gate.slug, learner.id, now=now)
    assert row.in_the_way is not None
    assert (row.refusal, row.in_the_way.quiz.slug) == ("others_open", daily.slug)
    kept.quiz_id = gate.id
    session.flush()
    session.expire_all()
    row = start_page(session, practice.slug, learner.id, now=now)
    assert row.in_the_way is not None
    assert (row.refusal, row.in_the_way.quiz.slug) == ("gate_open", gate.slug)


def test_pages_say_why_and_lead_to_it(
    session: Session, gate: Quiz, daily: Quiz, learner: Person, begin: Begin, client_of: Browser
) -> None:
    first = begin(daily)
    session.commit()
    browser = client_of(learner)
    page = browser.get(f"/quizzes/{gate.slug}").text
    assert "you have another quiz open" in page
    assert f'href="/attempts/{first.attempt_id}"' in page
    assert "Start now" not in page
    assert browser.post(f"/quizzes/{gate.slug}/attempts").status_code == 409
    browser.post(f"/attempts/{first.attempt_id}/submission")
    assert "A gate stands alone" in browser.get(f"/quizzes/{gate.slug}").text
    browser.post(f"/quizzes/{gate.slug}/attempts")
    refused = browser.post(f"/quizzes/{daily.slug}/attempts")
    assert refused.status_code == 409
    assert "You have a gate open" in refused.text
    assert "You have a gate open" in browser.get("/quizzes").text
    result = browser.get(f"/attempts/{first.attempt_id}").text
    assert "To “The gate”" in result
    assert "Try again" not in result


def test_machines_hear_the_same(
    session: Session, gate: Quiz, daily: Quiz, learner: Person, begin: Begin, client_of: Browser
) -> None:
    begin(gate)
    session.commit()
    browser = client_of(learner)
    answered = browser.post(f"/api/v1/quizzes/{daily.slug}/attempts")
    assert (answered.status_code, answered.json["code"]) == (409, "gate_open")
    listed = {each["slug"]: each["refusal"] for each in browser.get("/api/v1/quizzes").json["items"]}
    assert listed == {gate.slug: None, daily.slug: "gate_open"}

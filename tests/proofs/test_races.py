"""Races with real processes of the database: real threads, real commits, a throw-away database of each kind.

A few trials in every run; the proof is `python -m tests.proofs.races`, 100 trials each.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock, db, schema
from lms.accounts.models import LoginSession
from lms.accounts.queries import fingerprint
from lms.app import create_app
from lms.pace.models import StudyDay
from lms.quizzes import actions, jobs
from lms.quizzes.models import Answer, Attempt, AttemptEvent
from lms.settings import Settings
from tests.make import Make

TRIALS = int(os.environ.get("ONRAMP_TRIALS", "5"))
AT_ONCE = 8

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[db.Database]:
    """A database of each kind that is committed to for real."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("not asked for")
    engine = db.connect(new_database(request.param))
    schema.upgrade(engine)
    yield db.Database(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def app(store: db.Database, settings: Settings) -> Flask:
    made = create_app(settings, store)
    made.config.update(WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture(scope="module")
def build(store: db.Database) -> Callable[..., tuple[int, int, str, str]]:
    """Return a maker of a learner with a quiz of one attempt: their ids, the slug, and a sign-in."""
    made: list[Make] = []

    def build(**more: Any) -> tuple[int, int, str, str]:
        with store.writing() as session:
            make = made[0] if made else Make(session, clock.now())
            make.session, make.now = session, clock.now()
            made[:] = [make]
            learner, quiz = make.learner(), make.quiz(**{"attempts_allowed": 1, "limit_minutes": 10} | more)
            token = f"token-{learner.id}"
            ends = clock.now() + timedelta(hours=1)
            session.add(
                LoginSession(
                    token_hash=fingerprint(token), person_id=learner.id, created_at=clock.now(), expires_at=ends
                )
            )
            return learner.id, quiz.id, quiz.slug, token

    return build


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Run `work(0)` … at the same instant, each in a thread of its own, and return what they gave."""
    gate = threading.Barrier(AT_ONCE)

    def one(n: int) -> Any:
        gate.wait()
        return work(n)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def count(session: Session, *conditions: Any) -> int:
    return session.scalar(select(func.count(Attempt.id)).where(*conditions)) or 0


@pytest.mark.parametrize("trial", range(TRIALS))
def test_parallel_starts_give_one_attempt(app: Flask, store: db.Database, build: Any, trial: int) -> None:
    learner_id, _quiz_id, slug, token = build()

    def start(n: int) -> tuple[int, int]:
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        answer = browser.post(f"/api/v1/quizzes/{slug}/attempts", headers={"Idempotency-Key": str(n)})
        return answer.status_code, answer.json.get("id")

    answers = at_once(start)
    assert sorted(status for status, _id in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({attempt_id for _status, attempt_id in answers}) == 1
    with store.reading() as session:
        assert count(session, Attempt.learner_id == learner_id) == 1


@pytest.mark.parametrize("trial", range(TRIALS))
def test_hand_ins_sweepers_and_starts_settle_once(store: db.Database, build: Any, trial: int) -> None:
    learner_id, quiz_id, slug, _token = build(attempts_allowed=None)
    now = clock.now()
    with store.writing() as session:
        started = actions.start_attempt(session, slug, learner_id, lease="a" * 32, now=now)
    later = now + timedelta(hours=1)

    def end(n: int) -> None:
        with store.writing() as session:
            if n % 3 == 0:
                actions.submit_attempt(session, started.attempt_id, learner_id, now=later)
            elif n % 3 == 1:
                jobs.sweep(session, now=later)
            else:
                actions.start_attempt(session, slug, learner_id, lease="b" * 32, now=later)

    at_once(end)
    with store.reading() as session:
        settled = select(func.count(AttemptEvent.id)).where(
            AttemptEvent.attempt_id == started.attempt_id, AttemptEvent.kind == "settled"
        )
        assert session.scalar(settled) == 1
        graded = session.scalar(select(func.sum(StudyDay.graded_quizzes)).where(StudyDay.person_id == learner_id))
        assert graded == 1
        assert count(session, Attempt.quiz_id == quiz_id) == 2


@pytest.mark.parametrize("trial", range(TRIALS))
def test_answers_of_one_moment_all_count(store: db.Database, build: Any, trial: int) -> None:
    learner_id, _quiz_id, slug, _token = build(questions=AT_ONCE)
    now = clock.now()
    with store.writing() as session:
        started = actions.start_attempt(session, slug, learner_id, lease="a" * 32, now=now)

    def save(n: int) -> None:
        for position, sequence in ((n + 1, n), (1, 100 + n)):
            given = actions.Given(position, "a", sequence, now, "a" * 32)
            with store.writing() as session:
                actions.save_answer(session, started.attempt_id, learner_id, given, now=now)

    at_once(save)
    with store.writing() as session:
        attempt = actions.submit_attempt(session, started.attempt_id, learner_id, now=now)
    assert attempt.score == AT_ONCE


@pytest.mark.parametrize("trial", range(TRIALS))
def test_an_answer_beside_a_hand_in_is_graded_or_refused(store: db.Database, build: Any, trial: int) -> None:
    learner_id, _quiz_id, slug, _token = build(questions=AT_ONCE)
    now = clock.now()
    with store.writing() as session:
        started = actions.start_attempt(session, slug, learner_id, lease="a" * 32, now=now)

    def act(n: int) -> bool:
        if n == AT_ONCE - 1:
            with store.writing() as session:
                actions.submit_attempt(session, started.attempt_id, learner_id, now=now)
            return False
        given = actions.Given(n + 1, "a", n, now, "a" * 32)
        with store.at_once() as connection:
            return actions.save_at_once(connection, started.attempt_id, learner_id, given, now=now) is not None

    kept = sum(at_once(act))
    with store.reading() as session:
        stored = session.scalar(select(func.count()).where(Answer.attempt_id == started.attempt_id))
        score = session.scalar(select(Attempt.score).where(Attempt.id == started.attempt_id))
    assert kept == stored == score

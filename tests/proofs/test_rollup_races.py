"""Many settle the same quiz at once, one by one and by the hundred, while its sums are made anew: nothing is lost."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from lms import clock, db, schema
from lms.quizzes import jobs
from lms.quizzes.actions import rollups, submit_attempt
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, QuestionVersion
from tests.make import Make
from tests.quizzes.test_rollups import everything, same

THREADS, EACH, QUESTIONS, DRAWN = 6, 6, 12, 6

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[db.Database]:
    """A database of each kind that is committed to for real."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("not asked for")
    engine = db.connect(new_database(request.param))
    schema.upgrade(engine)
    yield db.Database(engine)
    engine.dispose()


def test_sums_hold_every_attempt_whoever_settles_and_makes_anew_at_the_same_time(store: db.Database) -> None:
    quiz_ids, learners = _open_attempts(store)
    gate = threading.Barrier(THREADS + 2)

    def submits(part: int) -> None:
        gate.wait()
        for attempt_id, learner_id in learners[part :: THREADS + 1]:
            with store.writing() as session:
                submit_attempt(session, attempt_id, learner_id, now=clock.now())

    def sweeps(_part: int) -> None:
        gate.wait()
        with store.writing() as session:
            jobs.sweep(session, now=clock.now() + timedelta(days=1), limit=len(learners) // (THREADS + 1))

    def makes_anew(_part: int) -> None:
        gate.wait()
        for _ in range(4):
            for quiz_id in quiz_ids:
                with store.writing() as session:
                    rollups.rebuild(session, quiz_id)

    works = [*[submits] * THREADS, sweeps, makes_anew]
    with ThreadPoolExecutor(len(works)) as threads:
        list(threads.map(lambda job: job[1](job[0]), enumerate(works)))
    with store.writing() as session:
        jobs.sweep(session, now=clock.now() + timedelta(days=1), limit=1000)
        kept = everything(session)
        for quiz_id in quiz_ids:
            rollups.rebuild(session, quiz_id)
        assert all(same(one, other) for one, other in zip(kept, everything(session), strict=True))
        assert sum(row[0] for row in kept[2].values()) == len(learners)


def _open_attempts(store: db.Database) -> tuple[list[int], list[tuple[int, int]]]:
    """Two quizzes over the same questions, and learners in the middle of them, each with a draw of their own."""
    chance = Random(4)
    with store.writing() as session:
        make = Make(session, clock.now())
        quiz = make.quiz(questions=QUESTIONS, draw=DRAWN)
        other = make.quiz(questions=0, draw=DRAWN)
        versions = list(session.scalars(select(QuestionVersion)))
        made = []
        for n in range((THREADS + 1) * EACH):
            learner = make.person("learner")
            attempt = Attempt(
                quiz_id=(quiz, other)[n % 2].id,
                learner_id=learner.id,
                number=1,
                seed=1,
                lease="a" * 32,
                started_at=clock.now(),
                deadline=clock.now() + timedelta(minutes=10),
                grace_seconds=60,
                pass_percent=80,
                max_score=float(DRAWN),
            )
            session.add(attempt)
            session.flush()
            for position, version in enumerate(chance.sample(versions, DRAWN), start=1):
                session.add(
                    AttemptQuestion(attempt_id=attempt.id, position=position, version_id=version.id, option_order=[])
                )
                session.flush()
                answer = {"client_seq": 1, "lease": "a" * 32, "saved_at": clock.now(), "late_received": False}
                session.add(Answer(attempt_id=attempt.id, position=position, response=chance.choice("ab"), **answer))
            made.append((attempt.id, learner.id))
        session.flush()
        return [quiz.id, other.id], made

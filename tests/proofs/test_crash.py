"""kill -9 of the server in the middle of 20 learners' quizzes: what was acknowledged is there after the restart.

The ledger is the clients' own: an answer counts as acknowledged when its 200 has arrived.
ONRAMP_CRASHES sets how often the server dies.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text

from lms import clock, db, schema
from lms.accounts import actions as accounts
from tests.make import Make
from tests.wheel_check import free_port, opened

LEARNERS = 20
QUESTIONS = 20
CRASHES = int(os.environ.get("ONRAMP_CRASHES", "2"))
RUN_SECONDS = 4.0

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@dataclass
class Learner:
    """A client with a ledger of what the server has acknowledged: position → (client_seq, response)."""

    token: str
    attempt: int = 0
    lease: str | None = None
    seq: int = 0
    acknowledged: dict[int, tuple[int, Any]] = field(default_factory=dict)
    options: dict[int, list[str]] = field(default_factory=dict)


@contextmanager
def served(url: str, data: Path, port: int) -> Iterator[Callable[[], None]]:
    """Serve the database and yield a function that kills the whole server as a power cut would."""
    env = os.environ | {"LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(data), "LMS_SECRET_KEY": "x" * 40}
    command = [Path(sys.executable).parent / "lms", "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, env=env, start_new_session=True, stdout=subprocess.DEVNULL)
    opened(f"http://127.0.0.1:{port}/readyz")

    def kill() -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    try:
        yield kill
    finally:
        if process.poll() is None:
            kill()


def prepared(url: str) -> tuple[str, list[Learner]]:
    """Make tables, a quiz and learners with tokens; return the quiz's slug and the learners."""
    engine = db.connect(url)
    schema.upgrade(engine)
    now = clock.now()
    with db.Database(engine).writing() as session:
        make = Make(session, now)
        quiz = make.quiz(questions=QUESTIONS, limit_minutes=60, purpose="practice")
        klass = make.training_class()
        learners = [
            Learner(accounts.make_token(session, make.learner(klass), ["read", "learn"], name="", days=1, now=now))
            for _ in range(LEARNERS)
        ]
        slug = quiz.slug
    engine.dispose()
    return slug, learners


def answering(base: str, slug: str, learner: Learner, stop: threading.Event) -> None:
    """Start or find the attempt, then save random answers until told to stop or cut off."""
    http = requests.Session()
    http.headers["Authorization"] = f"Bearer {learner.token}"
    try:
        started = http.post(f"{base}/quizzes/{slug}/attempts", json={}, timeout=10)
        assert started.status_code in (200, 201), started.text
        body = started.json()
        learner.attempt, learner.lease = body["id"], body.get("lease")
        learner.options = {q["position"]: [o["id"] for o in q["options"]] for q in body["questions"]}
        while not stop.is_set():
            position = random.choice(list(learner.options))  # load, not a secret
            learner.seq += 1
            response = random.choice(learner.options[position])
            sent = {"response": response, "client_seq": learner.seq, "client_time": clock.now().isoformat()}
            if learner.lease:
                sent["lease"] = learner.lease
            answer = http.put(f"{base}/attempts/{learner.attempt}/answers/{position}", json=sent, timeout=10)
            assert answer.status_code == 200, answer.text
            learner.acknowledged[position] = (learner.seq, response)
    except requests.RequestException:
        return  # cut off: whatever was in flight was not acknowledged


def lost(url: str, learners: list[Learner]) -> list[str]:
    """Return every acknowledged answer that is not stored, or was overtaken by something never sent after it."""
    engine = db.connect(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT attempt_id, position, client_seq FROM answers")).all()
        open_attempts = connection.execute(text("SELECT count(*) FROM attempts")).scalar_one()
    engine.dispose()
    stored = {(row.attempt_id, row.position): row.client_seq for row in rows}
    assert len(stored) == len(rows)
    started = sum(1 for learner in learners if learner.attempt)
    assert started <= open_attempts <= len(learners)
    return [
        f"attempt {learner.attempt} position {position}: {stored.get((learner.attempt, position))} < {seq}"
        for learner in learners
        for position, (seq, _response) in learner.acknowledged.items()
        if not seq <= stored.get((learner.attempt, position), -1) <= learner.seq
    ]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_acknowledged_answers_survive_kill_9(
    kind: str, new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    url, port = new_database(kind), free_port()
    slug, learners = prepared(url)
    base = f"http://127.0.0.1:{port}/api/v1"
    for _ in range(CRASHES):
        stop = threading.Event()
        with served(url, tmp_path, port) as kill, ThreadPoolExecutor(LEARNERS) as pool:
            running = [pool.submit(answering, base, slug, learner, stop) for learner in learners]
            time.sleep(RUN_SECONDS)
            kill()
            stop.set()
            for done in running:
                done.result()
        assert lost(url, learners) == []
    acknowledged = sum(len(learner.acknowledged) for learner in learners)
    assert acknowledged > LEARNERS, "the load was too small to prove anything"

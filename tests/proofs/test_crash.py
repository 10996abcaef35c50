"""kill -9 under 30 learners' load: what was acknowledged is there, once, and no attempt hangs. `make crash`.

The ledger is the clients' own: an answer counts as acknowledged when its 200 has arrived. Who gets no reply sends the
same again until there is one, as the page does. Most cycles end one worker in the middle of its requests, every tenth
the whole server, as a power cut would. ONRAMP_CRASHES sets how often.
"""

import http.client
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from lms import clock, db, schema
from lms.accounts import actions as accounts
from tests.make import Make
from tests.proofs.server import Client, House, served
from tests.wheel_check import free_port

LEARNERS = 30
QUESTIONS = 20
CRASHES = int(os.environ.get("ONRAMP_CRASHES", "2"))
LIVES = 10  # kills of a server: nine of a worker, the last of all of it
PATIENCE_SECONDS = 120

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@dataclass
class Ledger:
    """What one learner was told: of each attempt what was saved, (client_seq, response) a position, and its result."""

    token: str
    saved: dict[int, dict[int, tuple[int, str]]] = field(default_factory=dict)
    results: dict[int, Any] = field(default_factory=dict)
    acknowledged: int = 0
    repeated: int = 0


class Learner:
    """Sits one quiz after the other and lets nothing unanswered."""

    def __init__(self, ledger: Ledger, port: int, slug: str, stop: threading.Event) -> None:
        self.ledger, self.slug, self.stop = ledger, slug, stop
        self.client = Client(port, ledger.token, kept=True)

    def insist(self, ask: Callable[[], tuple[int, Any]]) -> Any:
        """Ask until there is an answer, however often the server dies meanwhile; one that is no success fails."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, body = ask()
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < until, "the server did not come back"
                self.ledger.repeated += 1
                time.sleep(0.25)
                continue
            if status == 503:
                time.sleep(0.2)
                continue
            assert status in (200, 201), (status, body)
            return body

    def work(self) -> None:
        """Sit until told to stop, and hand in what is open then."""
        try:
            while not self.stop.is_set():
                self.sit()
        finally:
            self.client.close()

    def sit(self) -> None:
        key = secrets.token_hex(8)
        paper = self.insist(lambda: self.client.start(self.slug, key))
        attempt, lease = paper["id"], paper["lease"]
        assert attempt not in self.ledger.results, "an attempt that was handed in is open again"
        assert lease is not None, "the same key, the same right to write"
        mine = self.ledger.saved.setdefault(attempt, {})
        for seq in range(1, 3 * QUESTIONS):
            question = random.choice(paper["questions"])  # load, not a secret
            position, response = question["position"], random.choice(question["options"])["id"]
            reply = self.insist(lambda p=position, r=response, s=seq: self.client.save(attempt, p, r, s, lease=lease))
            assert reply["client_seq"] == seq
            mine[position] = (seq, response)
            self.ledger.acknowledged += 1
            if self.stop.is_set():
                break
        self.ledger.results[attempt] = self.insist(lambda: self.client.submit(attempt))


def prepared(url: str, learners: int = LEARNERS) -> tuple[str, list[Ledger]]:
    """Make tables, a quiz and learners with tokens; return the quiz's slug and an empty ledger for each."""
    engine = db.connect(url)
    schema.upgrade(engine)
    now = clock.now()
    with db.Database(engine).writing() as session:
        make = Make(session, now)
        quiz = make.quiz(questions=QUESTIONS, limit_minutes=60, purpose="practice")
        klass = make.training_class()
        ledgers = [
            Ledger(accounts.make_token(session, make.learner(klass), ["read", "learn"], name="", days=1, now=now))
            for _ in range(learners)
        ]
        slug = quiz.slug
    engine.dispose()
    return slug, ledgers


def wrong(url: str, ledgers: list[Ledger]) -> list[str]:
    """Return what is stored otherwise than the learners were told."""
    engine = db.connect(url)
    with engine.connect() as connection:

        def rows(query: str) -> list[Any]:
            return list(connection.execute(text(query)).all())

        answers = rows("SELECT attempt_id, position, client_seq, response FROM answers")
        attempts = rows("SELECT id, score, finished_at FROM attempts")
        settled = rows("SELECT attempt_id FROM attempt_events WHERE kind = 'settled'")
        conflicts = rows("SELECT attempt_id FROM answer_conflicts")
    engine.dispose()
    told = {
        (attempt, position, seq, response)
        for ledger in ledgers
        for attempt, mine in ledger.saved.items()
        for position, (seq, response) in mine.items()
    }
    kept = {(row.attempt_id, row.position, row.client_seq, _plain(row.response)) for row in answers}
    results = {attempt: result["score"] for ledger in ledgers for attempt, result in ledger.results.items()}
    marked = {
        attempt: float(sum(response == "a" for _seq, response in mine.values()))
        for ledger in ledgers
        for attempt, mine in ledger.saved.items()
    }
    found = [f"lost {each}" for each in told - kept] + [f"never said {each}" for each in kept - told]
    found += [f"doubled: {len(answers)} rows"] if len(answers) != len(kept) else []
    found += [f"stuck {row.id}" for row in attempts if row.finished_at is None]
    found += [f"attempt {row.id} nobody was told of" for row in attempts if row.id not in results]
    found += [f"score {row.score} told {results.get(row.id)}" for row in attempts if row.score != results.get(row.id)]
    found += [f"marked {results[each]} for {marks}" for each, marks in marked.items() if results[each] != marks]
    found += ["settled twice"] if len(settled) != len(attempts) else []
    return found + [f"conflict {row}" for row in conflicts]


def _plain(response: Any) -> str:
    return str(response).strip('"')


def total(ledgers: list[Ledger]) -> int:
    return sum(ledger.acknowledged for ledger in ledgers)


class Load:
    """All learners at once, from now until `finish`, whether there is a server or not."""

    def __init__(self, ledgers: list[Ledger], port: int, slug: str) -> None:
        self.stop = threading.Event()
        self.pool = ThreadPoolExecutor(len(ledgers))
        self.running = [self.pool.submit(Learner(each, port, slug, self.stop).work) for each in ledgers]

    def finish(self) -> None:
        """Let everybody hand in what is open; raise what one of them found wrong."""
        self.stop.set()
        for done in self.running:
            done.result()
        self.pool.shutdown()


def wait_for(ledgers: list[Ledger], more: int) -> None:
    """Wait until the learners have been told of so many more answers."""
    until, goal = time.monotonic() + PATIENCE_SECONDS, total(ledgers) + more
    while total(ledgers) < goal:
        assert time.monotonic() < until, "nothing is saved any more"
        time.sleep(0.02)


def live_and_die(house: House, ledgers: list[Ledger], kills: int) -> None:
    """End the worker that has answered longest, again and again, and at last the whole server."""
    for kill in range(kills):
        wait_for(ledgers, LEARNERS)
        time.sleep(random.uniform(0, 0.2))  # not always at the same point
        if kill == kills - 1:
            house.kill()
        else:
            os.kill(house.workers()[0], signal.SIGKILL)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_acknowledged_answers_survive_kill_9(
    kind: str,
    new_database: Callable[[str], str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    url, port = new_database(kind), free_port()
    slug, ledgers = prepared(url)
    learners = Load(ledgers, port, slug)
    for done in range(0, CRASHES, LIVES):
        with served(url, tmp_path, workers=2, port=port) as house:
            live_and_die(house, ledgers, min(LIVES, CRASHES - done))
    with served(url, tmp_path, workers=2, port=port):
        wait_for(ledgers, LEARNERS)
        learners.finish()
    assert wrong(url, ledgers) == []
    with capsys.disabled():
        repeated, ended = sum(each.repeated for each in ledgers), sum(len(each.results) for each in ledgers)
        told = f"{total(ledgers)} answers in {ended} attempts acknowledged, {repeated} requests sent again"
        sys.stdout.write(f"\n{kind}: {CRASHES} kills, {told}: all kept once\n")


@pytest.mark.parametrize("how", ["lost", "doubled"])
def test_the_ledger_would_tell(how: str, new_database: Callable[[str], str], tmp_path: Path) -> None:
    """The proof can fail: an answer taken away and an attempt graded twice are found."""
    url = new_database("sqlite")
    slug, ledgers = prepared(url, learners=2)
    with served(url, tmp_path, workers=1) as house:
        learners = Load(ledgers, house.port, slug)
        wait_for(ledgers, 10)
        learners.finish()
    assert wrong(url, ledgers) == []
    engine = db.connect(url)
    with engine.execution_options(lms_write=True).begin() as connection:
        if how == "lost":
            found = "SELECT attempt_id, position FROM answers LIMIT 1"
            connection.execute(text(f"DELETE FROM answers WHERE (attempt_id, position) IN ({found})"))
        else:
            found = "SELECT attempt_id, at, kind, detail FROM attempt_events WHERE kind = 'settled' LIMIT 1"
            connection.execute(text(f"INSERT INTO attempt_events (attempt_id, at, kind, detail) {found}"))
    engine.dispose()
    assert wrong(url, ledgers)


def test_a_sync_lies_between_each_request_and_its_reply(new_database: Callable[[str], str], tmp_path: Path) -> None:
    """Every acknowledged answer on SQLite: the thread that takes it waits for the disk before it says so."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("NO STRACE HERE: that an answer is on disk before it is acknowledged was not watched")
    url, trace = new_database("sqlite"), tmp_path / "calls"
    slug, ledgers = prepared(url, learners=4)
    with served(url, tmp_path, workers=1) as house:
        calls = "trace=recvfrom,sendto,sendmsg,read,write,fsync,fdatasync"
        watch = [strace, "-f", "-s", "80", "-e", calls, "-o", str(trace), "-p", str(house.workers()[0])]
        watcher = subprocess.Popen(watch, stderr=subprocess.DEVNULL)
        time.sleep(1)
        if watcher.poll() is not None:
            pytest.skip("STRACE MAY NOT WATCH HERE: that an answer is on disk before it is acknowledged was not seen")
        try:
            learners = Load(ledgers, house.port, slug)
            wait_for(ledgers, 40)
            learners.finish()
        finally:
            watcher.send_signal(signal.SIGINT)
            watcher.wait(30)
    acknowledged, unsynced = seen(trace.read_text(errors="replace"))
    assert unsynced == 0
    assert acknowledged == total(ledgers)


def seen(trace: str) -> tuple[int, int]:
    """Return how many answers were acknowledged in a trace, and how many of them without a sync before."""
    asked: dict[str, bool] = {}  # thread → whether it has synced since it took an answer to save
    acknowledged = unsynced = 0
    for line in trace.splitlines():
        thread = line.split(maxsplit=1)[0]
        if "PUT /api/v1/attempts/" in line:
            asked[thread] = False
        elif re.search(r"f(data)?sync.*= 0$", line) and thread in asked:
            asked[thread] = True
        elif "HTTP/1.1 200" in line and thread in asked:
            acknowledged += 1
            unsynced += not asked.pop(thread)
    return acknowledged, unsynced

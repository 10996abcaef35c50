"""Measures the item report over 10,000 attempts of 50 questions on both databases: `python -m bench.item_report`.

Attempts are planted by bulk inserts, their sums made by the same code that re-scores use; then the real page is asked
for, and 200 attempts are settled one by one to see what keeping the sums costs. `--attempts N` for another size.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms import clock, db, schema
from lms.accounts.models import LoginSession, Person
from lms.accounts.queries import fingerprint
from lms.app import create_app
from lms.quizzes.actions import rollups, settle
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, QuestionVersion, Quiz
from lms.settings import Settings
from tests.make import Make
from tests.postgres import cluster

QUESTIONS, PASS, SETTLED, ASKED = 50, 40, 200, 20
LEASE = "a" * 32
TRAINER = "T0001"


def plant(session: Session, attempts: int) -> tuple[int, str]:
    """Store a quiz of 50 questions that many have sat, and return its id and name."""
    chance = Random(1)  # noqa: S311  # the same answers every time
    make = Make(session, clock.now())
    quiz = make.quiz(questions=QUESTIONS)
    versions = list(session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id)))
    hard = [chance.gauss(0, 1) for _ in versions]
    make.person("trainer", employee_no=TRAINER)
    rows = [
        {
            "site_id": make.site().id,
            "employee_no": f"B{n:06}",
            "name": "学员",
            "locale": "en",
            "created_at": clock.now(),
        }
        for n in range(attempts)
    ]
    session.execute(insert(Person), rows)
    ids = list(session.scalars(select(Person.id).where(Person.employee_no.like("B%")).order_by(Person.id)))
    for start in range(0, attempts, 1000):
        _thousand(session, quiz, ids[start : start + 1000], versions, hard, chance, settled=start >= SETTLED)
    return quiz.id, quiz.slug


def _thousand(
    session: Session,
    quiz: Quiz,
    learners: list[int],
    versions: list[int],
    hard: list[float],
    chance: Random,
    *,
    settled: bool,
) -> None:
    """Store one attempt of each learner; the first few of all stay open, to be settled one by one."""
    now, attempts, marks = clock.now(), [], []
    for learner in learners:
        strength = chance.gauss(0.5, 1)
        marks.append([float(chance.gauss(strength - each, 1) > 0) for each in hard])
        done = settled or len(attempts) >= SETTLED
        ended = {
            "finished_at": now,
            "settled_by": "submitted",
            "score": sum(marks[-1]),
            "passed": sum(marks[-1]) >= PASS,
        }
        attempts.append(
            {"quiz_id": quiz.id, "learner_id": learner, "number": 1, "seed": 1, "lease": LEASE, "grace_seconds": 60}
            | {"started_at": now - timedelta(minutes=30), "deadline": now + timedelta(hours=1), "pass_percent": 80}
            | {"max_score": float(QUESTIONS)}
            | (ended if done else dict.fromkeys(ended))
        )
    session.execute(insert(Attempt), attempts)
    ids = session.scalars(select(Attempt.id).where(Attempt.learner_id.in_(learners)).order_by(Attempt.id)).all()
    places: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for attempt_id, earned in zip(ids, marks, strict=True):
        for position, (version, mark) in enumerate(zip(versions, earned, strict=True), start=1):
            key = {"attempt_id": attempt_id, "position": position}
            places.append(key | {"version_id": version, "option_order": ["a", "b", "c", "d"], "marks": mark})
            response = "a" if mark else chance.choice("bbcd")
            kept = {"client_seq": 1, "lease": LEASE, "saved_at": now, "late_received": False}
            answers.append(key | {"response": response} | kept)
    session.execute(insert(AttemptQuestion), places)
    session.execute(insert(Answer), answers)


def measured(url: str, attempts: int, folder: Path) -> dict[str, Any]:
    """Return the figures of one database."""
    store = db.Database(db.connect(url))
    schema.upgrade(store.bind)  # type: ignore[arg-type]  # an engine, just made
    with store.writing() as session:
        quiz_id, slug = plant(session, attempts)
    begun = time.perf_counter()
    with store.writing() as session:
        rollups.rebuild(session, quiz_id)
    anew = time.perf_counter() - begun
    settings = Settings(data_dir=folder, secret_key="x" * 48, locale="en", database_url=url)
    browser = _signed_in(create_app(settings, store), store)
    report = _times(browser, f"/quizzes/{slug}/report")
    sheet = _times(browser, f"/quizzes/{slug}/report.csv")
    hints = _times(browser, f"/quizzes/{slug}/signals", times=3)
    return {
        "attempts": attempts,
        "sums_made_anew_s": round(anew, 1),
        "report_ms": report,
        "csv_ms": sheet,
        "signals_ms": hints,
        **_settling(store),
    }


def _signed_in(app: Any, store: db.Database) -> FlaskClient:
    with store.writing() as session:
        person = session.scalars(select(Person).where(Person.employee_no == TRAINER)).one()
        ends = clock.now() + timedelta(hours=1)
        token = {"token_hash": fingerprint("bench"), "person_id": person.id, "expires_at": ends}
        session.add(LoginSession(**token, created_at=clock.now()))
    browser: FlaskClient = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = "bench"
    return browser


def _times(browser: FlaskClient, address: str, times: int = ASKED) -> dict[str, float]:
    """Ask for a page, the first time apart, and return milliseconds; `cpu` is the server's own part."""
    taken, used = [], []
    for _ in range(times + 1):
        begun, busy = time.perf_counter(), time.process_time()
        answer = browser.get(address)
        answer.get_data()
        taken.append((time.perf_counter() - begun) * 1000)
        used.append((time.process_time() - busy) * 1000)
        if answer.status_code != 200:  # noqa: PLR2004  # OK
            raise SystemExit(f"{address}: {answer.status_code}")
    figures = {"first": taken[0], "median": statistics.median(taken[1:]), "worst": max(taken[1:])}
    return {name: round(each) for name, each in figures.items()} | {"cpu": round(statistics.median(used[1:]))}


def _settling(store: db.Database) -> dict[str, float]:
    """Settle the open attempts one by one, each in a transaction of its own; all of it, and the CPU that sums take."""
    spent: list[float] = []
    record = rollups.record

    def timed(session: Session, attempts: Any) -> None:
        begun = time.process_time()
        record(session, attempts)
        spent.append((time.process_time() - begun) * 1000)

    whole = []
    rollups.record = timed
    try:
        with store.reading() as session:
            ids = session.scalars(select(Attempt.id).where(Attempt.finished_at.is_(None))).all()
        for attempt_id in ids:
            begun = time.perf_counter()
            with store.writing() as session:
                attempt = session.get_one(Attempt, attempt_id, with_for_update=True)
                attempt.quiz = session.get_one(Quiz, attempt.quiz_id)
                settle(session, attempt, now=clock.now())
            whole.append((time.perf_counter() - begun) * 1000)
    finally:
        rollups.record = record
    return {"settling_ms": round(statistics.median(whole), 1), "of_it_sums_cpu_ms": round(statistics.median(spent), 1)}


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Bring up one of each kind."""
    with cluster() as url:
        yield {"sqlite": f"sqlite:///{folder / 'bench.db'}", "postgresql": url}


def main() -> None:
    """Measure both databases and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--attempts", type=int, default=10_000)
    attempts = asked.parse_args().attempts
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as urls:
        for kind, url in urls.items():
            figures = measured(url, attempts, Path(name))
            sys.stdout.write(json.dumps({kind: figures}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""What runs without anybody asking: overdue attempts are settled, old tries forgotten; all repeatable.

Each job is idempotent and takes row locks, so that any number of workers may run at once; no queue is needed
for these. The worker runs inside `lms serve` unless told otherwise.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import LoginSession, SignInFailure
from lms.certification.models import VerificationTry
from lms.db import Database
from lms.games import jobs as games
from lms.knowledge import jobs as knowledge
from lms.media import jobs as media
from lms.quizzes import jobs as quizzes
from lms.reviews.listening import listen
from lms.storage import Storage

log = logging.getLogger(__name__)
KEEP_TRIES = timedelta(days=1)
KEEP_SESSIONS = timedelta(days=30)


def forget(session: Session, *, now: datetime) -> int:
    """Delete tries and sign-ins that no rule looks at any more; return how many."""
    gone = 0
    for query in (
        delete(SignInFailure).where(SignInFailure.at < now - KEEP_TRIES),
        delete(VerificationTry).where(VerificationTry.at < now - KEEP_TRIES),
        delete(LoginSession).where(LoginSession.expires_at < now - KEEP_SESSIONS),
    ):
        gone += session.execute(query).rowcount  # type: ignore[attr-defined]  # of a DML result
    return gone


@dataclass
class Job:
    """A piece of work, how often it runs, and when it runs next."""

    name: str
    every: timedelta
    work: Callable[..., int]
    due_at: datetime = field(default_factory=clock.now)


def jobs(storage: Storage) -> list[Job]:
    """Return all jobs, due at once."""
    return [
        Job("settle overdue attempts", timedelta(seconds=15), quizzes.sweep),
        Job("make the quizzes of the day", timedelta(minutes=5), quizzes.make_daily),
        Job("sums of quizzes", timedelta(hours=1), quizzes.catch_up),
        Job("end forgotten games", timedelta(hours=1), games.end_forgotten),
        Job("index lessons for search", timedelta(seconds=20), knowledge.sweep),
        Job("forget single misses", timedelta(hours=6), knowledge.forget),
        Job("sweep files that nothing names", timedelta(hours=6), partial(media.sweep, storage=storage)),
        Job("forget old tries", timedelta(hours=1), forget),
    ]


def run_due(database: Database, pending: list[Job], *, now: datetime) -> None:
    """Run what is due, each in a transaction of its own; one that fails is logged and tried again next time."""
    for job in pending:
        if job.due_at > now:
            continue
        job.due_at = now + job.every
        try:
            with database.writing() as session:
                done = job.work(session, now=now)
        except Exception:
            log.exception("job failed: %s", job.name)
        else:
            if done:
                log.info("%s: %d", job.name, done)


def run(database: Database, storage: Storage, stop: threading.Event) -> None:
    """Run jobs until `stop` is set; attempts that end here are reviews as well."""
    listen()
    pending = jobs(storage)
    while not stop.wait(1) and not stop.is_set():
        run_due(database, pending, now=clock.now())

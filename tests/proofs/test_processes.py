"""Races between real processes: eight requests at one instant against two of SQLite and four of PostgreSQL.

A few trials in every run; the proof is `python -m tests.proofs.races`, 100 trials each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from lms import clock, db, schema
from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.pace.models import StudyDay
from lms.quizzes import jobs
from lms.quizzes.models import Answer, Attempt, AttemptEvent
from tests.make import Make
from tests.proofs.server import Client, served
from tests.proofs.test_races import AT_ONCE, TRIALS, at_once

PROCESSES = {"sqlite": 2, "postgresql": 4}
SAVES = AT_ONCE // 2
BEFORE_THE_END = timedelta(milliseconds=30)  # times 1 to 10: machines differ in how long eight requests take

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@dataclass
class Site:
    """A database that is served by several processes."""

    store: db.Database
    port: int
    builder: list[Make] = field(default_factory=list)

    def sitting(self, **more: Any) -> tuple[list[Client], str, int]:
        """Return eight clients of one new learner, the slug of a quiz and the learner's id."""
        with self.store.writing() as session:
            make = self.make(session)
            learner = make.learner()
            quiz = make.quiz(**{"questions": SAVES, "limit_minutes": 10, "attempts_allowed": 1} | more)
            clients = [self.client(session, learner)]
            clients += [Client(self.port, clients[0].token) for _ in range(AT_ONCE - 1)]
            return clients, quiz.slug, learner.id

    def make(self, session: Session) -> Make:
        """Return the one builder of rows, at work in `session`."""
        make = self.builder[0] if self.builder else Make(session, clock.now())
        make.session, make.now = session, clock.now()
        self.builder[:] = [make]
        return make

    def client(self, session: Session, learner: Person) -> Client:
        """Return a client of `learner`."""
        token = accounts.make_token(session, learner, ["read", "learn"], name="", days=1, now=clock.now())
        return Client(self.port, token)

    def begun(self, **more: Any) -> tuple[list[Client], int, int]:
        """Return the same with an attempt that is open."""
        clients, slug, learner_id = self.sitting(**more)
        status, paper = clients[0].start(slug)
        assert status == 201, paper
        return clients, paper["id"], learner_id

    def one(self, query: Any) -> Any:
        with self.store.reading() as session:
            return session.execute(query).scalar_one()

    def settled_once(self, attempt_id: int, learner_id: int) -> None:
        """Make sure that an attempt has one end and one mark."""
        ends = select(func.count()).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == "settled")
        assert self.one(ends) == 1
        assert self.one(select(func.sum(StudyDay.graded_quizzes)).where(StudyDay.person_id == learner_id)) == 1


def _site(kind: str, new_database: Callable[[str], str], folder: Path) -> Iterator[Site]:
    url = new_database(kind)
    engine = db.connect(url)
    schema.upgrade(engine)
    with served(url, folder, workers=PROCESSES[kind]) as house:
        yield Site(db.Database(engine), house.port)
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site of each kind."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("not asked for")
    yield from _site(request.param, new_database, tmp_path_factory.mktemp("site"))


def starts(site: Site) -> list[str]:
    """Start eight times at once and return what is wrong with the outcome."""
    clients, slug, learner_id = site.sitting()
    answers = at_once(lambda n: clients[n].start(slug, str(n)))
    found = [f"{status} {body}" for status, body in answers if status not in (200, 201)]
    if sorted(status for status, _body in answers) != [200] * (AT_ONCE - 1) + [201]:
        found.append(str([status for status, _body in answers]))
    rows = site.one(select(func.count()).select_from(Attempt).where(Attempt.learner_id == learner_id))
    ids = {body.get("id") for _status, body in answers}
    return found if rows == len(ids) == 1 else [*found, f"{rows} attempts, {len(ids)} told"]


@pytest.mark.parametrize("trial", range(TRIALS))
def test_eight_starts_are_one_attempt(site: Site, trial: int) -> None:
    assert starts(site) == []


@pytest.mark.parametrize("trial", range(TRIALS))
def test_eight_hand_ins_are_one_grade(site: Site, trial: int) -> None:
    clients, attempt_id, learner_id = site.begun()
    assert clients[0].save(attempt_id, 1, "a", 1)[0] == 200
    answers = at_once(lambda n: clients[n].submit(attempt_id))
    assert [status for status, _body in answers] == [200] * AT_ONCE
    assert len({str(body) for _status, body in answers}) == 1
    site.settled_once(attempt_id, learner_id)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_an_answer_against_the_hand_in_counts_wholly_or_is_refused(site: Site, trial: int) -> None:
    clients, attempt_id, learner_id = site.begun()

    def act(n: int) -> tuple[int, Any]:
        if n % 2:
            return clients[n].submit(attempt_id)
        return clients[n].save(attempt_id, n // 2 + 1, "a", 1)

    answers = at_once(act)
    saved = counted(answers[::2])
    assert [status for status, _body in answers[1::2]] == [200] * SAVES
    assert {body["score"] for _status, body in answers[1::2]} == {saved}
    site.settled_once(attempt_id, learner_id)
    assert site.one(select(func.count()).where(Answer.attempt_id == attempt_id)) == saved


@pytest.mark.parametrize("trial", range(TRIALS))
def test_an_answer_against_the_sweeper_counts_wholly_or_is_refused(site: Site, trial: int) -> None:
    """The last moment of the grace comes while four save and four sweep."""
    clients, attempt_id, learner_id = site.begun()
    with site.store.writing() as session:
        attempt = session.get_one(Attempt, attempt_id)
        soon = clock.now() + BEFORE_THE_END * (trial % 10 + 1) - timedelta(seconds=attempt.grace_seconds)
        moved = {"started_at": soon - timedelta(minutes=10), "deadline": soon}
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(**moved))
    made = (soon - timedelta(seconds=1)).isoformat()

    def act(n: int) -> tuple[int, Any]:
        if n % 2 == 0:
            return clients[n].save(attempt_id, n // 2 + 1, "a", 1, client_time=made)
        while site.one(select(Attempt.finished_at).where(Attempt.id == attempt_id)) is None:
            with site.store.writing() as session:
                jobs.sweep(session, now=clock.now())
        return 200, None

    saved = counted(at_once(act)[::2])
    site.settled_once(attempt_id, learner_id)
    assert site.one(select(Attempt.score).where(Attempt.id == attempt_id)) == saved
    assert site.one(select(Attempt.finished_at).where(Attempt.id == attempt_id)) == soon
    assert site.one(select(func.count()).where(Answer.attempt_id == attempt_id)) == saved


def counted(answers: list[tuple[int, Any]]) -> int:
    """Return how many answers were taken; the others were refused with a reason, and nothing else came back."""
    assert {status for status, _body in answers} <= {200, 409}, answers
    assert {body.get("code") for status, body in answers if status == 409} <= {"finished", "time_over"}
    return sum(status == 200 for status, _body in answers)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_build_without_the_index_is_caught(
    kind: str, new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The proof can fail: with its index gone PostgreSQL lets two attempts begin, and the check of tables sees it.

    SQLite lets one process write at a time, so that its race stays won; there the check of tables alone tells.
    """
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("not asked for")
    url = new_database(kind)
    engine = db.connect(url)
    request.addfinalizer(engine.dispose)
    schema.upgrade(engine)
    assert schema.differences(engine) == []
    with engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text("DROP INDEX uq_attempts_open"))
        if kind == "postgresql":
            name = "uq_attempts_quiz_id_learner_id_number"
            connection.execute(text(f"ALTER TABLE attempts DROP CONSTRAINT {name}"))
    assert any("uq_attempts_open" in str(each) for each in schema.differences(engine))
    if kind == "postgresql":
        with served(url, tmp_path, workers=PROCESSES[kind]) as house:
            site = Site(db.Database(engine), house.port)
            assert any(starts(site) for _ in range(max(TRIALS, 100)))

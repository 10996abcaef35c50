"""Statements that go to the driver as they were compiled once: they say what SQLAlchemy's own way says."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, bindparam, func, literal, select, text
from sqlalchemy.exc import DBAPIError

from lms import db, schema
from lms.accounts.models import LoginSession
from lms.accounts.queries.identities import OF_BEARER, OF_SESSION, fingerprint, identity_by_session
from lms.at_once import AtOnce, Rows, prepare
from lms.quizzes import actions
from lms.quizzes.models import Answer, AttemptQuestion
from lms.quizzes.queries.attempts import GLANCE
from tests.make import Make

TOKEN = "a" * 22
WHEN = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    """A database of its own, used by connections of its own, with an attempt under way."""

    engine: Engine
    store: db.Database
    learner_id: int
    attempt_id: int

    def both_ways(self, statement: Any, values: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        with self.store.at_once() as asked:
            assert isinstance(asked, AtOnce)
            short = [tuple(row) for row in asked.execute(statement, values).all()]
        with self.engine.connect() as connection:
            return short, [tuple(row) for row in connection.execute(statement, values).all()]


@pytest.fixture(scope="module")
def held(engine: Engine, new_database: Callable[[str], str]) -> Iterator[Held]:
    own = db.connect(new_database(engine.dialect.name))
    schema.upgrade(own)
    store = db.Database(own)
    with store.writing() as session:
        make = Make(session, WHEN)
        learner, quiz = make.learner(), make.quiz()
        ends = WHEN.replace(year=2027)
        session.add(LoginSession(token_hash=fingerprint(TOKEN), person_id=learner.id, created_at=WHEN, expires_at=ends))
        started = actions.start_attempt(session, quiz.slug, learner.id, lease="b" * 32, now=WHEN)
        learner_id = learner.id
    yield Held(own, store, learner_id, started.attempt_id)
    own.dispose()


def test_who_asks_is_told_the_same_both_ways(held: Held) -> None:
    short, long = held.both_ways(OF_SESSION, {"token_hash": fingerprint(TOKEN)})
    assert short == long != []
    with held.store.at_once() as asked:
        found = identity_by_session(asked, TOKEN, now=WHEN)
    assert found is not None
    assert found.id == held.learner_id
    assert held.both_ways(OF_BEARER, {"token_hash": "none"}) == ([], [])


def test_what_a_save_is_decided_on_is_the_same_both_ways(held: Held) -> None:
    place = {"attempt_id": held.attempt_id, "learner_id": held.learner_id, "position": 1}
    short, long = held.both_ways(GLANCE, place)
    assert short == long != []
    with held.store.at_once() as asked:
        row = asked.execute(GLANCE, place).one_or_none()
    assert row.deadline.tzinfo is UTC
    assert isinstance(row.option_order, list)


def test_values_come_out_as_they_went_in(held: Held) -> None:
    kept = Answer.__table__.c
    asked = select(
        bindparam("response", type_=kept.response.type).label("response"),
        bindparam("saved_at", type_=kept.saved_at.type).label("saved_at"),
        bindparam("late", type_=kept.late_received.type).label("late"),
        literal(7, Integer).label("seven"),
        AttemptQuestion.option_order,
    ).where(AttemptQuestion.position == 1)
    for response in ("a", ["a", "c"], 45, 0.1, None, {"zh": "好"}, "9" * 400):
        values = {"response": response, "saved_at": WHEN, "late": True}
        short, long = held.both_ways(asked, values)
        assert short == long
        assert short[0][1:4] == (WHEN, True, 7)


def test_a_statement_is_compiled_once(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr("lms.at_once.prepare", lambda *given: made.append(given) or prepare(*given))
    statement = select(literal(1, Integer).label("one"))
    for _ in range(3):
        with held.store.at_once() as asked:
            assert asked.execute(statement).one_or_none().one == 1
    assert len(made) == 1


def test_what_the_driver_refuses_is_an_error_as_everywhere(held: Held) -> None:
    wrong = select(literal(1, Integer).label("one")).where(text("no_such_column = 1"))
    with held.store.at_once() as asked:
        with pytest.raises(DBAPIError):
            asked.execute(wrong)
        assert asked.execute(select(literal(2, Integer).label("two"))).one_or_none().two == 2  # and goes on


def test_a_connection_that_died_in_use_is_replaced_unseen(held: Held) -> None:
    if held.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could end")
    who, ends = select(func.pg_backend_pid().label("pid")), select(func.pg_terminate_backend(bindparam("pid"), 5000))
    with held.store.at_once() as asked:
        pid = asked.execute(who).one_or_none().pid
        with held.engine.connect() as other:
            other.execute(ends, {"pid": pid})
        assert asked.execute(who).one_or_none().pid != pid


def test_no_database_is_an_error_as_everywhere(held: Held, tmp_path: Path) -> None:
    nowhere = {"postgresql": "postgresql://nobody@127.0.0.1:1/none", "sqlite": f"sqlite:///{tmp_path}/a/b.db"}
    engine = db.connect(nowhere[held.engine.dialect.name])
    shutil.rmtree(tmp_path)
    with db.Database(engine).at_once() as asked, pytest.raises(DBAPIError):
        asked.execute(select(literal(1, Integer).label("one")))
    engine.dispose()


def test_one_row_is_meant() -> None:
    assert Rows().one_or_none() is None
    with pytest.raises(ValueError, match="more rows"):
        Rows([1, 2]).one_or_none()

"""A simple answer needs no transaction around its two statements; whatever is not simple is left alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from lms import clock, db, schema
from lms.accounts.models import Person
from lms.errors import NotFound
from lms.quizzes import actions
from lms.quizzes.actions import Given
from lms.quizzes.models import Answer, Attempt
from tests.make import Make
from tests.quizzes.conftest import GRACE, LEASE, MS, OTHER, Sitting

Sit = Callable[..., Sitting]
MINUTE = timedelta(minutes=1)


def at_once(sitting: Sitting, at: datetime, **more: Any) -> actions.Saved | None:
    """Save "a" at the first place at `at`, as the page does, on the connection of the test."""
    given = replace(Given(1, "a", 5, at, LEASE), **more)
    connection = sitting.session.connection()
    return actions.save_at_once(connection, sitting.id, sitting.learner.id, given, now=at)


def kept(sitting: Sitting) -> dict[str, Any] | None:
    """Return the columns of what is stored at the first place."""
    table = Answer.__table__
    query = select(table).where(table.c.attempt_id == sitting.id, table.c.position == 1)
    row = sitting.session.execute(query).mappings().one_or_none()
    return None if row is None else {name: value for name, value in row.items() if name != "attempt_id"}


@pytest.mark.parametrize(
    ("ago", "more"),
    [
        pytest.param(-MINUTE, {}, id="in time"),
        pytest.param(-MINUTE, {"lease": None}, id="from who has no tabs"),
        pytest.param(-MINUTE, {"response": None}, id="taken back"),
        pytest.param(-MINUTE, {"client_time": None, "confidence": "sure"}, id="without a time, and sure"),
        pytest.param(GRACE, {"client_time": datetime.fromisoformat("2026-03-17T10:30:00+08:00")}, id="late received"),
    ],
)
def test_it_keeps_what_the_transaction_keeps(sit: Sit, ago: timedelta, more: dict[str, Any]) -> None:
    first, second = sit(), sit()
    at = first.deadline + ago
    saved = at_once(first, at, **more)
    given = replace(Given(1, "a", 5, at, LEASE), **more)
    assert saved == actions.save_answer(second.session, second.id, second.learner.id, given, now=at)
    assert kept(first) == kept(second)
    assert kept(first) is not None


def test_it_takes_two_statements_and_a_newer_number_wins(sit: Sit, now: datetime, statements: Any) -> None:
    sitting = sit()
    with statements() as ran:
        at_once(sitting, now)
    assert len(ran) == 2
    later = now + MINUTE
    newer = at_once(sitting, later, response="b", client_seq=6)
    assert newer is not None
    assert newer.client_seq == 6
    assert at_once(sitting, later + MINUTE, client_seq=5) == newer
    found = kept(sitting)
    assert found is not None
    assert (found["response"], found["client_seq"], found["saved_at"]) == ("b", 6, later)


@pytest.mark.parametrize(
    ("ago", "more"),
    [
        pytest.param(GRACE + MS, {}, id="after the grace"),
        pytest.param(MS, {"client_time": None}, id="in the grace without a time"),
        pytest.param(-MINUTE, {"lease": OTHER}, id="from a lost lease"),
        pytest.param(-MINUTE, {"question": 2_000_000}, id="to another question"),
        pytest.param(-MINUTE, {"response": "no option"}, id="what is no response"),
        pytest.param(-MINUTE, {"client_seq": None}, id="without a number"),
    ],
)
def test_what_is_not_simple_is_left_alone(sit: Sit, ago: timedelta, more: dict[str, Any]) -> None:
    sitting = sit()
    assert at_once(sitting, sitting.deadline + ago, **more) is None
    assert kept(sitting) is None
    assert sitting.conflicts() == []


def test_strangers_find_nothing(sit: Sit, make: Make, now: datetime) -> None:
    sitting = sit()
    stranger = make.learner()
    for attempt_id, learner_id, position in ((sitting.id, stranger.id, 1), (sitting.id, sitting.learner.id, 99)):
        with pytest.raises(NotFound):
            actions.save_at_once(sitting.session.connection(), attempt_id, learner_id, Given(position, "a", 1), now=now)


def _pause_and_go_on(sitting: Sitting) -> None:
    actions.pause_attempt(sitting.session, sitting.id, sitting.learner.id, position=1, lease=LEASE, now=sitting.now)
    actions.resume_attempt(sitting.session, sitting.id, sitting.learner.id, now=sitting.now)


CHANGES: dict[str, Callable[[Sitting], object]] = {
    "handed in": lambda s: s.submit(),
    "paused": lambda s: actions.pause_attempt(s.session, s.id, s.learner.id, position=1, lease=LEASE, now=s.now),
    "paused and gone on within a second": _pause_and_go_on,
    "taken over": lambda s: actions.take_over(s.session, s.id, s.learner.id, lease=OTHER, now=s.now),
    "given minutes": lambda s: actions.extend_attempt(
        s.session, s.id, minutes=5, reason="fire alarm", actor="T1", now=s.now
    ),
}


@contextmanager
def just_before_it_writes(connection: Connection, change: Callable[[], object]) -> Iterator[None]:
    """Let something happen between the two statements of a save."""
    waiting = [change]

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO answers") and waiting:
            waiting.pop()()

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_in_between_is_judged_anew(
    session: Session, make: Make, sit: Sit, now: datetime, change: str
) -> None:
    quiz = make.quiz(purpose="practice", questions=3)
    sitting = sit(quiz)
    with just_before_it_writes(session.connection(), lambda: CHANGES[change](sitting)):
        assert at_once(sitting, now) is None
    assert kept(sitting) is None


def test_the_interface_judges_anew_what_changed_in_between(
    session: Session, make: Make, sit: Sit, now: datetime, client_of: Callable[[Person], FlaskClient]
) -> None:
    learner = make.learner()
    sitting, browser = sit(learner=learner), client_of(learner)
    path = f"/api/v1/attempts/{sitting.id}/answers/1"
    body = {"response": "a", "client_seq": 1, "client_time": now.isoformat(), "lease": LEASE}
    with just_before_it_writes(session.connection(), lambda: CHANGES["given minutes"](sitting)):
        answer = browser.put(path, json=body)
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json["deadline"]) == sitting.deadline
    with just_before_it_writes(session.connection(), lambda: CHANGES["taken over"](sitting)):
        answer = browser.put(path, json=body | {"client_seq": 2})
    assert (answer.status_code, answer.json["code"]) == (409, "lease_lost")
    assert len(sitting.conflicts()) == 1


@pytest.mark.real_time
def test_it_stands_when_it_has_returned(engine: Any, new_database: Callable[[str], str], now: datetime) -> None:
    own = db.connect(new_database(engine.dialect.name))
    schema.upgrade(own)
    store = db.Database(own)
    now = clock.now()
    with store.writing() as session:
        make = Make(session, now)
        learner, quiz = make.learner(), make.quiz()
        started = actions.start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now)
    with store.at_once() as connection:
        saved = actions.save_at_once(connection, started.attempt_id, learner.id, Given(1, "a", 1), now=now)
        with store.reading() as session:  # before the connection is given back
            assert session.scalars(select(Answer.response)).all() == ["a"]
    assert saved is not None
    with store.writing() as session:
        actions.submit_attempt(session, started.attempt_id, learner.id, now=now)
    with store.at_once() as connection:
        assert actions.save_at_once(connection, started.attempt_id, learner.id, Given(2, "a", 1), now=now) is None
    with store.reading() as session:
        assert session.scalars(select(Answer.response)).all() == ["a"]
        assert session.scalars(select(Attempt.score)).one() == 1
    own.dispose()

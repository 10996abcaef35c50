"""Connections that are kept: one that died is replaced, and who met it is asked to try again."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError

from lms import db

WHO = text("SELECT pg_backend_pid()")


@pytest.fixture
def own(engine: Engine, new_database: Callable[[str], str]) -> Engine:
    """An engine of its own, whose connections may die."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could end")
    return db.connect(new_database("postgresql"))


def died(own: Engine) -> int:
    """Leave one connection in the pool and end it from the other side; return what it was."""
    with own.connect() as kept:
        pid = int(kept.execute(WHO).scalar_one())
    other = db.connect(own.url.render_as_string(hide_password=False))
    with other.connect() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
    return pid


def test_one_that_died_while_nobody_used_it_is_replaced_unseen(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = died(own)
    monkeypatch.setattr(db, "IDLE_SECONDS", -1.0)
    with own.connect() as connection:
        assert connection.execute(WHO).scalar_one() != pid
    own.dispose()


def test_one_that_lives_is_kept(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "IDLE_SECONDS", -1.0)
    with own.connect() as connection:
        pid = connection.execute(WHO).scalar_one()
    with db.Database(own).at_once() as asked:
        assert asked.execute(select(func.pg_backend_pid().label("pid"))).one_or_none().pid == pid
    with db.Database(own).writing() as session:
        session.execute(text("CREATE TEMP TABLE t (id INTEGER)"))
        assert session.execute(WHO).scalar_one() == pid
        session.rollback()
    with own.connect() as connection, pytest.raises(Exception, match="does not exist"):
        connection.execute(text("SELECT * FROM t"))  # the transaction was one, whoever glanced before
    own.dispose()


def test_one_that_died_in_use_is_busy_once_and_then_replaced(own: Engine) -> None:
    pid = died(own)
    with own.connect() as connection, pytest.raises(OperationalError) as raised:
        connection.execute(WHO)
    assert db.is_busy(raised.value)
    with own.connect() as connection:
        assert connection.execute(WHO).scalar_one() != pid
    own.dispose()

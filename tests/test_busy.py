"""A database that is only busy for a moment asks for patience, and says so, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from lms import db
from lms.accounts.models import Person
from lms.courses import views
from tests.make import Make

Browser = Callable[[Person], FlaskClient]


def locked(engine: Engine, new_database: Callable[[str], str]) -> DBAPIError:
    """Return what the driver really raises where another transaction holds what is wanted."""
    kind = engine.dialect.name
    other = db.connect(new_database(kind))
    with other.begin() as setup:
        setup.execute(text("CREATE TABLE things (id INTEGER)"))
    writer = other.execution_options(lms_write=True)
    with writer.connect() as first, writer.connect() as second:
        patience = "PRAGMA busy_timeout=20" if kind == "sqlite" else "SET lock_timeout = '20ms'"
        second.connection.dbapi_connection.cursor().execute(patience)  # type: ignore[union-attr]  # it is open
        first.execute(text("INSERT INTO things VALUES (1)"))
        if kind == "postgresql":
            first.execute(text("LOCK TABLE things"))
        with pytest.raises(DBAPIError) as raised:
            second.execute(text("INSERT INTO things VALUES (2)"))
    other.dispose()
    return raised.value


def test_a_lock_that_is_not_had_in_time_is_busy(engine: Engine, new_database: Callable[[str], str]) -> None:
    assert db.is_busy(locked(engine, new_database))


@pytest.mark.real_time
def test_a_pool_without_a_free_connection_is_busy(engine: Engine) -> None:
    pool = QueuePool(engine.raw_connection, pool_size=1, max_overflow=0, timeout=0.01)
    taken = pool.connect()
    with pytest.raises(PoolTimeout) as raised:
        pool.connect()
    taken.close()
    pool.dispose()
    assert db.is_busy(raised.value)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        IntegrityError("x", {}, Exception("UNIQUE")),
        OperationalError("x", {}, Exception("no such table")),
    ],
    ids=["a mistake", "a rule of the tables", "a missing table"],
)
def test_other_errors_are_not(error: Exception) -> None:
    assert not db.is_busy(error)


def test_a_busy_database_is_503_with_a_calm_page_and_when_to_come_back(
    client_of: Browser, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: Any, **_more: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    browser = client_of(make.person("trainer"))
    monkeypatch.setattr(views.queries, "library", busy)
    answer = browser.get("/courses")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert "What you saved is safe" in answer.text
    assert "SELECT" not in answer.text
    answer = browser.get("/courses", headers={"X-Requested-With": "fetch"})
    assert answer.content_type == "application/problem+json"


def test_even_if_nobody_can_be_known(
    app: Flask, client_of: Browser, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_token: str) -> None:
        raise PoolTimeout("no connection")

    browser = client_of(make.person("trainer"))
    manager: Any = app.login_manager  # type: ignore[attr-defined]  # set by Flask-Login
    monkeypatch.setattr(manager, "_user_callback", busy)
    answer = browser.get("/courses")
    assert answer.status_code == 503
    assert "What you saved is safe" in answer.text

"""Migrations bring an empty and a populated database to what the models say, on both databases."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, MetaData, Table, text
from sqlalchemy.exc import IntegrityError

from lms import db, schema

CENTRE = Path(__file__).parent / "data" / "centre_at_0002.json"  # a small centre as the first release stored it


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_tables_match_the_models(
    kind: str, new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    engine = db.connect(new_database(kind))
    schema.upgrade(engine)
    assert schema.differences(engine) == []
    assert schema.revisions(engine)[0] == schema.revisions(engine)[1]
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_each_migration_runs_on_a_populated_database(
    kind: str, new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    """Every table of the first release holds rows; after all later migrations they say what they said."""
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    engine = db.connect(new_database(kind))
    schema.upgrade(engine, "0002_append_only")
    centre: dict[str, list[dict[str, Any]]] = json.loads(CENTRE.read_text())
    with engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text("DELETE FROM audit_head"))
        for name, rows in centre.items():
            table = Table(name, MetaData(), autoload_with=connection)
            connection.execute(table.insert(), [_as_stored(table, row) for row in rows])
        before = {name: _rows(connection, name, rows[0]) for name, rows in centre.items()}
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert {name: _rows(connection, name, rows[0]) for name, rows in centre.items()} == before
    assert schema.differences(engine) == []
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_wordings_that_stood_are_the_first_that_are_kept(
    kind: str, new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    engine = db.connect(new_database(kind))
    schema.upgrade(engine, "0011_quizzes")
    with engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO glossary_terms (slug, term_zh, term_en, also, text_zh, text_en, version, updated_at) "
                "VALUES ('order', '工单', 'Order', '[]', '记录', 'Record', 3, '2026-03-17 02:30:00')"
            )
        )
    schema.upgrade(engine)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT number, term_zh, text_en, saved_by FROM term_revisions")).all()
    assert [tuple(row) for row in kept] == [(3, "工单", "Record", "system")]
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_waits_about_a_quiz_waits_on_and_other_terms_may_be_asked_for(
    kind: str, new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    engine = db.connect(new_database(kind))
    schema.upgrade(engine, "0002_append_only")
    centre: dict[str, list[dict[str, Any]]] = json.loads(CENTRE.read_text())
    asked = (
        "INSERT INTO quiz_proposals (quiz_id, act, wanted, note, by_id, at) VALUES (:quiz, :act, '{}', 'why', :by, :at)"
    )
    with engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text("DELETE FROM audit_head"))
        for name, rows in centre.items():
            table = Table(name, MetaData(), autoload_with=connection)
            connection.execute(table.insert(), [_as_stored(table, row) for row in rows])
        by = connection.execute(text("SELECT min(id) FROM people")).scalar_one()
        quiz = connection.execute(text("SELECT min(id) FROM quizzes")).scalar_one()
    values = {"quiz": quiz, "by": by, "at": "2026-03-17 02:30:00"}
    schema.upgrade(engine, "0013_quiz_proposals")
    with engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text(asked), values | {"act": "forms"})
    schema.upgrade(engine)
    with engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text(asked), values | {"act": "terms"})
        acts = connection.execute(text("SELECT act FROM quiz_proposals ORDER BY id")).scalars().all()
    assert acts == ["forms", "terms"]
    for act in ("terms", "title"):  # one of each waits at a time; what is not known is refused
        with engine.execution_options(lms_write=True).connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text(asked), values | {"act": act})
    engine.dispose()


def _as_stored(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the file as the types of `table` take it."""
    read: dict[type, Callable[[Any], Any]] = {
        Boolean: bool,
        JSON: json.loads,
        Date: date.fromisoformat,
        DateTime: lambda value: datetime.fromisoformat(value).replace(tzinfo=UTC),
    }
    made = dict(row)
    for name, value in row.items():
        for kind, convert in read.items():
            if value is not None and isinstance(table.columns[name].type, kind):
                made[name] = convert(value)
    return made


def _rows(connection: Connection, name: str, columns: Iterable[str]) -> list[tuple[str, ...]]:
    wanted = ", ".join(columns)
    return sorted(tuple(map(str, row)) for row in connection.execute(text(f"SELECT {wanted} FROM {name}")))

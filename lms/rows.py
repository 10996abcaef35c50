"""Writes many rows at once: PostgreSQL takes them as one value in one statement, SQLite one by one in its own process.

A statement for each of 35 rows costs PostgreSQL and its client an exchange each, even where they travel together.
Values are what JSON can carry: numbers come out as they went in, to the last bit.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Table, TableValuedAlias, Text, bindparam, cast, column, func, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Update

from lms.db import insert_into

Row = Mapping[str, Any]


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Write new rows, which all name the same columns."""
    _run(session, rows, lambda dialect, names: _inserting(dialect, table, names))


def add_rows(session: Session, table: Table, keys: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Add numbers to those of the rows with the same `keys`, or write these where there are none, in the order given.

    No two of `rows` have the same keys.
    """
    _run(session, rows, lambda dialect, names: _adding(dialect, table, keys, names))


def update_rows(session: Session, table: Table, keys: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Set the other columns of the rows with these `keys`; objects that the session holds of them do not hear of it."""
    _run(session, rows, lambda dialect, names: _updating(dialect, table, keys, names))


def _run(session: Session, rows: Sequence[Row], statement: Any) -> None:
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    made = statement(dialect, tuple(rows[0]))
    sent = {"rows": json.dumps(rows)} if dialect == "postgresql" else [_marked(row) for row in rows]
    session.connection().execute(made, sent)


def _marked(row: Row) -> dict[str, Any]:
    return {f"sent_{name}": value for name, value in row.items()}


def _sent(table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    columns = [column(name, table.c[name].type) for name in names]
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    return rows.table_valued(*columns).render_derived(name="sent", with_types=True)


@cache
def _inserting(dialect: str, table: Table, names: tuple[str, ...]) -> postgresql.Insert:
    new = insert_into(dialect, table)
    if dialect == "postgresql":
        return new.from_select(names, select(*_sent(table, names).c))
    return new.values({name: bindparam(f"sent_{name}", type_=table.c[name].type) for name in names})


@cache
def _adding(dialect: str, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> postgresql.Insert:
    new = _inserting(dialect, table, names)
    added = {name: table.c[name] + new.excluded[name] for name in names if name not in keys}
    return new.on_conflict_do_update(index_elements=keys, set_=added)


@cache
def _updating(dialect: str, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> Update:
    changed = [name for name in names if name not in keys]
    if dialect == "postgresql":
        sent = _sent(table, names).c
        found = {name: sent[name] for name in names}
    else:
        found = {name: bindparam(f"sent_{name}", type_=table.c[name].type) for name in names}
    here = (table.c[name] == found[name] for name in keys)
    return update(table).where(*here).values({name: found[name] for name in changed})

"""Statements that are each a transaction of their own, handed to the driver as they were compiled once.

SQLAlchemy's own way through its layers costs a tenth of a millisecond a statement, and a saved answer is three of them:
who asks, what is decided on, the answer (measured on PostgreSQL: 90 µs a statement, of which 20 are the driver's).
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy import Dialect, Engine, PoolProxiedConnection
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.selectable import Select

Statement = Select[Any] | ReturningInsert[Any]
Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


class Rows(list[Any]):
    """The rows that a statement gave, all of them fetched; columns go by their names."""

    def all(self) -> list[Any]:
        """Return the rows."""
        return self

    def one_or_none(self) -> Any:
        """Return the only row, or None; a statement that gives several was not meant."""
        if len(self) > 1:
            raise ValueError("more rows than one")
        return self[0] if self else None


class Asked(Protocol):
    """What statements are asked of: a connection of SQLAlchemy's, or the short way of this module."""

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        ...

    def execute(self, statement: Any, values: Any = None, /) -> Any:
        """Run a statement; the rows come by `all` and `one_or_none`."""
        ...


@dataclass(frozen=True)
class Prepared:
    """A statement as the driver takes it, with what makes of values what the driver takes, and of rows what we read."""

    text: str
    names: tuple[str, ...] | None  # of the values in their order, where the driver wants them so
    constants: dict[str, Any]
    sent: dict[str, Processor]
    read: tuple[tuple[int, Processor], ...]
    row: Callable[..., Any]

    def values(self, given: Values) -> Any:
        """Return `given` and what the statement holds itself, as the driver takes them."""
        values = {**self.constants, **given}
        for name, process in self.sent.items():
            values[name] = process(values[name])
        return values if self.names is None else [values[name] for name in self.names]

    def rows(self, fetched: list[Any]) -> Rows:
        """Return rows of the driver as we read them."""
        if not self.read:
            return Rows(map(self.row, fetched))
        found = Rows()
        for raw in fetched:
            row = list(raw)
            for place, process in self.read:
                row[place] = process(row[place])
            found.append(self.row(row))
        return found


def prepare(statement: Statement, dialect: Dialect) -> Prepared:
    """Compile a statement whose values are all bound by name; none may be a list of unknown length."""
    compiled = statement.compile(dialect=dialect)
    bound = {name: bind for bind, name in compiled.bind_names.items()}
    columns = list(statement.exported_columns)
    makers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in bound.items()}
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    order = compiled.positiontup
    return Prepared(
        text=str(compiled),
        names=None if order is None else tuple(order),
        constants={name: bind.effective_value for name, bind in bound.items() if not bind.required},
        sent={name: make for name, make in makers.items() if make is not None},
        read=tuple((place, read) for place, read in enumerate(readers) if read is not None),
        row=cast(
            Any, namedtuple("Row", [str(column.key) for column in columns])
        )._make,  # its fields are the statement's
    )


class AtOnce:
    """A connection whose every statement is done, and on disk, when it returns."""

    def __init__(self, each: Engine, known: dict[Statement, Prepared]) -> None:
        self.dialect = each.dialect
        self._each = each
        self._known = known
        self._pooled = self._opened()

    def _opened(self) -> PoolProxiedConnection | None:
        """Return a connection of the pool; None where none can be made, which SQLAlchemy's way will put into words."""
        try:
            pooled = self._each.raw_connection()
        except self.dialect.loaded_dbapi.Error:
            return None
        if self.dialect.name == "postgresql":
            cast(Any, pooled.driver_connection).autocommit = True
        return pooled

    def execute(self, statement: Statement, given: Values = {}) -> Any:  # noqa: B006  # never written to
        """Run a statement that was built once, and return its rows.

        What the driver refuses is asked once more in SQLAlchemy's way, which knows what the error means and what to do
        with the connection: whoever writes here writes the same the second time.
        """
        prepared = self._known.get(statement)
        if prepared is None:
            prepared = self._known[statement] = prepare(statement, self.dialect)
        if self._pooled is not None:
            try:
                return prepared.rows(self._fetched(self._pooled, prepared, given))
            except self.dialect.loaded_dbapi.Error:
                self._pooled.invalidate()
                self._pooled = None
        with self._each.connect() as connection:
            return Rows(connection.execute(statement, dict(given)).all())

    @staticmethod
    def _fetched(pooled: PoolProxiedConnection, prepared: Prepared, given: Values) -> list[Any]:
        cursor = pooled.cursor()
        try:
            cursor.execute(prepared.text, prepared.values(given))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def close(self) -> None:
        """Give the connection back."""
        if self._pooled is not None:
            self._pooled.close()

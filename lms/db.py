"""The database: base class, types, and the only place that begins and commits transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, cast

import psycopg
from pydantic_core import from_json  # a quiz that begins reads 282 JSON texts: four times as quick as the standard's
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from lms.at_once import Asked, AtOnce, Prepared

WAL_SAFE_FROM = (3, 51, 3)  # earlier SQLite can lose a write when a WAL is reset while another process checkpoints


IDLE_SECONDS = 10.0
BUSY = ("40001", "40P01", "53300", "55P03", "57014", "57P03")  # PostgreSQL: serialisation, deadlock, full, locked, late
LOCKED = ("database is locked", "database table is locked", "database is busy")


def is_busy(error: Exception) -> bool:
    """Say whether the database was only too busy, so that the same request may succeed a moment later."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    if error.connection_invalidated:  # the database ended or began anew in the middle; the next try finds the new one
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in BUSY or str(error.orig).startswith(LOCKED)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, stored as UTC, aware out; a naive datetime is a bug and raises."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every stored row has in common: named constraints and plain JSON columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Database:
    """One database and the two ways to use it; tests bind it to a connection that they roll back."""

    def __init__(self, bind: Engine | Connection) -> None:
        self.bind = bind
        self._write: Engine | Connection = bind
        self._each: Engine | Connection = bind
        self._prepared: dict[Any, Prepared] = {}
        if isinstance(bind, Engine):
            self._write = bind.execution_options(lms_write=True)
            self._each = bind.execution_options(lms_each=True)

    @contextmanager
    def at_once(self) -> Iterator[Asked]:
        """Open a connection whose every statement is a transaction of its own: done, and on disk, when it returns.

        A transaction around one statement costs two exchanges with the database more.
        """
        if isinstance(self._each, Connection):
            yield self._each
            return
        connection = AtOnce(self._each, self._prepared)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that is never committed: what is read is one snapshot where the database gives one."""
        with self._session(self.bind) as session:
            session.info["reading"] = True
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits when the block ends well and rolls back when it raises."""
        with self._session(self._write) as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @staticmethod
    def _session(bind: Engine | Connection) -> Session:
        return Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")


def insert(session: Session, table: type[Base]) -> postgresql.Insert:
    """Return an INSERT that can say ON CONFLICT, in the dialect of `session`; both dialects offer the same methods."""
    return insert_into(session.get_bind().dialect.name, table)


def insert_into(dialect: str, table: type[Base] | Table) -> postgresql.Insert:
    """Return the same for a dialect by its name, for statements that are built once and kept."""
    if dialect == "postgresql":
        return postgresql.insert(table)
    return cast(postgresql.Insert, sqlite.insert(table))


def connect(url: str) -> Engine:
    """Return an engine for `url` with the settings that our durability and our locking rest on."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"timeout": 30}, pool_size=20, max_overflow=40, json_deserializer=from_json
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    # What was used last is used next: few connections stay busy, each with its statements prepared and its memory warm.
    named = {"cursor_factory": Named}
    engine = create_engine(
        parsed, pool_size=20, max_overflow=10, pool_use_lifo=True, connect_args=named, json_deserializer=from_json
    )
    event.listen(engine, "begin", _begin_postgresql)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_whether_alive)
    return engine


class Named(psycopg.Cursor[Any]):
    """A cursor that tells of the columns of a result what SQLAlchemy asks, names and types, without an object for each.

    Measured: those objects took a twentieth of the time of a saved answer.
    """

    @property
    def description(self) -> Any:
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [(str(result.fname(n), "utf-8"), result.ftype(n), *REST) for n in range(result.nfields)]  # type: ignore[arg-type]  # each has a name


REST = (None,) * 5  # of the seven that a description has


def _begin_postgresql(connection: Connection) -> None:
    # Told to the driver itself: SQLAlchemy's own AUTOCOMMIT asks and sets more at each checkout and return.
    if connection.get_execution_options().get("lms_each", False):
        cast(Any, connection.connection.driver_connection).autocommit = True


def _note_use(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()
    if connection is not None and connection.autocommit:
        connection.autocommit = False


def _ask_whether_alive(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that nobody used of late whether it still is one; the pool replaces all of them if not.

    Asking each time would cost as much as reading does (measured: 1.6 ms of the 5 ms that a saved answer took).
    """
    if monotonic() - record.info.get("used", monotonic()) < IDLE_SECONDS:
        return
    try:
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = False
    except psycopg.Error as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event begins; the driver must not
    journal = "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE_FROM else "DELETE"
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A read that later writes cannot wait for its lock; BEGIN IMMEDIATE waits at the start instead.
    options = connection.get_execution_options()
    if not options.get("lms_each", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("lms_write", False) else "BEGIN")

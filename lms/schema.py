"""Brings a database's tables up to what the code expects, and says whether they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from lms import paths


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(bind: Engine | Connection, to: str = "head") -> None:
    """Run all migrations up to `to` in one transaction.

    On SQLite foreign keys rest meanwhile, as a table that is made anew is dropped while others point at it
    (https://sqlite.org/lang_altertable.html, section 7); they are checked before the commit.
    """
    if isinstance(bind, Connection):
        command.upgrade(_config(bind), to)
        return
    writing = bind.execution_options(lms_write=True)
    with writing.connect() as connection, _foreign_keys_resting(connection), connection.begin():
        command.upgrade(_config(connection), to)
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("a migration left rows that point at nothing; nothing was changed")


@contextmanager
def _foreign_keys_resting(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection  # a pragma has no effect inside a transaction
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def revisions(bind: Engine | Connection) -> tuple[str | None, str | None]:
    """Return the revision the database is at and the one the code expects."""
    if isinstance(bind, Engine):
        with bind.connect() as connection:
            return revisions(connection)
    found = MigrationContext.configure(bind).get_current_revision()
    return found, ScriptDirectory.from_config(_config()).get_current_head()


def new_revision(engine: Engine, message: str, name: str) -> None:
    """Write a migration file with the differences between models and database, for its author to read and finish."""
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, rev_id=name, autogenerate=True)


def is_modelled(_thing: object, name: str | None, *_more: object) -> bool:
    """Say whether a table or an index is one of the models'; the full-text tables and what they consist of are not."""
    return not str(name).startswith(("search_zh", "search_en", "ix_search_zh", "ix_search_en"))


def differences(engine: Engine) -> list[object]:
    """Return what the models have and the database has not, or the other way round."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  # costs 40 ms and only `lms db check` needs it

    from lms.models import metadata  # noqa: PLC0415  # the same

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "include_object": is_modelled})
        return list(compare_metadata(context, metadata))

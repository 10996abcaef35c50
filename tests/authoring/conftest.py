"""A small library that was imported, whose one course feeds a gate."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from lms import db, schema
from lms.accounts.models import Person
from lms.content.actions import import_library
from lms.content.ondisk.reading import read_library
from tests.conftest import NOW, rolled_back
from tests.content.shelf import Shelf
from tests.make import Make


@pytest.fixture(scope="session")
def stocked(
    new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Engine]]:
    """Return a giver of the database of a kind into which the library was imported once, not for each test."""
    made: dict[str, Engine] = {}

    def of(kind: str) -> Engine:
        if kind not in made:
            made[kind] = db.connect(new_database(kind))
            schema.upgrade(made[kind])
            shelf = Shelf(tmp_path_factory.mktemp("library"))
            with db.Database(made[kind]).writing() as session:
                import_library(session, read_library(shelf.root), actor="system", now=NOW)
        return made[kind]

    yield of
    for engine in made.values():
        engine.dispose()


@pytest.fixture
def connection(
    request: pytest.FixtureRequest, engine: Engine, database_kind: str, stocked: Callable[[str], Engine]
) -> Iterator[Connection]:
    """As for every test, a transaction that is rolled back; with the library in it where a test asks for that."""
    with rolled_back(stocked(database_kind) if "library" in request.fixturenames else engine) as connection:
        yield connection


@pytest.fixture
def library(connection: Connection, tmp_path: Path) -> Shelf:
    """The library as it is imported, on disk."""
    del connection
    root = tmp_path / "library"
    root.mkdir()
    return Shelf(root)


@pytest.fixture
def trainer(make: Make) -> Person:
    """Who writes."""
    return make.person("trainer", name="王磊")


@pytest.fixture
def second(make: Make) -> Person:
    """Who reads what others wrote."""
    return make.person("trainer", name="宋岚")

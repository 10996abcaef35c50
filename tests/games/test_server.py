"""A real server, two processes on SQLite, and thirty players: all hear of a round within a second, pages stay quick."""

import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from lms import clock, db, schema
from lms.accounts.models import LoginSession
from lms.accounts.queries import fingerprint
from lms.accounts.rules import Role
from lms.app import create_app
from lms.games import actions
from lms.games.rules import Setup
from lms.settings import Settings
from tests.games.conftest import who
from tests.make import Make
from tests.wheel_check import free_port, opened

PLAYERS = 30
pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@dataclass
class Phone:
    """A signed-in player whose stream is read in a thread."""

    url: str
    cookie: str
    heard: list[tuple[float, str]] = field(default_factory=list)
    status: int = 0
    browser: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.browser.cookies.set("onramp", self.cookie, domain="127.0.0.1", path="/")

    def get(self, path: str) -> requests.Response:
        return self.browser.get(self.url + path, timeout=20)

    def post(self, path: str, token: str, **data: Any) -> requests.Response:
        sent = {"csrf_token": token} | data
        return self.browser.post(self.url + path, data=sent, timeout=20)

    def listen(self, path: str) -> None:
        """Read the stream until the server ends it."""
        cookies = {"onramp": self.cookie}
        with requests.get(self.url + path, cookies=cookies, stream=True, timeout=60) as answer:
            self.status = answer.status_code
            try:
                for line in answer.iter_lines(chunk_size=1):
                    if line.startswith(b"data: "):
                        self.heard.append((time.monotonic(), line[6:].decode()))
            except requests.RequestException:
                return  # the server ended


def token_of(page: requests.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


@dataclass
class House:
    """A running server and who is in it."""

    url: str
    store: db.Database
    settings: Settings
    process: Any

    def phone(self, person_id: int) -> Phone:
        """Sign a person in."""
        secret = secrets.token_urlsafe(16)
        with self.store.writing() as session:
            now = clock.now()
            ends = now + timedelta(hours=1)
            row = LoginSession(token_hash=fingerprint(secret), person_id=person_id, created_at=now, expires_at=ends)
            session.add(row)
        app = create_app(self.settings, self.store)
        signer = app.session_interface.get_signing_serializer(app)
        return Phone(self.url, str(signer.dumps({"_user_id": secret})))


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    port = free_port()
    more = getattr(request, "param", {})
    env = os.environ | {"LMS_DATA_DIR": str(tmp_path), "LMS_SECRET_KEY": "x" * 48, "LMS_LOCALE": "en"} | more
    settings = Settings(data_dir=tmp_path, secret_key="x" * 48, locale="en")
    engine = db.connect(settings.database)
    schema.upgrade(engine)
    lms = Path(sys.executable).parent / "lms"
    process = subprocess.Popen([lms, "serve", "--port", str(port), "--workers", "2"], env=env)
    try:
        opened(f"http://127.0.0.1:{port}/readyz")
        yield House(f"http://127.0.0.1:{port}", db.Database(engine), settings, process)
    finally:
        process.terminate()
        process.wait(30)
        engine.dispose()


def prepare(house: House, players: int) -> tuple[int, str, Phone, list[Phone]]:
    """Make a class with a game in its lobby; return the game, its code, the host's browser and the players'."""
    with house.store.writing() as session:
        make = Make(session, clock.now())
        klass, course = make.training_class(), make.course()
        lesson = make.lesson(course)
        for _ in range(4):
            make.question(lesson)
        host = make.person("trainer")
        learners = [make.learner(klass) for _ in range(players)]
        setup = Setup((course.id,), 4, 60, 0)
        game = actions.open_game(session, who(host, Role.TRAINER), klass.id, setup, now=clock.now())
    return game.id, game.code, house.phone(host.id), [house.phone(learner.id) for learner in learners]


def wait_until(true: Any, seconds: float) -> None:
    """Wait for something to come true; fail where it does not."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


def move(host: Phone, game_id: int, name: str, step: int, token: str) -> None:
    assert host.post(f"/games/{game_id}/steps", token, move=name, step=step).status_code == 200


def play(house: House, players: int) -> tuple[float, float]:
    """Play two rounds; return the slowest news of a round, and the slowest ordinary page meanwhile, in seconds."""
    game_id, code, host, phones = prepare(house, players)
    token = token_of(host.get(f"/games/{game_id}/host"))
    with ThreadPoolExecutor(8) as threads:
        joined = threads.map(lambda phone: phone.post("/play", token_of(phone.get("/play")), code=code), phones)
        assert {answer.status_code for answer in joined} == {200}
    streams = [threading.Thread(target=phone.listen, args=(f"/games/{game_id}/events",)) for phone in [host, *phones]]
    for stream in streams:
        stream.start()
    wait_until(lambda: all(phone.heard for phone in [host, *phones]), 15)
    assert {phone.status for phone in phones} == {200}
    slowest_news = slowest_page = 0.0
    step = 0
    for round_number in (1, 2):
        before = [len(phone.heard) for phone in phones]
        started = time.monotonic()
        move(host, game_id, "start" if step == 0 else "next", step, token)
        wait_until(lambda was=before: all(len(p.heard) > n for p, n in zip(phones, was, strict=True)), 5)
        slowest_news = max(
            slowest_news, *(phone.heard[n][0] - started for phone, n in zip(phones, before, strict=True))
        )
        for page in ("/today", "/courses"):
            asked = time.monotonic()
            assert phones[0].get(page).status_code == 200
            slowest_page = max(slowest_page, time.monotonic() - asked)
        with ThreadPoolExecutor(8) as threads:
            given = threads.map(
                lambda phone, n=round_number: phone.post(
                    f"/games/{game_id}/answers", token_of(phone.get(f"/games/{game_id}")), position=n, response="a"
                ),
                phones,
            )
            assert {answer.status_code for answer in given} == {200}
        step += 2  # opened, then closed by the last answer
    board = host.get(f"/games/{game_id}/host").text
    assert f"{players} of {players} were right" in board
    return slowest_news, slowest_page


def test_thirty_players_hear_of_a_round_within_a_second(house: House) -> None:
    news, page = play(house, PLAYERS)
    assert (news < 1.0, page < 2.0) == (True, True), f"news {news:.2f} s, page {page:.2f} s"


def test_streams_do_not_hold_up_the_end_of_the_server(house: House) -> None:
    game_id, _code, host, _phones = prepare(house, 1)
    stream = threading.Thread(target=host.listen, args=(f"/games/{game_id}/events",))
    stream.start()
    wait_until(lambda: host.heard, 10)
    started = time.monotonic()
    house.process.terminate()
    house.process.wait(30)
    assert time.monotonic() - started < 18, "the server waits 20 s for what does not end by itself"

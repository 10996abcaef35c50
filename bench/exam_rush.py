"""Measures a class that sits an exam at once: `python -m bench.exam_rush [--learners 200] [--clients 16]`.

Each learner starts a quiz of 35 questions, saves every answer by itself as the page does, and hands in, against
`lms serve` with two workers and a database that waits for its disk. Reported are complete attempts a minute, how long
a save takes, and what an attempt costs the server and the database in seconds of CPU.

The client is a socket and a few bytes of text, as it shares the machine with the server. What a browser sends is sent:
the signed cookie and the token against forgery, or a bearer token with `--bearer`.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from sqlalchemy.engine import make_url

from lms import clock, db, schema
from lms.accounts import actions as accounts
from lms.accounts.models import LoginSession
from lms.accounts.queries import fingerprint
from lms.app import create_app
from lms.settings import Settings
from tests.make import Make
from tests.postgres import cluster
from tests.wheel_check import free_port, opened

SECRET = "x" * 40
QUESTIONS = 35
LESSONS = 7
KINDS = ("single", "multiple", "true_false", "numeric", "short_text")
ANSWERS: dict[str, Any] = {
    "single": "a",
    "multiple": ["a", "c"],
    "true_false": "true",
    "numeric": 45,
    "short_text": "ninety minutes",
}
DURABLE = "-c max_connections=300"
IDLE = 0.05  # seconds of CPU in half a second
QUIET = 6  # times in a row
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Times:
    """What all clients measured, in seconds."""

    saves: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def prepared(url: str, learners: int, *, bearer: bool) -> tuple[str, list[str]]:
    """Fill an empty database; return the quiz's slug and the headers that each learner's requests carry."""
    engine = db.connect(url)
    schema.upgrade(engine)
    now = clock.now()
    with db.Database(engine).writing() as session:
        make = Make(session, now)
        course, klass = make.course(), make.training_class()
        for _ in range(LESSONS):
            lesson = make.lesson(course, points=5)
            for n in range(10):
                make.question(lesson, KINDS[n % len(KINDS)], key_point=n % 5 + 1)
        quiz = make.quiz(course, questions=0, draw=QUESTIONS, limit_minutes=30, purpose="daily")
        headers = []
        for _ in range(learners):
            learner = make.learner(klass)
            if bearer:
                token = accounts.make_token(session, learner, ["read", "learn"], name="", days=1, now=now)
                headers.append(f"Authorization: Bearer {token}\r\n")
                continue
            token = secrets.token_urlsafe(16)
            ends = now + timedelta(hours=12)
            session.add(
                LoginSession(token_hash=fingerprint(token), person_id=learner.id, created_at=now, expires_at=ends)
            )
            headers.append(signed_in(token))
        slug = quiz.slug
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
    return slug, headers


def signed_in(token: str) -> str:
    """Return the headers of a browser that is signed in by `token`, with the token against forgery of its page."""
    app = Flask(__name__)
    app.secret_key = SECRET
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise RuntimeError("there is no secret to sign with")
    raw = secrets.token_hex(20)
    cookie = signer.dumps({"_user_id": token, "csrf_token": raw, "_permanent": True})
    csrf = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)
    return f"Cookie: onramp={cookie}\r\nX-CSRFToken: {csrf}\r\nX-Requested-With: fetch\r\n"


class Connection:
    """A connection that is kept and opened anew when the server has closed it."""

    def __init__(self, port: int, headers: str) -> None:
        self.port = port
        self.headers = f"Host: 127.0.0.1:{port}\r\n{headers}Content-Type: application/json\r\n"
        self.link: socket.socket | None = None

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Send a request and return the status and the body of its answer."""
        head = f"{method} {path} HTTP/1.1\r\n{self.headers}Content-Length: {len(body)}\r\n\r\n"
        message = head.encode() + body
        for _try in range(2):
            if self.link is None:
                self.link = socket.create_connection(("127.0.0.1", self.port))
                self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.link.sendall(message)
                status, ends, answer = self._answer(self.link)
            except (ConnectionError, IndexError):  # a kept connection that the server closed meanwhile
                self.close()
                continue
            if ends:
                self.close()
            return status, answer
        raise ConnectionError(path)

    def close(self) -> None:
        """End the connection."""
        if self.link is not None:
            self.link.close()
        self.link = None

    @staticmethod
    def _answer(link: socket.socket) -> tuple[int, bool, bytes]:
        got = link.recv(65536)
        while b"\r\n\r\n" not in got:
            more = link.recv(65536)
            if not more:
                raise ConnectionResetError
            got += more
        head, _, body = got.partition(b"\r\n\r\n")
        low = head.lower()
        length = int(low.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += link.recv(65536)
        return int(head[9:12]), b"connection: close" in low, body


def sit(port: int, slug: str, headers: str, times: Times) -> None:
    """Be one learner: start, save every answer, hand in; learners are their own judges of what went wrong."""
    link = Connection(port, headers)
    asked = time.perf_counter
    began = asked()
    status, body = link.ask("POST", f"/api/v1/quizzes/{slug}/attempts", b"{}")
    times.starts.append(asked() - began)
    if status != 201:  # noqa: PLR2004  # created
        times.wrong.append(f"start {status} {body[:200]!r}")
        return
    paper = json.loads(body)
    path = f"/api/v1/attempts/{paper['id']}"
    when = paper["server_now"]
    for n, question in enumerate(paper["questions"], start=1):
        given = {"response": ANSWERS[question["kind"]], "client_seq": n, "client_time": when, "lease": paper["lease"]}
        sent = json.dumps(given).encode()
        began = asked()
        status, body = link.ask("PUT", f"{path}/answers/{question['position']}", sent)
        times.saves.append(asked() - began)
        if status != 200:  # noqa: PLR2004  # saved
            times.wrong.append(f"save {status} {body[:200]!r}")
    began = asked()
    status, body = link.ask("POST", f"{path}/submission", b"{}")
    times.ends.append(asked() - began)
    if status != 200 or json.loads(body)["score"] != QUESTIONS:  # noqa: PLR2004  # graded
        times.wrong.append(f"submit {status} {body[:200]!r}")
    link.close()


def rush(port: int, slug: str, learners: list[str], clients: int) -> tuple[Times, float]:
    """Let `clients` sit at a time until all learners have; return what was measured and how long all of it took."""
    times, waiting = Times(), list(learners)

    def work() -> None:
        while True:
            try:
                headers = waiting.pop()
            except IndexError:
                return
            sit(port, slug, headers, times)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    began = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return times, time.perf_counter() - began


def family(root: int) -> set[int]:
    """Return a process and all that it started."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """Return the CPU time that a process and all that it started have used, ended ones included."""
    total = 0
    for pid in family(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(each) for each in fields[11:15])
    return total / TICK


def warmed_up(root: int) -> None:
    """Wait until a server that has just begun is busy no more: workers compile templates beside their first answers."""
    used, quiet = cpu_seconds(root), 0
    while quiet < QUIET:
        time.sleep(0.5)
        now = cpu_seconds(root)
        quiet, used = (quiet + 1 if now - used < IDLE else 0), now


@contextmanager
def served(url: str, workers: int) -> Iterator[tuple[int, int]]:
    """Serve the database; yield the port and the process."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        env = os.environ | {"LMS_DATABASE_URL": url, "LMS_DATA_DIR": data, "LMS_SECRET_KEY": SECRET, "LMS_LOCALE": "en"}
        command = [Path(sys.executable).parent / "lms", "serve", "--port", str(port), "--workers", str(workers)]
        process = subprocess.Popen(command, env=env, start_new_session=True, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
        try:
            opened(f"http://127.0.0.1:{port}/readyz")
            warmed_up(process.pid)
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def statements_of_a_save(url: str, slug: str, headers: str) -> tuple[int, int, int]:
    """Return how many statements a start, a save and a hand-in take, the one that finds who asks included.

    On one connection, whose transaction is rolled back: there every statement goes by SQLAlchemy, which tells of it.
    """
    engine = db.connect(url)
    with tempfile.TemporaryDirectory() as data, engine.connect() as connection, connection.begin() as outer:
        settings = Settings(data_dir=Path(data), secret_key=SECRET, database_url=url, locale="en")
        app = create_app(settings, db.Database(connection))
        ran: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda _c, _k, text, *_rest: ran.append(text))
        browser = app.test_client()
        sent = dict(line.split(": ", 1) for line in headers.splitlines())
        cookie = sent.pop("Cookie", "").partition("=")[2]
        if cookie:
            browser.set_cookie("onramp", cookie)

        def counted(ask: Callable[[], Any]) -> tuple[int, Any]:
            ran.clear()
            answer = ask()
            return sum(not text.startswith(("BEGIN", "SAVEPOINT", "RELEASE")) for text in ran), answer.get_json()

        start, paper = counted(lambda: browser.post(f"/api/v1/quizzes/{slug}/attempts", json={}, headers=sent))
        path = f"/api/v1/attempts/{paper['id']}"
        save = 0
        for question in paper["questions"]:
            given = {"response": ANSWERS[question["kind"]], "client_seq": 1, "lease": paper["lease"]}
            url_of = f"{path}/answers/{question['position']}"
            save = max(save, counted(lambda u=url_of, g=given: browser.put(u, json=g, headers=sent))[0])
        end, _result = counted(lambda: browser.post(f"{path}/submission", json={}, headers=sent))
        outer.rollback()
    engine.dispose()
    return start, save, end


def postmaster(url: str) -> int:
    """Return the process of the database's server, or 0 for one that is a file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return 0
    folder = Path(str(parsed.query["host"]))
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def per_cent(times: list[float], share: float) -> float:
    """Return the `share` quantile in milliseconds."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def measure(url: str, chosen: argparse.Namespace) -> None:
    """Fill, serve, rush, print."""
    slug, headers = prepared(url, chosen.learners + chosen.warm + 1, bearer=chosen.bearer)
    start, save, end = statements_of_a_save(url, slug, headers.pop())
    database = postmaster(url)
    with served(url, chosen.workers) as (port, process):
        rush(port, slug, headers[: chosen.warm], chosen.clients)
        before = cpu_seconds(process), cpu_seconds(database) if database else 0.0, time.process_time()
        times, took = rush(port, slug, headers[chosen.warm :], chosen.clients)
        after = cpu_seconds(process), cpu_seconds(database) if database else 0.0, time.process_time()
    server, stored, client = ((late - early) / chosen.learners for early, late in zip(before, after, strict=True))
    print(f"{make_url(url).get_backend_name()}: {chosen.learners} attempts, {chosen.clients} clients, load {load()}")
    print(f"  {chosen.learners / took * 60:6.0f} complete attempts a minute ({took:.1f} s)")
    for name, each in (("save", times.saves), ("start", times.starts), ("hand-in", times.ends)):
        shares = "  ".join(f"p{share} {per_cent(each, share / 100):6.1f} ms" for share in (50, 95, 99))
        print(f"  {name:8} {shares}  mean {statistics.fmean(each) * 1000:6.1f} ms")
    print(f"  CPU an attempt: server {server:.3f} s, database {stored:.3f} s, client {client:.3f} s")
    print(f"  statements, sign-in included: start {start}, save {save}, hand-in {end}")
    if times.wrong:
        print(f"  {len(times.wrong)} WRONG: {times.wrong[:3]}")
        sys.exit(1)


def load() -> str:
    """Return how busy the machine is, this measurement included."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def main() -> None:
    """Measure the databases asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--warm", type=int, default=16, help="attempts before the clock starts")
    parser.add_argument("--bearer", action="store_true", help="sign in by token, as machines do")
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="postgresql")
    chosen = parser.parse_args()
    if chosen.db != "sqlite":
        with cluster(DURABLE) as url:
            measure(url, chosen)
    if chosen.db != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            measure(f"sqlite:///{Path(folder) / 'rush.db'}", chosen)


if __name__ == "__main__":
    main()

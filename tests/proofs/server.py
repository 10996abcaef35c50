"""A real server of the proofs' own: processes that can be killed, and clients that keep their connections."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lms
from tests.wheel_check import free_port, opened

SECRET = "x" * 40
PATIENCE_SECONDS = 180  # for a server to begin on a machine with other work
ROOT = Path(lms.__file__).parents[1]


@dataclass(frozen=True)
class House:
    """A server that runs: its port and its first process."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End the whole of it as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def workers(self) -> list[int]:
        """Return the processes that answer; without jobs, all children of the first do."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            if int(fields[1]) == self.process.pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
        return sorted(found)


@contextmanager
def served(
    url: str, data: Path, *, workers: int = 2, jobs: bool = False, port: int = 0, **more: str
) -> Iterator[House]:
    """Serve the database until the block ends."""
    port = port or free_port()
    env = os.environ | {
        "LMS_DATABASE_URL": url,
        "LMS_DATA_DIR": str(data),
        "LMS_SECRET_KEY": SECRET,
        "LMS_LOCALE": "en",
    }
    env |= {"PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-m", "lms.cli", "serve", "--port", str(port), "--workers", str(workers)]
    command += [] if jobs else ["--no-jobs"]
    process = subprocess.Popen(command, env=env, cwd=data, start_new_session=True, stdout=subprocess.DEVNULL)
    house = House(port, process)
    try:
        opened(f"{house.base}/readyz", PATIENCE_SECONDS)
        yield house
    finally:
        if process.poll() is None:
            house.kill()


class Client:
    """Somebody with a bearer token; on a connection that is `kept`, or on a new one each time, to any process."""

    def __init__(self, port: int, token: str, *, kept: bool = False) -> None:
        self.token = token
        self.known = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.known |= {} if kept else {"Connection": "close"}
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request and return the status and the JSON of its answer; a lost connection raises."""
        try:
            self.link.request(method, f"/api/v1{path}", json.dumps(body or {}), self.known | headers)
            answer = self.link.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException):
            self.link.close()
            raise

    def close(self) -> None:
        self.link.close()

    def start(self, slug: str, key: str = "") -> tuple[int, Any]:
        return self.ask("POST", f"/quizzes/{slug}/attempts", **({"Idempotency-Key": key} if key else {}))

    def save(self, attempt: int, position: int, response: Any, seq: int, **more: Any) -> tuple[int, Any]:
        sent = {"response": response, "client_seq": seq, **more}
        return self.ask("PUT", f"/attempts/{attempt}/answers/{position}", sent)

    def submit(self, attempt: int) -> tuple[int, Any]:
        return self.ask("POST", f"/attempts/{attempt}/submission")

"""A real S3 server in a process of its own: moto's."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import Request, urlopen


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(bucket: str) -> Iterator[str]:
    """Start the server with one empty bucket and give its address; it ends with the block."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    starter = [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(starter, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                urlopen(Request(f"{url}/{bucket}", method="PUT"), timeout=5).close()
                break
            except (URLError, ConnectionError):
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)

"""A bad line of our own: a proxy that takes one HTTP request a connection and does to it what networks do."""

import contextlib
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

Refused = (ConnectionError, TimeoutError, OSError)
LATENCY_SECONDS = 0.4


class Fault(Enum):
    """What happens to a request."""

    NONE = "nothing"
    LATENCY = "it and its reply are slow"
    RESET_ON_REQUEST = "it never reaches the server"
    RESET_ON_REPLY = "the server answers, nobody hears it"
    CUT = "half of the reply arrives"
    DUPLICATE = "the server gets it twice"


Judge = Callable[[str], Fault]


class Line:
    """A line to a server on `port`; `judge` says what happens to a request by its first line."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.judge: Judge = lambda _request: Fault.NONE
        self.seen: list[tuple[str, Fault]] = []
        line = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(*Refused):
                    line.serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Handler)
        self.own_port = int(self.server.server_address[1])

    def met(self, fault: Fault) -> bool:
        """Say whether some request met `fault`."""
        return any(seen is fault for _first, seen in self.seen)

    def serve(self, client: socket.socket) -> None:
        """Take one request and do to it what the judge says."""
        client.settimeout(30)
        request = _whole(client)
        if not request:
            return None
        first = request.partition(b"\r\n")[0].decode(errors="replace")
        fault = self.judge(first)
        self.seen.append((first, fault))
        if fault is Fault.RESET_ON_REQUEST:
            return _reset(client)
        if fault is Fault.LATENCY:
            time.sleep(LATENCY_SECONDS)
        reply = self.forward(request)
        if fault is Fault.DUPLICATE:
            reply = self.forward(request)
        if fault is Fault.LATENCY:
            time.sleep(LATENCY_SECONDS)
        if fault is Fault.RESET_ON_REPLY:
            return _reset(client)
        if fault is Fault.CUT:
            client.sendall(reply[: len(reply) - 20])
            return _reset(client)
        client.sendall(reply)
        return None

    def forward(self, request: bytes) -> bytes:
        """Send a request to the server and return its whole reply."""
        head, end, body = request.partition(b"\r\n\r\n")
        lines = [each for each in head.split(b"\r\n") if not each.lower().startswith(b"connection:")]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as server:
            server.sendall(b"\r\n".join([*lines, b"Connection: close"]) + end + body)
            reply = b""
            while more := server.recv(65536):
                reply += more
        return reply


def _whole(client: socket.socket) -> bytes:
    """Return one request, head and body, or nothing where the client thought better of it."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = client.recv(65536)
        if not more:
            return b""
        got += more
    head, _end, body = got.partition(b"\r\n\r\n")
    length = next(
        (int(each.split(b":")[1]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        more = client.recv(65536)
        if not more:
            return b""
        body += more
    return head + b"\r\n\r\n" + body


def _reset(client: socket.socket) -> None:
    """Close with RST in place of FIN."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """Run a line until the block ends."""
    line = Line(port)
    running = threading.Thread(target=line.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    running.start()
    try:
        yield line
    finally:
        line.server.shutdown()
        line.server.server_close()

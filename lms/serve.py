"""Serves the application with gunicorn: threads for requests, and the worker's jobs in one process of its own."""

import gc
import os
import signal
import subprocess
import sys
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from lms import db, jobs
from lms.app import create_app
from lms.settings import Settings
from lms.storage import Storage
from lms.web.secrets import Formatter

# Of a worker: up to 40 hold a live page's stream (lms.live), the rest answer. Measured: 190 MB all in use, 175 with 8.
THREADS = 64


def _begin(worker: Any) -> None:
    """Let open streams end as soon as the worker is told to, instead of holding up its end; warm up meanwhile."""
    app = worker.app.wsgi()
    app.extensions["lms_live"].ending = lambda: not worker.alive
    threading.Thread(target=warm, args=(app,), daemon=True).start()


def warm(app: Flask) -> None:
    """Do once, beside the first requests, what each of them would wait for later.

    Templates are compiled here (measured: 0.4 s at the first view of a map), and what stays as long as the process is
    taken out of the garbage collector's rounds (measured: each round of 280,000 objects stopped everybody for 0.2 s).
    """
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()


class Log(Logger):  # type: ignore[misc]  # as below
    """Gunicorn's logs, in which addresses that are keys are hidden."""

    def setup(self, cfg: Any) -> None:
        """Open the logs."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(Formatter(handler.formatter))


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with our settings in place of a command line."""

    def __init__(self, settings: Settings, *, bind: str, workers: int) -> None:
        self.settings = settings
        self.bind = bind
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to listen and how many work."""
        values: dict[str, Any] = {
            "bind": self.bind,
            "workers": self.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "post_worker_init": _begin,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "accesslog": None,
            "loglevel": "warning",
            "logger_class": Log,
            "control_socket_disable": True,
        }
        for name, value in values.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application in each worker, so that no connection is shared between processes."""
        return create_app(self.settings)


class Stop(threading.Event):
    """Set when the process is told to end, or when the server that it works beside is gone."""

    def __init__(self, beside: int | None) -> None:
        super().__init__()
        self.beside = beside

    def is_set(self) -> bool:
        """Say whether it is time to end."""
        return super().is_set() or (self.beside is not None and os.getppid() != self.beside)


def work(settings: Settings, *, beside: int | None = None) -> None:
    """Run the jobs until told to stop, or until the process `beside` is no longer our parent."""
    stop = Stop(beside)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    jobs.run(db.Database(db.connect(settings.database)), Storage(settings), stop)


def serve(settings: Settings, *, host: str, port: int, workers: int, with_jobs: bool) -> None:
    """Serve until told to stop; `with_jobs` runs the jobs beside it, ended together with the server."""
    if with_jobs:
        beside = [sys.executable, "-m", "lms.cli", "worker", "--beside", str(os.getpid())]
        subprocess.Popen(beside)  # noqa: S603  # our own command; it ends when we are gone
    Server(settings, bind=f"{host}:{port}", workers=workers).run()

"""A real server with the demo class, and a real Chromium; every page is watched for breaches of the content policy."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.crawl import password
from tests.chromium import executable
from tests.wheel_check import free_port, opened

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LMS = Path(sys.executable).parent / "lms"
PATIENCE = 600  # seconds for one test; the longest walks all pages of a role
SHOWN_MS = 15_000  # how long a page may take to show what is expected, on a machine with other work
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a Chromium and the clock as it runs."""
    for item in items:
        if "browser" in Path(str(item.fspath)).parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.real_time)


@pytest.fixture(autouse=True)
def _patience(request: pytest.FixtureRequest) -> Iterator[None]:
    """End a test that waits for a browser that will never answer, and say where it stood."""

    def over(_number: int, _frame: object) -> None:
        raise TimeoutError(f"{request.node.name} still waits after {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@dataclass
class Site:
    """A running installation with the demo class."""

    url: str
    password: str
    data: Path


def _demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a demo centre, built once for all processes of a test run."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "built").exists():
            env = os.environ | {"LMS_DATA_DIR": str(shared / "data"), "LMS_LOCALE": "en"}
            subprocess.run([LMS, "demo"], env=env, check=True, capture_output=True)
            (shared / "built").touch()
    return shared / "data"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy of the demo, on SQLite."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(_demo(tmp_path_factory), data)
    port = free_port()
    env = os.environ | {"LMS_DATA_DIR": str(data), "LMS_BASE_URL": f"http://127.0.0.1:{port}", "LMS_LOCALE": "en"}
    server = subprocess.Popen([LMS, "serve", "--port", str(port), "--workers", "1"], env=env)
    try:
        opened(f"http://127.0.0.1:{port}/readyz")
        yield Site(f"http://127.0.0.1:{port}", password((data / "demo-sign-ins.txt").read_text()), data)
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests; they are skipped, and said so, where there is none."""
    path = executable()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        expect.set_options(timeout=SHOWN_MS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages, each a browser of its own; breaches of the policy and script errors fail."""
    contexts: list[Any] = []
    problems: list[str] = []

    def make(*, size: dict[str, int] = DESK, locale: str = "en", dark: bool = False, **more: Any) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport=size,
            locale="zh-CN" if locale == "zh" else "en-GB",
            color_scheme="dark" if dark else "light",
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda m: problems.append(f"{page.url}: {m.text}") if "Content Security" in m.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def enter(new_page: Callable[..., Page], site: Site) -> Callable[..., Page]:
    """Return a function that signs a person in and leaves them on their first page."""

    def sign_in(employee_no: str, **more: Any) -> Page:
        page = new_page(**more)
        page.goto("/sign-in")
        page.fill("input[name=employee_no]", employee_no)
        page.fill("input[name=password]", site.password)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return sign_in

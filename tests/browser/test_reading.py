"""What a large lesson weighs in a real browser at the first visit and the next."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import LMS, Site
from tests.browser.crawl import CAST
from tests.content.shelf import FILES

FILLER = "\n| a | b |\n| --- | --- |\n" + "| `------------------------` | `------------------------` |\n" * 40


def large_course(root: Path) -> Path:
    """Write a course with one lesson of nearly 20 kB in each language."""
    for name, text in FILES.items():
        if name.startswith("basics/"):
            file = root / "large" / name.removeprefix("basics/")
            file.parent.mkdir(parents=True, exist_ok=True)
            large = text.replace("b-0", "large-0").replace("basics/", "large/").replace("posts: [agent]", "posts: []")
            while "01-hello/lesson" in name and len((large + FILLER).encode()) < 19_000:
                large += FILLER
            file.write_text(large, encoding="utf-8")
    return root / "large"


def test_a_large_lesson_is_light(enter: Callable[..., Page], site: Site, tmp_path: Path) -> None:
    env = os.environ | {"LMS_DATA_DIR": str(site.data), "LMS_LOCALE": "en"}
    done = subprocess.run([LMS, "content", "import", large_course(tmp_path)], env=env, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    page = enter(CAST["trainer"])
    page.goto("/courses/large")
    address = page.get_attribute("a[href^='/lessons/']", "href") or ""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    assert weigh(page, address, requests=10) <= 100_000
    assert weigh(page, address, requests=10) <= 25_000


def weigh(page: Page, address: str, *, requests: int) -> int:
    """Return the bytes that came over the wire for a page, and assert how many requests that took."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    session.detach()
    assert len([size for size in sizes if size]) <= requests
    return int(sum(sizes))

"""Takes pictures of every page at 360, 768 and 1280 px, both languages, light and dark: `make screenshots`.

Serves a demo of its own on a free port, as the browser tests do. `make pictures` takes only those of the README.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lms.app import create_app
from lms.settings import Settings
from tests.browser.crawl import CAST, kinds_of_pages, password
from tests.chromium import executable
from tests.wheel_check import free_port, opened

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOOKS = [(360, "zh", "light"), (768, "zh", "light"), (1280, "en", "light"), (1280, "zh", "dark"), (360, "en", "dark")]


PHONE, DESK = (390, 844), (1280, 900)
README = Path("docs/screenshots")


def entered(
    browser: Browser, base: str, secret: str, number: str, size: tuple[int, int], look: tuple[str, str]
) -> Page:
    """Sign a person in, in one language and colour scheme."""
    locale, scheme = look
    context = browser.new_context(
        base_url=base,
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN" if locale == "zh" else "en-GB",
        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=employee_no]", number)
    page.fill("input[name=password]", secret)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    switch = page.locator(f"button[name=locale][value={locale}]")
    if switch.count():
        with page.expect_navigation():
            switch.first.evaluate("button => button.click()")
    return page


def shoot(browser: Browser, base: str, secret: str, out: Path, width: int, locale: str, scheme: str) -> None:
    """Walk all roles in one look and save a picture of each kind of page."""
    app = create_app(Settings(secret_key="x" * 40, database_url="sqlite:////tmp/unused.db"))
    taken: set[str] = set()
    for role, number in CAST.items():
        page = entered(browser, base, secret, number, (width, 900), (locale, scheme))
        for name in kinds_of_pages(page, app, known=set()):
            if name in taken:
                continue
            taken.add(name)
            page.screenshot(path=out / f"{role}-{name}-{width}-{locale}-{scheme}.png", full_page=True)
        page.context.close()


def read(page: Page) -> None:
    """Open the first lesson of fault repair."""
    page.goto("/courses/fault-repair")
    page.locator("main a[href^='/lessons/']").first.click()
    page.wait_for_load_state("networkidle")


def sit(page: Page) -> None:
    """Be in the middle of a quiz: answers saved, one question flagged, the one with the most choices shown."""
    page.goto("/quizzes/practice-mixed")
    page.locator("main form .btn").first.click()
    longest = (0, 1)
    for number in range(1, 6):
        page.wait_for_selector(f"quiz-sheet[position='{number}']:defined form#sheet")
        choices = page.locator("form#sheet .choice").count()
        if choices:
            page.locator("form#sheet .choice").nth(1).click()
            expect(page.locator("[data-saved]")).not_to_be_empty()
        if number == 2:
            page.locator("[data-flag]").click()
        longest = max(longest, (choices, number))
        page.locator(".qnav button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    page.locator(f".strip a[data-position='{longest[1]}']").click()
    page.wait_for_load_state("networkidle")


def draw(page: Page) -> None:
    """Wait until the map of a course stands."""
    page.goto("/courses/fault-repair/map")
    page.wait_for_selector("mind-map[ready]")


def at(path: str) -> Callable[[Page], None]:
    """Return what goes to `path`."""

    def go(page: Page) -> None:
        page.goto(path)
        page.wait_for_load_state("networkidle")

    return go


def judge(page: Page) -> None:
    """See what a quiz says of each of its questions."""
    page.goto("/quizzes/first-day-check/report")
    page.locator("#items").evaluate("heading => heading.scrollIntoView()")
    page.wait_for_load_state("networkidle")


def doubt(page: Page) -> None:
    """Open the question whose key is in doubt."""
    page.goto("/questions/key-checks")
    page.locator("main a[href*='/statistics']").first.click()
    page.locator("#in-1").evaluate("heading => heading.scrollIntoView({block: 'center'})")
    page.wait_for_load_state("networkidle")


# What the README shows: the name of the picture, who sees it, on what, and how one gets there.
PICTURES: list[tuple[str, str, tuple[int, int], Callable[[Page], None]]] = [
    ("today-zh-390", "E3101", PHONE, at("/today")),
    ("lesson-en-390", "E3101", PHONE, read),
    ("quiz-zh-390", "E3101", PHONE, sit),
    ("go-live-en-1280", "H1001", DESK, at("/go-live")),
    ("path-en-1280", "E3102", DESK, at("/path")),
    ("mindmap-zh-1280", "E3101", DESK, draw),
    ("heat-map-en-1280", "A1001", DESK, at("/classes/3/heat-map")),
    ("item-report-en-1280", "T1001", DESK, judge),
    ("key-in-doubt-zh-1280", "T1001", DESK, doubt),
]


def picture(browser: Browser, base: str, secret: str) -> None:
    """Take the pictures of the README, in few colours, so that they load fast."""
    for name, number, size, go in PICTURES:
        page = entered(browser, base, secret, number, size, (name.split("-")[-2], "light"))
        go(page)
        target = README / f"{name}.png"
        page.screenshot(path=target)
        page.context.close()
        few = Image.open(target).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(target, optimize=True)


def main() -> None:
    """Serve a demo, walk it in all looks, or take the pictures of the README where that is asked for."""
    out = Path(os.environ.get("OUT", "tests/screenshots"))
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        env = os.environ | {"LMS_DATA_DIR": name, "LMS_BASE_URL": base}
        lms = Path(sys.executable).parent / "lms"
        subprocess.run([lms, "demo"], env=env, check=True, stdout=subprocess.DEVNULL)
        secret = password((Path(name) / "demo-sign-ins.txt").read_text())
        server = subprocess.Popen([lms, "serve", "--port", str(port), "--workers", "1"], env=env)
        try:
            opened(f"{base}/readyz")
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            if "readme" in sys.argv[1:]:
                picture(browser, base, secret)
            for width, locale, scheme in LOOKS if "readme" not in sys.argv[1:] else []:
                shoot(browser, base, secret, out, width, locale, scheme)
            browser.close()
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()

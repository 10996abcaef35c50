"""Takes pictures of every page at 360, 768 and 1280 px, both languages, light and dark: `make screenshots`.

Needs a running demo: serves one of its own on a free port, as the browser tests do.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from lms.app import create_app
from lms.settings import Settings
from tests.browser.crawl import CAST, kinds_of_pages, password
from tests.chromium import executable
from tests.wheel_check import free_port, opened

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOOKS = [(360, "zh", "light"), (768, "zh", "light"), (1280, "en", "light"), (1280, "zh", "dark"), (360, "en", "dark")]


def shoot(browser: Browser, base: str, secret: str, out: Path, width: int, locale: str, scheme: str) -> None:
    """Walk all roles in one look and save a picture of each kind of page."""
    app = create_app(Settings(secret_key="x" * 40, database_url="sqlite:////tmp/unused.db"))
    taken: set[str] = set()
    for role, number in CAST.items():
        context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": 900},
            locale="zh-CN" if locale == "zh" else "en-GB",
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("input[name=employee_no]", number)
        page.fill("input[name=password]", secret)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        switch = page.locator(f"button[name=locale][value={locale}]")
        if switch.count():
            switch.click()
        for name in kinds_of_pages(page, app, known=set()):
            if name in taken:
                continue
            taken.add(name)
            page.screenshot(path=out / f"{role}-{name}-{width}-{locale}-{scheme}.png", full_page=True)
        context.close()


def main() -> None:
    """Serve a demo, walk it in all looks."""
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
            for width, locale, scheme in LOOKS:
                shoot(browser, base, secret, out, width, locale, scheme)
            browser.close()
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()

"""Writing lessons in a real Chromium: crashes, two writers, an ended sign-in, the keyboard alone, hostile texts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.authoring.hostile import HEAD, HOSTILE
from tests.browser.conftest import FLAGS, Site
from tests.browser.crawl import CAST
from tests.chromium import executable
from tests.media.samples import picture

MOST_LOST = 5  # seconds


@pytest.fixture
def draft(enter: Callable[..., Page]) -> Callable[..., str]:
    """Return a maker of drafts of new lessons: their address."""
    made = enter(CAST["trainer"])

    def begin(title: str) -> str:
        made.goto("/courses/call-basics/drafts/new")
        made.fill("#title_zh", title)
        made.fill("#title_en", title)
        made.click("main form button[type=submit]")
        made.wait_for_url("**/drafts/*")
        return made.url

    return begin


def opened(page: Page, address: str, part: str = "en") -> Page:
    """Open a part of a draft and wait until one can write."""
    page.goto(f"{address}?part={part}")
    page.wait_for_selector("lesson-editor[data-ready]")
    return page


def write(page: Page, words: str, **more: Any) -> None:
    """Type at the end of the text."""
    page.locator("lesson-editor .cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words, **more)


def saved(page: Page) -> None:
    """Wait until everything typed is with the server."""
    page.wait_for_selector("lesson-editor[data-state=saved]", timeout=15_000)


def stored(page: Page, address: str, part: str = "en") -> str:
    """Return the text that the server has."""
    number = address.rsplit("/", 1)[-1]
    return str(page.request.get(f"/api/v1/drafts/{number}/parts/{part}").json()["text"])


def test_a_browser_that_is_killed_in_the_middle_of_typing_loses_five_seconds_at_most(
    draft: Callable[[str], str], enter: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    address = draft("Killed while typing")
    page = enter(CAST["trainer"])
    state = tmp_path / "state.json"
    page.context.storage_state(path=state)
    script = tmp_path / "typist.py"
    script.write_text(TYPING)
    log = tmp_path / "typed.txt"
    path = executable()
    assert path is not None
    typist = subprocess.Popen(
        [sys.executable, script, path, site.url, f"{address}?part=en", state, log, tmp_path / "profile", *FLAGS],
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 90
        while time.monotonic() < until and (not log.exists() or len(log.read_text().splitlines()) < 60):
            time.sleep(0.1)
        for process in browsers_of(tmp_path / "profile"):
            os.kill(process, signal.SIGKILL)
        killed = time.time()
        time.sleep(1)
    finally:
        typist.kill()
        typist.wait(30)
    typed = [line.split(" ") for line in log.read_text().splitlines()]
    assert len(typed) >= 60, "it typed"
    text = stored(page, address)
    lost = [float(at) for word, at in typed if word not in text and float(at) < killed]
    assert not lost or killed - min(lost) <= MOST_LOST, f"{killed - min(lost):.1f} s are lost"


TYPING = """
import sys, time
from playwright.sync_api import sync_playwright
path, base, address, state, log, profile, *flags = sys.argv[1:]
with sync_playwright() as playwright:
    import json
    context = playwright.chromium.launch_persistent_context(profile, executable_path=path, args=flags, base_url=base)
    context.add_cookies(json.load(open(state))["cookies"])
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("lesson-editor[data-ready]")
    page.locator("lesson-editor .cm-content").click()
    page.keyboard.press("Control+End")
    with open(log, "a") as out:
        for n in range(10_000):
            page.keyboard.type(f"word{n:05} ")
            out.write(f"word{n:05} {time.time()}\\n")
            out.flush()
            time.sleep(0.15)
"""


def browsers_of(profile: Path) -> list[int]:
    """Return the processes of the browser with this profile, which this test alone has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"--user-data-dir={profile}" in line:
                found.append(int(entry.name))
    return found


def test_two_writers_see_both_texts_and_nothing_is_lost(
    draft: Callable[[str], str], enter: Callable[..., Page]
) -> None:
    address = draft("Two writers")
    first, second = opened(enter(CAST["trainer"]), address), opened(enter(CAST["trainer"]), address)
    write(first, "The first one wrote this.")
    saved(first)
    write(second, "The second one wrote that.")
    dialog = second.locator("dialog[data-dialog=conflict]")
    dialog.wait_for()
    assert "first one" in (dialog.locator("td.old").all_inner_texts()[-1] + dialog.inner_text())
    mine = dialog.locator("#merged").input_value()
    assert mine.endswith("The second one wrote that.")
    dialog.locator("#merged").fill(mine + "\nThe first one wrote this.")
    dialog.locator("[data-choose=merged]").click()
    saved(second)
    text = stored(second, address)
    assert "The first one wrote this." in text
    assert "The second one wrote that." in text
    write(first, " And this.")
    first.locator("dialog[data-dialog=conflict]").wait_for()
    first.locator("[data-choose=theirs]").click()
    saved(first)
    assert stored(first, address) == text
    first.goto(f"{address}/revisions?part=en")
    assert first.locator("ol.history .chip.warn").count() == 2, "what was not saved is kept"


def test_an_ended_sign_in_keeps_the_text_and_goes_on(
    draft: Callable[[str], str], enter: Callable[..., Page], site: Site
) -> None:
    address = draft("Sign-in ends")
    page = opened(enter(CAST["trainer"]), address)
    page.context.clear_cookies()
    write(page, "Written after the sign-in had ended.")
    dialog = page.locator("dialog[data-dialog=signin]")
    dialog.wait_for()
    dialog.locator("#again-pw").fill("not the password")
    dialog.locator("button[type=submit]").click()
    dialog.locator("[data-wrong]:not([hidden])").wait_for()
    dialog.locator("#again-pw").fill(site.password)
    dialog.locator("button[type=submit]").click()
    saved(page)
    assert stored(page, address).endswith("Written after the sign-in had ended.")


def test_what_could_not_be_sent_comes_back_after_a_reload(
    draft: Callable[[str], str], enter: Callable[..., Page]
) -> None:
    address = draft("No connection")
    page = opened(enter(CAST["trainer"]), address)
    page.route("**/api/v1/drafts/**", lambda route: route.abort())
    write(page, "Typed without a connection.")
    page.wait_for_selector("lesson-editor[data-state=offline]")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/api/v1/drafts/**")
    page.route("**/api/v1/drafts/**", lambda route: route.abort())
    page.reload()
    page.wait_for_selector("lesson-editor[data-ready]")
    page.unroute("**/api/v1/drafts/**")
    saved(page)
    assert stored(page, address).endswith("Typed without a connection.")


def test_a_lesson_is_written_with_the_keyboard_alone(draft: Callable[[str], str], enter: Callable[..., Page]) -> None:
    address = draft("Keyboard only")
    page = opened(enter(CAST["trainer"]), address)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.shadowRoot?.activeElement?.classList.contains('cm-content') ?? false"):
            break
    else:
        pytest.fail("the text cannot be reached with the tab key")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Alt+k")
    page.keyboard.type("a fact that must sit")
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type("Short and true. ")
    page.keyboard.press("Control+s")
    saved(page)
    text = stored(page, address)
    assert "==a fact that must sit==" in text
    assert "::: mnemonic\nShort and true." in text
    page.keyboard.press("F8")
    assert page.locator("[data-say]").inner_text() != ""
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.shadowRoot != null"), "the tab key leads out again"


FAULTY = """---
title: "Faulty"
minutes: 1
competencies: []
---
==One==, ==two==, ==three==, ==four==, ==five==, ==six==, ==seven==.

==Eight== is one too many.

A **long** sentence goes on {on}and never ends before the reader does. A short one.

![](media/lamp.png)
""".replace("{on}", "and on " * 20)


def selected(page: Page) -> str:
    """Return what is selected in the text, or the text before the cursor of its line where nothing is."""
    return str(
        page.evaluate("document.querySelector('lesson-editor [data-place]').shadowRoot.getSelection().toString()")
    )


def faulty(page: Page, address: str) -> None:
    """Store a text with a picture that nobody describes, one key point too many and a sentence without end."""
    number = address.rsplit("/", 1)[-1]
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    media = page.request.get(address).text().split('media="/api/v1/courses/', 1)[1].split('"', 1)[0]
    lamp: Any = {"name": "lamp.png", "mimeType": "image/png", "buffer": picture("png", (8, 8))}
    sent = page.request.post(f"/api/v1/courses/{media}", multipart={"file": lamp}, headers={"X-CSRFToken": token})
    text = FAULTY.replace("lamp.png", sent.json()["name"])
    put = page.request.put(
        f"/api/v1/drafts/{number}/parts/en", data={"text": text, "version": 1}, headers={"X-CSRFToken": token}
    )
    assert {finding["fix"] for finding in put.json()["findings"]} >= {"describe", "unmark", "show"}


def test_what_is_evident_to_mend_is_mended_with_one_key(
    draft: Callable[[str], str], enter: Callable[..., Page]
) -> None:
    address = draft("Faulty")
    page = enter(CAST["trainer"])
    faulty(page, address)
    opened(page, address)
    page.locator(".cm-finding button[data-fix=show]").click()
    assert selected(page).startswith("A **long** sentence goes on and on")
    assert selected(page).endswith("before the reader does.")
    page.locator("lesson-editor .cm-content").focus()
    for key in ("Control+End", "ArrowUp", "Control+."):  # to the picture, and into its brackets
        page.keyboard.press(key)
    page.keyboard.type("A lamp on a desk")
    page.locator(".cm-finding button[data-fix=unmark]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    saved(page)
    kept = stored(page, address)
    assert "![A lamp on a desk](media/" in kept
    assert "\nEight is one too many." in kept
    assert page.locator(".cm-finding button[data-fix=unmark]").count() == 0


def test_no_hostile_text_runs_in_the_preview_or_anywhere_on_the_page(
    draft: Callable[[str], str], enter: Callable[..., Page], chromium: Browser, site: Site
) -> None:
    address = draft("Hostile")
    trainer = enter(CAST["trainer"])
    cookies = trainer.context.cookies()
    context = chromium.new_context(base_url=site.url)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # what cookies() gave
    page = context.new_page()
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: ran.append(request.url) if "evil.example" in request.url else None)
    number = address.rsplit("/", 1)[-1]
    token = trainer.get_attribute("meta[name=csrf-token]", "content") or ""
    texts = list(HOSTILE.values())
    version = 1
    for start in range(0, len(texts), 14):
        body = HEAD + "\n\n".join(texts[start : start + 14])
        put = trainer.request.put(
            f"/api/v1/drafts/{number}/parts/en",
            data={"text": body, "version": version},
            headers={"X-CSRFToken": token},
        )
        assert put.status == 200
        version = put.json()["version"]
        opened(page, address)
        page.locator("[data-preview] a").evaluate_all("links => links.forEach(link => link.click())")
        page.wait_for_timeout(300)
        write(opened(page, address), " ")
        saved(page)
        assert page.evaluate("window.__ran") is None
        version = page.request.get(f"/api/v1/drafts/{number}/parts/en").json()["version"]
        page.goto(f"{address}/revisions?part=en&old=now")
        assert page.evaluate("window.__ran") is None
    assert ran == []
    context.close()

"""A quiz through lost connections, killed browsers, other days, other tabs and calls: nothing is lost unseen.

The learner reads Chinese, so what the pages say is Chinese here.
"""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from tests.browser.conftest import FLAGS, PHONE, Site
from tests.browser.test_pages import found
from tests.chromium import executable

LEARNER = "E3104"
QUIZ = "/quizzes/practice-mixed"
QUESTIONS = 5  # of the practice
PATIENCE_SECONDS = 30
# A look that waits its turn behind the page's own writing, which is on the disk when its transaction is over.
ON_DISK = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("onramp");
  asked.onerror = reject;
  asked.onsuccess = () => {
    const looked = asked.result.transaction("answers").objectStore("answers").count();
    looked.onsuccess = () => { asked.result.close(); resolve(looked.result > 0); };
  };
})"""
Enter = Callable[..., Page]


def begin(page: Page) -> None:
    """Start the practice anew, an open attempt handed in first."""
    page.goto(QUIZ)
    if page.locator("form[action$='/lease']").count():
        page.locator("form[action$='/lease'] button").click()
        page.wait_for_url("**/attempts/**")
        attempt = page.url.split("/attempts/")[1].split("/")[0].split("?")[0]
        page.goto(f"/attempts/{attempt}/submission?{page.url.partition('?')[2]}")
        hand_in(page)
        page.goto(QUIZ)
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_selector("form#sheet")


def hand_in(page: Page) -> None:
    """Hand in from the review page."""
    page.locator("main form.acts[action$='/submission'] button").click()
    page.wait_for_selector("#score")


def choose(page: Page) -> None:
    """Give the first answer there is to the question shown, which `choosable` found."""
    page.locator("form#sheet .choice").first.click()


def waiting(page: Page) -> int:
    """Return how many answers wait in this browser."""
    script = (
        "Object.entries(localStorage).filter(([key]) => key.startsWith('onramp:answers:'))"
        ".reduce((sum, [, list]) => sum + JSON.parse(list).length, 0)"
    )
    return int(page.evaluate(script))


def emptied(page: Page) -> None:
    """Wait until no answer waits in this browser any more."""
    until = time.monotonic() + PATIENCE_SECONDS
    while waiting(page):
        assert time.monotonic() < until, f"{waiting(page)} answers still wait"
        page.wait_for_timeout(100)


def choosable(page: Page) -> None:
    """Go on to the first question that is answered by one click, as most are; practice asks every kind."""
    for position in range(1, QUESTIONS + 1):
        page.goto(re.sub(r"/questions/\d+", f"/questions/{position}", page.url))
        if page.locator("form#sheet .choice input[type=radio]").count():
            return
    raise AssertionError("no question has options to choose one from")


def test_a_lost_connection_loses_nothing_and_the_page_tells_the_truth(enter: Enter) -> None:
    page = enter(LEARNER, size=PHONE)
    begin(page)
    choosable(page)
    page.context.set_offline(True)
    choose(page)
    expect(page.locator("[data-unsent]")).to_contain_text("还没发出去")
    page.context.set_offline(False)
    expect(page.locator("[data-sent]")).to_contain_text("保存 1 个")
    expect(page.locator("[data-unsent]")).to_be_hidden()
    expect(page.locator("[data-saved]").first).not_to_be_empty()
    emptied(page)
    assert found(page) == []


def test_what_came_too_late_is_told_on_another_day(enter: Enter) -> None:
    away = enter(LEARNER)
    begin(away)
    choosable(away)
    away.context.set_offline(True)
    choose(away)
    expect(away.locator("[data-unsent]")).to_contain_text("还没发出去")
    attempt = away.url.split("/attempts/")[1].split("/")[0]
    at_home = enter(LEARNER)
    at_home.goto(f"/attempts/{attempt}/submission")
    at_home.locator("form[action$='/lease'] button").first.click()
    at_home.wait_for_url(lambda url: "lease=" in url)
    at_home.goto(f"{at_home.url.split('/questions')[0].split('?')[0]}/submission?{at_home.url.partition('?')[2]}")
    hand_in(at_home)
    away.goto("about:blank")  # else the page that is still open might hear of it first
    away.context.set_offline(False)
    away.goto(f"/attempts/{attempt}")
    expect(away.locator("[data-sent]").first).to_contain_text("已经交卷")
    emptied(away)


def test_two_tabs_take_turns_and_the_other_one_is_told(enter: Enter) -> None:
    first = enter(LEARNER)
    begin(first)
    choosable(first)
    second = first.context.new_page()
    second.goto(first.url.split("?")[0])
    expect(second.locator("form[action$='/lease']")).to_be_visible()
    assert second.locator("form#sheet input[type=radio]").first.is_disabled()
    second.locator("form[action$='/lease'] button").click()
    second.wait_for_selector("form#sheet button[type=submit]")
    choose(first)
    expect(first.locator("[data-refused]")).to_contain_text("不计入")


def test_a_call_pauses_by_keyboard_and_goes_on_where_it_was(enter: Enter) -> None:
    page = enter(LEARNER, size=PHONE)
    begin(page)
    where = page.url.split("?")[0]
    page.get_by_role("button", name="来电话了").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="测验已暂停")).to_be_visible()
    assert found(page) == []
    assert page.locator("form#sheet").count() == 0
    expect(page.get_by_role("button", name="继续", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector("form#sheet")
    assert page.url.split("?")[0] == where


def living(profile: Path) -> list[int]:
    """Return the processes of the browser that uses `profile`."""
    named = f"--user-data-dir={profile}"
    here = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and named in (process / "cmdline").read_text().split("\0"):
                here.append(int(process.name))
        except OSError:
            continue  # it ended while we looked
    return here


def opened(kind: BrowserType, profile: Path, site: Site) -> BrowserContext:
    """Open a browser on `profile`."""
    return kind.launch_persistent_context(profile, executable_path=executable(), args=FLAGS, base_url=site.url)


def sign_in(page: Page, site: Site) -> None:
    """Sign the learner in where the browser has forgotten them."""
    page.goto("/sign-in")
    if page.locator("input[name=employee_no]").count():
        page.fill("input[name=employee_no]", LEARNER)
        page.fill("input[name=password]", site.password)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)


def test_a_browser_that_is_killed_forgets_no_answer(chromium: Browser, site: Site, tmp_path: Path) -> None:
    """Every process of it is killed as soon as the answer is on its disk; a new one on the same profile sends it."""
    killed = opened(chromium.browser_type, tmp_path, site)
    page = killed.new_page()
    sign_in(page, site)
    begin(page)
    choosable(page)
    where = page.url
    killed.set_offline(True)
    choose(page)
    expect(page.locator("[data-unsent]")).to_contain_text("还没发出去")
    page.wait_for_function(ON_DISK)
    for process in living(tmp_path):
        os.kill(process, signal.SIGKILL)
    killed.close()
    for lock in tmp_path.glob("Singleton*"):
        lock.unlink()
    again = opened(chromium.browser_type, tmp_path, site)
    page = again.new_page()
    sign_in(page, site)
    page.goto(where)
    expect(page.locator("[data-saved]").first).not_to_be_empty()
    expect(page.locator("form#sheet .choice input").first).to_be_checked()
    emptied(page)
    again.close()

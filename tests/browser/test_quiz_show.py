"""A quiz show as it is played: the host's screen and two phones, two rounds, a phone reloads in the middle."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK

SMALL = {"width": 360, "height": 740}
Enter = Callable[..., Page]


def english(enter: Enter, employee_no: str, **more: Any) -> Page:
    """Sign in and read in English."""
    page = enter(employee_no, **more)
    switch = page.locator("button[name=locale][value=en]")
    if switch.count():
        switch.click()
    return page


def join(enter: Enter, employee_no: str, code: str) -> Page:
    phone = english(enter, employee_no, size=SMALL)
    phone.goto("/play")
    phone.get_by_label("Code on the screen").fill(code)
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_role("heading", name="You are in")).to_be_visible()
    return phone


def answer(phone: Page, *, by_key: bool = False) -> None:
    """Choose the first option, by key or by tap; of several, send it."""
    form = phone.locator("[data-round]")
    expect(form).to_be_visible()
    several = form.locator("input[type=checkbox]").count() > 0
    if by_key:
        phone.keyboard.press("1")
    elif several:
        form.locator("label.choice").first.click()
    else:
        form.locator("button[name=response]").first.click()
    if several:
        form.get_by_role("button", name="Send my answer").click()
    expect(phone.locator("[data-round]")).to_have_count(0)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def open_lobby(enter: Enter) -> tuple[Page, str]:
    """Make a game of two questions; return the host's screen and the code on it."""
    host = english(enter, "T1001", size=DESK)
    host.goto("/games")
    host.locator("a.row", has_text="Make a game").first.click()
    host.get_by_role("group", name="Questions about").locator("label").first.click()
    host.get_by_label("Number of questions").fill("2")
    host.get_by_label("Seconds a question").fill("60")
    host.get_by_role("button", name="Open the lobby").click()
    return host, host.locator(".bigcode").inner_text()


def first_round(host: Page, one: Page, two: Page) -> None:
    """Answer, reload, pause, go on; the last answer closes the question."""
    expect(one.get_by_text("Question 1 of 2")).to_be_visible()
    answer(one)
    expect(one.get_by_text("Your answer is in")).to_be_visible()
    expect(host.get_by_text("1 of 2 have answered")).to_be_visible()
    one.reload()
    expect(one.get_by_text("Your answer is in")).to_be_visible()
    host.get_by_role("button", name="Pause").click()
    expect(two.get_by_text("stopped the clock")).to_be_visible()
    host.get_by_role("button", name="Go on").click()
    answer(two, by_key=True)
    for phone in (one, two):
        expect(phone.get_by_role("heading", name="The teams")).to_be_visible()
        assert fits(phone)


def test_two_rounds_with_a_reload_in_the_middle(enter: Enter) -> None:
    host, code = open_lobby(enter)
    one, two = join(enter, "E3101", code), join(enter, "E3102", code.replace(" ", "").lower())
    expect(host.get_by_role("heading", name="2 have joined")).to_be_visible()
    host.reload()
    host.get_by_role("button", name="Start").click()
    first_round(host, one, two)
    host.get_by_role("button", name="Next question").click()
    expect(two.get_by_text("Question 2 of 2")).to_be_visible()
    answer(two)
    host.get_by_role("button", name="Show the answer").click()
    expect(one.get_by_text("no answer")).to_be_visible()
    host.get_by_role("button", name="Finish").click()
    for phone in (one, two):
        expect(phone.get_by_text("Only you see this")).to_be_visible()
    expect(host.get_by_role("heading", name="The game is over")).to_be_visible()

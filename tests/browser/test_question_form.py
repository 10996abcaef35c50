"""Writing a question of rows in a real Chromium: rows are added by the button, and stand folded without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.crawl import CAST

Enter = Callable[..., Page]


def begin(page: Page, title: str, kind: str) -> str:
    """Open the form of a new question in a new lesson, fill in what all kinds ask, and return the draft’s address."""
    page.goto("/courses/call-basics/drafts/new")
    page.fill("#title_zh", title)
    page.fill("#title_en", title)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/drafts/*")
    address = page.url
    page.goto(f"{address}/questions/new?kind={kind}")
    for name in ("stem", "explanation"):
        page.fill(f"#{name}_zh", "哪个配哪个？")
        page.fill(f"#{name}_en", "What belongs to what?")
    return address


def pair(page: Page, n: int, words: str) -> None:
    for side in ("left", "right"):
        page.fill(f"#pair{n}_{side}_zh", f"{words}{side}")
        page.fill(f"#pair{n}_{side}_en", f"{words} {side}")


def test_rows_are_added_one_by_one_and_one_that_is_wrong_stays_in_sight(enter: Enter) -> None:
    page = enter(CAST["trainer"])
    address = begin(page, "Pairs by rows", "matching")
    expect(page.locator("#pair4_left_zh")).to_be_hidden()
    for n in range(3):
        pair(page, n, f"p{n}")
    add = page.locator("row-list").first.locator("[data-add]")
    add.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pair3_left_zh")).to_be_focused()
    add.click()
    pair(page, 4, "p4")
    page.fill("#pair3_left_zh", "只有中文")
    page.click("main form button.btn:not(.quiet)[type=submit]")
    expect(page.locator("#pair3_left_en-error")).to_be_visible()
    expect(page.locator("#pair4_right_en")).to_have_value("p4 right")
    pair(page, 3, "p3")
    page.click("main form button.btn:not(.quiet)[type=submit]")
    page.wait_for_url(f"{address}?part=questions")
    page.locator("ol.rows a[href*='/questions/']").first.click()
    expect(page.locator("#pair4_left_en")).to_have_value("p4 left")


@pytest.mark.parametrize("kind", ["next_line"])
def test_without_javascript_further_rows_stand_folded_below(enter: Enter, kind: str) -> None:
    page = enter(CAST["trainer"], java_script_enabled=False)
    address = begin(page, "A call without scripts", kind)
    page.locator("details[data-more] summary").first.click()
    for n in range(4):
        page.fill(f"#turn{n}_zh", f"第{n}句")
        page.fill(f"#turn{n}_en", f"Turn {n}")
    for n in range(2):
        page.fill(f"#line{n}_zh", f"回答{n}")
        page.fill(f"#line{n}_en", f"Line {n}")
    page.select_option("#line1_worth", "best")
    page.click("main form button.btn:not(.quiet)[type=submit]")
    page.wait_for_url(f"{address}?part=questions")
    expect(page.locator("ol.rows > li")).to_have_count(1)

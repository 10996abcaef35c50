"""Maps in a real browser: recall by keyboard, blank maps, own maps in two windows, pictures, and very large ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.test_pages import found

LEARNER, MENTOR = "E3101", "M2001"
APPRENTICE, APPRENTICE_NAME = "E3103", "Gulnur Aishan"
SMALL = {"width": 360, "height": 740}
Enter = Callable[..., Page]


def in_english(page: Page) -> Page:
    """Read in English, whatever the person has chosen before."""
    switch = page.locator("button[name=locale][value=en]")
    if switch.count():
        switch.first.click()
        page.wait_for_load_state()
    return page


def open_map(page: Page, path: str = "/courses/fault-repair/map") -> None:
    """Open a map and wait until it is drawn."""
    page.goto(path)
    page.wait_for_selector("mind-map[ready]")


def first_lesson(page: Page) -> str:
    """Return the address of the first lesson of a course."""
    page.goto("/courses/fault-repair")
    return str(page.locator("main a[href^='/lessons/']").first.get_attribute("href")).split("?")[0]


def is_review(response: Any) -> bool:
    """Tell a rating that was sent from everything else."""
    return response.url.endswith("/maps/reviews") and response.request.method == "POST"


def test_recall_by_keyboard_alone_sends_a_review_and_colours_the_point(enter: Enter) -> None:
    page = in_english(enter(LEARNER))
    open_map(page)
    page.locator("[data-do=recall]").focus()
    page.keyboard.press("Enter")
    strip = page.locator("[data-recall]")
    expect(strip.locator("[data-progress]")).to_have_text("0 of 41")
    expect(page.locator("svg.mm g.veiled").first).to_be_visible()
    expect(strip.locator("[data-typed]")).to_be_focused()
    page.keyboard.type("place first")
    page.keyboard.press("Enter")
    expect(strip.locator("[data-yours]")).to_have_text("place first")
    expect(strip.locator("[data-point] mark").first).to_be_visible()
    assert found(page) == []
    with page.expect_response(is_review) as sent:
        page.keyboard.press("3")
    assert sent.value.status == 200
    assert json.loads(sent.value.request.post_data or "")["rating"] == "good"
    expect(strip.locator("[data-progress]")).to_have_text("1 of 41")
    expect(page.locator("svg.mm g.ok").first).to_be_attached()
    page.keyboard.press("Escape")
    expect(strip).to_be_hidden()
    expect(page.locator("[data-do=recall]")).to_be_focused()


def test_recall_goes_through_the_text_too(enter: Enter) -> None:
    page = enter(LEARNER, size=PHONE, locale="zh")
    open_map(page, f"{first_lesson(page)}/map")
    page.locator("[data-do=recall]").click()
    hidden = page.locator(".maptree .veiled")
    expect(hidden.first).to_contain_text("?")
    second = hidden.nth(1)
    second.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-typed]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-point]")).to_be_focused()
    with page.expect_response(is_review) as sent:
        page.locator("[data-rate=hard]").click()
    assert sent.value.ok


def test_a_rating_survives_a_lost_line(enter: Enter) -> None:
    page = enter("E3112")
    open_map(page)
    page.locator("[data-do=recall]").click()
    page.locator("[data-recall] button[type=submit]").click()
    page.context.set_offline(True)
    page.locator("[data-rate=again]").click()
    expect(page.locator("[data-unsent]")).to_contain_text("1")
    with page.expect_response(is_review) as sent:
        page.context.set_offline(False)
    assert sent.value.ok
    expect(page.locator("[data-unsent]")).to_be_hidden()


def test_a_node_has_a_menu_a_note_and_can_be_found(enter: Enter) -> None:
    page = in_english(enter(LEARNER))
    open_map(page)
    page.locator("svg.mm [tabindex='0']").focus()
    page.keyboard.press("/")
    page.keyboard.type("meter")
    expect(page.locator("[data-found]")).not_to_be_empty()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    assert found(page) == []
    with page.expect_response(lambda r: "/maps/notes/" in r.url and r.request.method == "PUT") as kept:
        menu.get_by_role("menuitem", name="My note").click()
        page.keyboard.type("Think of the kettle.")
        page.locator("[data-do=fit]").focus()
    assert kept.value.ok
    page.reload()
    page.wait_for_selector("mind-map[ready]")
    expect(page.locator("[data-outline]")).to_contain_text("Think of the kettle.")


def fill_by_keyboard(page: Page) -> None:
    """Take each piece and put it into the first gap that is free, with Enter alone."""
    for _ in range(page.locator(".pool .piece").count()):
        page.locator(".pool .piece:visible").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".slotgap:focus")).to_have_count(1)
        page.keyboard.press("Enter")


def test_a_blank_map_is_filled_by_keyboard_and_graded(enter: Enter) -> None:
    page = enter(LEARNER)
    page.goto(f"{first_lesson(page)}/blank-map")
    page.wait_for_selector("blank-map[ready]")
    assert found(page) == []
    fill_by_keyboard(page)
    expect(page.locator(".slotgap:not(.filled)")).to_have_count(0)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_selector(".graded")
    assert page.locator(".graded").count() >= 3
    assert found(page) == []


def test_a_blank_map_is_filled_by_dragging(enter: Enter) -> None:
    page = enter(LEARNER, size=PHONE, locale="zh")
    page.goto(f"{first_lesson(page)}/blank-map")
    page.wait_for_selector("blank-map[ready]")
    piece, gap = page.locator(".pool .piece").first, page.locator(".slotgap").first
    words = piece.inner_text()
    gap.scroll_into_view_if_needed()
    start, end = piece.bounding_box(), gap.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 15, steps=8)
    page.mouse.up()
    expect(gap).to_have_text(words)
    expect(page.locator("select[name=gap-1]")).not_to_have_value("")
    expect(page.locator(".ghost")).to_have_count(0)


class Finger:
    """One finger on the glass, as the browser hears of it."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def drag(self, page: Page, start: tuple[float, float], end: tuple[float, float], *, hold: int = 0) -> None:
        """Put the finger down, hold it so many milliseconds, draw it to `end` and lift it."""
        (x, y), (to_x, to_y) = start, end
        self._send("touchStart", start)
        page.wait_for_timeout(hold)
        for step in range(1, 9):
            self._send("touchMove", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
            page.wait_for_timeout(16)
        self._send("touchEnd")


def middle(place: Locator) -> tuple[float, float]:
    """Return the middle of what stands there."""
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_blank_map_is_filled_by_a_finger(enter: Enter) -> None:
    page = enter(LEARNER, size=SMALL, locale="zh", has_touch=True)
    page.goto(f"{first_lesson(page)}/blank-map")
    page.wait_for_selector("blank-map[ready]")
    piece, gap = page.locator(".pool .piece:visible").first, page.locator(".slotgap").first
    words = piece.inner_text()
    gap.evaluate("gap => gap.scrollIntoView({block: 'center'})")
    finger = Finger(page)
    finger.drag(page, middle(piece), middle(gap))
    expect(gap).to_have_text(words)
    expect(page.locator(".ghost")).to_have_count(0)
    finger.drag(page, middle(gap), middle(page.locator(".slotgap").nth(1)))
    expect(page.locator(".slotgap").nth(1)).to_have_text(words)
    expect(gap).not_to_have_text(words)


def test_a_blank_map_works_without_scripts(enter: Enter) -> None:
    page = enter(LEARNER, java_script_enabled=False)
    page.goto(f"{first_lesson(page)}/blank-map")
    for select in page.locator("select[name^=gap-]").all():
        select.select_option(index=1)
    page.locator("main form button[type=submit]").last.click()
    assert page.locator(".graded").count() >= 3


def new_map(page: Page, title: str) -> None:
    """Begin a map of one's own."""
    page.goto("/maps")
    page.fill("form[action='/maps'] input[name=title]", title)
    page.click("form[action='/maps'] button[type=submit]")
    page.wait_for_selector("map-editor[ready]")


def is_saving(response: Any) -> bool:
    """Tell a saving of an own map from everything else."""
    return "/api/v1/maps/" in response.url and response.request.method == "PUT"


def texts(page: Page) -> list[str]:
    """Return the words of all nodes of the open editor, from top to bottom."""
    nodes = page.locator("map-editor svg g.n").all()
    return [str(node.get_attribute("aria-label")) for node in nodes]


def test_a_map_is_drawn_by_keyboard_and_saves_itself(enter: Enter) -> None:
    page = enter(LEARNER)
    new_map(page, "Repair call")
    page.locator("map-editor g.root").focus()
    for keys in ("Tab", "Opening", "Enter", "Enter", "Place", "Enter", "Tab", "Street", "Enter"):
        page.keyboard.press(keys) if keys in ("Tab", "Enter") else page.keyboard.type(keys)
    assert sorted(texts(page)) == ["Opening", "Place", "Repair call", "Street"]
    page.keyboard.press("Delete")
    assert "Street" not in texts(page)
    page.keyboard.press("Control+z")
    assert "Street" in texts(page)
    with page.expect_response(is_saving) as saved:
        page.keyboard.press("Alt+ArrowLeft")
    tree = json.loads(saved.value.request.post_data or "")["tree"]
    assert [child["text"] for child in tree["children"]] == ["Opening", "Place", "Street"]
    assert saved.value.ok
    assert found(page) == []
    page.reload()
    page.wait_for_selector("map-editor[ready]")
    assert sorted(texts(page)) == ["Opening", "Place", "Repair call", "Street"]


def test_two_windows_on_one_map_lose_nothing(enter: Enter) -> None:
    one = enter(LEARNER)
    new_map(one, "Two windows")
    two = one.context.new_page()
    two.goto(one.url)
    two.wait_for_selector("map-editor[ready]")
    for page, words in ((one, "from the first"), (two, "from the second")):
        page.bring_to_front()
        page.locator("map-editor g.root").focus()
        with page.expect_response(is_saving):
            page.keyboard.press("Tab")
            page.keyboard.type(words)
            page.keyboard.press("Enter")
    conflict = two.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    expect(conflict.locator("[data-other]")).to_contain_text("from the first")
    assert found(two) == []
    with two.expect_response(lambda r: is_saving(r) and r.ok):
        conflict.locator("[data-do=both]").click()
    assert {"from the first", "from the second"} <= set(texts(two))


def test_a_finger_that_holds_a_branch_moves_it_and_one_that_does_not_scrolls(enter: Enter) -> None:
    page = enter(LEARNER, size=SMALL, has_touch=True)
    new_map(page, "By finger")
    page.locator("map-editor g.root").focus()
    for keys in ("Tab", "First", "Enter", "Enter", "Second", "Enter", "Enter", "Third", "Enter"):
        page.keyboard.press(keys) if keys in ("Tab", "Enter") else page.keyboard.type(keys)
    assert texts(page) == ["By finger", "First", "Second", "Third"]
    first, third = page.locator("g.n[aria-label=First]"), page.locator("g.n[aria-label=Third]")
    first.scroll_into_view_if_needed()
    finger = Finger(page)
    with page.expect_response(is_saving) as saved:
        finger.drag(page, middle(third), middle(first), hold=500)
    expect(third).to_have_attribute("aria-level", "3")
    tree = json.loads(saved.value.request.post_data or "")["tree"]
    assert [child["text"] for child in tree["children"]] == ["First", "Second"]
    assert [child["text"] for child in tree["children"][0]["children"]] == ["Third"]
    second = page.locator("g.n[aria-label=Second]")
    finger.drag(page, middle(second), middle(first))
    expect(second).to_have_attribute("aria-level", "2")


def test_a_shared_map_is_shown_to_the_mentor_and_changed_by_nobody_else(enter: Enter) -> None:
    page = in_english(enter(APPRENTICE))
    new_map(page, "For my mentor")
    mentor = in_english(enter(MENTOR))
    refused = mentor.goto(page.url)
    assert refused is not None
    assert refused.status == 404
    with page.expect_navigation():
        page.locator("form[action$='/sharing'] button").click()
    mentor.goto("/apprentices")
    mentor.locator("main a", has_text=APPRENTICE_NAME).first.click()
    mentor.wait_for_load_state()
    mentor.locator("main a", has_text="For my mentor").first.click()
    mentor.wait_for_selector("mind-map[ready]")
    assert mentor.locator("map-editor").count() == 0
    assert found(mentor) == []
    with page.expect_navigation():
        page.locator("form[action$='/sharing/withdrawal'] button").click()
    closed = mentor.reload()
    assert closed is not None
    assert closed.status == 404


def test_a_picture_is_painted_in_the_browser(enter: Enter, tmp_path: Path) -> None:
    page = enter(LEARNER, locale="zh")
    open_map(page)
    page.locator("mind-map details.menu > summary").click()
    with page.expect_download() as saved:
        page.locator("[data-png]").click()
    file = tmp_path / "map.png"
    saved.value.save_as(file)
    picture = file.read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20]) > 800
    assert saved.value.suggested_filename.endswith(".png")


def test_a_map_of_thousands_keeps_the_document_small(enter: Enter) -> None:
    page = in_english(enter(LEARNER))

    def large(route: Route) -> None:
        points = [
            {"id": f"p{n}", "text": f"Point {n}", "kind": "key", "state": "new", "children": []} for n in range(50)
        ]
        lessons = [{"id": f"l{n}", "text": f"Lesson {n}", "kind": "lesson", "children": points} for n in range(40)]
        route.fulfill(json={"id": "course-1", "title": "Large", "children": lessons})

    page.route("**/mindmap", large)
    open_map(page)
    assert page.locator("svg.mm g.n").count() < 120
    page.get_by_role("button", name="Unfold all").click()
    assert page.locator("svg.mm g.n").count() < 120
    page.locator("svg.mm [tabindex='0']").focus()
    page.keyboard.press("End")
    expect(page.locator("svg.mm g.n:focus")).to_have_attribute("aria-label", "Point 49, new")
    for _ in range(12):
        page.locator("[data-do=smaller]").click()
    assert page.locator("svg.mm *").count() < 1500
    assert page.locator(".maptree li").count() < 120


def test_the_first_view_of_a_map_is_light(enter: Enter) -> None:
    page = enter(LEARNER)
    page.wait_for_load_state("networkidle")
    sizes: dict[str, int] = {}
    page.on("response", lambda r: sizes.update({r.url: int(r.headers.get("content-length") or 0)}))
    open_map(page)
    page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) <= 100_000
    assert len(sizes) <= 10, sizes

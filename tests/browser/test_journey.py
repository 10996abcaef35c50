"""The whole path in a real browser: a learner studies and sits a quiz on a phone, the mentor observes and signs, the
adviser certifies, and HR, the public and other systems see that this person may take live calls, and since when.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from playwright.sync_api import Page, expect

from lms import clock
from tests.browser.conftest import PHONE, Site
from tests.browser.test_pages import found

LEARNER, MENTOR, ADVISER, HR = "E3103", "M2001", "A1001", "H1001"
Enter = Callable[..., Page]


def study(page: Page) -> None:
    """Open a lesson, read its map, answer a check and get feedback."""
    page.goto("/courses/fault-repair")
    page.locator("a[href^='/lessons/']").first.click()
    expect(page.locator("mark.key").first).to_be_visible()
    check = page.locator("form[action^='/checks/']").first
    check.locator("input[name=response]").first.check()
    with page.expect_response(lambda r: "/checks/" in r.url) as answered:
        check.locator("button[type=submit], button:not([type])").first.click()
    assert answered.value.ok
    page.goto(f"{page.url.split('#')[0].split('?')[0]}/map")
    expect(page.get_by_role("tree").first).to_be_visible()


def answer(page: Page) -> None:
    """Give some answer, whatever the kind of question."""
    sheet = page.locator("form#sheet")
    chosen = sheet.locator(".choice, .seg label")
    moved = sheet.locator("button[data-move='1']")
    if chosen.count():
        chosen.first.click()
    elif moved.count():
        moved.first.click()
    else:
        for each in sheet.locator("select").all():
            each.select_option(index=1)
        for each in sheet.locator("input[type=text]").all():
            each.fill("45")


def sit_quiz(page: Page) -> None:
    """Take the mixed practice: answer each question, see it saved, hand in, read the result."""
    page.goto("/quizzes/practice-mixed")
    page.locator("main form[action$='/attempts'] button, main form[method=post] button").first.click()
    page.wait_for_selector("form#sheet")
    assert found(page) == []
    for _ in range(5):
        page.wait_for_selector("form#sheet")
        where = page.url
        with page.expect_response(lambda r: "/answers/" in r.url and r.request.method == "PUT") as saved:
            answer(page)
        assert saved.value.status == 200
        expect(page.locator("[data-saved]").first).not_to_be_empty()
        page.locator("form#sheet button[type=submit]").last.click()
        page.wait_for_url(lambda url, before=where: url != before)
    page.locator("form[action$='/submission'] button").first.click()
    confirm = page.locator("dialog[open] button.btn:not(.quiet)")
    if confirm.count():
        confirm.first.click()
    page.wait_for_url("**/attempts/*")
    expect(page.locator("h1")).to_be_visible()
    assert found(page) == []


def observe(page: Page, learner_id: str) -> None:
    """Score a call of the learner with one thumb, as a model call, and finish it."""
    page.goto(f"/apprentices/{learner_id}")
    page.fill("input[name=call_ref]", "CALL-2210-7")
    page.locator("form[action$='/observations'] button[type=submit]").click()
    page.wait_for_url("**/observations/*")
    assert found(page) == []
    for criterion in page.locator("[data-criterion]:not([data-closing])").all():
        label = criterion.locator(".mark label").last
        if not label.is_visible():
            page.locator("[data-do=next]").click()
        with page.expect_response(lambda r: "/scores" in r.url):
            label.click()
    while page.locator("[data-closing]").is_hidden():
        page.locator("[data-do=next]").click()
    page.locator("[data-closing] button.btn").first.click()
    page.wait_for_url("**/summary")
    page.locator("form[action$='/completion'] button").first.click()
    page.wait_for_url(lambda url: "/summary" not in url)


def sign(page: Page, learner_id: str, password: str) -> None:
    """Sign off on the learner's path, with the password again."""
    page.goto(f"/learners/{learner_id}/path")
    form = page.locator("form[action$='/sign-offs']").first
    form.locator("input[type=password]").fill("not my password")
    form.locator("button[type=submit]").click()
    form = page.locator("form[action$='/sign-offs']").first
    expect(form.locator("[aria-invalid=true], .error").first).to_be_visible()
    form.locator("input[type=password]").fill(password)
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def test_from_first_lesson_to_live_calls(enter: Enter, site: Site) -> None:
    learner = enter(LEARNER, size=PHONE, locale="zh")
    study(learner)
    sit_quiz(learner)

    mentor = enter(MENTOR, size=PHONE, locale="zh")
    mentor.goto("/apprentices")
    link = mentor.locator("a[href^='/apprentices/']", has_text="古丽努尔")
    learner_id = str(link.first.get_attribute("href")).rsplit("/", 1)[1]
    hr = enter(HR)
    before = hr.request.get(f"/api/v1/go-live/{LEARNER}").json()
    assert before["certified"] is False
    observe(mentor, learner_id)
    sign(mentor, learner_id, site.password)

    adviser = enter(ADVISER)
    adviser.goto(f"/learners/{learner_id}/path")
    adviser.locator("form[action$='/certificates'] button").click()
    adviser.wait_for_load_state()

    learner.goto("/path")
    learner.locator("a[href^='/certificates/']").first.click()
    expect(learner.locator(".cert")).to_be_visible()
    pdf = learner.request.get(f"{learner.url}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")

    hr.goto(f"/go-live?q={LEARNER}")
    expect(hr.locator("tr.ok")).to_have_count(1)
    now = hr.request.get(f"/api/v1/go-live/{LEARNER}?scope=full").json()
    assert (now["certified"], now["status"], now["scope"]) == (True, "valid", "full")
    yesterday = quote((clock.now() - timedelta(days=1)).isoformat())
    assert hr.request.get(f"/api/v1/go-live/{LEARNER}?scope=full&at={yesterday}").json()["certified"] is False
    hr.goto(f"/go-live?q={LEARNER}&at={quote((clock.now() - timedelta(days=1)).strftime('%Y-%m-%dT%H:%M'))}")
    expect(hr.locator("tr.ok")).to_have_count(0)


def test_the_same_place_on_another_device(enter: Enter) -> None:
    one = enter("E3112", size=PHONE)
    one.goto("/courses/accounts-and-complaints")
    href = one.locator("main a[href^='/lessons/']").last.get_attribute("href")
    assert href is not None
    one.goto(href)
    told: list[int] = []
    one.on(
        "response",
        lambda r: told.append(r.request.post_data_json["position"]) if r.ok and r.url.endswith("/progress") else None,
    )
    one.locator("[data-block='2']").scroll_into_view_if_needed()
    for _second in range(60):  # it tells every ten seconds of reading
        one.wait_for_timeout(1000)
        if told and told[-1] >= 1:
            break
    one.goto("/courses")  # leaving tells the place too
    one.wait_for_load_state("networkidle")
    assert told[-1] >= 1
    other = enter("E3112")
    other.goto(href)
    expect(other.locator("lesson-reader")).to_have_attribute(
        "position", str(told[-1] + 1)
    )  # blocks are counted from 1 on the page


def test_the_language_is_changed_and_kept(enter: Enter) -> None:
    page = enter("H1001", locale="zh")
    page.locator("button[name=locale]").click()
    first = page.locator("html").get_attribute("lang")
    page.goto("/people")
    assert page.locator("html").get_attribute("lang") == first

"""The trainer's whole journey: a new course, its first lesson, a second trainer's yes, and what a new hire reads."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_pages import found

Enter = Callable[..., Page]
WRITER, READER, LEARNER = "T1001", "T1002", "E3101"
LESSON = {
    "zh": (
        '---\ntitle: "开口先问好"\nminutes: 1\ncompetencies: [cb-hold-tell-first]\n---\n电话一接通，先让对方安心。\n\n'
        "## 第一句\n==问好之后报中心名称==。\n\n::: key\n再说工号。\n? 中心名称之后说什么？\n:::\n"
    ),
    "en": (
        '---\ntitle: "Begin with a greeting"\nminutes: 1\ncompetencies: [cb-hold-tell-first]\n---\n'
        "First put the caller at ease.\n\n"
        "## The first sentence\n==After the greeting comes the name of the centre==.\n\n"
        "::: key\nThen your number.\n? What comes after the name of the centre?\n:::\n"
    ),
}
ASKED = (
    "- id: gw-01-01\n  version: 1\n  kind: true_false\n  competency: cb-hold-tell-first\n  key_point: 1\n  level: 1\n"
    "  stem: {zh: 问好之后报中心名称。, en: The name of the centre follows the greeting.}\n  answer: true\n"
    "  explanation: {zh: 客户先要知道打对了地方。, en: Callers want to know that they are in the right place.}\n"
)


def write(page: Page, part: str, text: str) -> None:
    """Write one part of a draft in the plain form and save it."""
    draft = page.url.split("?")[0]
    page.goto(f"{draft}?part={part}&yaml=1")
    page.fill("textarea[name=text]", text)
    page.locator("form[data-form] button[type=submit]").first.click()
    page.wait_for_load_state()


def test_from_a_new_course_to_a_lesson_that_new_hires_read(enter: Enter) -> None:
    writer = enter(WRITER, java_script_enabled=False)
    writer.goto("/authoring/courses/new")
    for name, value in {
        "title_zh": "问候的学问",
        "title_en": "Greeting well",
        "summary_zh": "第一句话怎么说。",
        "summary_en": "How to begin.",
        "owner": "Training desk",
        "review_by": "2027-12-31",
    }.items():
        writer.fill(f"[name={name}]", value)
    writer.locator("input[name=posts]").first.check()
    writer.select_option("select[name=stage]", index=1)
    writer.locator("main form button[type=submit]").click()
    writer.wait_for_url("**/authoring/courses/greeting-well")

    writer.locator("a[href='/courses/greeting-well/drafts/new']").first.click()
    writer.fill("[name=title_zh]", "开口先问好")
    writer.fill("[name=title_en]", "Begin with a greeting")
    writer.locator("main form button[type=submit]").click()
    writer.wait_for_url("**/drafts/*")
    draft = writer.url.split("?")[0]
    for part, text in (*LESSON.items(), ("questions", ASKED)):
        write(writer, part, text)
    writer.goto(f"{draft}/publication")
    expect(writer.locator(".lint.bad")).to_have_count(0)
    writer.fill("[name=note]", "First lesson")
    writer.locator("form[action$='/submissions'] button[type=submit]").click()
    writer.wait_for_load_state()
    expect(writer.locator(".note.ok").first).to_be_visible()

    learner = enter(LEARNER)
    learner.goto("/courses/greeting-well")
    learner.locator("main a[href^='/lessons/']").first.click()
    expect(learner.locator("mark.key").first).to_be_visible()


def test_a_lesson_that_feeds_a_gate_is_read_by_a_second_trainer(enter: Enter) -> None:
    writer = enter(WRITER)
    writer.goto("/authoring/approvals")
    writer.locator("main a.row").first.click()
    expect(writer.locator("form[action$='/approval']")).to_have_count(0)
    reader = enter(READER)
    assert reader.url.endswith("/authoring")
    reader.locator("main a.note[href='/authoring/approvals']").click()
    reader.locator("main a.row").first.click()
    expect(reader.locator("table.twotexts ins").first).to_be_visible()
    assert found(reader) == []
    reader.locator("form[action$='/approval'] button").click()
    reader.wait_for_url("**/authoring/approvals")
    learner = enter(LEARNER)
    learner.goto("/courses/call-basics")
    learner.locator("main a[href^='/lessons/']").nth(3).click()
    expect(learner.locator("main article")).to_be_visible()


def test_lessons_are_moved_by_drag_by_key_and_by_button(enter: Enter) -> None:
    page = enter(WRITER)
    page.goto("/authoring/courses/accounts-and-complaints")
    page.wait_for_function("() => Boolean(customElements.get('sortable-list'))")
    names = page.locator("sortable-list li[data-id]")
    before = names.evaluate_all("items => items.map(item => item.dataset.name)")
    with page.expect_response(lambda r: r.url.endswith("/order") and r.status == 204):
        names.nth(0).locator("button[data-move='1']").click()
    with page.expect_response(lambda r: r.url.endswith("/order") and r.status == 204):
        page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("[data-say]")).to_contain_text(before[0])
    page.reload()
    after = names.evaluate_all("items => items.map(item => item.dataset.name)")
    assert after[:3] == [before[1], before[2], before[0]]
    with page.expect_response(lambda r: r.url.endswith("/order") and r.status == 204):
        names.nth(2).drag_to(names.nth(0), target_position={"x": 30, "y": 4})
    page.reload()
    assert names.evaluate_all("items => items.map(item => item.dataset.name)") == before
    assert found(page) == []


def test_a_translation_is_brought_up_to_date(enter: Enter) -> None:
    page = enter(WRITER)
    page.goto("/authoring/courses/fault-repair")
    page.locator("li.lesson-line", has_text="English").locator("summary.btn").first.click()
    page.locator("a[href$='/translation']:visible").first.click()
    expect(page.locator(".pairrow.warn")).to_have_count(1)
    assert found(page) == []
    page.locator("button[name=confirm]").click()
    page.wait_for_load_state()
    expect(page.locator(".pairrow.warn")).to_have_count(0)

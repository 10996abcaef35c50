"""Measures a map of 2,000 nodes in headless Chromium, from the click to the drawn map: `python -m bench.big_map`.

The course is real: 40 lessons with 7 headings of 6 points, read by a learner of the demo through the real server.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db
from lms.courses.models import Course, KeyPoint, Lesson, LessonText, Stage, StageCourse
from tests.browser.crawl import password
from tests.chromium import executable
from tests.wheel_check import free_port, opened

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
LESSONS, HEADINGS, POINTS = 40, 7, 6
NODES = 1 + LESSONS * (1 + HEADINGS * (1 + POINTS))
SLUG = "big-map"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LEARNER = "E3101"
WORDS = {
    "zh": "先问地点再听经过，复述一遍等对方说对，第{n}条承诺从接电话那一刻算起，城区四十五分钟",
    "en": "Ask for the place first, say it back and hear a yes: promise {n} counts from the moment of the call",
}

WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration)))
  .observe({type: "longtask", buffered: true});
new MutationObserver(() => {
  if (window.readyAt || !document.querySelector("mind-map[ready]")) return;
  window.readyAt = performance.now();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.paintedAt = performance.now(); }));
}).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ["ready"]});
"""

PAN = """
([frames, step]) => new Promise((done) => {
  const svg = document.querySelector("mind-map svg.mm");
  const times = [];
  longTasks.length = 0;
  let last = performance.now();
  let most = 0;
  const tick = (now) => {
    times.push(now - last);
    last = now;
    most = Math.max(most, svg.querySelectorAll("*").length);
    svg.dispatchEvent(new WheelEvent("wheel", {deltaY: step, deltaX: 0, bubbles: true, cancelable: true}));
    if (times.length < frames) requestAnimationFrame(tick);
    else done({times: times.slice(1), longTasks: [...longTasks], most});
  };
  requestAnimationFrame(tick);
})
"""


def plant(database_url: str) -> None:
    """Add the large course to the first stage of the demo's programme."""
    engine = db.connect(database_url)
    with Session(engine) as session, session.begin():
        stage = session.scalars(select(Stage).order_by(Stage.position, Stage.id)).first()
        if stage is None:
            raise SystemExit("the demo has no stage")
        course = Course(
            slug=SLUG,
            title_zh="大导图",
            title_en="A large map",
            summary_zh="",
            summary_en="",
            posts=["hotline-agent"],
            position=900,
            owner="bench",
            review_by=date(2030, 1, 1),
        )
        session.add(course)
        session.flush()
        session.add(StageCourse(stage_id=stage.id, course_id=course.id, position=900))
        for number in range(1, LESSONS + 1):
            _lesson(session, course.id, number)
    engine.dispose()


def _lesson(session: Session, course_id: int, number: int) -> None:
    points = HEADINGS * POINTS
    lesson = Lesson(
        course_id=course_id,
        slug=f"{number:02}-big",
        position=number,
        minutes=5,
        point_count=points,
        block_count=HEADINGS,
        title_zh=f"第{number}课：承诺与时钟",
        title_en=f"Lesson {number}: promises and the clock",
        competencies=[],
        prerequisites=[],
        revision=1,
    )
    session.add(lesson)
    session.flush()
    for n in range(1, points + 1):
        texts = {f"text_{locale}": words.format(n=n) for locale, words in WORDS.items()}
        session.add(KeyPoint(lesson_id=lesson.id, number=n, **texts))
    for locale, words in WORDS.items():
        title = lesson.title_zh if locale == "zh" else lesson.title_en
        headings = [
            {
                "text": f"{'小节' if locale == 'zh' else 'Part'} {h + 1}",
                "kind": "heading",
                "children": [
                    {
                        "text": words.format(n=h * POINTS + p + 1),
                        "kind": "key",
                        "number": h * POINTS + p + 1,
                        "children": [],
                    }
                    for p in range(POINTS)
                ],
            }
            for h in range(HEADINGS)
        ]
        blocks = [{"heading": part["text"], "pieces": [{"html": "<p>…</p>"}], "points": []} for part in headings]
        session.add(
            LessonText(
                lesson_id=lesson.id,
                revision=1,
                locale=locale,
                title=title,
                source="…",
                blocks=blocks,
                outline={"text": title, "kind": "lesson", "children": headings},
                published_at=NOW,
                content_hash="0" * 64,
            )
        )


def entered(browser: Browser, base: str, secret: str, locale: str, *, width: int = 1280) -> Page:
    """Return a page in which the learner is signed in."""
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": 900}, locale="zh-CN" if locale == "zh" else "en-GB"
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=employee_no]", LEARNER)
    page.fill("input[name=password]", secret)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.add_init_script(WATCH)
    return page


def opening(page: Page, times: int = 5) -> dict[str, Any]:
    """Open the map several times; milliseconds from the click to the drawn map, and what came over the wire."""
    drawn: list[float] = []
    sizes: list[int] = []
    page.on("response", lambda r: sizes.append(int(r.headers.get("content-length") or 0)))
    for _ in range(times):
        sizes.clear()
        page.goto(f"/courses/{SLUG}/map")
        page.wait_for_selector("mind-map[ready]")
        page.wait_for_timeout(100)
        drawn.append(page.evaluate("window.paintedAt"))
    return {
        "first_ms": round(drawn[0]),
        "median_ms": round(statistics.median(drawn)),
        "worst_ms": round(max(drawn)),
        "server_ms": round(page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd")),
        "nodes_in_document": page.locator("mind-map svg.mm g.n").count(),
        "bytes_again": sum(sizes),
    }


def panning(page: Page, step: int) -> dict[str, Any]:
    """Pan for 240 frames; frame times in milliseconds, tasks longer than 50 ms, and the most elements drawn."""
    found = page.evaluate(PAN, [240, step])
    times = sorted(found["times"])
    return {
        "median_frame_ms": round(statistics.median(times), 1),
        "p95_frame_ms": round(times[int(len(times) * 0.95)], 1),
        "worst_frame_ms": round(times[-1], 1),
        "long_tasks": [round(task) for task in found["longTasks"]],
        "most_elements": found["most"],
    }


def measured(browser: Browser, base: str, secret: str) -> dict[str, Any]:
    """Return all numbers."""
    result: dict[str, Any] = {"nodes": NODES, "processors": os.cpu_count()}
    for locale in ("zh", "en"):
        page = entered(browser, base, secret, locale)
        result[f"open_{locale}"] = opening(page)
        while page.locator("svg.mm g.n[aria-expanded=false]").count():
            page.locator("[data-do=fold]").click()  # what is open folds first, then everything unfolds
        page.wait_for_timeout(300)
        result[f"pan_{locale}_all_unfolded"] = panning(page, 60)
        for _ in range(12):
            page.locator("[data-do=smaller]").click()
        result[f"pan_{locale}_far_away"] = panning(page, 60)
        page.context.close()
    page = entered(browser, base, secret, "zh", width=390)
    result["open_phone"] = opening(page, 3)
    page.context.close()
    return result


def main() -> None:
    """Serve a demo with the large course and measure."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        base = f"http://127.0.0.1:{(port := free_port())}"
        env = os.environ | {"LMS_DATA_DIR": name, "LMS_BASE_URL": base}
        lms = Path(sys.executable).parent / "lms"
        subprocess.run([lms, "demo"], env=env, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command
        plant(f"sqlite:///{next(Path(name).glob('*.db'))}")
        secret = password((Path(name) / "demo-sign-ins.txt").read_text())
        server = subprocess.Popen([lms, "serve", "--port", str(port), "--workers", "1"], env=env)  # noqa: S603  # our own
        try:
            opened(f"{base}/readyz")
            browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
            sys.stdout.write(json.dumps(measured(browser, base, secret), indent=1) + "\n")
            browser.close()
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()

"""A bad network between learner and server: nothing is lost, nothing is doubled, and the page tells the truth."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from sqlalchemy import func, select

from bench.exam_rush import signed_in
from lms import clock, db, schema
from lms.accounts.models import LoginSession
from lms.accounts.queries import fingerprint
from lms.quizzes.models import Answer, AnswerConflict, Attempt, AttemptEvent
from tests.chromium import executable
from tests.make import Make
from tests.proofs.proxy import Fault, Line, line_to
from tests.proofs.server import served
from tests.proofs.test_crash import CRASHES, Load, prepared, total, wait_for, wrong

LEARNERS = 6
SAVED = "PUT /api/v1/attempts/"
QUESTIONS = 5
OFFLINE_MS = 3 * 60 * 1000
PATIENCE_MS = 30_000  # a page on a busy machine; what is never shown still fails
FAULTS = [fault for fault in Fault if fault is not Fault.NONE]

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_line_with_every_fault_loses_and_doubles_nothing(
    kind: str, new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Half of all requests meet a fault; then the line is dead for a while; then it works again."""
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    url, chance = new_database(kind), random.Random(7)
    slug, ledgers = prepared(url, LEARNERS)
    with served(url, tmp_path, workers=2) as house, line_to(house.port) as line:
        line.judge = lambda _first: chance.choice(FAULTS) if chance.random() < 0.5 else Fault.NONE
        learners = Load(ledgers, line.own_port, slug)
        wait_for(ledgers, 30 * max(2, min(CRASHES, 10)))
        line.judge = lambda _first: Fault.RESET_ON_REQUEST
        time.sleep(1)
        line.judge = lambda _first: Fault.NONE
        wait_for(ledgers, LEARNERS)
        learners.finish()
    assert {fault for _first, fault in line.seen} == set(Fault)
    assert total(ledgers) >= 60
    assert wrong(url, ledgers) == []


class Room:
    """A learner's browser before a quiz, on a line of its own."""

    def __init__(self, store: db.Database, line: Line, browser: Browser) -> None:
        self.store, self.line = store, line
        now = clock.now()
        with store.writing() as session:
            make = Make(session, now)
            learner = make.learner(locale="en")
            quiz = make.quiz(questions=QUESTIONS, limit_minutes=30, purpose="practice")
            ends = now + timedelta(hours=1)
            session.add(
                LoginSession(token_hash=fingerprint("t"), person_id=learner.id, created_at=now, expires_at=ends)
            )
            slug = quiz.slug
        cookie = signed_in("t").partition("onramp=")[2].partition("\r\n")[0]
        base = f"http://127.0.0.1:{line.own_port}"
        self.context = browser.new_context(base_url=base, locale="en-GB")
        self.context.add_cookies([{"name": "onramp", "value": cookie, "url": base}])
        self.page: Page = self.context.new_page()
        self.page.clock.install()
        self.page.goto(f"/quizzes/{slug}")
        self.page.locator("main form[action$='/attempts'] button").first.click()
        self.page.wait_for_selector("form#sheet")

    def choose(self, option: str) -> None:
        """Pick an option by its letter."""
        self.page.locator(f"input[name=response][value={option}]").check()

    def go(self, position: int) -> None:
        """Open a question by its number in the strip."""
        self.page.locator(f"a[data-position='{position}']").first.click()
        self.page.wait_for_url(f"**/questions/{position}*")

    def stored(self) -> dict[int, Any]:
        """Return what the server holds, by position."""
        with self.store.reading() as session:
            return {row.position: row.response for row in session.execute(select(Answer.position, Answer.response))}

    def ends(self) -> int:
        """Return how often the attempt was settled."""
        with self.store.reading() as session:
            settled = select(func.count()).select_from(AttemptEvent).where(AttemptEvent.kind == "settled")
            return session.scalar(settled) or 0

    def nothing_twice(self) -> None:
        """Make sure that there is one attempt, with nothing kept beside it."""
        with self.store.reading() as session:
            assert session.scalar(select(func.count()).select_from(Attempt)) == 1
            assert session.scalar(select(func.count()).select_from(AnswerConflict)) == 0

    def unsent(self) -> str:
        """Return what the page says about answers on their way."""
        note = self.page.locator("[data-unsent]")
        return note.inner_text().strip() if note.is_visible() else ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = executable()
    if path is None:
        pytest.skip("NO CHROMIUM HERE: what the page does on a bad line was not seen")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        expect.set_options(timeout=PATIENCE_MS)
        yield made
        expect.set_options(timeout=None)
        made.close()


@pytest.fixture
def room(browser: Browser, new_database: Callable[[str], str], tmp_path: Path) -> Iterator[Room]:
    url = new_database("sqlite")
    engine = db.connect(url)
    schema.upgrade(engine)
    with served(url, tmp_path, workers=1) as house, line_to(house.port) as line:
        made = Room(db.Database(engine), line, browser)
        yield made
        made.context.close()
    engine.dispose()


def failing(line: Line, fault: Fault, times: int) -> None:
    """Let the next saves meet a fault, so many times."""
    left = [times]

    def judge(first: str) -> Fault:
        if not first.startswith(SAVED) or left[0] == 0:
            return Fault.NONE
        left[0] -= 1
        return fault

    line.judge = judge


def eventually(room: Room, told: Callable[[], bool]) -> None:
    """Wait for something that the page does after its own pauses, its clock hurried on."""
    for _ in range(60):
        if told():
            return
        room.page.clock.run_for(1000)
        time.sleep(0.25)
    raise AssertionError(f"{room.stored()} {room.unsent()!r}")


def test_each_fault_ends_in_one_saved_answer_that_the_page_tells_of(room: Room) -> None:
    given = {}
    for position, fault in enumerate(FAULTS, start=1):
        if position > 1:
            room.go(position)
        failing(room.line, fault, times=2)
        option = "abcd"[position % 4]
        room.choose(option)
        given[position] = option
        eventually(room, lambda want=dict(given): room.stored() == want and room.unsent() == "")
        expect(room.page.locator("[data-saved]").first).to_contain_text("Saved")
    assert room.stored() == given
    room.nothing_twice()


def test_an_answer_given_before_the_script_is_there_is_sent_too(room: Room) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    room.page.route("**/main-*.js", hold)
    room.page.locator("a[data-position='2']").first.click(no_wait_after=True)
    room.page.wait_for_url("**/questions/2*", wait_until="commit")
    room.choose("c")
    assert room.stored() == {}
    while not held:  # the page asks for its script when it likes; what it waits for, its own timeout ends
        room.page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    room.page.unroute("**/main-*.js", hold)
    eventually(room, lambda: room.stored() == {2: "c"} and room.unsent() == "")
    room.nothing_twice()


def test_three_minutes_without_a_line_the_page_says_so_and_sends_all_of_it_later(room: Room) -> None:
    room.line.judge = lambda first: Fault.RESET_ON_REQUEST if first.startswith(SAVED) else Fault.NONE
    for position in (1, 2, 3):
        if position > 1:
            room.go(position)
        room.choose("b")
        expect(room.page.locator("[data-unsent]")).to_be_visible()
    expect(room.page.locator("[data-unsent]")).to_contain_text("3")
    assert "not sent" in room.unsent()
    room.page.clock.fast_forward(OFFLINE_MS)
    expect(room.page.locator("[data-unsent]")).to_contain_text("3")
    assert room.stored() == {}
    expect(room.page.locator("a[data-position].unsent")).to_have_count(3)
    room.page.reload()
    expect(room.page.locator("[data-unsent]")).to_contain_text("3")
    expect(room.page.locator("input[name=response][value=b]"), "what was given is still shown").to_be_checked()
    room.line.judge = lambda _first: Fault.NONE
    eventually(room, lambda: room.stored() == {1: "b", 2: "b", 3: "b"} and room.unsent() == "")
    room.nothing_twice()


def test_a_hand_in_whose_reply_is_lost_has_happened_once(room: Room) -> None:
    room.choose("a")
    eventually(room, lambda: room.stored() == {1: "a"})
    page = room.page
    attempt = page.url.split("/attempts/")[1].split("/")[0]
    page.goto(f"/attempts/{attempt}/submission{'?' + page.url.split('?')[1] if '?' in page.url else ''}")
    room.line.judge = lambda first: Fault.RESET_ON_REPLY if first.startswith("POST") else Fault.NONE
    page.locator("form[action$='/submission'] button").first.click(no_wait_after=True)
    confirm = page.locator("dialog[open] button.btn:not(.quiet)")
    until = time.monotonic() + PATIENCE_MS / 1000
    while room.ends() == 0:  # the page may be one of the browser's own by then, so only the tables are asked
        assert time.monotonic() < until, "nobody handed in"
        if not room.line.met(Fault.RESET_ON_REPLY) and confirm.count():
            confirm.first.click(no_wait_after=True)
        time.sleep(0.1)
    assert room.line.met(Fault.RESET_ON_REPLY)
    room.line.judge = lambda _first: Fault.NONE
    again = room.context.new_page()
    again.goto(f"/attempts/{attempt}")
    expect(again.locator("h1")).to_be_visible()
    assert room.ends() == 1
    with room.store.reading() as session:
        assert session.scalar(select(Attempt.score)) == 1
    room.nothing_twice()

"""The annotated call: a trainer adds a sound to a case; its turns follow the sound, by mouse and by key."""

import math
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.test_editor import draft, opened, saved
from tests.browser.test_pages import found

__all__ = ["draft"]  # the fixture that begins a lesson

RATE, SECONDS = 8_000, 14
CALL = (
    "\n\n::: case A dark house | media/tone.wav\n"
    "caller 0:01 | It is dark in the whole building.\n"
    "agent 0:03 | May I read the address back to you?\n"
    "+ Place before promise.\n"
    "caller 0:05 | Number nine, the yellow house.\n"
    "agent 0:09 | They should be with you in half an hour or so.\n"
    "! A kind guess becomes a complaint.\n"
    ":::\n"
)
Opener = Callable[..., Locator]


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording in which nobody speaks: a quiet tone."""
    path = tmp_path_factory.mktemp("sound") / "tone.wav"
    samples = (int(3_000 * math.sin(2 * math.pi * 330 * n / RATE)) for n in range(RATE * SECONDS))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", one) for one in samples))
    return path


@pytest.fixture
def written(draft: Callable[[str], str], enter: Callable[..., Page], tone: Path) -> Callable[[str], Page]:
    """Return a function that writes a call with its sound into a draft: its editor, saved."""

    def write(title: str) -> Page:
        page = opened(enter("T1001"), draft(title))
        page.locator("lesson-editor .cm-content").click()
        page.keyboard.press("Control+End")
        page.set_input_files("[data-file]", tone)
        expect(page.locator("lesson-editor .cm-content")).to_contain_text("media/tone.wav")
        page.keyboard.press("Control+End")
        page.keyboard.insert_text(CALL)
        with page.expect_response(lambda r: "/parts/en" in r.url and r.request.method == "PUT" and r.ok):
            saved(page)
        return page

    return write


@pytest.fixture
def player(written: Callable[[str], Page]) -> Opener:
    """Return a function that writes a call and opens its player."""

    def open_player(title: str) -> Locator:
        page = written(title)
        page.reload()
        return page.locator("call-player").first

    return open_player


def turn(player: Locator, number: int) -> Locator:
    """Return a turn of the call, from 1."""
    return player.locator(".turns > li").nth(number - 1)


def now(player: Locator) -> float:
    """Return how many seconds of the sound have been heard."""
    return float(player.locator("audio").evaluate("sound => sound.currentTime"))


def test_turns_follow_the_sound_and_remarks_stand_at_their_times(player: Opener) -> None:
    call = player("A call that is heard")
    call.locator(".callbar").wait_for()
    assert found(call.page) == []
    remarks = call.locator(".remark")
    expect(remarks).to_have_count(2)
    expect(remarks.last).to_be_visible()
    turn(call, 1).get_by_role("button").click()
    expect(turn(call, 1)).to_have_attribute("aria-current", "true")
    expect(call).to_have_attribute("data-playing", "")
    expect(remarks.last).to_be_hidden()
    expect(turn(call, 2)).to_have_attribute("aria-current", "true")  # by the sound alone
    expect(remarks.first).to_be_visible()
    expect(turn(call, 1)).not_to_have_attribute("aria-current", "true")
    assert now(call) >= 2.8
    turn(call, 4).get_by_role("button").click()
    expect(remarks.last).to_be_visible()
    assert now(call) >= 9


def test_the_keyboard_plays_pauses_and_goes_from_turn_to_turn(player: Opener) -> None:
    call = player("A call by keyboard")
    call.locator(".callbar").wait_for()
    page = call.page
    turn(call, 1).get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(call).to_have_attribute("data-playing", "")
    page.keyboard.press("k")
    expect(call).not_to_have_attribute("data-playing", "")
    page.keyboard.press("l")
    expect(turn(call, 2)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    page.keyboard.press("r")
    expect(turn(call, 4)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(turn(call, 3)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    before = now(call)
    page.keyboard.press("ArrowRight")
    assert now(call) == pytest.approx(before + 5, abs=0.3)
    page.keyboard.press("ArrowLeft")
    assert now(call) == pytest.approx(before, abs=0.3)


def test_a_call_just_written_plays_in_the_preview_beside_it(written: Callable[[str], Page]) -> None:
    call = written("A call in the preview").locator("[data-preview] call-player")
    turn(call, 2).get_by_role("button").click()
    expect(turn(call, 2)).to_have_attribute("aria-current", "true")
    expect(call).to_have_attribute("data-playing", "")


def test_a_call_whose_sound_is_gone_says_so_and_is_read_from_turn_to_turn(written: Callable[[str], Page]) -> None:
    page = written("A call that lost its sound")
    page.route("**/tone.wav*", lambda route: route.fulfill(status=404))
    page.reload()
    call = page.locator("call-player").first
    turn(call, 2).get_by_role("button").click()
    goes_on_without_sound(call)
    expect(turn(call, 2)).to_have_attribute("aria-current", "true")
    leads_from_turn_to_turn(call)


def test_a_damaged_recording_that_failed_before_the_player_came_says_so_too(written: Callable[[str], Page]) -> None:
    page = written("A call with a damaged sound")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/tone.wav*", lambda route: route.fulfill(body=b"RIFF and no sound", content_type="audio/wav"))
    page.route("**/call-player-*.js", hold)
    page.reload(wait_until="commit")
    call = page.locator("call-player").first
    call.locator("audio").evaluate("sound => sound.play().catch(() => undefined)")
    held.pop().continue_()
    goes_on_without_sound(call)
    leads_from_turn_to_turn(call)
    page.evaluate("scrollTo(0, 0)")  # what the bar half covers is no target that anybody aims at
    assert found(page) == []


def goes_on_without_sound(call: Locator) -> None:
    """Check that the player says what happened, and that everything of the call still stands."""
    expect(call.get_by_role("status")).to_have_text(
        "The sound cannot be played now. Everything that is said stands below."
    )
    expect(call.locator(".who button, audio, .callbar label")).to_have_count(0)
    expect(call.locator(".turns > li")).to_have_count(4)
    expect(call.locator(".remark")).to_have_count(2)
    expect(call.locator(".remark").last).to_be_visible()
    expect(call).not_to_have_attribute("data-playing", "")


def leads_from_turn_to_turn(call: Locator) -> None:
    """Check that buttons and keys lead through a call that is only read."""
    for _ in range(4):
        call.get_by_role("button", name="Turn before").click()
    expect(turn(call, 1)).to_have_attribute("aria-current", "true")
    call.get_by_role("button", name="Next remark").click()
    expect(turn(call, 2)).to_have_attribute("aria-current", "true")
    for key, number in (("l", 3), ("r", 4), ("j", 3)):
        call.get_by_role("button", name="Next turn").press(key)
        expect(turn(call, number)).to_have_attribute("aria-current", "true")
    expect(call.locator("[aria-current]")).to_have_count(1)

"""The page one writes on: text and preview, questions, what it ever was; and the call that saves."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.actions.drafts import open_draft
from lms.authoring.models import DraftPart
from lms.courses.models import Lesson, LessonText
from tests.authoring.writers import EN, ZH, identity
from tests.make import Make

Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def draft_id(make: Make, session: Session, now: datetime) -> int:
    """A draft of a lesson with one question."""
    lesson = published(make, session)
    made = open_draft(session, identity(make.person("trainer", name="王磊")), lesson.id, now=now)
    session.commit()
    return made


def published(make: Make, session: Session) -> Lesson:
    lesson = make.lesson(make.course(slug="fault-repair"), points=1, slug="04-what-we-promise")
    for text in session.query(LessonText).filter_by(lesson_id=lesson.id):
        text.source = ZH if text.locale == "zh" else EN
    make.question(lesson)
    return lesson


def put(browser: FlaskClient, draft_id: int, part: str, text: str, version: int) -> Any:
    return browser.put(f"/api/v1/drafts/{draft_id}/parts/{part}", json={"text": text, "version": version})


def test_a_trainer_opens_a_lesson_to_write_in_it(
    make: Make, session: Session, client_of: Browser, now: datetime
) -> None:
    lesson = published(make, session)
    session.commit()
    browser = client_of(make.person("trainer"))
    opened = browser.post(f"/lessons/{lesson.id}/draft")
    assert opened.status_code == 303
    again = browser.post(f"/lessons/{lesson.id}/draft")
    assert again.headers["Location"] == opened.headers["Location"], "one draft a lesson"
    html = browser.get(opened.headers["Location"] + "?part=en").text
    assert "<lesson-editor" in html
    assert "==the crew is on site within 45 minutes==" in html
    assert '<mark class="key"><sup>1</sup>the crew is on site within 45 minutes</mark>' in html


@pytest.mark.parametrize("length", [60_001, 120_001])
@pytest.mark.parametrize(("part", "sign"), [("en", "x"), ("questions", "x"), ("zh", "停")])
def test_a_text_that_is_too_long_for_the_plain_form_comes_back_with_a_sentence_beside_it(
    make: Make, client_of: Browser, draft_id: int, length: int, part: str, sign: str
) -> None:
    browser = client_of(make.person("trainer"))
    typed = "Last words & more." + sign * length
    answer = browser.post(f"/drafts/{draft_id}", data={"part": part, "version": "1", "text": typed})
    assert answer.status_code == 422
    assert f"Last words &amp; more.{sign}" in answer.text
    assert sign * length + "</textarea>" in answer.text
    assert "far too long for a lesson" in answer.text
    assert 'aria-describedby="text-error"' in answer.text


@pytest.mark.parametrize("sent", [{"part": "other", "version": "1"}, {"part": "en", "version": "x"}])
def test_a_form_that_no_page_of_ours_sends_is_refused(
    make: Make, client_of: Browser, draft_id: int, sent: dict[str, str]
) -> None:
    answer = client_of(make.person("trainer")).post(f"/drafts/{draft_id}", data=sent | {"text": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize("address", ["", "?part=zh", "?part=questions", "?part=questions&yaml=1", "?part=nonsense"])
def test_every_part_opens(make: Make, client_of: Browser, draft_id: int, address: str) -> None:
    answer = client_of(make.person("trainer")).get(f"/drafts/{draft_id}{address}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/drafts/999999", "/drafts/999999/revisions", "/drafts/999999/questions/new", "/courses/none/drafts/new"]
)
def test_what_is_not_there_is_not_found(make: Make, client_of: Browser, path: str) -> None:
    assert client_of(make.person("trainer")).get(path).status_code == 404


def test_one_call_saves_checks_and_shows(make: Make, client_of: Browser, draft_id: int) -> None:
    browser = client_of(make.person("trainer"))
    answer = put(browser, draft_id, "en", EN + "\n![](media/gone.png)\n", 1)
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["version"] == 2
    assert body["points"] == 1
    assert body["minutes"] >= 1
    assert [f["level"] for f in body["findings"] if "gone.png" in f["sentence"]] == ["error"]
    assert '<mark class="key">' in body["html"]
    assert "to mend" in body["facts"]


def test_a_save_costs_the_same_however_large_the_library_is(
    make: Make, session: Session, client_of: Browser, draft_id: int, statements: Callable[[], Any]
) -> None:
    browser = client_of(make.person("trainer"))
    with statements() as few:
        put(browser, draft_id, "en", EN + "One.\n", 1)
    for _ in range(15):
        make.question(make.lesson())
    session.commit()
    with statements() as many:
        put(browser, draft_id, "en", EN + "Two.\n", 2)
    assert len(few) <= 14, "\n".join(few.texts)
    assert len(many) <= 14, "\n".join(many.texts)


def test_two_authors_see_both_texts(make: Make, session: Session, client_of: Browser, draft_id: int) -> None:
    first, second = client_of(make.person("trainer", name="甲")), client_of(make.person("trainer", name="乙"))
    assert put(first, draft_id, "en", EN + "First.\n", 1).status_code == 200
    met = put(second, draft_id, "en", EN + "Second.\n", 1)
    assert met.status_code == 409
    assert met.content_type == "application/problem+json"
    body = met.get_json()
    assert body["theirs"]["text"].endswith("First.\n")
    assert "<ins>" in body["html"]
    history = second.get(f"/drafts/{draft_id}/revisions?part=en&old=s{body['snapshot_id']}").text
    assert "<del>Second</del>" in history
    assert session.get_one(DraftPart, (draft_id, "en")).text.endswith("First.\n")


def test_the_plain_form_saves_and_shows_a_conflict(make: Make, client_of: Browser, draft_id: int) -> None:
    browser, other = client_of(make.person("trainer")), client_of(make.person("trainer"))
    form = {"part": "en", "version": "1", "text": EN.replace("\n", "\r\n") + "Mine."}
    assert browser.post(f"/drafts/{draft_id}", data=form).status_code == 303
    met = other.post(f"/drafts/{draft_id}", data=form | {"text": "<script>theirs</script>"})
    assert met.status_code == 409
    assert "&lt;script&gt;theirs" in met.text
    assert 'name="version" value="2"' in met.text


def test_a_conflict_shows_only_lines_that_differ_whatever_line_ends_the_form_sends(
    make: Make, client_of: Browser, draft_id: int
) -> None:
    browser, other = client_of(make.person("trainer")), client_of(make.person("trainer"))
    form = {"part": "en", "version": "1", "text": EN.replace("\n", "\r\n") + "Mine."}
    assert browser.post(f"/drafts/{draft_id}", data=form).status_code == 303
    met = other.post(f"/drafts/{draft_id}", data=form | {"text": form["text"].replace("Mine.", "Theirs.")})
    assert met.text.count('<tr class="changed">') == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "x"},
        {"text": 3, "version": 1},
        {"text": "x", "version": 0},
        {"text": "x", "version": "1"},
        {"text": "x" * 60_001, "version": 1},
        {"text": "x", "version": 1, "more": 1},
        {"text": "\0", "version": 1},
        [],
    ],
)
def test_what_cannot_be_read_is_refused_by_field(make: Make, client_of: Browser, draft_id: int, body: Any) -> None:
    answer = client_of(make.person("trainer")).put(f"/api/v1/drafts/{draft_id}/parts/en", json=body)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"part": "xx", "version": "1", "text": "a"},
        {"part": "en", "version": "z", "text": "a"},
        {"part": "en", "version": "1", "text": "a" * 70_000},
        {"part": "en", "version": "1", "text": "a" * 130_000},
    ],
)
def test_a_plain_form_that_makes_no_sense_is_refused(
    make: Make, client_of: Browser, draft_id: int, form: dict[str, str]
) -> None:
    assert client_of(make.person("trainer")).post(f"/drafts/{draft_id}", data=form).status_code == 422


def test_a_former_text_comes_back_and_the_one_it_replaced_can_too(
    make: Make, session: Session, client_of: Browser, draft_id: int
) -> None:
    browser = client_of(make.person("trainer"))
    put(browser, draft_id, "en", EN + "Later.\n", 1)
    page = browser.get(f"/drafts/{draft_id}/revisions?part=en&old=r1").text
    assert "Later." in page
    back = {"part": "en", "name": "r1", "version": "2"}
    assert browser.post(f"/drafts/{draft_id}/restorations", data=back).status_code == 303
    assert session.get_one(DraftPart, (draft_id, "en"), populate_existing=True).text == EN
    stale = browser.post(f"/drafts/{draft_id}/restorations", data=back, follow_redirects=True)
    assert "Somebody saved meanwhile" in stale.text
    kept = browser.get(f"/drafts/{draft_id}/revisions?part=en").text
    assert "brought back" in kept
    bad = browser.post(f"/drafts/{draft_id}/restorations", data={"part": "en", "name": "x1", "version": "3"})
    assert bad.status_code == 422
    gone = browser.post(f"/drafts/{draft_id}/restorations", data={"part": "en", "name": "s99999", "version": "3"})
    assert gone.status_code == 404


def test_a_new_lesson_begins_with_its_titles(make: Make, session: Session, client_of: Browser) -> None:
    make.course(slug="fault-repair")
    session.commit()
    browser = client_of(make.person("trainer"))
    assert browser.get("/courses/fault-repair/drafts/new").status_code == 200
    assert browser.post("/courses/fault-repair/drafts", data={"title_zh": "停电"}).status_code == 422
    begun = browser.post("/courses/fault-repair/drafts", data={"title_zh": "停电", "title_en": "Power “is” out"})
    assert begun.status_code == 303
    html = browser.get(begun.headers["Location"] + "?part=en").text
    assert "Power “is” out" in html
    assert browser.get(begun.headers["Location"] + "/revisions?part=en").status_code == 200
    second = browser.post("/courses/fault-repair/drafts", data={"title_zh": "停电", "title_en": "Power is out"})
    assert second.status_code == 303


@pytest.mark.parametrize("number", ["sNaN", "NaN", "Infinity", "1e999999", "x"])
def test_what_is_no_number_is_told_at_its_field(make: Make, client_of: Browser, draft_id: int, number: str) -> None:
    browser = client_of(make.person("trainer"))
    sent = {"kind": "numeric", "version": "1", "number": number, "tolerance": number}
    answer = browser.post(f"/drafts/{draft_id}/questions", data=sent)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("text", ["- " * 900 + "a", "\n".join("  " * n + "- a" for n in range(220))])
def test_a_draft_of_lists_deeper_than_can_be_drawn_opens_and_saves(
    make: Make, client_of: Browser, draft_id: int, text: str
) -> None:
    browser = client_of(make.person("trainer"))
    assert put(browser, draft_id, "en", text, 1).status_code == 200
    assert browser.get(f"/drafts/{draft_id}?part=en").status_code == 200

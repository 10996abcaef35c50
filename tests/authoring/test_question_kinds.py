"""The form of every kind of question: begun from an example, filled in, sent, and opened again the same."""

from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.actions.drafts import open_draft
from lms.authoring.queries.drafts import live_draft
from lms.authoring.questionforms import LISTS, WRITTEN
from lms.content.rules.library import Question
from lms.courses.models import LessonText
from lms.quizzes.rules.kinds import KINDS
from tests.authoring.writers import EN, ZH, identity
from tests.make import Make
from tests.quizzes.samples import read

NEW = ("cloze", "matching", "ordering", "hot_list", "next_line", "call_steps", "listen_score")


@pytest.fixture
def desk(make: Make, session: Session, now: datetime, client_of: Callable[[Person], FlaskClient]) -> Any:
    """Return a trainer's browser, the number of a draft, and a function that reads its questions."""
    lesson = make.lesson(make.course(slug="fault-repair"), points=1, slug="04-what-we-promise")
    for text in session.query(LessonText).filter_by(lesson_id=lesson.id):
        text.source = ZH if text.locale == "zh" else EN
    trainer = make.person("trainer", name="王磊")
    draft_id = open_draft(session, identity(trainer), lesson.id, now=now)
    make.profile()
    session.commit()

    def questions() -> list[Question]:
        session.expire_all()
        return list(live_draft(session, draft_id).reading().lesson.questions)

    return client_of(trainer), f"/drafts/{draft_id}/questions", questions


class Sent(HTMLParser):
    """What the form with class “airy” on a page would send as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.within, self.name, self.typing = False, "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a control."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = "airy" in told.get("class", "")
        if not self.within:
            return
        if tag == "input" and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self.values[told["name"]] = told.get("value", "")
        elif tag in ("textarea", "select"):
            self.name, self.typing = told["name"], tag == "textarea"
            self.values[self.name] = ""
        elif tag == "option" and ("selected" in told or not self.values[self.name]):
            self.values[self.name] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a text."""
        if tag == "textarea":
            self.values[self.name], self.typing = self.values[self.name].strip(), False

    def handle_data(self, data: str) -> None:
        """Note a part of a text."""
        if self.typing:
            self.values[self.name] += data


def fields(html: str) -> dict[str, Any]:
    return dict(Sent(html).values)


def wording(kind: str) -> dict[str, Any]:
    return {
        "stem_zh": f"题型 {kind}？",
        "stem_en": f"Kind {kind}?",
        "explanation_zh": "因为。",
        "explanation_en": "So.",
    }


def rows(kind: str) -> dict[str, Any]:
    """Return the fields of the rows that hold the example of a kind."""
    name, ticked, _most = LISTS[kind]
    sent: dict[str, Any] = {}
    for n, row in enumerate(KINDS[kind].example[name]):
        sent |= {f"option{n}_zh": row["text"]["zh"], f"option{n}_en": row["text"]["en"], f"option{n}_id": row["id"]}
        sent |= {f"option{n}_right": "y"} if row.get(ticked) else {}
    return sent


@pytest.mark.parametrize("kind", NEW)
def test_a_question_of_every_kind_is_begun_sent_and_opened_again(desk: Any, kind: str) -> None:
    browser, url, questions = desk
    page = browser.get(f"{url}/new?kind={kind}").text
    sent = fields(page) | wording(kind)
    if kind in LISTS:
        sent |= rows(kind) | {"partial": "y"}
    saved = browser.post(url, data=sent)
    assert saved.status_code == 303, saved.text
    made = questions()[-1]
    parts, _findings = read(kind, KINDS[kind].example)
    assert (made.kind, made.body, made.key) == (kind, parts.body, parts.key)
    again = browser.get(f"{url}/{made.ref}").text
    assert browser.post(f"{url}/{made.ref}", data=fields(again)).status_code == 303
    assert questions()[-1] == made


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_what_is_wrong_in_a_written_part_is_told_by_its_line_and_kept(desk: Any, kind: str) -> None:
    browser, url, questions = desk
    before = questions()
    page = browser.get(f"{url}/new?kind={kind}").text
    sent = fields(page) | wording(kind)
    lines = sent["part"].splitlines()
    refused = browser.post(url, data=sent | {"part": "\n".join([*lines, "oops: 1"])})
    assert refused.status_code == 422
    assert f"Line {len(lines) + 1}: “oops” is not known here" in refused.text
    assert "oops: 1" in refused.text
    assert questions() == before


@pytest.mark.parametrize("part", ["", "[", "- a", "x", "a: &b 1\nc: *b", "\x07", "a: " + "[" * 40, "é: \ud800"])
def test_whatever_is_written_is_answered(desk: Any, part: str) -> None:
    browser, url, _questions = desk
    sent = fields(browser.get(f"{url}/new?kind=cloze").text) | wording("cloze")
    body = {name: str(value).encode("utf-8", "replace").decode() for name, value in (sent | {"part": part}).items()}
    assert browser.post(url, data=body).status_code in (400, 422)


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("ordering", {"option1_zh": "", "option1_en": ""}, None),
        ("ordering", {f"option{n}_{lang}": "" for n in (1, 2) for lang in ("zh", "en")}, "2 to 10 options"),
        ("hot_list", {"option1_right": ""}, "At least one sentence is to be picked"),
        ("call_steps", {"option1_zh": ""}, "is empty"),
    ],
)
def test_rows_are_checked_as_the_file_would_be(desk: Any, kind: str, more: dict[str, str], told: str | None) -> None:
    browser, url, _questions = desk
    sent = fields(browser.get(f"{url}/new?kind={kind}").text) | wording(kind) | rows(kind) | more
    answer = browser.post(url, data={name: value for name, value in sent.items() if value != "" or name in more})
    assert answer.status_code == (303 if told is None else 422)
    assert told is None or told in answer.text


def test_several_answers_keep_their_share_of_the_mark(desk: Any) -> None:
    browser, url, questions = desk
    sent = fields(browser.get(f"{url}/new?kind=multiple").text) | wording("multiple") | rows("multiple")
    assert browser.post(url, data=sent | {"partial": "y"}).status_code == 303
    assert questions()[-1].body == {"partial": True}
    again = fields(browser.get(f"{url}/{questions()[-1].ref}").text)
    assert again["partial"] == "y"
    del again["partial"]
    assert browser.post(f"{url}/{questions()[-1].ref}", data=again).status_code == 303
    assert questions()[-1].body == {}

"""The form of every kind of question: begun empty, filled in, sent, and opened again the same; never as YAML."""

from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.actions.drafts import open_draft
from lms.authoring.forms.questions.parts import fields_of
from lms.authoring.forms.questions.rows import ROWS
from lms.authoring.queries.drafts import live_draft
from lms.content.rules.library import Question
from lms.courses.models import LessonText
from lms.mentoring.models import Criterion
from lms.quizzes.rules.kinds import KINDS
from tests.authoring.writers import EN, ZH, identity
from tests.make import Make
from tests.quizzes.samples import read

PICKED = {
    "text": {"zh": "先 [[1]]，再 [[2]]。", "en": "First [[1]], then [[2]]."},
    "words": [
        {"id": "hear", "text": {"zh": "听", "en": "listen"}},
        {"id": "ask", "text": {"zh": "问", "en": "ask"}},
        {"id": "sell", "text": {"zh": "推销", "en": "sell"}},
    ],
    "gaps": [{"answer": "ask"}, {"answer": "hear"}],
}
SHARED = {
    "all_or_nothing": True,
    "prompts": [
        {"id": "one", "text": {"zh": "市区", "en": "Town"}, "answer": "near"},
        {"id": "two", "text": {"zh": "近郊", "en": "Suburb"}, "answer": "near"},
        {"id": "three", "text": {"zh": "山里", "en": "Hills"}, "answer": "far"},
    ],
    "options": [
        {"id": "never", "text": {"zh": "不去", "en": "Never"}},
        {"id": "far", "text": {"zh": "两小时", "en": "Two hours"}},
        {"id": "near", "text": {"zh": "一小时", "en": "One hour"}},
    ],
}
EXAMPLES = [(kind, KINDS[kind].example) for kind in ROWS] + [("cloze", PICKED), ("matching", SHARED)]


@pytest.fixture
def desk(make: Make, session: Session, now: datetime, client_of: Callable[[Person], FlaskClient]) -> Any:
    """Return a trainer's browser, the number of a draft, and a function that reads its questions."""
    lesson = make.lesson(make.course(slug="fault-repair"), points=1, slug="04-what-we-promise")
    for text in session.query(LessonText).filter_by(lesson_id=lesson.id):
        text.source = ZH if text.locale == "zh" else EN
    trainer = make.person("trainer", name="王磊")
    draft_id = open_draft(session, identity(trainer), lesson.id, now=now)
    make.profile()
    make.scorecard()
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
        self.within, self.name, self.typing, self.offered = False, "", False, False
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
            self.values[self.name], self.offered = "", False
        elif tag == "option" and ("selected" in told or not self.offered):
            self.values[self.name], self.offered = told.get("value", ""), True

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


def rows(kind: str, part: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the fields of the rows that hold a part of a file, that of the example unless another is given."""
    part = part or KINDS[kind].example
    values = fields_of(kind, part)
    sent = {name: "y" if value is True else value for name, value in values.items() if value not in (False, "")}
    shares = part.get("partial") or not part.get("all_or_nothing")
    return sent | ({"partial": "y"} if shares and kind not in ("single", "next_line", "listen_score") else {})


def typed(kind: str, part: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the same as somebody types it: nothing has an id yet."""
    sent = rows(kind, part)
    return {name: value for name, value in sent.items() if not name.endswith(("_id", "_answer"))}


@pytest.mark.parametrize(("kind", "part"), EXAMPLES)
def test_a_question_of_every_kind_is_sent_and_opened_again(desk: Any, kind: str, part: dict[str, Any]) -> None:
    browser, url, questions = desk
    page = browser.get(f"{url}/new?kind={kind}").text
    begun = {name: value for name, value in fields(page).items() if name != "partial"}
    saved = browser.post(url, data=begun | wording(kind) | rows(kind, part))
    assert saved.status_code == 303, saved.text
    made = questions()[-1]
    parts, _findings = read(kind, part)
    assert (made.kind, made.body, made.key) == (kind, parts.body, parts.key)
    again = browser.get(f"{url}/{made.ref}").text
    assert browser.post(f"{url}/{made.ref}", data=fields(again)).status_code == 303
    assert questions()[-1] == made


@pytest.mark.parametrize(("kind", "part"), EXAMPLES)
def test_what_is_typed_gets_ids_of_its_own_and_keeps_them(desk: Any, kind: str, part: dict[str, Any]) -> None:
    browser, url, questions = desk
    begun = fields(browser.get(f"{url}/new?kind={kind}").text) | wording(kind) | typed(kind, part)
    assert browser.post(url, data=begun).status_code == 303
    made = questions()[-1]
    assert len(made.options) == len(read(kind, part)[0].options)
    again = fields(browser.get(f"{url}/{made.ref}").text)
    assert browser.post(f"{url}/{made.ref}", data=again).status_code == 303
    assert questions()[-1] == made


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_kind_asks_for_yaml(desk: Any, kind: str) -> None:
    browser, url, _questions = desk
    page = browser.get(f"{url}/new?kind={kind}").text
    assert "YAML" not in page
    assert 'name="part"' not in page


def test_two_rows_with_the_same_words_on_the_right_share_one_choice_until_one_of_them_changes(desk: Any) -> None:
    browser, url, questions = desk
    begun = fields(browser.get(f"{url}/new?kind=matching").text) | wording("matching") | rows("matching", SHARED)
    assert browser.post(url, data=begun).status_code == 303
    again = fields(browser.get(f"{url}/{questions()[-1].ref}").text)
    changed = again | {"pair1_right_zh": "九十分钟", "pair1_right_en": "Ninety minutes"}
    assert browser.post(f"{url}/{questions()[-1].ref}", data=changed).status_code == 303
    made = questions()[-1]
    assert [name for name, _text in made.options] == ["near", "far", "never", "a"]
    assert made.key == {"pairs": {"one": "near", "two": "a", "three": "far"}}


def test_a_criterion_of_a_scorecard_is_taken_with_its_words(desk: Any, session: Session) -> None:
    browser, url, questions = desk
    first = session.query(Criterion).order_by(Criterion.position).first()
    sent = fields(browser.get(f"{url}/new?kind=listen_score").text) | wording("listen_score") | rows("listen_score")
    sent |= {"criterion1_take": f"service-call/{first.slug}", "criterion1_score": "2"}
    assert browser.post(url, data=sent).status_code == 303
    taken = questions()[-1].body["criteria"][1]
    assert taken["title"] == {"zh": first.title_zh, "en": first.title_en}
    assert (taken["fail"], taken["pass"]) == (first.anchors["0"], first.anchors["3"])


@pytest.mark.parametrize(
    ("kind", "more", "field", "told"),
    [
        ("matching", {"pair1_left_en": ""}, "pair1_left_en", "Please fill this in."),
        ("matching", {"pair1_right_zh": ""}, "pair1_right_zh", "Please fill this in."),
        ("matching", {"pair1_left_zh": "城区"}, "pair1_left_zh", "Number 1 reads the same."),
        ("matching", {"other1_zh": "45 分钟", "other1_en": "Three quarters"}, "other1_zh", "differs in the other"),
        ("matching", {f"other{n}_{tongue}": f"{n}{tongue}" for n in range(8) for tongue in ("zh", "en")}
         | {f"pair{n}_{side}_{tongue}": f"{n}{side}{tongue}" for n in range(6) for side in ("left", "right")
            for tongue in ("zh", "en")}, "other7_zh", "At most 10 choices in all."),
        ("next_line", {"line0_worth": "fair"}, "line0_worth", "Say which line is the best one."),
        ("next_line", {"line2_worth": "best"}, "line2_worth", "Only one line can be the best one."),
        ("next_line", {"turn0_zh": "", "turn0_en": "", "turn1_zh": "", "turn1_en": ""}, "turn0_zh", "fill this in"),
        ("next_line", {"turn1_en": ""}, "turn1_en", "Please fill this in."),
        ("next_line", {"turn1_speaker": "cat"}, "turn1_speaker", "Not a valid choice"),
        ("next_line", {"line1_zh": "\x07"}, "line1_zh", "no text"),
        ("cloze", {"text_zh": ""}, "text_zh", "Please fill this in."),
        ("cloze", {"text_zh": "只有 [[1]]"}, "text_zh", "Missing in this text: [[2]]."),
        ("cloze", {"text_en": "[[1]] [[2]] [[2]]"}, "text_en", "more than once: [[2]]."),
        ("cloze", {"text_en": "[[1]] [[2]] [[3]]"}, "text_en", "what fills [[3]]."),
        ("cloze", {"gap0_zh": "", "gap0_en": ""}, "gap0_zh", "This row is empty"),
        ("cloze", {"other0_zh": "三", "other0_en": "three"}, "other0_zh", "picked from a list"),
        ("cloze", {"picked": "y"}, "gap0_zh", "One word only"),
        ("listen_score", {"criterion0_score": ""}, "criterion0_score", "Say how many points"),
        ("listen_score", {"criterion0_fail_en": ""}, "criterion0_fail_en", "Please fill this in."),
        ("single", {"option1_right": "y"}, "option1_right", "Only one can be right."),
        ("single", {"option0_right": ""}, "option0_right", "Tick the one that is right."),
        ("multiple", {"option5_right": "y"}, "option5_right", "take the tick away"),
        ("multiple", {"option2_right": "y"}, "option2_right", "Leave at least one without a tick."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_row_and_what_was_typed_is_kept(
    desk: Any, kind: str, more: dict[str, str], field: str, told: str
) -> None:
    browser, url, questions = desk
    before = questions()
    sent = fields(browser.get(f"{url}/new?kind={kind}").text) | wording(kind) | rows(kind) | more
    answer = browser.post(url, data=sent)
    assert answer.status_code == 422
    beside = answer.text.split(f'id="{field}-error"', 1)
    assert len(beside) == 2, "the sentence stands at the field"
    assert told in beside[1].split("</p>", 1)[0]
    kept = fields(answer.text)
    shown = {name: value for name, value in sent.items() if value and name not in ("turn1_speaker", "csrf_token")}
    assert {name: kept.get(name) for name in shown if "\x07" not in shown[name]} == {
        name: value for name, value in shown.items() if "\x07" not in value
    }
    assert questions() == before


def test_a_list_of_words_needs_two(desk: Any) -> None:
    browser, url, _questions = desk
    sent = fields(browser.get(f"{url}/new?kind=cloze").text) | wording("cloze")
    sent |= {"picked": "y", "text_zh": "[[1]]", "text_en": "[[1]]", "gap0_zh": "听", "gap0_en": "listen"}
    assert "A list needs at least two words." in browser.post(url, data=sent).text


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_rows_that_hold_anything_are_answered(desk: Any, kind: str) -> None:
    browser, url, _questions = desk
    sent = fields(browser.get(f"{url}/new?kind={kind}").text) | wording(kind) | rows(kind)
    for odd in ("", "[", "- a", "a: &b 1", "'", "\u202e", "x" * 5000, "null", "{zh: 1}", "#", "1.0"):
        wild = {name: odd for name in sent if name[-3:] in ("_zh", "_en") and not name.startswith(("stem", "expl"))}
        assert browser.post(url, data=sent | wild).status_code in (303, 409, 422)
        ids = {name: odd for name in sent if name.endswith(("_id", "_answer"))}
        assert browser.post(url, data=sent | ids).status_code in (303, 409, 422)


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("ordering", {"option1_zh": "", "option1_en": ""}, None),
        ("ordering", {f"option{n}_{lang}": "" for n in (1, 2) for lang in ("zh", "en")}, "At least 2 are needed."),
        ("hot_list", {"option1_right": ""}, "Tick at least one."),
        ("call_steps", {"option1_zh": ""}, "Please fill this in."),
    ],
)
def test_rows_are_checked_as_the_file_would_be(desk: Any, kind: str, more: dict[str, str], told: str | None) -> None:
    browser, url, _questions = desk
    sent = fields(browser.get(f"{url}/new?kind={kind}").text) | wording(kind) | rows(kind) | more
    answer = browser.post(url, data=sent)
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

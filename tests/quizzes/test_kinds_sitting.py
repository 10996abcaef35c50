"""Every kind of question as it is sat: over the API, without scripts, in the result; what is secret stays so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from lms.quizzes.models import QuestionVersion, Quiz
from lms.quizzes.rules.kinds import KINDS, Asked
from tests.make import Make
from tests.quizzes.conftest import LEASE, Sitting
from tests.quizzes.samples import columns

Sit = Callable[..., Sitting]
ClientOf = Callable[..., FlaskClient]
EVERY = pytest.mark.parametrize("kind", list(KINDS))
CANARY = "Canary-7731"


def one(make: Make, kind: str, **quiz: Any) -> Quiz:
    """Return a quiz of one question: the example of its kind, with a canary in its explanation."""
    course = make.course()
    why = {"zh": f"<p>{CANARY}</p>", "en": f"<p>{CANARY}</p>"}
    question = make.question(make.lesson(course), "single", **columns(kind) | {"explanation": why})
    make.session.execute(update(QuestionVersion).where(QuestionVersion.question_id == question.id).values(kind=kind))
    return make.quiz(course, questions=0, **quiz)


def right(kind: str) -> Any:
    fields = columns(kind)
    asked = Asked([option["id"] for option in fields["options"]], tuple(fields["unit"].values()), fields["body"])
    return KINDS[kind].right(fields["key"], asked)


@EVERY
def test_machines_get_what_is_asked_in_their_language_and_no_key(client_of: ClientOf, make: Make, kind: str) -> None:
    quiz = one(make, kind)
    client = client_of(make.learner())
    paper = client.post(f"/api/v1/quizzes/{quiz.slug}/attempts")
    item = paper.json["questions"][0]
    assert item["kind"] == kind
    assert not re.search(r'"(zh|en|key|correct|worth|accept|answer|score|scores|pairs|stretches)":', paper.text)
    assert CANARY not in paper.text
    assert set(item["body"]) == set(columns(kind)["body"])


@EVERY
def test_the_right_answer_is_saved_read_back_and_marked(client_of: ClientOf, make: Make, sit: Sit, kind: str) -> None:
    sitting = sit(one(make, kind))
    client, url = client_of(sitting.learner), f"/api/v1/attempts/{sitting.id}"
    answer = right(kind)
    assert client.put(f"{url}/answers/1", json={"response": answer, "client_seq": 1}).status_code == 200
    assert client.get(url).json["answers"][0]["response"] == answer
    assert client.post(f"{url}/submission").json["percent"] == 100.0


@EVERY
@pytest.mark.parametrize(
    "sent", [{"a": 1}, [[["a"]]], [["a"]], [["a", "b", "c"]], ["zz=9"] * 3, [None], "z" * 501, ["a"] * 21, [["x", 1.5]]]
)
def test_what_has_the_wrong_shape_is_422(client_of: ClientOf, make: Make, sit: Sit, kind: str, sent: Any) -> None:
    sitting = sit(one(make, kind))
    url = f"/api/v1/attempts/{sitting.id}/answers/1"
    answer = client_of(sitting.learner).put(url, json={"response": sent, "client_seq": 1})
    assert (answer.status_code, "detail" in answer.json) == (422, True)


@EVERY
def test_a_form_saves_it_and_shows_it_again(client_of: ClientOf, make: Make, sit: Sit, kind: str) -> None:
    sitting = sit(one(make, kind))
    client, url = client_of(sitting.learner), f"/attempts/{sitting.id}/questions/1"
    page = client.get(f"{url}?lease={LEASE}").text
    assert "data-response=" in page
    assert CANARY not in page
    typed = KINDS[kind].typed(right(kind))
    names = {"cloze": [f"response:{n}" for n in (1, 2)], "listen_score": ["response:opening"]}.get(kind)
    sent = dict(zip(names, typed, strict=True)) if names else {"response": typed}
    assert client.post(url, data=sent | {"lease": LEASE}).status_code == 303
    assert sitting.submit().score == 1.0
    result = client.get(f"/attempts/{sitting.id}").text
    assert CANARY in result
    assert "no answer" not in result


def test_gaps_are_told_by_their_numbers_whatever_order_they_are_sent_in(
    client_of: ClientOf, make: Make, sit: Sit
) -> None:
    sitting = sit(one(make, "cloze"))
    url = f"/attempts/{sitting.id}/questions/1"
    client_of(sitting.learner).post(url, data={"response:2": "90", "response:1": "45", "lease": LEASE})
    assert sitting.submit().score == 1.0


@pytest.mark.parametrize(
    ("kind", "sent", "sentence"),
    [
        ("matching", ["city=zz"], "Please choose one of the answers offered for each line."),
        ("ordering", ["place=1", "danger=1", "extent=2"], "Please give every line a place of its own"),
        ("cloze", ["45"], "Please give a text."),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept_on_the_page(
    client_of: ClientOf, make: Make, sit: Sit, kind: str, sent: list[str], sentence: str
) -> None:
    sitting = sit(one(make, kind))
    url = f"/attempts/{sitting.id}/questions/1"
    answer = client_of(sitting.learner).post(url, data={"response": sent, "lease": LEASE})
    assert answer.status_code == 422
    assert sentence in answer.text
    if kind == "ordering":
        assert 'value="danger=1" selected' in answer.text


def test_a_part_of_the_mark_is_explained_in_words(client_of: ClientOf, make: Make, sit: Sit) -> None:
    sitting = sit(one(make, "matching"))
    sitting.save(1, [["city", "m45"], ["suburb", "h2"]])
    assert sitting.submit().score == 0.5
    page = client_of(sitting.learner).get(f"/attempts/{sitting.id}").text
    assert "in part: 1 of 2 pairs, half the mark" in page
    assert "Each right pair earns its part of the mark." in page
    assert "Suburb – 2 hours" in page
    assert "Suburb – 90 minutes" in page


def test_sentences_to_pick_stand_as_they_are_written_whatever_was_drawn(
    client_of: ClientOf, make: Make, sit: Sit
) -> None:
    written = [option["id"] for option in columns("hot_list")["options"]]
    for _attempt in range(4):
        sitting = sit(one(make, "hot_list"), learner=make.learner())
        state = client_of(sitting.learner).get(f"/attempts/{sitting.id}/questions/1?lease={LEASE}").text
        assert re.findall(r'value="(s\d)"', state) == written

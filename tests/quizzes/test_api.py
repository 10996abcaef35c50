"""Quizzes for machines, by the letter of the contract."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.make import Make
from tests.quizzes.conftest import GRACE, LEASE, MS, OTHER, Sitting

ClientOf = Callable[..., FlaskClient]
Sit = Callable[..., Sitting]
BODY = {"response": "a", "client_seq": 1, "client_time": "2026-03-17T10:30:00.000+08:00"}


def test_quizzes_are_listed_and_paged(client_of: ClientOf, make: Make) -> None:
    first, second = make.quiz(), make.quiz(attempts_allowed=1)
    client = client_of(make.learner())
    page = client.get("/api/v1/quizzes?limit=1").json
    assert [item["slug"] for item in page["items"]] == [first.slug]
    rest = client.get(f"/api/v1/quizzes?cursor={page['next_cursor']}").json
    assert rest["next_cursor"] is None
    assert rest["items"][0] == {
        "slug": second.slug,
        "title": {"zh": second.title_zh, "en": second.title_en},
        "purpose": "daily",
        "questions": 5,
        "limit_minutes": 8,
        "pass_percent": 80,
        "attempts_used": 0,
        "attempts_left": 1,
        "open_attempt": None,
        "best_percent": None,
        "passed": False,
        "refusal": None,
    }


def test_starting_gives_the_paper_and_starting_again_the_same(client_of: ClientOf, make: Make) -> None:
    quiz = make.quiz()
    client = client_of(make.learner())
    keyed = {"Idempotency-Key": "k-1"}
    first = client.post(f"/api/v1/quizzes/{quiz.slug}/attempts", headers=keyed)
    assert first.status_code == 201
    paper = first.json
    assert paper["deadline"].startswith("2026-03-17T02:38:00")
    assert paper["started_at"] == paper["server_now"]
    assert [question["position"] for question in paper["questions"]] == [1, 2, 3, 4, 5]
    assert set(paper["questions"][0]) == {"position", "kind", "stem", "unit", "options", "body"}
    assert sorted(paper["questions"][0]["options"][0]) == ["id", "text"]
    again = client.post(f"/api/v1/quizzes/{quiz.slug}/attempts", headers=keyed)
    assert (again.status_code, again.json) == (200, paper)
    other = client.post(f"/api/v1/quizzes/{quiz.slug}/attempts")
    assert (other.status_code, other.json["lease"]) == (200, None)


def test_true_and_false_are_options_like_any_other(client_of: ClientOf, make: Make) -> None:
    course = make.course()
    make.question(make.lesson(course), "true_false")
    make.question(make.lesson(course), "numeric")
    quiz = make.quiz(course, questions=0, draw=2)
    paper = client_of(make.learner()).post(f"/api/v1/quizzes/{quiz.slug}/attempts").json
    by_kind = {question["kind"]: question for question in paper["questions"]}
    assert by_kind["true_false"]["options"] == [{"id": "true", "text": "True"}, {"id": "false", "text": "False"}]
    assert by_kind["numeric"]["unit"] == "minutes"


@pytest.fixture
def client(client_of: ClientOf, sit: Sit, session: Session) -> tuple[FlaskClient, Sitting]:
    sitting = sit()
    session.commit()
    return client_of(sitting.learner), sitting


def test_saving_replies_with_what_the_page_re_bases_on(client: tuple[FlaskClient, Sitting]) -> None:
    browser, sitting = client
    url = f"/api/v1/attempts/{sitting.id}/answers/1"
    reply = browser.put(url, json=BODY)
    assert reply.status_code == 200
    assert reply.json == {
        "saved_at": "2026-03-17T02:30:00Z",
        "server_now": "2026-03-17T02:30:00Z",
        "deadline": "2026-03-17T02:38:00Z",
        "client_seq": 1,
        "late_received": False,
    }
    assert browser.put(url, json=BODY | {"response": "b"}).json == reply.json
    state = browser.get(f"/api/v1/attempts/{sitting.id}").json
    assert (state["state"], state["answers"][0]["response"], state["answers"][1]["response"]) == ("open", "a", None)


def test_a_lost_lease_is_409_with_its_reason_and_the_answer_is_kept(client: tuple[FlaskClient, Sitting]) -> None:
    browser, sitting = client
    assert browser.post(f"/api/v1/attempts/{sitting.id}/lease", json={"lease": OTHER}).json == {"lease": OTHER}
    reply = browser.put(f"/api/v1/attempts/{sitting.id}/answers/1", json=BODY | {"lease": LEASE})
    assert reply.status_code == 409
    assert reply.content_type == "application/problem+json"
    assert reply.json["code"] == "lease_lost"
    assert "does not count" in reply.json["detail"]
    assert [kept.response for kept in sitting.conflicts()] == ["a"]


def test_time_over_is_409_with_its_reason(client: tuple[FlaskClient, Sitting]) -> None:
    browser, sitting = client
    url, body = f"/api/v1/attempts/{sitting.id}/answers/1", BODY | {"lease": LEASE}
    with time_machine.travel(sitting.deadline + GRACE, tick=False):
        assert browser.put(url, json=body).json["late_received"] is True
    with time_machine.travel(sitting.deadline + GRACE + MS, tick=False):
        reply = browser.put(url, json=body | {"client_seq": 2})
        assert (reply.status_code, reply.json["code"]) == (409, "time_over")
        state = browser.get(f"/api/v1/attempts/{sitting.id}").json
    assert (state["state"], state["settled_by"]) == ("finished", "time")
    assert state["result"]["max_score"] == 5


def test_handing_in_answers_the_same_always(client: tuple[FlaskClient, Sitting]) -> None:
    browser, sitting = client
    sitting.answer_all(4)
    sitting.session.commit()
    replies = [
        browser.post(f"/api/v1/attempts/{sitting.id}/submission", headers={"Idempotency-Key": key}).json
        for key in ("1", "1", "2")
    ]
    assert replies == [{"score": 4.0, "max_score": 5.0, "percent": 80.0, "passed": True}] * 3


@pytest.mark.parametrize(
    "change",
    [
        {"response": {"a": 1}},
        {"response": "x" * 501},
        {"response": ["a"] * 21},
        {"response": [["a"]]},
        {"response": "z"},
        {"response": "a\0b"},
        {"response": 1e999},
        {"response": 10**30},
        {"client_seq": -1},
        {"client_seq": 2**63},
        {"client_seq": "1"},
        {"client_seq": 1.5},
        {"client_seq": None},
        {"client_time": "yesterday"},
        {"client_time": "2026-03-17T10:30:00"},
        {"lease": "x" * 33},
        {"lease": 5},
    ],
)
def test_a_body_that_does_not_fit_is_422_and_names_the_field(
    client: tuple[FlaskClient, Sitting], change: dict[str, Any]
) -> None:
    browser, sitting = client
    reply = browser.put(f"/api/v1/attempts/{sitting.id}/answers/1", json=BODY | change)
    assert reply.status_code == 422, reply.json
    assert next(iter(change)) in reply.json["field"]


@pytest.mark.parametrize("name", ["response", "client_seq"])
def test_a_missing_field_is_named(client: tuple[FlaskClient, Sitting], name: str) -> None:
    browser, sitting = client
    body = {key: value for key, value in BODY.items() if key != name}
    reply = browser.put(f"/api/v1/attempts/{sitting.id}/answers/1", json=body)
    assert (reply.status_code, reply.json["field"].split(".")[0]) == (422, name)


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00Z"])
def test_a_browsers_clock_may_say_anything(client: tuple[FlaskClient, Sitting], when: str) -> None:
    browser, sitting = client
    assert browser.put(f"/api/v1/attempts/{sitting.id}/answers/1", json=BODY | {"client_time": when}).status_code == 200


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'"text"', b"null", b"\xff"])
def test_what_is_no_json_object_is_4xx(client: tuple[FlaskClient, Sitting], data: bytes) -> None:
    browser, sitting = client
    url = f"/api/v1/attempts/{sitting.id}/answers/1"
    assert 400 <= browser.put(url, data=data, content_type="application/json").status_code < 500
    assert 400 <= browser.post(f"/api/v1/attempts/{sitting.id}/lease", data=data).status_code < 500


def test_strangers_and_other_roles_find_nothing(
    client: tuple[FlaskClient, Sitting], client_of: ClientOf, make: Make
) -> None:
    _browser, sitting = client
    for person in (make.learner(), make.person("trainer"), make.person("hr")):
        stranger = client_of(person)
        root = f"/api/v1/attempts/{sitting.id}"
        replies = [
            stranger.get(root),
            stranger.put(f"{root}/answers/1", json=BODY),
            stranger.post(f"{root}/submission"),
            stranger.post(f"{root}/lease", json={"lease": LEASE}),
        ]
        assert [reply.status_code for reply in replies] == [404] * 4
    assert client_of(make.person("learner")).post(f"/api/v1/quizzes/{sitting.quiz.slug}/attempts").status_code == 404


def test_a_quiz_that_ends_soon_starts_with_consent_only(client_of: ClientOf, make: Make, now: datetime) -> None:
    quiz = make.quiz(hard_stop_at=now + timedelta(minutes=2))
    browser = client_of(make.learner())
    url = f"/api/v1/quizzes/{quiz.slug}/attempts"
    assert (browser.post(url).status_code, browser.post(f"{url}?consent=true").status_code) == (409, 201)
    assert browser.get("/api/v1/quizzes?cursor=x").status_code == 422


def test_a_call_pauses_and_going_on_gives_another_question(
    client_of: ClientOf, make: Make, session: Session, sit: Sit, now: datetime
) -> None:
    sitting = sit(make.quiz(pauses_allowed=2, pause_minutes=10, draw=2))
    session.commit()
    client, here = client_of(sitting.learner), f"/api/v1/attempts/{sitting.id}"
    untouched = client.delete(f"{here}/pause")
    assert (untouched.status_code, untouched.json["state"], untouched.json["question"]) == (200, "open", None)
    paused = client.post(f"{here}/pause", json={"position": 2})
    assert paused.status_code == 200
    assert client.post(f"{here}/pause", json={"position": 1}).json == paused.json
    assert paused.json["state"] == "paused"
    assert paused.json["until"].startswith("2026-03-17T02:40:00")
    assert paused.json["deadline"].startswith("2026-03-17T02:48:00")
    assert (paused.json["pauses_left"], paused.json["question"]) == (1, None)
    assert client.get(here).json["paused_until"] == paused.json["until"]
    refused = client.put(f"{here}/answers/1", json=BODY)
    assert refused.status_code == 409
    with time_machine.travel(now + timedelta(minutes=3), tick=False):
        gone_on = client.delete(f"{here}/pause").json
    assert (gone_on["state"], gone_on["until"], gone_on["question"]["position"]) == ("open", None, 2)
    assert gone_on["deadline"].startswith("2026-03-17T02:41:00")
    assert set(gone_on["question"]) == {"position", "kind", "stem", "unit", "options", "body"}
    assert client.get(here).json["paused_until"] is None


def test_a_pause_that_lasts_too_long_is_over_with_the_attempt(
    client_of: ClientOf, make: Make, session: Session, sit: Sit, now: datetime
) -> None:
    sitting = sit(make.quiz(pauses_allowed=1, pause_minutes=10))
    session.commit()
    client, here = client_of(sitting.learner), f"/api/v1/attempts/{sitting.id}/pause"
    client.post(here, json={"position": 1})
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        late = client.delete(here).json
        again = client.post(here, json={"position": 1})
    assert (late["state"], late["until"], late["question"]) == ("finished", None, None)
    assert again.status_code == 409


def test_a_gate_a_lost_lease_and_a_place_that_is_none_do_not_pause(
    client_of: ClientOf, make: Make, session: Session, sit: Sit
) -> None:
    gate, daily = sit(make.quiz(purpose="gate")), sit(make.quiz(pauses_allowed=1))
    session.commit()
    client = client_of(gate.learner)
    said = client.post(f"/api/v1/attempts/{gate.id}/pause", json={"position": 1})
    assert said.status_code == 409
    assert said.json["detail"] == "This quiz cannot be paused; time goes on."
    own, here = client_of(daily.learner), f"/api/v1/attempts/{daily.id}/pause"
    assert own.post(here, json={"position": 1, "lease": OTHER}).status_code == 409
    assert own.post(here, json={"position": 99}).status_code == 404
    for wrong in ({}, {"position": 0}, {"position": "1"}, {"position": 1, "lease": "x" * 33}):
        assert own.post(here, json=wrong).status_code == 422
    for stranger in (client_of(make.learner()), client_of(make.person("trainer"))):
        assert stranger.post(here, json={"position": 1}).status_code == 404
        assert stranger.delete(here).status_code == 404

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import ApiToken, Person
from lms.accounts.queries import fingerprint
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]


def test_courses_are_listed_with_own_progress_page_by_page(make: Make, client_of: ClientOf, now: datetime) -> None:
    learner = make.learner()
    for slug in ("a", "b", "c"):
        lesson = make.lesson(make.course(slug=slug))
    make.progress(learner, lesson)
    browser = client_of(learner)
    first = browser.get("/api/v1/courses?limit=2").json
    assert first is not None
    assert ([item["slug"] for item in first["items"]], first["next_cursor"]) == (["a", "b"], "b")
    rest = browser.get("/api/v1/courses?cursor=b").json
    assert rest is not None
    assert rest["next_cursor"] is None
    (last,) = rest["items"]
    assert (last["slug"], last["lessons"], last["lessons_done"]) == ("c", 1, 1)
    assert datetime.fromisoformat(last["last_done_at"]) == now


def test_a_course_names_its_lessons_and_the_next_one(make: Make, client_of: ClientOf) -> None:
    learner, course = make.learner(), make.course(slug="c")
    done = make.lesson(course)
    make.progress(learner, done)
    following = make.lesson(course)
    waiting = make.lesson(course, prerequisites=[f"c/{following.slug}"])
    found = client_of(learner).get("/api/v1/courses/c").json
    assert found is not None
    assert [(line["id"], line["state"], line["waits_for"]) for line in found["lessons"]] == [
        (done.id, "done", []),
        (following.id, "next", []),
        (waiting.id, "waiting", [following.id]),
    ]
    assert found["next"] == following.id


def test_progress_is_saved_and_read_back_on_another_device(make: Make, client_of: ClientOf, now: datetime) -> None:
    learner, lesson = make.learner(), make.lesson()
    url = f"/api/v1/lessons/{lesson.id}"
    before = client_of(learner).get(url).json
    assert before is not None
    assert (before["progress"], len(before["blocks"]), before["points"][0]["met_at"]) == (None, 3, None)
    saved = client_of(learner).put(f"{url}/progress", json={"position": 1, "seconds": 30, "done": False})
    assert saved.status_code == 200
    assert saved.json == {
        "revision": 1, "position": 1, "furthest": 1, "seconds": 30, "done_at": None, "new_points": 2,
        "server_now": "2026-03-17T02:30:00Z",
    }  # fmt: skip
    after = client_of(learner).get(url).json
    assert after is not None
    assert after["progress"] == {"revision": 1, "position": 1, "furthest": 1, "seconds": 30, "done_at": None}
    assert [point["met_at"] is not None for point in after["points"]] == [True, True, False]


def test_done_by_a_machine_counts_like_done_by_hand(make: Make, client_of: ClientOf) -> None:
    learner, lesson = make.learner(), make.lesson()
    browser = client_of(learner)
    body = {"position": 2, "seconds": 100, "done": True}
    first = browser.put(f"/api/v1/lessons/{lesson.id}/progress", json=body).json
    again = browser.put(f"/api/v1/lessons/{lesson.id}/progress", json=body).json
    assert first is not None
    assert (first["done_at"], first["new_points"]) == ("2026-03-17T02:30:00Z", 3)
    assert again == first | {"new_points": 0}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "position"),
        ({"position": 1}, "seconds"),
        ({"position": "1", "seconds": 1}, "position"),
        ({"position": -1, "seconds": 1}, "position"),
        ({"position": 1, "seconds": 10**12}, "seconds"),
        ({"position": 1, "seconds": 1.5}, "seconds"),
        ({"position": 1, "seconds": 1, "done": "yes"}, "done"),
        ({"position": 1, "seconds": 1, "more": 1}, "more"),
        ({"position": None, "seconds": 1}, "position"),
        ({"position": 1, "seconds": [1]}, "seconds"),
        ({"position": "一\0", "seconds": 1}, "position"),
        ({"position": "<script>", "seconds": 1}, "position"),
    ],
)
def test_a_report_that_does_not_fit_names_the_field(make: Make, client_of: ClientOf, body: Any, field: str) -> None:
    lesson = make.lesson()
    answer = client_of(make.learner()).put(f"/api/v1/lessons/{lesson.id}/progress", json=body)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["field"] == field


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe"])
def test_a_body_that_is_no_object_is_refused(make: Make, client_of: ClientOf, data: bytes) -> None:
    url = f"/api/v1/lessons/{make.lesson().id}/progress"
    answer = client_of(make.learner()).put(url, data=data, content_type="application/json")
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1001", "cursor=" + "x" * 81])
def test_a_list_asked_for_wrongly_names_the_field(make: Make, client_of: ClientOf, query: str) -> None:
    answer = client_of(make.learner()).get(f"/api/v1/courses?{query}")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["field"] == query.partition("=")[0]


def test_an_unknown_cursor_starts_at_the_beginning(make: Make, client_of: ClientOf) -> None:
    make.course(slug="a")
    found = client_of(make.learner()).get("/api/v1/courses?cursor=gone").json
    assert found is not None
    assert len(found["items"]) == 1


@pytest.mark.parametrize("url", ["/courses/c", "/lessons/{id}", "/lessons/{id}/progress"])
def test_strangers_find_nothing(make: Make, client_of: ClientOf, client: FlaskClient, url: str) -> None:
    lesson = make.lesson(make.course(slug="c"))
    where = "/api/v1" + url.format(id=lesson.id)
    method, sent = ("PUT", {"position": 0, "seconds": 0}) if url.endswith("progress") else ("GET", None)
    answer = client_of(make.person("learner")).open(where, method=method, json=sent)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert client_of(make.person("auditor")).open(where, method=method, json=sent).status_code == 404
    assert client.open(where, method=method, json=sent).status_code == 401


def test_a_bearer_token_of_a_learner_may_report(session: Session, make: Make, app: Any, now: datetime) -> None:
    learner, lesson = make.learner(), make.lesson()
    token = ApiToken(
        token_hash=fingerprint("secret"), person_id=learner.id, scopes=["read", "learn"], created_at=now, name=""
    )
    session.add(token)
    session.commit()
    answer = app.test_client().put(
        f"/api/v1/lessons/{lesson.id}/progress",
        json={"position": 0, "seconds": 1},
        headers={"Authorization": "Bearer secret"},
    )
    assert answer.status_code == 200


def test_every_route_is_described(app: Any) -> None:
    paths = app.api_doc["paths"]
    for path in (
        "/api/v1/courses",
        "/api/v1/courses/{slug}",
        "/api/v1/lessons/{id}",
        "/api/v1/lessons/{id}/progress",
    ):
        assert path in paths

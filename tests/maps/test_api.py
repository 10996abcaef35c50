from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Lesson
from lms.maps.actions import notes, own_maps
from lms.maps.models import MapNote, OwnMap
from lms.maps.rules.tree import DEEPEST
from lms.reviews.models import Review
from tests.make import Make
from tests.maps.test_views import lesson, outlined, point

ClientOf = Callable[[Person], FlaskClient]
__all__ = ["lesson"]


def test_a_map_is_a_tree_coloured_by_ones_own_memory(
    session: Session, make: Make, client_of: ClientOf, lesson: Lesson, now: datetime
) -> None:
    learner = make.learner()
    make.progress(learner, lesson)
    browser = client_of(learner)
    first = point(session, lesson, 1).id
    browser.post("/api/v1/maps/reviews", json={"key_point_id": first, "rating": "good", "seconds": 8})
    browser.put(f"/api/v1/maps/notes/heading-{lesson.id}-0", json={"text": "Say it calmly"})
    found: Any = browser.get("/api/v1/courses/c/mindmap").json
    assert (found["id"], found["title"]) == (f"course-{lesson.course_id}", "Repair")
    assert found["review_url"] == f"/reviews?branch=course-{lesson.course_id}"
    (branch,) = found["children"]
    assert (branch["id"], branch["state"], branch["word"]) == (f"lesson-{lesson.id}", "ok", "done")
    opening = branch["children"][0]
    assert (opening["note"], opening["review_url"]) == ("Say it calmly", f"/reviews?branch=heading-{lesson.id}-0")
    one, two = opening["children"]
    assert (one["id"], one["key_point_id"], one["state"], one["recall"]) == (f"point-{first}", first, "ok", 1.0)
    assert (two["state"], two["recall"]) == ("new", 0.0)
    with time_machine.travel(now + timedelta(days=9), tick=False):
        later: Any = client_of(learner).get(f"/api/v1/lessons/{lesson.id}/mindmap").json
    assert later["children"][0]["children"][0]["state"] == "warn"
    plain: Any = client_of(make.person("trainer")).get("/api/v1/courses/c/mindmap").json
    assert "state" not in plain["children"][0]["children"][0]["children"][0]
    assert "review_url" not in plain


def test_a_recall_counts_once_within_ten_minutes(
    session: Session, make: Make, client_of: ClientOf, lesson: Lesson
) -> None:
    browser = client_of(make.learner())
    body = {"key_point_id": point(session, lesson, 1).id, "rating": "again"}
    first: Any = browser.post("/api/v1/maps/reviews", json=body).json
    second: Any = browser.post("/api/v1/maps/reviews", json=body | {"rating": "good"}).json
    assert (first["counted"], second["counted"]) == (True, False)
    assert [row.rating for row in session.scalars(select(Review))] == [1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "key_point_id"),
        ({"key_point_id": "1", "rating": "good"}, "key_point_id"),
        ({"key_point_id": 1, "rating": "great"}, "rating"),
        ({"key_point_id": 1, "rating": "good", "seconds": -1}, "seconds"),
        ({"key_point_id": 1, "rating": "good", "more": 1}, "more"),
        ({"key_point_id": 2**31, "rating": "good"}, "key_point_id"),
    ],
)
def test_a_recall_that_does_not_fit_names_the_field(
    make: Make, client_of: ClientOf, lesson: Lesson, body: dict[str, Any], field: str
) -> None:
    answer = client_of(make.learner()).post("/api/v1/maps/reviews", json=body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["field"] == field


def test_what_is_not_ones_own_does_not_exist(
    session: Session, make: Make, client_of: ClientOf, client: FlaskClient, lesson: Lesson
) -> None:
    stranger = client_of(make.person("learner"))
    body = {"key_point_id": point(session, lesson, 1).id, "rating": "good"}
    assert stranger.post("/api/v1/maps/reviews", json=body).status_code == 404
    assert stranger.put(f"/api/v1/maps/notes/lesson-{lesson.id}", json={"text": "x"}).status_code == 404
    for url in ("/courses/c/mindmap", f"/lessons/{lesson.id}/mindmap", f"/lessons/{lesson.id}/blank-map"):
        assert stranger.get(f"/api/v1{url}").status_code == 404
        assert client.get(f"/api/v1{url}").status_code == 401
    assert stranger.post("/api/v1/courses/c/blank-map", json={"attempt": 1, "placed": {}}).status_code == 404


def test_a_blank_map_is_graded_gap_by_gap(make: Make, client_of: ClientOf, lesson: Lesson) -> None:
    browser = client_of(make.learner())
    found: Any = browser.get("/api/v1/courses/c/blank-map?try=3").json
    assert found["attempt"] == 3
    placed = {str(n): item["id"] for n, item in enumerate(found["pool"], 1)}
    graded: Any = browser.post("/api/v1/courses/c/blank-map", json={"attempt": 3, "placed": placed | {"x": "y"}}).json
    assert graded["total"] == 3
    assert [gap["gap"] for gap in graded["gaps"]] == [1, 2, 3]
    for gap in graded["gaps"]:
        assert gap["right"] == (gap["put"] == gap["text"])
        assert gap["right"] or gap["belongs"] != gap["gap"]
    assert browser.get("/api/v1/courses/c/blank-map?try=0").status_code == 422
    assert browser.post("/api/v1/courses/c/blank-map", json={"attempt": 1}).status_code == 422


def test_an_own_map_is_made_read_saved_and_put_away(make: Make, client_of: ClientOf) -> None:
    browser = client_of(make.learner())
    made: Any = browser.post("/api/v1/maps", json={"title": "Mine"})
    assert made.status_code == 201
    url = f"/api/v1/maps/{made.json['id']}"
    assert made.json["tree"] == {"text": "Mine"}
    tree = {"text": "Mine", "children": [{"text": "One", "link": "javascript:x", "folded": True, "note": "n"}]}
    saved: Any = browser.put(url, json={"title": "Mine too", "tree": tree, "version": 1}).json
    assert saved["tree"] == {"text": "Mine", "children": [{"text": "One", "note": "n"}]}
    assert (saved["version"], saved["title"]) == (2, "Mine too")
    clash: Any = browser.put(url, json={"title": "Mine", "tree": tree, "version": 1})
    assert (clash.status_code, clash.json["code"]) == (409, "conflict")
    assert browser.get(url).json == saved
    listed: Any = browser.get("/api/v1/maps").json
    assert [(item["title"], item["nodes"]) for item in listed["items"]] == [("Mine too", 2)]
    stranger = client_of(make.learner())
    assert stranger.get(url).status_code == 404
    assert stranger.put(url, json={"title": "x", "tree": tree, "version": 2}).status_code == 404
    assert stranger.delete(url).status_code == 404
    assert browser.delete(url).status_code == 204
    assert browser.get(url).status_code == 404


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"text": "x"}
    for _ in range(depth - 1):
        tree = {"text": "x", "children": [tree]}
    return tree


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "", "tree": {"text": "x"}}, 422),
        ({"title": " \n", "tree": {"text": "x"}}, 422),
        ({"title": "x" * 201, "tree": {"text": "x"}}, 422),
        ({"title": "x", "tree": {"text": 7}}, 422),
        ({"title": "x", "tree": {"text": "x", "more": 1}}, 422),
        ({"title": "x", "tree": {"text": "x", "children": [{"text": "y"}] * 5001}}, 422),
        ({"title": "x", "tree": nested(DEEPEST)}, 201),
        ({"title": "x", "tree": nested(DEEPEST + 1)}, 422),
        ({"title": "x", "tree": nested(180)}, 422),
    ],
)
def test_a_map_that_does_not_fit_is_refused(make: Make, client_of: ClientOf, body: dict[str, Any], status: int) -> None:
    assert client_of(make.learner()).post("/api/v1/maps", json=body).status_code == status


@pytest.mark.parametrize("levels", [2_000, 60_000])
def test_a_body_that_nests_without_end_is_refused(make: Make, client_of: ClientOf, levels: int) -> None:
    data = '{"title":"x","tree":' + '{"text":"x","children":[' * levels + "]}" * levels + "}"
    answer = client_of(make.learner()).post("/api/v1/maps", data=data, content_type="application/json")
    assert 400 <= answer.status_code < 500


def test_there_is_an_end_to_maps_and_notes(
    session: Session, make: Make, client_of: ClientOf, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_maps, "MOST_MAPS", 1)
    monkeypatch.setattr(notes, "MOST_NOTES", 1)
    browser = client_of(make.learner())
    first, second = (browser.post("/api/v1/maps", json={"title": "x"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409)
    for node, status in ((f"lesson-{lesson.id}", 200), (f"course-{lesson.course_id}", 409)):
        assert browser.put(f"/api/v1/maps/notes/{node}", json={"text": "x"}).status_code == status
    assert len(session.scalars(select(OwnMap)).all()) == len(session.scalars(select(MapNote)).all()) == 1


def test_a_course_of_many_lessons_takes_no_more_statements(
    session: Session, make: Make, client_of: ClientOf, statements: Callable[[], Any]
) -> None:
    learner, counts = make.learner(), []
    browser = client_of(learner)
    for slug, number in (("few", 1), ("many", 15)):
        course = make.course(slug=slug)
        for _ in range(number):
            outlined(session, make.lesson(course, points=4, blocks=2))
        with statements() as ran:
            assert browser.get(f"/api/v1/courses/{slug}/mindmap").status_code == 200
        counts.append(len(ran))
    assert counts == [7, 7]


def test_every_route_is_described(app: Any) -> None:
    paths = app.api_doc["paths"]
    for path in (
        "/api/v1/courses/{slug}/mindmap",
        "/api/v1/lessons/{id}/mindmap",
        "/api/v1/maps/reviews",
        "/api/v1/maps/notes/{node}",
        "/api/v1/maps/{id}",
    ):
        assert path in paths

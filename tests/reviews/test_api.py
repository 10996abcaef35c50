from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Exposure, KeyPoint, Lesson
from tests.make import Make
from tests.reviews.test_views import learner, lesson

ClientOf = Callable[[Person], FlaskClient]
__all__ = ["learner", "lesson"]


def test_a_session_is_asked_for_in_minutes_and_rated_card_by_card(
    client_of: ClientOf, learner: Person, lesson: Lesson
) -> None:
    browser = client_of(learner)
    answer = browser.post("/api/v1/reviews", json={"minutes": 3})
    assert answer.status_code == 201
    found: Any = answer.json
    first, second = found["items"]
    assert first["question"] == "The crew is there in ____ in the city."
    assert (first["text"], first["url"], first["rating"]) == ("45 minutes", f"/lessons/{lesson.id}#block-1", None)
    assert second["question"] == "Who hangs up first?"
    body = {"key_point_id": first["key_point_id"], "rating": "good", "seconds": 9}
    taken: Any = browser.put(f"/api/v1/reviews/{found['id']}", json=body).json
    assert (taken["state"], taken["recall"], taken["finished"]) == ("ok", 1.0, False)
    twice: Any = browser.put(f"/api/v1/reviews/{found['id']}", json=body | {"rating": "again"}).json
    assert twice["rating"] == "good"
    again = browser.post("/api/v1/reviews", json={"minutes": 3})
    assert again.status_code == 200
    assert again.json is not None
    assert [item["rating"] for item in again.json["items"]] == ["good", None]
    assert browser.get("/api/v1/me/memory").json == {"percent": 50, "points": 2}


@pytest.mark.parametrize("branch", [{"course": "c"}, {"lesson": 0}, {"heading": "heading-{id}-0"}])
def test_a_session_may_be_of_one_branch(
    client_of: ClientOf, learner: Person, lesson: Lesson, branch: dict[str, Any]
) -> None:
    named = {k: lesson.id if v == 0 else v.format(id=lesson.id) for k, v in branch.items()}
    answer = client_of(learner).post("/api/v1/reviews", json={"minutes": 3, "branch": named})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 61}, "minutes"),
        ({"minutes": "3"}, "minutes"),
        ({"minutes": 3, "branch": {}}, "branch"),
        ({"minutes": 3, "branch": {"course": "c", "lesson": 1}}, "branch"),
        ({"minutes": 3, "branch": {"lesson": -1}}, "branch.lesson"),
        ({"minutes": 3, "more": 1}, "more"),
    ],
)
def test_what_does_not_fit_names_the_field(
    client_of: ClientOf, learner: Person, body: dict[str, Any], field: str
) -> None:
    answer = client_of(learner).post("/api/v1/reviews", json=body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["field"] == field


def test_nothing_to_ask_is_said_in_words(make: Make, client_of: ClientOf, lesson: Lesson) -> None:
    answer = client_of(make.learner()).post("/api/v1/reviews", json={"minutes": 3})
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "nothing_met"
    assert "read a lesson first" in answer.json["detail"]


def test_strangers_find_nothing(
    session: Session, make: Make, client_of: ClientOf, client: FlaskClient, learner: Person, lesson: Lesson
) -> None:
    found: Any = client_of(learner).post("/api/v1/reviews", json={"minutes": 3}).json
    point = session.scalars(select(KeyPoint.id).where(KeyPoint.lesson_id == lesson.id)).first()
    body = {"key_point_id": point, "rating": "good"}
    url = f"/api/v1/reviews/{found['id']}"
    assert client_of(make.learner()).put(url, json=body).status_code == 404
    assert client_of(make.person("trainer")).put(url, json=body).status_code == 404
    assert client.put(url, json=body).status_code == 401
    assert client_of(learner).put(url, json=body | {"key_point_id": 999_999}).status_code == 404
    assert client_of(learner).put(url, json=body | {"rating": "superb"}).status_code == 422


def test_a_session_of_many_lessons_reads_their_texts_in_one_statement(
    session: Session, make: Make, client_of: ClientOf, statements: Callable[[], Any]
) -> None:
    counts = []
    for number in (1, 9):
        person, course = make.learner(), make.course()
        for _ in range(number):
            made = make.lesson(course, points=4)
            for point in session.scalars(select(KeyPoint.id).where(KeyPoint.lesson_id == made.id)):
                make.add(Exposure(person_id=person.id, key_point_id=point, at=make.now - timedelta(days=2)))
        browser = client_of(person)
        with statements() as ran:
            assert browser.post("/api/v1/reviews", json={"minutes": 10}).status_code == 201
        counts.append(len(ran))
    assert counts[0] == counts[1]

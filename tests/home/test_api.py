from collections.abc import Callable

from flask.testing import FlaskClient

from lms.accounts.models import Person
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]


def test_me_says_who_is_asking(client_of: ClientOf, make: Make) -> None:
    lead = make.person("mentor", "learner", name="何凯")
    body = client_of(lead).get("/api/v1/me").get_json()
    assert (body["employee_no"], body["name"], body["time_zone"]) == (lead.employee_no, "何凯", "Asia/Shanghai")
    assert [grant["role"] for grant in body["roles"]] == ["mentor", "learner"]
    assert body["scopes"] is None


def test_me_is_for_those_signed_in(client: FlaskClient) -> None:
    response = client.get("/api/v1/me")
    assert response.status_code == 401
    assert response.content_type == "application/problem+json"


def test_my_day_gives_plan_load_and_next_piece(client_of: ClientOf, make: Make) -> None:
    learner = make.learner()
    lesson = make.lesson()
    make.meeting(make.pairing(make.mentor(), learner))
    make.gate([{"slug": "m", "kind": "sign_off", "role": "mentor", "title": {"zh": "师傅", "en": "Mentor"}}])
    body = client_of(learner).get("/api/v1/me/today").get_json()
    assert (body["day"], body["stage"]) == (12, "listening-in")
    assert body["next"]["lessons"][0]["id"] == lesson.id
    assert body["load"]["state"] == "comfortable"
    assert (body["gate"]["met"], body["gate"]["asked"]) == (0, 1)
    assert body["meeting"]["place"] == "Desk 214"
    assert [slot["minutes"] for slot in body["slots"]] == [2, 5, 10]


def test_my_day_offers_practice_where_that_is_best(client_of: ClientOf, make: Make) -> None:
    learner = make.learner()
    course = make.course()
    make.progress(learner, make.lesson(course))
    quiz = make.quiz(course, questions=0, purpose="practice", limit_minutes=5, draw=5)
    body = client_of(learner).get("/api/v1/me/today").get_json()
    assert body["next"] == {"kind": "practice", "lessons": [], "quiz": quiz.slug}
    assert body["pieces"][0]["state"] == "done"


def test_my_day_without_a_class_is_empty(client_of: ClientOf, make: Make) -> None:
    body = client_of(make.person("learner")).get("/api/v1/me/today").get_json()
    assert (body["day"], body["next"], body["slots"], body["gate"]) == (None, None, [], None)


def test_who_learns_nothing_has_no_day(client_of: ClientOf, make: Make) -> None:
    assert client_of(make.person("hr")).get("/api/v1/me/today").status_code == 404

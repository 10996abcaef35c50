from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms.accounts.models import Enrolment, Person
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]


def words(response: Any) -> str:
    return " ".join(response.get_data(as_text=True).split())


def test_the_first_page_leads_strangers_to_the_door(client: FlaskClient) -> None:
    response = client.get("/")
    assert (response.status_code, response.location) == (303, "/sign-in")


@pytest.mark.parametrize(("role", "where"), [("learner", "/today"), ("adviser", "/classes"), ("admin", "/people")])
def test_the_first_page_leads_everybody_to_their_own_work(
    client_of: ClientOf, make: Make, role: str, where: str
) -> None:
    assert client_of(make.person(role)).get("/").location == where


def test_the_language_is_kept_and_the_page_stays_the_same(client: FlaskClient) -> None:
    response = client.post("/locale", data={"locale": "zh", "next": "/sign-in?x=1"})
    assert (response.status_code, response.location) == (303, "/sign-in?x=1")
    assert 'lang="zh-CN"' in words(client.get("/sign-in"))


def test_the_language_switch_leads_nowhere_else(client: FlaskClient) -> None:
    assert client.post("/locale", data={"locale": "en", "next": "//evil.example"}).location == "/"
    assert client.post("/locale", data={"locale": "en", "next": "https://evil.example"}).location == "/"


@pytest.mark.parametrize("data", [{}, {"locale": "fr"}, {"locale": "zh" * 500}, {"locale": "zh", "next": "/" * 3000}])
def test_a_language_that_is_not_offered_is_refused_by_name(client: FlaskClient, data: dict[str, str]) -> None:
    response = client.post("/locale", data=data)
    assert response.status_code == 422
    assert "locale" in words(response)


def test_today_greets_and_says_where_one_is(client_of: ClientOf, make: Make) -> None:
    learner = make.learner(latin_name="Zhou Xiaoyu")
    make.lesson()
    mentor = make.mentor(latin_name="Chen Jing")
    make.meeting(make.pairing(mentor, learner))
    make.gate([{"slug": "m", "kind": "sign_off", "role": "mentor", "title": {"zh": "师傅", "en": "Mentor"}}])
    text = words(client_of(learner).get("/today"))
    for part in (
        "Good morning, Xiaoyu",
        "Day 12",
        "Chen Jing",
        "Next: today 15:30, Desk 214",
        "0 of 1 requirement is met",
    ):
        assert part in text
    assert "your mentor’s signature" in text
    assert text.count('class="slot main"') == 1


def test_today_without_a_class_says_what_will_be_here(client_of: ClientOf, make: Make) -> None:
    assert "You are in no class yet" in words(client_of(make.person("learner")).get("/today"))


def test_today_with_everything_read_says_so(client_of: ClientOf, make: Make) -> None:
    learner = make.learner()
    make.progress(learner, make.lesson(), done_at=make.now - timedelta(days=1))
    text = words(client_of(learner).get("/today"))
    assert "Every lesson is finished" in text
    assert "Draw it from memory" in text


def test_too_much_stops_new_lessons_and_can_be_taken_back(client_of: ClientOf, make: Make) -> None:
    learner = make.learner()
    make.lesson(title_en="A new thing")
    browser = client_of(learner)
    assert "A new thing" in words(browser.get("/today"))
    assert browser.post("/today/too-much").location == "/today"
    text = words(browser.get("/today"))
    assert "A new thing" not in text
    assert "Full for today" in text
    assert browser.post("/today/too-much/withdrawal").status_code == 303
    assert "A new thing" in words(browser.get("/today"))


def test_a_running_quiz_is_one_tap_away(client_of: ClientOf, make: Make) -> None:
    from lms.quizzes.models import Attempt

    learner = make.learner()
    quiz = make.quiz()
    values = {"started_at": make.now, "deadline": make.now + timedelta(minutes=8), "grace_seconds": 60}
    make.add(
        Attempt(
            quiz_id=quiz.id,
            learner_id=learner.id,
            number=1,
            seed=1,
            lease="x",
            pass_percent=80,
            max_score=5.0,
            **values,
        )
    )
    assert "A quiz is running." in words(client_of(learner).get("/today"))


def test_today_asks_the_database_as_often_with_many_rows(
    client_of: ClientOf, make: Make, statements: Callable[[], Any]
) -> None:
    learner = make.learner()
    course = make.course()
    make.progress(learner, make.lesson(course))
    make.quiz(course)
    make.profile()
    make.gate(
        [
            {"slug": "l", "kind": "lessons", "courses": [course.slug], "title": {"zh": "课", "en": "Lessons"}},
            {"slug": "c", "kind": "coverage", "title": {"zh": "点", "en": "Points"}},
        ]
    )
    make.pairing(make.mentor(), learner)
    browser = client_of(learner)
    browser.get("/today")
    with statements() as few:
        assert browser.get("/today").status_code == 200
    for _ in range(60):
        make.progress(learner, make.lesson(course))
        make.quiz(course, questions=0)
        make.learner()
    with statements() as many:
        assert browser.get("/today").status_code == 200
    assert len(few) == len(many) <= 15


def test_who_passed_every_gate_is_live(client_of: ClientOf, make: Make) -> None:
    learner = make.learner()
    make.period(
        learner, make.gate([{"slug": "m", "kind": "sign_off", "role": "mentor", "title": {"zh": "师", "en": "M"}}])
    )
    text = words(client_of(learner).get("/today"))
    assert "you are live" in text
    assert "All gates are passed." in text


def test_a_gate_whose_day_is_past_promises_no_day(client_of: ClientOf, make: Make) -> None:
    requirement = {"slug": "m", "kind": "sign_off", "role": "lead", "title": {"zh": "班", "en": "Lead"}}
    make.gate([requirement], after_stage="study", slug="listening-in")
    text = words(client_of(make.learner()).get("/today"))
    assert "Next gate: Go-live. 0 of 1" in text.replace("</b>", "")
    assert "your team lead’s signature" in text


def test_a_programme_without_stages_still_has_a_today(client_of: ClientOf, make: Make) -> None:
    from lms.courses.models import Programme

    values = {"slug": "bare", "post": "p", "title_zh": "空", "title_en": "Bare", "caps": {}, "calendar": {}}
    bare = make.add(Programme(**values))
    learner = make.learner(make.training_class(programme_id=bare.id))
    text = words(client_of(learner).get("/today"))
    assert "Nothing more today" in text
    assert "Your way to go-live" not in text


def test_before_the_first_day_today_says_when_it_is(client_of: ClientOf, make: Make) -> None:
    learner = make.learner(make.training_class(starts_on=make.now.date() + timedelta(days=6)))
    assert "Your class starts on Monday 23 March" in words(client_of(learner).get("/today"))


def test_a_mentor_has_no_today(client_of: ClientOf, make: Make) -> None:
    assert client_of(make.person("mentor")).get("/today").status_code == 404


def board_of(make: Make, learners: int) -> tuple[Person, str]:
    adviser = make.person("adviser")
    group = make.training_class(adviser)
    course = make.course()
    lesson = make.lesson(course)
    make.gate([{"slug": "l", "kind": "lessons", "courses": [course.slug], "title": {"zh": "课", "en": "Lessons"}}])
    for _ in range(learners):
        make.progress(make.learner(group), lesson)
    return adviser, f"/classes/{group.id}"


def test_the_class_board_shows_people_and_their_path(client_of: ClientOf, make: Make) -> None:
    adviser, where = board_of(make, 2)
    browser = client_of(adviser)
    text = words(browser.get(where))
    for part in ("2 learners", "1 of 1", "No mentor yet", "Ready: 1 of 1"):
        assert part in text
    assert "Spring" in words(browser.get("/classes"))


def test_the_class_board_shows_gates_passed_and_the_last_quiz(client_of: ClientOf, make: Make) -> None:
    from lms.certification.models import Gate
    from lms.quizzes.models import Attempt

    adviser, where = board_of(make, 1)
    learner = make.session.query(Person).filter_by(name="周晓雨").one()
    values = {"started_at": make.now, "deadline": make.now + timedelta(minutes=8), "finished_at": make.now}
    make.add(
        Attempt(
            quiz_id=make.quiz().id,
            learner_id=learner.id,
            number=1,
            seed=1,
            lease="x",
            grace_seconds=60,
            pass_percent=80,
            max_score=5.0,
            score=4.0,
            passed=True,
            settled_by="submitted",
            **values,
        )
    )
    make.gate([], slug="second", position=1, scope="shadow", after_stage="study")
    make.period(learner, make.session.query(Gate).filter_by(slug="go-live").one())
    text = words(client_of(adviser).get(where))
    for part in ("Passed", "80 %", "0 of 0"):
        assert part in text


def test_an_empty_class_says_what_will_be_here(client_of: ClientOf, make: Make) -> None:
    adviser, where = board_of(make, 0)
    assert "Nobody is in this class yet" in words(client_of(adviser).get(where))


def test_a_class_that_everybody_has_left_is_called_finished(client_of: ClientOf, make: Make) -> None:
    adviser, where = board_of(make, 1)
    make.session.query(Enrolment).update({"ended_on": make.now.date()})
    make.session.flush()
    assert "Class finished" in words(client_of(adviser).get("/classes"))
    text = words(client_of(adviser).get(where))
    assert "This class is finished" in text
    assert "Assign mentors" not in text
    assert "Class finished" in words(client_of(make.person("hr")).get("/intakes"))


@pytest.mark.parametrize("role", ["adviser", "hr", "lead", "mentor", "learner", "auditor", "admin", "trainer"])
def test_the_board_of_somebody_elses_class_does_not_exist(client_of: ClientOf, make: Make, role: str) -> None:
    _adviser, where = board_of(make, 1)
    assert client_of(make.person(role)).get(where).status_code == 404


def test_the_class_board_asks_the_database_as_often_for_a_thousand(
    client_of: ClientOf, make: Make, statements: Callable[[], Any]
) -> None:
    adviser, where = board_of(make, 10)
    browser = client_of(adviser)
    with statements() as few:
        assert browser.get(where).status_code == 200
    group = int(where.rsplit("/", 1)[1])
    crowd(make, group, 990)
    with statements() as many:
        assert "1000 learners" in words(browser.get(where))
    assert len(few) == len(many) <= 24


def crowd(make: Make, class_id: int, count: int) -> None:
    from lms.accounts.models import RoleGrant

    people = [
        Person(
            site_id=make.site().id,
            employee_no=f"C{n:05}",
            name="学员",
            latin_name=f"Crowd {n}",
            locale="en",
            created_at=make.now,
        )
        for n in range(count)
    ]
    make.session.add_all(people)
    make.session.flush()
    make.session.add_all(
        row
        for person in people
        for row in (
            RoleGrant(person_id=person.id, role="learner", granted_at=make.now),
            Enrolment(learner_id=person.id, class_id=class_id, joined_on=make.now.date()),
        )
    )
    make.session.flush()


def test_health_is_for_administrators(client_of: ClientOf, make: Make) -> None:
    text = words(client_of(make.person("admin")).get("/health"))
    assert "as expected" in text
    assert "Nothing waits to be settled" in text
    assert client_of(make.person("hr")).get("/health").status_code == 404


def test_alive_and_ready_say_so_to_everybody(client: FlaskClient, engine: Any) -> None:
    assert client.get("/healthz").data == b"ok\n"
    response = client.get("/readyz")
    assert (response.status_code, response.data) == (200, b"ready\n")


def test_not_ready_while_the_schema_is_another(client: FlaskClient, connection: Any) -> None:
    from sqlalchemy import text

    connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"lms db upgrade" in response.data


def test_not_ready_while_the_database_does_not_answer(app: Any, client: FlaskClient) -> None:
    from lms import db

    kept = app.extensions["lms_database"]
    app.extensions["lms_database"] = db.Database(db.connect("sqlite:////proc/nowhere.db"))
    try:
        response = client.get("/readyz")
    finally:
        app.extensions["lms_database"] = kept
    assert (response.status_code, response.data) == (503, b"the database does not answer\n")


def test_metrics_are_for_this_machine_and_administrators(client: FlaskClient, client_of: ClientOf, make: Make) -> None:
    from_here = client.get("/metrics")
    assert b'onramp_rows{kind="people"}' in from_here.data
    assert from_here.content_type.startswith("text/plain")
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_base=far).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client_of(make.person("admin")).get("/metrics", environ_base=far).status_code == 200

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course
from lms.timetable.models import Run
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
NewRun = Callable[..., Run]


def sent(course: Course, trainer: Person, **more: Any) -> dict[str, Any]:
    values = {
        "course": course.id,
        "starts_at": "2026-03-20T15:00",
        "ends_at": "2026-03-20T16:00",
        "place_zh": "二楼",
        "place_en": "Room 2",
        "trainer": trainer.id,
        "training_class": "",
        "seats": "",
    }
    return values | more


def test_a_trainer_publishes_changes_cancels_and_undoes(
    make: Make, client_of: Browser, session: Session, elective: Course
) -> None:
    trainer = make.person("trainer")
    session.commit()
    browser = client_of(trainer)
    assert browser.get("/calendar/new").status_code == 200
    made = browser.post("/calendar/new", data=sent(elective, trainer, seats=5))
    assert made.status_code == 303
    address = made.headers["Location"]
    assert "15:00–16:00" in browser.get(address).text, "as the clock on the wall shows it"
    run = session.query(Run).one()
    assert run.starts_at.hour == 7
    assert 'value="2026-03-20T15:00"' in browser.get(f"{address}/edit").text
    assert browser.post(f"{address}/edit", data=sent(elective, trainer, place_en="Room 9")).status_code == 303
    assert "Room 9" in browser.get("/calendar?month=2026-03").text
    assert browser.post(f"{address}/cancellation").status_code == 303
    assert "cancelled" in browser.get("/calendar?month=2026-03").text
    assert browser.post(f"{address}/cancellation/undo").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"course": "9999"},
        {"starts_at": "soon"},
        {"starts_at": "0001-01-01T00:00"},
        {"ends_at": "2026-03-20T14:00"},
        {"seats": "0"},
        {"seats": "many"},
        {"place_en": ""},
        {"place_zh": "长" * 200},
        {"training_class": "9"},
    ],
)
def test_a_date_that_cannot_be_is_sent_back(
    make: Make, client_of: Browser, session: Session, elective: Course, new_run: NewRun, wrong: dict[str, Any]
) -> None:
    trainer, run = make.person("trainer"), new_run()
    session.commit()
    browser = client_of(trainer)
    for address in ("/calendar/new", f"/calendar/runs/{run.id}/edit"):
        assert browser.post(address, data=sent(elective, trainer) | wrong).status_code == 422


def test_a_learner_signs_up_and_leaves(make: Make, client_of: Browser, session: Session, new_run: NewRun) -> None:
    run, learner, other = new_run(seats=1), make.learner(), make.learner()
    session.commit()
    browser, second = client_of(learner), client_of(other)
    page = f"/calendar/runs/{run.id}"
    assert "Sign up" in browser.get(page).text
    assert browser.post(f"{page}/place").status_code == 303
    assert "You have a seat" in browser.get(page).text
    assert "for you" in browser.get("/calendar?month=2026-03&mine=1").text
    second.post(f"{page}/place")
    assert "You are on the waiting list" in second.get(page).text
    assert browser.post(f"{page}/place/return").status_code == 303
    assert "You have a seat" in second.get(page).text
    assert browser.get(page).text.count("Join the waiting list") == 1
    run.starts_at = make.now
    session.commit()
    assert browser.post(f"{page}/place").status_code == 409
    assert second.post(f"{page}/place/return").status_code == 409


def test_strangers_find_nothing(make: Make, client_of: Browser, session: Session, new_run: NewRun) -> None:
    run = new_run(class_id=make.training_class().id)
    session.commit()
    browser = client_of(make.learner())
    for path in ("", ".ics"):
        assert browser.get(f"/calendar/runs/{run.id}{path}").status_code == 404
    assert browser.post(f"/calendar/runs/{run.id}/place").status_code == 404
    assert browser.get(f"/calendar/runs/{run.id}/edit").status_code == 404


def test_the_feed_says_utc_and_says_so_once(
    make: Make, client: FlaskClient, client_of: Browser, session: Session, new_run: NewRun
) -> None:
    run, learner = new_run(), make.learner()
    session.commit()
    browser = client_of(learner)
    browser.post(f"/calendar/runs/{run.id}/place")
    assert "no address yet" in browser.get("/calendar/subscription").text
    shown = browser.post("/calendar/subscription").text
    address = shown.split('value="http')[1].split('"')[0].split("/calendar/")[1]
    assert address not in browser.get("/calendar/subscription").text
    answer = client.get(f"/calendar/{address}")
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.data)
    events = found.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [run.starts_at]
    assert b"DTSTART:20260318T023000Z" in answer.data
    assert events[0]["summary"] == "Staying steady"
    again = client.get(f"/calendar/{address}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    run.cancelled_at, run.changed_at = make.now, make.now + timedelta(hours=1)
    session.commit()
    changed = client.get(f"/calendar/{address}", headers={"If-None-Match": answer.headers["ETag"]})
    assert b"STATUS:CANCELLED" in changed.data
    browser.post("/calendar/subscription/end")
    assert client.get(f"/calendar/{address}").status_code == 404
    assert browser.get(f"/calendar/runs/{run.id}.ics").headers["Content-Disposition"].endswith('.ics"')


def test_electives_are_read_by_everyone(make: Make, client_of: Browser, session: Session, elective: Course) -> None:
    lesson = make.lesson(elective)
    session.commit()
    for person in (make.learner(), make.person("lead"), make.person("learner")):
        browser = client_of(person)
        assert browser.get("/courses/steady").status_code == 200
        assert browser.get(f"/lessons/{lesson.id}").status_code == 200
        assert "Staying steady" in browser.get("/calendar?kind=elective&month=nonsense").text


def test_the_calendar_costs_the_same_for_few_and_many(
    make: Make, client_of: Browser, session: Session, new_run: NewRun, statements: Any
) -> None:
    new_run()
    session.commit()
    browser = client_of(make.learner())

    def counted() -> int:
        with statements() as ran:
            assert browser.get("/calendar?month=2026-03").status_code == 200
        return len(ran)

    few = counted()
    for _ in range(30):
        new_run(trainer_id=make.person("trainer").id)
    session.commit()
    assert counted() == few <= 6

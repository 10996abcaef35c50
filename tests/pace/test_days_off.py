"""Days off of single persons: who enters them, what is refused, what they change for the person and on pages."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, Site, TrainingClass
from lms.audit.models import AuditEntry
from lms.errors import Invalid, NotFound
from lms.pace import actions, queries
from lms.pace.actions import DaysOffValue
from lms.pace.models import DayOff, Holiday
from lms.pace.rules import LONGEST_OFF, Caps, Span
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]
TODAY = date(2026, 3, 17)
MONDAY = TODAY - timedelta(days=1)
WEEK = Span(TODAY, TODAY + timedelta(days=4))


@dataclass
class Cast:
    """A class with its adviser, one learner of it, and HR."""

    group: TrainingClass
    adviser: Person
    learner: Person
    hr: Person


@pytest.fixture
def cast(make: Make, session: Session) -> Cast:
    adviser = make.person("adviser", name="刘敏")
    group = make.training_class(adviser)
    made = Cast(group, adviser, make.learner(group), make.person("hr"))
    session.commit()
    return made


def enter(session: Session, person: Person, span: Span, now: datetime, why: str = "") -> int:
    return actions.enter_days_off(session, person, DaysOffValue(span, why), actor="A1001", today=TODAY, now=now)


def days_of(session: Session, person: Person) -> list[date]:
    return list(session.scalars(select(DayOff.day).where(DayOff.person_id == person.id).order_by(DayOff.day)))


def entries(session: Session, action: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
    return [json.loads(row.payload)["detail"] for row in rows]


def test_a_span_is_entered_once_and_is_a_decision(session: Session, cast: Cast, now: datetime) -> None:
    assert enter(session, cast.learner, WEEK, now, "换班") == 5
    assert enter(session, cast.learner, Span(TODAY, TODAY), now) == 0
    assert enter(session, cast.learner, Span(TODAY, TODAY + timedelta(days=5)), now) == 1
    assert days_of(session, cast.learner) == [TODAY + timedelta(days=n) for n in range(6)]
    assert entries(session, "days_off.entered") == [
        {"first": "2026-03-17", "last": "2026-03-21", "why": "换班"},
        {"first": "2026-03-17", "last": "2026-03-22"},
    ]


def test_what_cannot_be_is_refused_with_its_field(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        enter(session, cast.learner, Span(TODAY, TODAY + timedelta(days=LONGEST_OFF)), now)
    assert (refused.value.field, refused.value.code) == ("last", "too_long")
    assert days_of(session, cast.learner) == []


def test_taking_back_is_a_decision_and_leaves_the_rest(session: Session, cast: Cast, now: datetime) -> None:
    enter(session, cast.learner, WEEK, now)
    middle = Span(TODAY + timedelta(days=1), TODAY + timedelta(days=2))
    actions.take_back_days_off(session, cast.learner, middle, actor="A1001", today=TODAY, now=now)
    assert days_of(session, cast.learner) == [TODAY, TODAY + timedelta(days=3), TODAY + timedelta(days=4)]
    assert entries(session, "days_off.removed") == [{"first": "2026-03-18", "last": "2026-03-19"}]
    with pytest.raises(NotFound):
        actions.take_back_days_off(session, cast.learner, middle, actor="A1001", today=TODAY, now=now)


def test_what_is_long_ago_stays(session: Session, cast: Cast, now: datetime, make: Make) -> None:
    winter = TODAY - timedelta(days=40)
    make.add(DayOff(person_id=cast.learner.id, day=winter))
    with pytest.raises(NotFound):
        actions.take_back_days_off(session, cast.learner, Span(winter, TODAY), actor="A1001", today=TODAY, now=now)
    assert days_of(session, cast.learner) == [winter]
    assert queries.own_days_off(session, cast.learner.id, today=TODAY) == ()


def test_a_load_knows_the_day_off_in_one_statement(
    session: Session, cast: Cast, now: datetime, make: Make, statements: Callable[[], Any]
) -> None:
    other = make.learner(cast.group)
    enter(session, cast.learner, WEEK, now)
    actions.record_study(session, cast.learner.id, day=TODAY, now=now, seconds=60, new_points=2)
    with statements() as ran:
        loads = queries.loads_of(session, [cast.learner.id, other.id], TODAY, Caps(), now=now)
    assert len(ran) == 1
    assert (loads[cast.learner.id].day_off, loads[cast.learner.id].new_points) == (True, 2)
    assert not loads[other.id].day_off
    assert not queries.load_of(session, cast.learner.id, MONDAY, Caps(), now=now).day_off


def test_free_days_are_ones_own_and_the_sites(session: Session, cast: Cast, now: datetime, make: Make) -> None:
    site = cast.learner.site_id
    make.add(Holiday(site_id=site, day=MONDAY, works=False, name_zh="假", name_en="Off"))
    make.add(Holiday(site_id=site, day=date(2026, 3, 14), works=True, name_zh="补班", name_en="Worked"))
    other = make.learner(cast.group)
    enter(session, cast.learner, Span(TODAY, TODAY), now)
    found = queries.free_days(session, [cast.learner.id, other.id], since=date(2026, 3, 1), until=TODAY)
    assert found == {cast.learner.id: {MONDAY, TODAY}, other.id: {MONDAY}}


DAYS = {"first": "2026-03-17", "last": "2026-03-18", "why": ""}


@pytest.mark.parametrize("who", ["adviser", "hr"])
def test_adviser_and_hr_enter_take_back_and_enter_again(
    client_of: ClientOf, session: Session, cast: Cast, who: str
) -> None:
    browser, address = client_of(getattr(cast, who)), f"/people/{cast.learner.employee_no}/days-off"
    assert "No days off" in browser.get(address).text
    answer = browser.post(address, data=DAYS)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert "Kept" in browser.get(address).text
    browser.post(address, data=DAYS | {"last": ""})
    assert "off already" in browser.get(address).text
    assert days_of(session, cast.learner) == [TODAY, TODAY + timedelta(days=1)]
    taken = browser.post(f"{address}/removal", data=DAYS)
    assert taken.status_code == 303
    again = browser.get(taken.headers["Location"]).text
    assert 'value="2026-03-17"' in again
    assert 'value="2026-03-18"' in again
    session.expire_all()
    assert days_of(session, cast.learner) == []
    assert browser.post(f"{address}/removal", data=DAYS).status_code == 404
    assert browser.post(f"{address}/removal", data={"first": "soon"}).status_code == 404
    assert browser.get(f"{address}?first=x&last=2026-02-30").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first": ""}, "Please fill this in."),
        ({"last": "2026-03-16"}, "The last day lies before the first."),
        ({"first": "2026-01-01", "last": ""}, "more than a month ago"),
        ({"first": "2028-01-01", "last": ""}, "more than a year ahead"),
        ({"last": "2026-12-31"}, "At most 92 days"),
        ({"why": "w" * 201}, "At most 200 characters."),
    ],
    ids=["no day", "backwards", "long ago", "far ahead", "too long", "too many words"],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(
    client_of: ClientOf, session: Session, cast: Cast, wrong: dict[str, str], said: str
) -> None:
    sent = DAYS | {"why": "换班"} | wrong
    answer = client_of(cast.adviser).post(f"/people/{cast.learner.employee_no}/days-off", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert sent["why"] in answer.text
    assert days_of(session, cast.learner) == []


def test_strangers_find_nothing(client_of: ClientOf, cast: Cast, make: Make, session: Session) -> None:
    elsewhere = make.add(Site(name_zh="别处", name_en="Elsewhere", time_zone="Asia/Shanghai"))
    outsiders = [make.person("adviser"), make.person("hr", site_id=elsewhere.id), make.person("trainer"), cast.learner]
    session.commit()
    for person in outsiders:
        browser = client_of(person)
        assert browser.get(f"/people/{cast.learner.employee_no}/days-off").status_code == 404
        assert browser.post(f"/people/{cast.learner.employee_no}/days-off", data=DAYS).status_code == 404
        assert browser.post(f"/people/{cast.learner.employee_no}/days-off/removal", data=DAYS).status_code == 404
        assert browser.get(f"/classes/{cast.group.id}/days-off").status_code == 404
    assert client_of(cast.adviser).get("/days-off").status_code == 404
    assert client_of(cast.adviser).get(f"/people/{cast.hr.employee_no}/days-off").status_code == 404


def test_a_learner_sees_their_own_and_today_says_so(
    client_of: ClientOf, session: Session, cast: Cast, now: datetime
) -> None:
    browser = client_of(cast.learner)
    assert "No days off are entered" in browser.get("/days-off").text
    assert "You have the day off" not in browser.get("/today").text
    enter(session, cast.learner, WEEK, now)
    session.commit()
    assert "5 days · under way" in browser.get("/days-off").text
    today = browser.get("/today").text
    assert "You have the day off. Nothing is due" in today
    assert "Too much today" not in today
    assert browser.get("/api/v1/me/today").json["load"]["state"] == "off"


def test_the_class_page_and_its_board_say_who_is_off(
    client_of: ClientOf, session: Session, cast: Cast, now: datetime, make: Make, statements: Callable[[], Any]
) -> None:
    browser = client_of(cast.adviser)
    browser.get("/classes")
    with statements() as few:
        assert "Off today" not in browser.get(f"/classes/{cast.group.id}/days-off").text
    for learner in (cast.learner, *(make.learner(cast.group) for _ in range(9))):
        enter(session, learner, WEEK, now)
    session.commit()
    with statements() as many:
        shown = browser.get(f"/classes/{cast.group.id}/days-off").text
    assert shown.count("Off today") == 10
    assert len(few) == len(many) <= 7
    assert browser.get(f"/classes/{cast.group.id}").text.count("Day off</span>") == 10
    assert "Off today" in client_of(cast.hr).get(f"/classes/{cast.group.id}/days-off").text

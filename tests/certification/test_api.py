"""Answers for machines: go-live of one person and of many, now and at an instant; verification as data."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import ApiToken, Person
from lms.accounts.queries import fingerprint
from lms.certification import actions
from lms.certification.actions import EndValue
from lms.certification.models import Period
from tests.certification.conftest import World

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def certified(world: World, session: Session, now: datetime) -> Period:
    world.sign(world.learner)
    return actions.issue(session, world.as_adviser, world.learner.id, "go-live", now=now).period


def test_who_is_certified_may_go_live(client_of: ClientOf, world: World, certified: Period) -> None:
    answer = client_of(world.hr).get(f"/api/v1/go-live/{world.learner.employee_no}")
    assert answer.json == {
        "employee_no": world.learner.employee_no,
        "scope": "full",
        "certified": True,
        "status": "valid",
        "valid_from": "2026-03-17",
        "valid_until": "2027-03-16",
        "reasons": [],
    }


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-03-16T10:30:00+08:00", "never"),
        ("2026-03-17T10:29:59.999+08:00", "never"),
        ("2026-03-17T10:30:00+08:00", "valid"),
        ("2026-03-17T02:30:00Z", "valid"),
        ("2026-03-17T02:30:00z", "valid"),
        ("2026-03-17T10:30 08:00", "valid"),
        ("2027-03-16T23:59:59+08:00", "valid"),
        ("2027-03-17T00:00:00+08:00", "lapsed"),
    ],
)
def test_at_an_instant(client_of: ClientOf, world: World, certified: Period, at: str, status: str) -> None:
    answer = client_of(world.hr).get(f"/api/v1/go-live/{world.learner.employee_no}?at={at}").json
    assert answer["status"] == status
    assert answer["certified"] is (status == "valid")
    assert bool(answer["reasons"]) is (status != "valid")


def test_reasons_name_what_is_missing(client_of: ClientOf, world: World) -> None:
    answer = client_of(world.hr).get(f"/api/v1/go-live/{world.learner.employee_no}").json
    assert answer["reasons"] == ["never_certified", "missing:go-live/mentor", "missing:go-live/adviser"]
    assert (answer["scope"], answer["valid_until"]) == ("full", None)


def test_a_scope_is_a_credential_of_its_own(client_of: ClientOf, world: World, certified: Period) -> None:
    answer = client_of(world.hr).get(f"/api/v1/go-live/{world.learner.employee_no}?scope=nesting").json
    assert (answer["scope"], answer["certified"]) == ("nesting", False)


def test_who_has_left_takes_no_calls(client_of: ClientOf, world: World, certified: Period, now: datetime) -> None:
    world.learner.suspended_at = now
    answer = client_of(world.hr).get(f"/api/v1/go-live/{world.learner.employee_no}").json
    assert (answer["certified"], answer["reasons"]) == (False, ["account_closed"])


@pytest.mark.parametrize(
    "query",
    [
        "at=yesterday",
        "at=2026-03-17T10:30:00",
        "at=1742178600",
        "at=9999-12-31T23:59:59-14:00",
        "at=2026-02-30T10:00:00Z",
        "at=2026-03-17T25:00:00Z",
        "at=" + "1" * 99,
        "at=%00",
        "at=",
        "scope=all",
        "scope=",
    ],
)
def test_nonsense_is_refused_by_name(client_of: ClientOf, world: World, query: str) -> None:
    answer = client_of(world.hr).get(f"/api/v1/go-live/{world.learner.employee_no}?{query}")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["field"] == query.partition("=")[0]


@pytest.mark.parametrize("number", ["E9999", "x" * 40, "<b>", "%20"])
def test_nobody_of_that_number(client_of: ClientOf, world: World, number: str) -> None:
    assert client_of(world.hr).get(f"/api/v1/go-live/{number}").status_code == 404


def test_a_number_that_is_too_long(client_of: ClientOf, world: World) -> None:
    assert client_of(world.hr).get(f"/api/v1/go-live/{'x' * 41}").status_code == 422


def test_whom_one_does_not_reach_does_not_exist(client_of: ClientOf, world: World) -> None:
    address = f"/api/v1/go-live/{world.learner.employee_no}"
    assert client_of(world.make.person("adviser")).get(address).status_code == 404
    assert client_of(world.make.person("lead")).get(address).status_code == 404
    assert client_of(world.learner).get(address).status_code == 404
    assert client_of(world.adviser).get(address).status_code == 200


def test_a_token_opens_it_and_nobody_else_does(client: FlaskClient, world: World, now: datetime) -> None:
    address = f"/api/v1/go-live/{world.learner.employee_no}"
    assert client.get(address).status_code == 401
    world.make.add(
        ApiToken(token_hash=fingerprint("secret"), person_id=world.hr.id, scopes=["go-live"], created_at=now)
    )
    assert client.get(address, headers={"Authorization": "Bearer secret"}).status_code == 200


def test_the_list(client_of: ClientOf, world: World, certified: Period) -> None:
    team = world.make.team("Billing")
    other = world.make.learner(world.make.training_class(name_en="Winter C"), team_id=team.id)
    browser = client_of(world.hr)

    def numbers(query: str) -> list[str]:
        answer = browser.get(f"/api/v1/go-live?{query}").json
        assert answer["next_cursor"] is None
        return [item["employee_no"] for item in answer["items"]]

    assert numbers("") == [world.learner.employee_no, other.employee_no]
    assert numbers("status=valid") == [world.learner.employee_no]
    assert numbers("status=valid&at=2026-03-16T00:00:00Z") == []
    assert numbers("team=Billing") == numbers("team=Billing组") == [other.employee_no]
    assert numbers("class=Winter C") == [other.employee_no]
    assert numbers(f"cursor={world.learner.employee_no}") == [other.employee_no]


@pytest.mark.parametrize("query", ["status=ok", "at=now", "team=" + "x" * 121, "cursor=" + "x" * 41])
def test_nonsense_in_the_list_is_refused_by_name(client_of: ClientOf, world: World, query: str) -> None:
    answer = client_of(world.hr).get(f"/api/v1/go-live?{query}")
    assert (answer.status_code, answer.json["field"]) == (422, query.partition("=")[0])


def test_a_thousand_a_page_in_as_many_statements_as_ten(
    client_of: ClientOf, world: World, statements: Callable[[], Any], session: Session
) -> None:
    browser = client_of(world.hr)
    counts = []
    for people in (9, 991):
        for _ in range(people):
            world.make.learner(world.training_class)
        session.commit()
        session.expunge_all()
        with statements() as ran:
            page = browser.get("/api/v1/go-live").json
        counts.append(len(ran))
    assert counts[0] == counts[1]
    assert len(page["items"]) == 1000
    rest = browser.get(f"/api/v1/go-live?cursor={page['next_cursor']}").json
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)


def test_verification_as_data(client: FlaskClient, world: World, certified: Period) -> None:
    assert client.get(f"/verify/{certified.code}.json").json == {
        "valid": True,
        "status": "valid",
        "number": certified.number,
        "holder": world.learner.name,
        "scope": "full",
        "valid_until": "2027-03-16",
        "history": [
            {
                "number": certified.number,
                "scope": "full",
                "valid_from": "2026-03-17",
                "valid_until": "2027-03-16",
                "ended_early_at": None,
            }
        ],
    }


def test_an_earlier_end_is_in_the_history(
    client: FlaskClient, world: World, certified: Period, session: Session, now: datetime
) -> None:
    actions.end_period(session, world.as_hr, certified.number, EndValue("revoked", "Wrong"), now=now)
    later = now + timedelta(minutes=1)
    second = world.make.period(
        world.learner, world.gate, certified_at=later, requested_at=later, code="B" * 32, number="2026-SECOND"
    )
    now_valid = actions.verify(session, second.code, None, now=later)
    assert [bool(one.ended_early_at) for one in now_valid.history] == [True, False]


def test_unknown_and_revoked_are_the_same_as_data(
    client: FlaskClient, world: World, certified: Period, session: Session, now: datetime
) -> None:
    actions.end_period(session, world.as_hr, certified.number, EndValue("revoked", "Wrong"), now=now)
    answers = {client.get(f"/verify/{code}.json").data for code in (certified.code, "A" * 32, "x" * 3000)}
    assert len(answers) == 1
    assert b'"valid":false' in answers.pop().replace(b" ", b"")

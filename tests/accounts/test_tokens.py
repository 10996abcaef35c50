"""Bearer tokens: who sees which ones act for whom, and how they are ended."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions, queries
from lms.accounts.models import ApiToken, Person, Site
from lms.audit.models import AuditEntry
from tests.make import Make

Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def learner(make: Make) -> Person:
    return make.learner()


@pytest.fixture
def token(session: Session, learner: Person, now: datetime) -> str:
    made = actions.make_token(session, learner, ["read"], name="phone system", days=30, now=now)
    session.commit()
    return made


def number(session: Session, person: Person) -> int:
    return session.scalars(select(ApiToken.id).where(ApiToken.person_id == person.id)).one()


def status(client: FlaskClient, token: str) -> int:
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def test_people_see_what_acts_for_them_and_end_it_at_once(
    client: FlaskClient, client_of: Browser, session: Session, learner: Person, token: str
) -> None:
    browser = client_of(learner)
    shown = browser.get("/profile").text
    assert "phone system" in shown
    assert "Reads what its person may read" in shown
    assert token not in shown
    assert status(client, token) == 200
    own = number(session, learner)
    for _ in range(2):
        assert browser.post(f"/profile/tokens/{own}/end").headers["Location"] == "/profile"
    assert status(client, token) == 401
    assert "phone system" not in browser.get("/profile").text
    ended = session.scalars(select(AuditEntry).where(AuditEntry.action == "token.revoked")).one()
    assert (ended.actor, ended.subject) == (learner.employee_no, learner.employee_no)


def test_a_browser_without_tokens_shows_none_to_their_person(client_of: Browser, learner: Person) -> None:
    assert "Other systems that act for you" not in client_of(learner).get("/profile").text


def test_administrators_and_hr_end_tokens_of_the_people_they_look_after(
    client: FlaskClient, client_of: Browser, session: Session, make: Make, learner: Person, token: str
) -> None:
    admin = make.person("admin")
    browser = client_of(admin)
    assert "phone system" in browser.get(f"/people/{learner.id}").text
    where = f"/people/{learner.id}/tokens/{number(session, learner)}/end"
    assert "confirm" in browser.get(f"/people/{learner.id}").text
    assert browser.post(where).headers["Location"] == f"/people/{learner.id}"
    assert status(client, token) == 401
    assert "None. The operator makes them." in browser.get(f"/people/{learner.id}").text
    ended = session.scalars(select(AuditEntry).where(AuditEntry.action == "token.revoked")).one()
    assert (ended.actor, ended.subject) == (admin.employee_no, learner.employee_no)


def test_tokens_of_strangers_do_not_exist(
    client: FlaskClient, client_of: Browser, session: Session, make: Make, learner: Person, token: str
) -> None:
    theirs = number(session, learner)
    other = make.person("learner")
    elsewhere = make.add(Site(name_zh="远处", name_en="Far", time_zone="Asia/Shanghai"))
    far = make.person("admin", site_id=elsewhere.id)
    hr = make.person("hr")
    assert client_of(other).post(f"/profile/tokens/{theirs}/end").status_code == 404
    assert client_of(other).post(f"/people/{learner.id}/tokens/{theirs}/end").status_code == 404
    assert client_of(far).post(f"/people/{learner.id}/tokens/{theirs}/end").status_code == 404
    assert client_of(hr).post(f"/people/{other.id}/tokens/{theirs}/end").status_code == 404
    assert status(client, token) == 200


def test_hr_ends_no_token_of_an_administrator(
    client: FlaskClient, client_of: Browser, session: Session, make: Make, now: datetime
) -> None:
    admin = make.person("admin")
    token = actions.make_token(session, admin, ["read"], name="", days=None, now=now)
    session.commit()
    browser = client_of(make.person("hr"))
    page = browser.post(f"/people/{admin.id}/tokens/{number(session, admin)}/end", follow_redirects=True)
    assert "Only an administrator changes people" in page.text
    assert "Other systems that act" not in page.text
    assert status(client, token) == 200


def test_a_token_that_has_run_out_is_no_longer_listed(
    session: Session, learner: Person, token: str, now: datetime
) -> None:
    assert [row.name for row in queries.live_tokens(session, learner.id, now=now)] == ["phone system"]
    assert queries.live_tokens(session, learner.id, now=now + timedelta(days=31)) == []

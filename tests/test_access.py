"""Who may open what: made from the application's own address map, so that a new route cannot be forgotten.

Every route is called by nobody, by each role, and by each role on rows of strangers.
What one may not see does not exist: 404.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.accounts import actions as accounts
from lms.accounts.models import Person, Site
from lms.accounts.rules import Role
from lms.quizzes.actions import start_attempt
from lms.web import policy
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
SKIPPED = {"static", "openapi.openapi_doc"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in SKIPPED]


def calls(app: Flask) -> list[tuple[str, Rule]]:
    return [(method, rule) for rule in rules(app) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


@dataclass
class World:
    """One person for each role, and the values that addresses take for rows of somebody else."""

    people: dict[Role, Person]
    strangers_rows: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def world(make: Make, session: Session, now: datetime) -> World:
    """Two classes that know nothing of each other, and a person of each role who belongs to neither."""
    people = {role: make.person(role.value) for role in Role}
    adviser, mentor = make.person("adviser", name="甲"), make.mentor(name="乙")
    klass = make.training_class(adviser)
    learner = make.learner(klass)
    pairing = make.pairing(mentor, learner)
    course = make.course()
    quiz = make.quiz(course)
    gate = make.gate()
    observation = make.observation(learner, mentor, make.scorecard(), finished_at=None, percent=None, passed=None)
    elsewhere = make.add(Site(name_zh="别处", name_en="Elsewhere", time_zone="Asia/Shanghai"))
    outsider = make.person(site_id=elsewhere.id)
    far_class = make.training_class(make.person("adviser", site_id=elsewhere.id), site_id=elsewhere.id)
    started = start_attempt(session, quiz.slug, learner.id, lease="a" * 32, now=now)
    far_away = start_attempt(session, quiz.slug, make.learner(far_class).id, lease="b" * 32, now=now)
    period = make.period(outsider, gate)
    session.commit()
    rows = {
        "person_id": outsider.id,
        "learner_id": outsider.id,
        "mentor_id": outsider.id,
        "class_id": far_class.id,
        "attempt_id": started.attempt_id,
        "running_id": far_away.attempt_id,
        "observation_id": observation.id,
        "meeting_id": make.meeting(pairing).id,
        "session_id": 999_999,
        "grant_id": 999_999,
        "quiz_slug": "no-such-quiz",
        "course_slug": "no-such-course",
        "slug": "nothing-of-that-name",
        "lesson_slug": "01-nothing",
        "name": "nothing.png",
        "lesson_id": 999_999,
        "sheet_id": 999_999,
        "submission_id": 999_999,
        "proposal_id": 999_999,
        "act": "retirement",
        "question_id": 999_999,
        "position": 1,
        "number": period.number,
        "code": "NOSUCHCODE",
        "employee_no": outsider.employee_no,
        "token": "no-such-token",
        "token_id": 999_999,
        "gate_slug": "go-live",
        "period_id": period.id,
        "id": 999_999,
        "revision": 1,
        "version": 1,
        "version_id": 999_999,
        "answer": "0" * 16,
        "miss_id": 999_999,
        "map_id": 999_999,
        "node": "lesson-999999",
        "kind": "mm",
        "sign": "speed",
        "draft_id": 999_999,
        "part": "zh",
        "ref": "no-such-question",
        "game_id": 999_999,
        "run_id": 999_999,
        "day": "2026-10-01",
    }
    session.commit()
    return World(people, rows)


def url(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, {a: values[a] for a in rule.arguments}))


def test_every_argument_of_an_address_is_known_here(app: Flask, world: World) -> None:
    unknown = {a for rule in rules(app) for a in rule.arguments} - set(world.strangers_rows)
    assert unknown == set(), "add the new kind of row to the world of this test"


def test_nobody_gets_past_the_door(app: Flask, client: FlaskClient, world: World) -> None:
    for method, rule in calls(app):
        asked = policy.of(app, rule.endpoint)
        assert asked is not None, rule.endpoint
        answer = client.open(url(app, rule, world.strangers_rows), method=method)
        machine = rule.rule.startswith("/api/") or rule.rule.endswith(".json")
        if asked.is_public:
            assert answer.status_code not in (401, 500), f"{method} {rule.rule}"
            assert not answer.headers.get("Location", "").startswith("/sign-in?"), rule.rule
        elif machine:
            assert answer.status_code == 401, f"{method} {rule.rule}"
        else:
            assert answer.headers["Location"].startswith("/sign-in"), f"{method} {rule.rule}"


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_may_not_open_does_not_exist(app: Flask, client_of: Browser, world: World, role: Role) -> None:
    browser = client_of(world.people[role])
    wrong = []
    for method, rule in calls(app):
        asked = policy.of(app, rule.endpoint)
        if asked is None or asked.is_public or not asked.roles or role in asked.roles:
            continue
        answer = browser.open(url(app, rule, world.strangers_rows), method=method)
        if answer.status_code != 404:
            wrong.append(f"{method} {rule.rule} -> {answer.status_code}")
    assert wrong == []


ROW_ARGUMENTS = {
    "person_id",
    "learner_id",
    "mentor_id",
    "class_id",
    "attempt_id",
    "running_id",
    "observation_id",
    "meeting_id",
    "session_id",
    "number",
    "employee_no",
    "token_id",
    "period_id",
    "game_id",
    "run_id",
    "sheet_id",
}


@pytest.mark.parametrize("role", list(Role))
def test_rows_of_strangers_do_not_exist(app: Flask, client_of: Browser, world: World, role: Role) -> None:
    """The role may open the page, but this row belongs to another site, class, mentor or learner."""
    browser = client_of(world.people[role])
    wrong = []
    for method, rule in calls(app):
        asked = policy.of(app, rule.endpoint)
        if asked is None or asked.is_public or (asked.roles and role not in asked.roles):
            continue
        if not rule.arguments & ROW_ARGUMENTS:
            continue
        answer = browser.open(url(app, rule, world.strangers_rows), method=method)
        if answer.status_code not in (404, 422) or (method == "GET" and answer.status_code != 404):
            wrong.append(f"{method} {rule.rule} -> {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_pages_without_rows_open_for_those_they_are_for(
    app: Flask, client_of: Browser, world: World, role: Role
) -> None:
    browser = client_of(world.people[role])
    wrong = []
    for method, rule in calls(app):
        asked = policy.of(app, rule.endpoint)
        if method != "GET" or rule.arguments or asked is None or (asked.roles and role not in asked.roles):
            continue
        answer = browser.get(rule.rule)
        if answer.status_code not in (200, 302, 303):
            wrong.append(f"{rule.rule} -> {answer.status_code}")
    assert wrong == []


def test_a_token_does_only_what_it_was_made_for(
    app: Flask, client: FlaskClient, world: World, session: Session, now: datetime
) -> None:
    hr = world.people[Role.HR]
    token = accounts.make_token(session, hr, ["read"], name="", days=1, now=now)
    session.commit()
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    refused = client.get("/api/v1/go-live", headers=headers)
    assert refused.status_code == 403
    assert refused.content_type == "application/problem+json"

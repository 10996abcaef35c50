"""The interface for machines keeps to its own description: schemathesis reads it and asks whatever it allows."""

from datetime import datetime

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from tests.make import Make

EXAMPLES = 8


def test_the_description_is_open_to_all_and_names_every_route(client: FlaskClient, app: Flask) -> None:
    described = client.get("/api/v1/openapi.json").get_json()
    assert described["openapi"].startswith("3.1")
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert len(described["paths"]) >= len(routes) - 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("role", ["learner", "hr"])
def test_whatever_the_description_allows_is_answered_as_described(
    app: Flask, make: Make, session: Session, now: datetime, role: str
) -> None:
    person = make.learner() if role == "learner" else make.person(role)
    make.quiz()
    token = accounts.make_token(session, person, ["read", "learn", "go-live"], name="", days=1, now=now)
    session.commit()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Authorization": f"Bearer {token}"}
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @_given(operation)
        def answered(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=(not_a_server_error, response_schema_conformance))

        answered()


def _given(operation: object) -> object:
    from hypothesis import given

    return given(case=operation.as_strategy())  # type: ignore[attr-defined]

"""How sure a learner is of an answer: kept with it, changed with it, not asked twice."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.quizzes.models import Answer
from tests.quizzes.conftest import Sitting

Sit = Callable[..., Sitting]
ClientOf = Callable[..., FlaskClient]


def kept(session: Session, sitting: Sitting) -> str | None:
    return session.get_one(Answer, (sitting.id, 1), populate_existing=True).confidence


@pytest.mark.parametrize("said", ["sure", "unsure", None])
def test_what_is_said_is_kept_with_the_answer(session: Session, sit: Sit, said: str | None) -> None:
    sitting = sit()
    sitting.save(1, "a", confidence=said)
    assert kept(session, sitting) == said


@pytest.mark.parametrize("said", ["certain", "", "SURE", 7, ["sure"], {}])
def test_anything_else_is_nothing_said(session: Session, sit: Sit, said: Any) -> None:
    sitting = sit()
    sitting.save(1, "a", confidence=said)
    assert kept(session, sitting) is None


def test_a_newer_answer_brings_its_own_and_an_older_changes_nothing(session: Session, sit: Sit) -> None:
    sitting = sit()
    sitting.save(1, "a", confidence="sure", client_seq=5)
    sitting.save(1, "b", confidence="unsure", client_seq=4)
    assert kept(session, sitting) == "sure"
    sitting.save(1, "b", client_seq=6)
    assert kept(session, sitting) is None


def test_saying_it_costs_no_statement(session: Session, sit: Sit, statements: Any) -> None:
    sitting = sit()
    with statements() as asked:
        sitting.save(1, "a", confidence="sure")
    assert len(asked) == 2


def test_machines_say_it_too_and_read_it_back(client_of: ClientOf, sit: Sit) -> None:
    sitting = sit()
    client = client_of(sitting.learner)
    url = f"/api/v1/attempts/{sitting.id}"
    body = {"response": "a", "client_seq": 1}
    assert client.put(f"{url}/answers/1", json=body | {"confidence": "unsure"}).status_code == 200
    assert client.get(url).json["answers"][0]["confidence"] == "unsure"
    assert client.put(f"{url}/answers/1", json=body | {"confidence": "perhaps"}).status_code == 422
    assert client.put(f"{url}/answers/2", json=body | {"confidence": None}).status_code == 200

"""How sure a learner is of an answer: kept with it, changed with it, not asked twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.quizzes.models import Answer
from lms.quizzes.queries import missed_lately, result_page
from tests.make import Make
from tests.quizzes.conftest import LEASE, Sitting

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


def finished(session: Session, sit: Sit, make: Make, **quiz: Any) -> Sitting:
    """Hand in a quiz with a first answer sure and wrong, a second unsure and wrong, the others right."""
    sitting = sit(make.quiz(asks_confidence=True, **quiz))
    sitting.save(1, "d", confidence="sure")
    sitting.save(2, "d", confidence="unsure")
    for position in (3, 4, 5):
        sitting.save(position, sitting.right(position), confidence="sure")
    sitting.submit()
    return sitting


def test_the_page_asks_only_where_the_quiz_does(client_of: ClientOf, make: Make, sit: Sit) -> None:
    for asks in (True, False):
        sitting = sit(make.quiz(asks_confidence=asks), learner=make.learner())
        page = client_of(sitting.learner).get(f"/attempts/{sitting.id}/questions/1?lease={LEASE}").text
        assert ('name="confidence"' in page) is asks


def test_it_is_sent_without_scripts_and_shown_again(
    client_of: ClientOf, make: Make, sit: Sit, session: Session
) -> None:
    sitting = sit(make.quiz(asks_confidence=True))
    client = client_of(sitting.learner)
    url = f"/attempts/{sitting.id}/questions/1"
    client.post(url, data={"response": "a", "confidence": "unsure", "lease": LEASE})
    assert kept(session, sitting) == "unsure"
    page = client.get(f"{url}?lease={LEASE}").text
    assert 'value="unsure" checked' in page
    refused = client.post(url, data={"response": "zz", "confidence": "sure", "lease": LEASE})
    assert (refused.status_code, 'value="sure" checked' in refused.text) == (422, True)


def test_sure_and_wrong_is_the_first_thing_to_practise(
    client_of: ClientOf, make: Make, sit: Sit, session: Session
) -> None:
    sitting = finished(session, sit, make)
    found = result_page(session, sitting.id, sitting.learner.id, now=sitting.now)
    assert [each.position for each in found.sure_and_wrong] == [1]
    page = client_of(sitting.learner).get(f"/attempts/{sitting.id}").text
    assert page.index("You were sure, and it was not wholly right") < page.index("To practise")
    assert page.count("you were sure") == 4
    assert page.count("you were not sure") == 1


def test_nothing_of_it_is_told_before_feedback_is_due(
    client_of: ClientOf, make: Make, sit: Sit, session: Session
) -> None:
    sitting = finished(session, sit, make, feedback="after_passing", pass_percent=90)
    assert result_page(session, sitting.id, sitting.learner.id, now=sitting.now).sure_and_wrong == ()
    assert "sure" not in client_of(sitting.learner).get(f"/attempts/{sitting.id}").text


def test_a_mentor_reads_how_often_somebody_was_sure_and_wrong(
    client_of: ClientOf, make: Make, sit: Sit, session: Session, now: datetime
) -> None:
    sitting = finished(session, sit, make)
    missed = missed_lately(session, sitting.learner.id, since=now - timedelta(days=1))
    assert sorted(each.sure for each in missed) == [False, True]
    mentor = make.mentor()
    make.pairing(mentor, sitting.learner)
    page = client_of(mentor).get(f"/apprentices/{sitting.learner.id}").text
    assert "Was sure, and it was not wholly right: 1 question." in page

"""A trainer who learns sees no key of what quizzes of their own programme ask, by whatever door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person
from lms.accounts.rules import Role
from lms.authoring.actions.drafts import open_draft
from lms.authoring.models import Submission
from lms.authoring.views.keys import SHOW_KEYS
from lms.quizzes.models import Question, Quiz
from tests.authoring.writers import identity
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
CANARY = "KEYCANARY"
LISTS = ("/bank/export?form=gift", "/bank/export/file?form=gift", "/marking", "/questions/key-checks")


@dataclass(frozen=True)
class Bank:
    """A trainer who learns, and one who does not; a question that is asked of the first, and one that is not."""

    learning: Person
    free: Person
    asked: Question
    other: Question
    quiz: Quiz


@pytest.fixture
def bank(make: Make, session: Session) -> Bank:
    learning, free = make.learner(), make.person("trainer")
    make.grant(learning, "trainer")
    course, other = make.course(), make.course()
    why = {"zh": f"<p>{CANARY}</p>", "en": f"<p>{CANARY}</p>"}
    questions = [make.question(make.lesson(each), explanation=why) for each in (course, other)]
    quiz = make.quiz(course, questions=0, purpose="gate")
    session.commit()
    return Bank(learning, free, questions[0], questions[1], quiz)


def doors(question: Question) -> list[str]:
    return [
        f"/bank/questions/{question.id}",
        f"/questions/{question.id}/statistics",
        f"/questions/{question.id}/versions/1/ruling",
    ]


def test_a_question_that_is_asked_of_oneself_stays_closed_and_the_reason_is_said(
    bank: Bank, client_of: Browser
) -> None:
    mine, theirs = client_of(bank.learning), client_of(bank.free)
    for address in doors(bank.asked):
        refused = mine.get(address)
        assert refused.status_code == 409, address
        assert "quizzes of your own programme ask these questions" in refused.text
        assert CANARY not in refused.text
        assert theirs.get(address).status_code == 200
    for address in doors(bank.other):
        assert mine.get(address).status_code == 200
    tried = [each.post(f"/bank/questions/{bank.asked.id}/trial", data={"response": "b"}) for each in (mine, theirs)]
    assert [each.status_code for each in tried] == [409, 200]
    assert ["Option a" in each.text for each in tried] == [False, True]
    assert mine.get("/bank").status_code == 200


@pytest.mark.parametrize("address", LISTS)
def test_lists_of_keys_stay_closed_too(bank: Bank, client_of: Browser, address: str) -> None:
    assert client_of(bank.learning).get(address).status_code == 409
    assert client_of(bank.free).get(address).status_code == 200


def test_drafts_of_what_is_asked_stay_closed_by_page_and_by_machine(
    bank: Bank, session: Session, client_of: Browser, now: datetime
) -> None:
    actor = identity(bank.free, Role.TRAINER)
    asked, other = (open_draft(session, actor, each.lesson_id, now=now) for each in (bank.asked, bank.other))
    texts = {"zh": "", "en": "", "questions": CANARY}
    waits = Submission(draft_id=asked, texts=texts, note="", by_id=bank.free.id, at=now, needs_approval=True)
    session.add(waits)
    session.commit()
    mine = client_of(bank.learning)
    pages = (f"/drafts/{asked}?part=questions", f"/drafts/{asked}/revisions", f"/drafts/{asked}/publication")
    for address in (*pages, f"/authoring/approvals/{waits.id}"):
        refused = mine.get(address)
        assert refused.status_code == 409, address
        assert CANARY not in refused.text
    told = mine.get(f"/api/v1/drafts/{asked}/parts/questions")
    assert (told.status_code, told.json["code"]) == (409, "asked_yourself")
    assert mine.get(f"/drafts/{other}?part=questions").status_code == 200


def test_every_door_that_is_closed_exists(app: Any) -> None:
    assert set(app.view_functions) >= SHOW_KEYS


def test_who_has_finished_sees_everything_again(bank: Bank, session: Session, client_of: Browser) -> None:
    session.execute(update(Enrolment).values(ended_on=bank.learning.created_at.date()))
    session.commit()
    mine = client_of(bank.learning)
    for address in (*doors(bank.asked), *LISTS):
        assert mine.get(address).status_code == 200


def test_a_quiz_that_is_offered_no_more_closes_nothing(bank: Bank, session: Session, client_of: Browser) -> None:
    bank.quiz.retired_at = bank.learning.created_at
    session.commit()
    assert client_of(bank.learning).get(doors(bank.asked)[0]).status_code == 200

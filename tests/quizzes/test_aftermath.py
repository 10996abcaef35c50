"""What a learner reads of a result that changed after its end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Grant, Identity, Role
from lms.quizzes.actions.marking import MarkValue, mark_answers
from lms.quizzes.actions.rulings import make_ruling
from lms.quizzes.models import QuestionVersion
from lms.quizzes.queries.ruling_pages import Decision, RulingAsked, preview
from lms.quizzes.queries.rulings import question_of
from lms.quizzes.rules.regrading import token
from tests.make import Make
from tests.quizzes.conftest import Sitting

ClientOf = Callable[..., FlaskClient]
ANSWER = "An hour and a half"


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def by(make: Make) -> Identity:
    """A trainer."""
    person = make.person("trainer")
    who = {"id": person.id, "employee_no": person.employee_no, "name": person.name, "latin_name": None}
    held = (Grant(Role.TRAINER),)
    return Identity(**who, locale="en", site_id=person.site_id, time_zone="Asia/Shanghai", grants=held)


@pytest.fixture
def learner(make: Make) -> Person:
    """A learner."""
    return make.learner()


@pytest.fixture
def sitting(session: Session, make: Make, sit: Any, learner: Person) -> Sitting:
    """A gate of one typed question, answered in a way that no form takes."""
    course = make.course()
    make.question(make.lesson(course), "short_text")
    begun: Sitting = sit(make.quiz(course, questions=0, purpose="gate"), learner=learner)
    begun.save(1, ANSWER)
    begun.submit()
    session.commit()
    return begun


def version(session: Session) -> QuestionVersion:
    return session.scalars(select(QuestionVersion)).one()


def test_the_learner_is_told_that_an_answer_is_being_read(
    client_of: ClientOf, learner: Person, sitting: Sitting
) -> None:
    assert "1 answer is being read by a trainer" in text(client_of(learner).get(f"/attempts/{sitting.id}"))


@pytest.mark.parametrize(("locale", "words"), [("en", "from 0 of 1 to 1 of 1"), ("zh", "从 0／1 分变为 1／1 分")])
def test_a_mark_by_hand_is_told_in_one_sentence(
    client_of: ClientOf, session: Session, learner: Person, sitting: Sitting, by: Identity, locale: str, words: str
) -> None:
    learner.locale = locale
    name = token(question_of(version(session)), ANSWER)
    mark_answers(session, by, version(session).id, name, MarkValue(1.0), now=sitting.now + timedelta(hours=2))
    session.commit()
    browser = client_of(learner)
    found = text(browser.get(f"/attempts/{sitting.id}"))
    assert words in found
    assert ("because a trainer has read your answer. It is passed now." in found) == (locale == "en")
    assert "is being read" not in found
    log = text(browser.get(f"/attempts/{sitting.id}/log"))
    assert ("A trainer has read an answer." in log) == (locale == "en")


def test_a_ruling_is_told_with_its_reason(
    client_of: ClientOf, session: Session, learner: Person, sitting: Sitting, by: Identity
) -> None:
    asked = RulingAsked("full_credit")
    question_id = version(session).question_id
    seal = preview(session, question_id, 1, asked, page=1).considered.seal
    make_ruling(session, by, question_id, 1, Decision(asked, seal, "The manual says both."), now=sitting.now)
    session.commit()
    browser = client_of(learner)
    assert "because a question was judged anew: The manual says both. It is passed now." in text(
        browser.get(f"/attempts/{sitting.id}")
    )
    assert "Reason: The manual says both." in text(browser.get(f"/attempts/{sitting.id}/log"))

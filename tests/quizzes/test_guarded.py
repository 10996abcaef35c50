"""What somebody tries who wants a key, more time or a better mark than is theirs: each way is closed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person
from lms.courses.models import Course
from lms.quizzes.forms.taking import LARGEST_NUMBER
from tests.make import Make
from tests.quizzes.conftest import LEASE, Sitting

ClientOf = Callable[..., FlaskClient]
Sit = Callable[..., Sitting]


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


def bank(make: Make) -> Course:
    """A course of two questions."""
    course = make.course()
    lesson = make.lesson(course)
    make.question(lesson)
    make.question(lesson)
    return course


def test_an_earlier_result_is_no_key_to_what_an_open_quiz_asks(
    client_of: ClientOf, make: Make, sit: Sit, session: Session
) -> None:
    course = bank(make)
    practice = sit(make.quiz(course, questions=0, draw=2, purpose="practice"))
    practice.submit()
    gate = sit(make.quiz(course, questions=0, draw=1, purpose="gate"), learner=practice.learner)
    asked = gate.version(1)
    session.commit()
    browser = client_of(practice.learner)
    page = text(browser.get(f"/attempts/{practice.id}"))
    assert asked.explanation["en"] not in page
    assert asked.stem["en"] not in page
    assert page.count('class="why"') == 1
    assert "1 question is also in the quiz you have open" in page
    gate.submit()
    session.commit()
    page = text(browser.get(f"/attempts/{practice.id}"))
    assert asked.explanation["en"] in page
    assert page.count('class="why"') == 2
    assert "also in the quiz you have open" not in page


@pytest.mark.parametrize("purpose", ["gate", "daily"])
def test_practice_gives_no_key_of_what_is_open_beside_it(
    client_of: ClientOf, make: Make, sit: Sit, session: Session, purpose: str
) -> None:
    course = bank(make)
    other = make.quiz(course, questions=0, draw=2, purpose=purpose)
    practice = sit(make.quiz(course, questions=0, draw=2, purpose="practice"))
    learner = practice.learner
    if purpose == "daily":
        sit(other, learner=learner)
    practice.answer_all(right=2)
    practice.submit()
    sit(other, learner=learner)
    session.commit()
    page = text(client_of(learner).get(f"/attempts/{practice.id}"))
    assert 'class="why"' not in page
    assert "2 questions are also in the quiz you have open" in page
    assert text(client_of(make.learner()).get(f"/attempts/{practice.id}")).count("Because") == 0


def test_the_largest_number_of_all_leaves_room_for_a_page_without_scripts(
    client_of: ClientOf, sit: Sit, session: Session
) -> None:
    sitting = sit()
    browser = client_of(sitting.learner)
    answer = f"/api/v1/attempts/{sitting.id}/answers/1"
    assert browser.put(answer, json={"response": "b", "client_seq": LARGEST_NUMBER}).status_code == 200
    page = browser.post(f"/attempts/{sitting.id}/questions/1", data={"response": "a", "lease": LEASE})
    assert page.status_code == 303
    found = browser.get(f"/api/v1/attempts/{sitting.id}")
    assert found.status_code == 200
    assert found.get_json()["answers"][0]["response"] == "a"
    again = browser.put(answer, json={"response": "c", "client_seq": LARGEST_NUMBER})
    assert again.status_code in (200, 409, 422)


@pytest.fixture
def both(make: Make) -> Person:
    """Somebody who learns, and who also trains and is of HR."""
    learner = make.learner()
    make.grant(learner, "trainer")
    make.grant(learner, "hr")
    return learner


def test_nobody_gives_themselves_more_time(client_of: ClientOf, sit: Sit, both: Person, session: Session) -> None:
    mine, other = sit(learner=both), sit()
    before = mine.deadline
    session.commit()
    browser = client_of(both)
    granted = browser.post(
        f"/people/{both.employee_no}/accommodation", data={"kind": "1.5", "extra_minutes": "0", "reason": "Mine"}
    )
    assert granted.status_code == 409
    assert "somebody else decides" in text(granted)
    minutes = {"minutes": "5", "reason": "Mine"}
    assert browser.post(f"/attempts/running/{mine.id}/extension", data=minutes).status_code == 409
    assert mine.deadline == before
    assert browser.post(f"/attempts/running/{other.id}/extension", data=minutes).status_code == 303


def test_nobody_decides_about_a_question_that_changes_a_result_of_their_own(
    client_of: ClientOf, make: Make, sit: Sit, both: Person, session: Session
) -> None:
    sitting = sit(learner=both)
    sitting.answer_all(right=0)
    sitting.submit()
    version = sitting.version(1)
    session.execute(update(Enrolment).values(ended_on=make.now.date()))  # while they learn they see no key at all
    session.commit()
    where = f"/questions/{version.question_id}/versions/1"

    def decide(person: Person) -> Any:
        browser = client_of(person)
        seen = text(browser.get(f"{where}/ruling/effect?verdict=full_credit"))
        found = re.search(r'name="seal"[^>]*value="([0-9a-f]+)"', seen)
        assert found
        sent = {"verdict": "full_credit", "seal": found.group(1), "reason": "Unclear"}
        return browser.post(f"{where}/rulings", data=sent)

    refused = decide(both)
    assert refused.status_code == 409
    assert "somebody else decides" in text(refused)
    assert sitting.attempt.score == 0
    assert decide(make.person("trainer")).status_code == 303
    assert sitting.attempt.score == 1


def test_the_daily_quiz_of_another_class_is_none_of_an_advisers_business(
    client_of: ClientOf, make: Make, session: Session
) -> None:
    adviser = make.person("adviser")
    own, other = make.training_class(adviser), make.training_class()
    day = make.now.date()
    mine, theirs = make.quiz(class_id=own.id, day=day), make.quiz(class_id=other.id, day=day)
    all_classes = make.quiz()
    session.commit()
    browser = client_of(adviser)
    answers = [browser.get(f"/quizzes/{quiz.slug}/report").status_code for quiz in (mine, theirs, all_classes)]
    assert answers == [200, 404, 200]

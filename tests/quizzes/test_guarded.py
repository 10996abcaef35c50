"""What somebody tries who wants a key, more time or a better mark than is theirs: each way is closed."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.courses.models import Course
from tests.make import Make
from tests.quizzes.conftest import Sitting

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


def test_handing_in_practice_beside_a_gate_gives_no_key_of_it(
    client_of: ClientOf, make: Make, sit: Sit, session: Session
) -> None:
    course = bank(make)
    gate = sit(make.quiz(course, questions=0, draw=2, purpose="gate"))
    practice = sit(make.quiz(course, questions=0, draw=2, purpose="practice"), learner=gate.learner)
    practice.answer_all(right=2)
    practice.submit()
    session.commit()
    page = text(client_of(gate.learner).get(f"/attempts/{practice.id}"))
    assert 'class="why"' not in page
    assert "2 questions are also in the quiz you have open" in page
    assert text(client_of(make.learner()).get(f"/attempts/{practice.id}")).count("Because") == 0

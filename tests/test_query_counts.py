"""Pages that people open daily ask the database as often for a thousand learners as for ten."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person, TrainingClass
from lms.courses.models import Course, Lesson
from lms.quizzes.actions import start_attempt
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
MOST = {"/today": 15, "course": 8, "lesson": 8, "question": 10, "class": 25, "/go-live": 16, "/api/v1/go-live": 14}


def crowd(make: Make, klass: TrainingClass, lesson: Lesson, most: int) -> None:
    """Add learners with progress to the class until there are `most`."""
    for _ in range(most):
        make.progress(make.learner(klass), lesson)


@pytest.fixture
def course(make: Make) -> Course:
    return make.course()


def test_each_daily_page_costs_the_same_for_ten_and_for_a_thousand_learners(
    make: Make, session: Session, client_of: Browser, statements: Any, course: Course, now: Any
) -> None:
    adviser = make.person("adviser", name="刘敏")
    klass = make.training_class(adviser)
    lesson = make.lesson(course)
    quiz = make.quiz(course)
    make.gate(
        [{"slug": "lessons", "kind": "lessons", "courses": [course.slug], "title": {"zh": "课", "en": "Lessons"}}]
    )
    learner = make.learner(klass)
    make.pairing(make.mentor(), learner)
    started = start_attempt(session, quiz.slug, learner.id, lease="a" * 32, now=now)
    crowd(make, klass, lesson, 9)
    session.commit()
    hers, advisers, hrs = client_of(learner), client_of(adviser), client_of(make.person("hr"))
    pages = [
        ("/today", hers, "/today"),
        ("course", hers, f"/courses/{course.slug}"),
        ("lesson", hers, f"/lessons/{lesson.id}"),
        ("question", hers, f"/attempts/{started.attempt_id}/questions/1?lease={'a' * 32}"),
        ("class", advisers, f"/classes/{klass.id}"),
        ("/go-live", hrs, "/go-live"),
        ("/api/v1/go-live", hrs, "/api/v1/go-live"),
    ]

    def counted() -> dict[str, int]:
        counts: dict[str, int] = {}
        for name, browser, address in pages:
            with statements() as ran:
                assert browser.get(address).status_code == 200, address
            counts[name] = len(ran)
        return counts

    few = counted()
    crowd(make, klass, lesson, 990)
    session.commit()
    assert counted() == few
    assert {name: count for name, count in few.items() if count > MOST[name]} == {}

"""The heat-map of a class: who sees whom, and nothing of small groups."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, TrainingClass
from lms.quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz
from tests.make import Make

ClientOf = Callable[..., FlaskClient]
Sat = Callable[..., None]


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def sat(session: Session, make: Make, now: datetime) -> Sat:
    """Return a function that lets a learner earn `marks` of the questions of a quiz, `days` ago."""

    def store(quiz: Quiz, learner: Person, marks: int, *, days: int = 1) -> None:
        versions = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)).all()
        ended = now - timedelta(days=days)
        attempt = make.add(
            Attempt(
                quiz_id=quiz.id,
                learner_id=learner.id,
                number=days,
                seed=1,
                lease="a" * 32,
                started_at=ended - timedelta(minutes=5),
                deadline=ended,
                grace_seconds=60,
                pass_percent=80,
                finished_at=ended,
                settled_by="submitted",
                score=marks,
                max_score=len(versions),
                passed=False,
            )
        )
        for position, version in enumerate(versions, start=1):
            place = {"attempt_id": attempt.id, "position": position, "version_id": version.id, "option_order": []}
            make.add(AttemptQuestion(**place, marks=float(position <= marks)))

    return store


@pytest.fixture
def spring(make: Make) -> TrainingClass:
    """A class with six learners whose adviser is Liu."""
    spring = make.training_class(make.person("adviser", name="刘敏"))
    for n in range(6):
        make.learner(spring, latin_name=f"Learner {n}")
    return spring


def members(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.latin_name.like("Learner %")).order_by(Person.id)))


def test_advisers_and_trainers_see_each_learner_with_share_and_number(
    client_of: ClientOf, session: Session, make: Make, spring: TrainingClass, sat: Sat
) -> None:
    quiz = make.quiz(questions=4)
    sat(quiz, members(session)[0], 3)
    for person in (session.get_one(Person, spring.adviser_id), make.person("trainer")):
        found = text(client_of(person).get(f"/classes/{spring.id}/heat-map"))
        assert all(f"Learner {n}" in found for n in range(6))
        assert "75 %" in found
        assert "of 4 answers" in found
        assert "cb-open" in found
        days = text(client_of(person).get(f"/classes/{spring.id}/heat-map?by=day"))
        assert "16 March 2026" in days
        assert "Learner 0" not in days


def test_competencies_are_called_what_the_profile_calls_them(
    client_of: ClientOf, session: Session, make: Make, spring: TrainingClass, sat: Sat
) -> None:
    make.profile(1)
    quiz = make.quiz(questions=0)
    make.question(make.lesson(), competency="point-1")
    sat(quiz, members(session)[0], 1)
    assert "Competency 1" in text(client_of(make.person("trainer")).get(f"/classes/{spring.id}/heat-map"))


def test_a_mentor_sees_their_own_apprentices_alone(
    client_of: ClientOf, session: Session, make: Make, spring: TrainingClass, sat: Sat
) -> None:
    quiz, mentor, people = make.quiz(), make.mentor(), members(session)
    make.pairing(mentor, people[1])
    sat(quiz, people[0], 5)
    sat(quiz, people[1], 2)
    found = text(client_of(mentor).get(f"/classes/{spring.id}/heat-map"))
    assert "Learner 1" in found
    assert "Learner 0" not in found
    assert "40 %" in found
    assert "100 %" not in found
    assert "100 %" not in text(client_of(mentor).get(f"/classes/{spring.id}/heat-map?by=day"))
    assert client_of(make.mentor()).get(f"/classes/{spring.id}/heat-map").status_code == 404


def test_hr_sees_days_of_five_or_more_and_never_one_learner(
    client_of: ClientOf, session: Session, make: Make, spring: TrainingClass, sat: Sat
) -> None:
    quiz, people = make.quiz(), members(session)
    for learner in people[:5]:
        sat(quiz, learner, 4, days=1)
    for learner in people[:4]:
        sat(quiz, learner, 1, days=2)
    found = text(client_of(make.person("hr")).get(f"/classes/{spring.id}/heat-map"))
    assert "80 %" in found
    assert "20 %" not in found
    assert "Learner" not in found
    assert "fewer than five" in found


def test_practice_and_what_is_long_ago_are_left_out(
    client_of: ClientOf, session: Session, make: Make, spring: TrainingClass, sat: Sat
) -> None:
    learner = members(session)[0]
    sat(make.quiz(purpose="practice", questions=2), learner, 2)
    sat(make.quiz(questions=0), learner, 2, days=31)
    assert "Nothing to see yet" in text(client_of(make.person("trainer")).get(f"/classes/{spring.id}/heat-map"))


def test_classes_are_listed_as_far_as_one_sees_them(
    client_of: ClientOf, session: Session, make: Make, spring: TrainingClass
) -> None:
    other = make.training_class(make.person("adviser"))
    make.learner(other)
    adviser = session.get_one(Person, spring.adviser_id)
    found = text(client_of(adviser).get("/heat-maps"))
    assert spring.name_en in found
    assert other.name_en not in found
    both = text(client_of(make.person("hr")).get("/heat-maps"))
    assert spring.name_en in both
    assert other.name_en in both
    assert "No class yet" in text(client_of(make.mentor()).get("/heat-maps"))
    assert client_of(adviser).get(f"/classes/{other.id}/heat-map").status_code == 404


def test_the_page_takes_the_same_number_of_statements_for_one_attempt_and_for_many(
    client_of: ClientOf, session: Session, make: Make, spring: TrainingClass, sat: Sat, statements: Any
) -> None:
    quiz, people = make.quiz(), members(session)
    browser = client_of(make.person("trainer"))
    sat(quiz, people[0], 1)
    counts = []
    for learner in (None, *people):
        if learner is not None:
            sat(quiz, learner, 3, days=3)
        if learner in (None, people[-1]):
            with statements() as ran:
                assert browser.get(f"/classes/{spring.id}/heat-map").status_code == 200
            counts.append(len(ran))
    assert counts[0] == counts[1] <= 7

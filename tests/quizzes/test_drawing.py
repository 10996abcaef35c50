"""Forms by blueprint, from the bank as it is stored: cells, the last form, exposure, what keeps its order."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.quizzes.actions import start_attempt, submit_attempt
from lms.quizzes.models import AttemptQuestion, ItemRollup, Question, QuestionVersion, Quiz
from lms.quizzes.queries.forms import last_form, stock_of
from tests.make import Make

CELLS = [{"competency": "promise", "level": 1, "count": 2}, {"competency": "safety", "level": 2, "count": 1}]


@pytest.fixture
def quiz(make: Make, session: Session) -> Quiz:
    course = make.course()
    lesson = make.lesson(course)
    for competency, level, count in (("promise", 1, 10), ("safety", 2, 5), ("promise", 2, 3)):
        for _ in range(count):
            question = make.question(lesson)
            question.competency = competency
            version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
            version.competency, version.level = competency, level
    made = make.quiz(course, draw=3)
    made.purpose, made.attempts_allowed, made.blueprint = "gate", None, CELLS
    session.flush()
    return made


def asked(session: Session, attempt_id: int) -> list[Question]:
    query = (
        select(Question, QuestionVersion.level)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.position)
    )
    return [row.Question for row in session.execute(query)]


def sit(session: Session, quiz: Quiz, learner_id: int, now: datetime) -> list[Question]:
    begun = start_attempt(session, quiz.slug, learner_id, lease="a" * 32, now=now)
    questions = asked(session, begun.attempt_id)
    submit_attempt(session, begun.attempt_id, learner_id, now=now)
    return questions


def test_a_form_fills_each_cell_of_the_blueprint(make: Make, session: Session, quiz: Quiz, now: datetime) -> None:
    questions = sit(session, quiz, make.learner(make.training_class()).id, now)
    assert sorted(each.competency for each in questions) == ["promise", "promise", "safety"]


def test_the_next_form_repeats_nothing_while_the_bank_can_give_others(
    make: Make, session: Session, quiz: Quiz, now: datetime
) -> None:
    learner = make.learner(make.training_class())
    first, second = (sit(session, quiz, learner.id, now) for _ in range(2))
    assert {each.id for each in first} & {each.id for each in second} == set()


def test_a_cell_that_the_bank_cannot_fill_refuses_the_start(
    make: Make, session: Session, quiz: Quiz, now: datetime
) -> None:
    quiz.blueprint = [{"competency": "promise", "level": 2, "count": 4}]
    session.flush()
    with pytest.raises(Refused) as refused:
        start_attempt(session, quiz.slug, make.learner(make.training_class()).id, lease="a" * 32, now=now)
    assert refused.value.code == "blueprint_short"


def test_what_is_withheld_is_not_drawn(make: Make, session: Session, quiz: Quiz, now: datetime) -> None:
    for question in session.scalars(select(Question).where(Question.competency == "safety")).all()[:4]:
        question.review_state = "withheld"
    session.flush()
    open_ones = {item.question_id for item in stock_of(session, quiz.id).items if item.competency == "safety"}
    learner = make.learner(make.training_class())
    questions = sit(session, quiz, learner.id, now)
    assert {each.id for each in questions if each.competency == "safety"} == open_ones
    assert len(open_ones) == 1


def test_exposure_and_facility_come_from_the_roll_ups(make: Make, session: Session, quiz: Quiz, now: datetime) -> None:
    learner = make.learner(make.training_class())
    sit(session, quiz, learner.id, now)
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.competency == "safety")).first()
    assert version is not None
    session.merge(ItemRollup(quiz_id=quiz.id, version_id=version.id, drawn=30, n=20, marks=15.0, answered=20))
    session.flush()
    item = next(each for each in stock_of(session, quiz.id).items if each.question_id == version.question_id)
    assert item.facility == pytest.approx(0.75)
    assert item.exposure == pytest.approx(30.0)


def test_the_bank_is_read_in_two_statements(make: Make, session: Session, quiz: Quiz, statements: object) -> None:
    with statements() as ran:  # type: ignore[operator]  # a fixture that is called
        stock_of(session, quiz.id)
    assert len(ran) == 2


def test_the_last_form_is_read_in_one_statement(
    make: Make, session: Session, quiz: Quiz, now: datetime, statements: object
) -> None:
    learner = make.learner(make.training_class())
    questions = sit(session, quiz, learner.id, now)
    with statements() as ran:  # type: ignore[operator]  # a fixture that is called
        assert last_form(session, quiz.id, learner.id) == {each.id for each in questions}
    assert len(ran) == 1

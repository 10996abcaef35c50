"""What others build on, and what a learner's lists show."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.quizzes import actions, queries
from lms.quizzes.models import CheckAnswer, Question, QuestionVersion
from lms.quizzes.queries.pools import confirmed_competencies
from lms.quizzes.queries.practice import missed_competencies
from tests.make import Make
from tests.quizzes.conftest import GRACE, MS, Sitting

Sit = Callable[..., Sitting]
HOUR = timedelta(hours=1)


def sat(sit: Sit, right: int, **more: Any) -> Sitting:
    sitting = sit(**more)
    sitting.answer_all(right)
    sitting.submit(sitting.now)
    return sitting


def test_evidence_is_the_latest_pass(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    quiz, learner = make.quiz(), make.learner()
    sat(sit, 5, quiz=quiz, learner=learner)
    last = sat(sit, 4, quiz=quiz, learner=learner, at=now + HOUR)
    sat(sit, 1, quiz=quiz, learner=learner, at=now + 2 * HOUR)
    found = queries.evidence_of_quiz(session, learner.id, quiz.slug)
    assert found == queries.Evidence(last.id, quiz.slug, 2, 80.0, now + HOUR)
    assert [each.number for each in queries.passed_attempts(session, learner.id, quiz.slug)] == [1, 2]
    assert [each.number for each in queries.passed_attempts(session, learner.id, quiz.slug, now + MS)] == [2]
    assert queries.evidence_of_quiz(session, make.learner().id, quiz.slug) is None


def test_right_answers_confirm_questions_by_ref(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    sitting = sat(sit, 2)
    refs = {row.id: row.ref for row in session.scalars(select(Question))}
    right = {refs[sitting.version(position).question_id] for position in (1, 2)}
    missed = refs[sitting.version(3).question_id]
    assert queries.confirmed_questions(session, sitting.learner.id) == dict.fromkeys(right, now)
    version = sitting.version(3)
    for n, correct in enumerate((False, True)):
        session.add(
            CheckAnswer(
                person_id=sitting.learner.id,
                question_id=version.question_id,
                version_id=version.id,
                response="a",
                correct=correct,
                at=now + n * HOUR,
            )
        )
    session.flush()
    assert queries.confirmed_questions(session, sitting.learner.id)[missed] == now + HOUR


def test_an_open_attempt_confirms_nothing(session: Session, sit: Sit) -> None:
    sitting = sit()
    sitting.answer_all(5)
    assert queries.confirmed_questions(session, sitting.learner.id) == {}


def test_a_miss_is_one_until_it_is_answered_rightly(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    quiz, learner = make.quiz(), make.learner()
    sat(sit, 2, quiz=quiz, learner=learner)
    assert len(queries.missed_lately(session, learner.id, since=now - HOUR)) == 3
    sat(sit, 5, quiz=quiz, learner=learner, at=now + HOUR)
    assert queries.missed_lately(session, learner.id, since=now - HOUR) == []
    assert queries.missed_lately(session, learner.id, since=now + 2 * HOUR) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_draw_finds_the_same_misses_and_the_same_right_answers_as_people_are_shown(
    session: Session, make: Make, sit: Sit, now: datetime, seed: int
) -> None:
    chance = Random(seed)
    course = make.course()
    lesson = make.lesson(course)
    asked = [make.question(lesson, competency=f"c{n % 4}") for n in range(8)]
    learner, other = make.learner(), make.learner()
    for hours in range(3):
        quiz = make.quiz(course, questions=0, draw=8)
        for who in (learner, other):
            sat(sit, chance.randint(0, 8), quiz=quiz, learner=who, at=now + hours * HOUR)
    for question in chance.sample(asked, 4):
        version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
        at, correct = now + timedelta(minutes=chance.randint(0, 240)), chance.random() < 0.5  # a coin
        of = {"question_id": question.id, "version_id": version.id, "response": "a", "correct": correct, "at": at}
        session.add(CheckAnswer(person_id=chance.choice([learner, other]).id, **of))
    session.flush()
    for since in (now - HOUR, now + HOUR, now + 5 * HOUR):
        shown = {miss.competency for miss in queries.missed_lately(session, learner.id, since=since)}
        assert missed_competencies(session, learner.id, since=since) == shown
    by_ref = {question.ref: question.competency for question in asked}
    right = {by_ref[ref] for ref in queries.confirmed_questions(session, learner.id)}
    assert confirmed_competencies(session, learner.id) == right


@pytest.mark.parametrize("many", [1, 12])
def test_boards_read_a_class_in_constant_statements(
    session: Session, make: Make, sit: Sit, now: datetime, statements: Any, many: int
) -> None:
    quiz, training_class = make.quiz(), make.training_class()
    learners = [make.learner(training_class) for _ in range(many)]
    for learner in learners:
        sat(sit, 4, quiz=quiz, learner=learner)
    ids = [learner.id for learner in learners]
    session.flush()
    with statements() as ran:
        evidence = queries.evidence_of_quizzes(session, ids, [quiz.slug])
        confirmed = queries.confirmed_of(session, ids)
        missed = queries.missed_of(session, ids, since=now - HOUR)
        queries.open_attempts(session, ids, now=now)
    assert len(ran) == 6
    assert len(evidence) == many
    assert {len(each) for each in confirmed.values()} == {4}
    assert {len(each) for each in missed.values()} == {1}


def test_the_open_attempt_is_offered_while_it_can_be_gone_on_with(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    found = queries.open_attempt(session, sitting.learner.id, now=now)
    assert found is not None
    assert (found.id, found.quiz.slug, found.deadline) == (sitting.id, sitting.quiz.slug, sitting.deadline)
    assert queries.open_attempt(session, sitting.learner.id, now=sitting.deadline + GRACE + MS) is None


def test_the_library_says_where_one_stands(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    quiz, learner = make.quiz(attempts_allowed=2), make.learner()
    (row,) = queries.quizzes_of(session, learner.id, now=now)
    assert (row.questions, row.attempts_left, row.refusal, row.open, row.best_percent) == (5, 2, None, None, None)
    sat(sit, 3, quiz=quiz, learner=learner)
    sitting = sit(quiz, learner, now + HOUR)
    (row,) = queries.quizzes_of(session, learner.id, now=now + HOUR)
    assert row.open is not None
    assert (row.used, row.best_percent, row.passed, row.refusal) == (2, 60.0, False, "no_attempts_left")
    (row,) = queries.quizzes_of(session, learner.id, now=sitting.deadline + HOUR)
    assert (row.open, row.waiting_id) == (None, sitting.id)


@pytest.mark.parametrize("many", [2, 30])
def test_the_library_takes_constant_statements(
    session: Session, make: Make, now: datetime, statements: Any, many: int
) -> None:
    learner, course = make.learner(), make.course()
    for _ in range(many):
        make.quiz(course, questions=0, draw=1)
    with statements() as ran:
        assert len(queries.quizzes_of(session, learner.id, now=now)) == many
        assert len(queries.quiz_counts(session)) == many
    assert len(ran) == 5


def test_lists_go_on_after_an_id(session: Session, make: Make, now: datetime) -> None:
    learner = make.learner()
    ids = [make.quiz(questions=0, draw=1).id for _ in range(3)]
    rows = queries.quizzes_of(session, learner.id, now=now, after=ids[0], limit=1)
    assert [row.quiz.id for row in rows] == [ids[1]]


def test_a_trainer_sees_how_quizzes_go(session: Session, make: Make, sit: Sit) -> None:
    quiz = make.quiz()
    sat(sit, 5, quiz=quiz)
    sat(sit, 1, quiz=quiz)
    sit(quiz)
    (row,) = queries.quiz_counts(session)
    assert (row.bank, row.open, row.finished, row.learners, row.passed) == (5, 1, 2, 3, 1)


def test_a_result_is_there_only_once_it_is_finished(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    with pytest.raises(NotFound):
        queries.result_page(session, sitting.id, sitting.learner.id, now=now)
    sitting.submit()
    with pytest.raises(NotFound):
        queries.result_page(session, sitting.id, sitting.learner.id + 1, now=now)


def test_before_feedback_is_due_a_result_names_lessons_but_no_question(
    session: Session, make: Make, sit: Sit, now: datetime
) -> None:
    quiz, learner = make.quiz(feedback="after_passing"), make.learner()
    sitting = sat(sit, 2, quiz=quiz, learner=learner)
    page = queries.result_page(session, sitting.id, learner.id, now=now)
    assert (page.feedback_due, page.marked, [each.missed for each in page.practise]) == (False, (), [None])
    sat(sit, 5, quiz=quiz, learner=learner, at=now + HOUR)
    page = queries.result_page(session, sitting.id, learner.id, now=now + HOUR)
    assert page.feedback_due
    assert [each.correct for each in page.marked] == [True, True, False, False, False]
    assert page.practise[0].missed == 3


def test_answers_are_written_out_for_every_kind(session: Session, make: Make) -> None:
    from lms.quizzes.queries.results import right_answer, shown

    lesson = make.lesson()
    kinds = ("single", "multiple", "true_false", "numeric", "short_text")
    for kind in kinds:
        make.question(lesson, kind)
    versions = {version.kind: version for version in session.scalars(select(QuestionVersion))}
    assert [text["en"] for text in right_answer(versions["multiple"])] == ["Option a", "Option c"]
    assert right_answer(versions["true_false"]) == ({"zh": "true", "en": "true"},)
    assert right_answer(versions["numeric"]) == ({"zh": "45", "en": "45"},)
    assert right_answer(versions["short_text"]) == ({"zh": "九十分钟", "en": "ninety minutes"},)
    assert shown(versions["numeric"], None) == ()


def test_the_log_tells_what_happened(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.save(1, "a", lease="")
    actions.extend_attempt(session, sitting.id, minutes=5, reason="x", actor="T1", now=now)
    sitting.submit()
    page = queries.log_page(session, sitting.id, sitting.learner.id)
    assert [line.kind for line in page.lines] == ["started", "conflict", "deadline_changed", "settled"]
    assert page.lines[0].detail["deadline"] == now + timedelta(minutes=8)
    assert [(kept.position, kept.given[0]["en"]) for kept in page.kept] == [(1, "Option a")]

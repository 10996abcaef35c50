"""The answers of an attempt are reviews of the points they ask."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course, KeyPoint, Lesson, StageCourse
from lms.quizzes.actions import Given as Response
from lms.quizzes.actions import save_answer, start_attempt, submit_attempt
from lms.quizzes.actions.settling import AttemptSettled, PointAnswered
from lms.quizzes.jobs import sweep
from lms.quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz
from lms.reviews import actions
from lms.reviews.listening import listen
from lms.reviews.models import Card, Review
from lms.reviews.rules.recall import Rating
from tests.make import Make

LEASE = "a" * 32


@pytest.fixture(autouse=True)
def _listening() -> None:
    listen()


@pytest.fixture
def learner(make: Make) -> Person:
    return make.learner()


def a_quiz(make: Make, points: int, **more: Any) -> tuple[Quiz, Lesson]:
    """A quiz that asks every point of one lesson, once."""
    lesson = make.lesson(points=points)
    quiz = make.quiz(make.session.get_one(Course, lesson.course_id), questions=0, **{"draw": points} | more)
    for number in range(1, points + 1):
        make.question(lesson, key_point=number)
    return quiz, lesson


def remember(session: Session, learner: Person, lesson: Lesson, at: datetime) -> list[int]:
    """Give the learner a card of every point of the lesson, reviewed at `at`; return the points by number."""
    query = select(KeyPoint.id).where(KeyPoint.lesson_id == lesson.id).order_by(KeyPoint.number)
    ids = list(session.scalars(query))
    for point in ids:
        actions.rate_at_once(session, learner.id, actions.Given(point, Rating.GOOD, "map"), now=at)
    return ids


def sit(session: Session, quiz: Quiz, learner: Person, answers: dict[int, str], now: datetime) -> Attempt:
    """Begin an attempt and answer the questions of the key points named, by the point's number."""
    started = start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now)
    places = session.execute(
        select(AttemptQuestion.position, QuestionVersion.key_point)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(AttemptQuestion.attempt_id == started.attempt_id)
    ).all()
    for position, number in places:
        if number in answers:
            given = Response(position, answers[number], client_seq=position, client_time=now, lease=LEASE)
            save_answer(session, started.attempt_id, learner.id, given, now=now)
    return session.get_one(Attempt, started.attempt_id)


def by_quiz(session: Session) -> dict[int, int]:
    """The rating of each point that a quiz rated; each at most once."""
    found = session.execute(select(Review.key_point_id, Review.rating).where(Review.source == "quiz")).all()
    assert len(found) == len({row.key_point_id for row in found})
    return {row.key_point_id: row.rating for row in found}


@pytest.mark.parametrize("purpose", ["practice", "daily", "gate"])
def test_right_is_good_wrong_is_again_and_unanswered_is_nothing(
    session: Session, make: Make, now: datetime, learner: Person, purpose: str
) -> None:
    quiz, lesson = a_quiz(make, 3, purpose=purpose)
    first, second, third = remember(session, learner, lesson, now - timedelta(days=3))
    attempt = sit(session, quiz, learner, {1: "a", 2: "b"}, now)
    submit_attempt(session, attempt.id, learner.id, now=now)
    assert by_quiz(session) == {first: 3, second: 1}
    cards = {card.key_point_id: card for card in session.scalars(select(Card))}
    assert [(cards[p].reviews, cards[p].lapses) for p in (first, second, third)] == [(2, 0), (2, 1), (1, 0)]
    assert cards[first].last_review_at == now
    assert cards[first].due_at > cards[second].due_at


def test_handing_in_twice_rates_once(session: Session, make: Make, now: datetime, learner: Person) -> None:
    quiz, lesson = a_quiz(make, 1)
    (point,) = remember(session, learner, lesson, now - timedelta(days=3))
    attempt = sit(session, quiz, learner, {1: "a"}, now)
    for minutes in (0, 20):
        submit_attempt(session, attempt.id, learner.id, now=now + timedelta(minutes=minutes))
    assert by_quiz(session) == {point: 3}


def test_an_attempt_that_ends_by_time_counts_at_its_deadline(
    session: Session, make: Make, now: datetime, learner: Person
) -> None:
    quiz, lesson = a_quiz(make, 1)
    (point,) = remember(session, learner, lesson, now - timedelta(days=3))
    attempt = sit(session, quiz, learner, {1: "b"}, now)
    assert sweep(session, now=now + timedelta(hours=5)) == 1
    assert by_quiz(session) == {point: 1}
    assert session.scalars(select(Review.at).where(Review.source == "quiz")).one() == attempt.deadline


def test_points_without_a_card_wait_for_their_first_review(
    session: Session, make: Make, now: datetime, learner: Person
) -> None:
    quiz, _lesson = a_quiz(make, 2)
    attempt = sit(session, quiz, learner, {1: "a", 2: "b"}, now)
    submit_attempt(session, attempt.id, learner.id, now=now)
    assert session.scalars(select(Review)).all() == []
    assert session.scalars(select(Card)).all() == []


def test_what_was_reviewed_a_moment_ago_or_is_taken_out_or_is_off_the_path_does_not_count(
    session: Session, make: Make, now: datetime, learner: Person
) -> None:
    quiz, lesson = a_quiz(make, 3)
    points = remember(session, learner, lesson, now - timedelta(minutes=5))
    attempt = sit(session, quiz, learner, {1: "a", 2: "a", 3: "a"}, now)
    session.get_one(KeyPoint, points[0]).retired_at = now
    later = now + timedelta(minutes=4)
    submit_attempt(session, attempt.id, learner.id, now=later)
    assert by_quiz(session) == {}
    settled = AttemptSettled(learner.id, (PointAnswered(lesson.id, 2, correct=True),), now + timedelta(days=2))
    session.delete(session.scalars(select(StageCourse).filter_by(course_id=lesson.course_id)).one())
    session.flush()
    actions.note_attempt(session, settled)
    assert by_quiz(session) == {}


@pytest.mark.parametrize("order", [(True, False), (False, True), (False, False)])
def test_of_two_questions_about_one_point_a_wrong_answer_decides(
    session: Session, make: Make, now: datetime, learner: Person, order: tuple[bool, bool]
) -> None:
    lesson = make.lesson(points=1)
    (point,) = remember(session, learner, lesson, now - timedelta(days=3))
    answered = tuple(PointAnswered(lesson.id, 1, correct=right) for right in order)
    actions.note_attempt(session, AttemptSettled(learner.id, answered, now))
    assert by_quiz(session) == {point: 1}


def test_an_attempt_without_answers_asks_nothing(
    session: Session, make: Make, now: datetime, learner: Person, statements: Callable[[], Any]
) -> None:
    session.flush()
    with statements() as ran:
        actions.note_attempt(session, AttemptSettled(learner.id, (), now))
    assert len(ran) == 0


def test_thirty_five_answers_cost_as_many_statements_as_five(
    session: Session, make: Make, now: datetime, learner: Person, statements: Callable[[], Any]
) -> None:
    counted = []
    for asked in (5, 35):
        quiz, lesson = a_quiz(make, asked)
        remember(session, learner, lesson, now - timedelta(days=3))
        answers = {number: "ab"[number % 2] for number in range(1, asked + 1)}
        attempt = sit(session, quiz, learner, answers, now)
        session.flush()
        session.expire_all()
        with statements() as ran:
            submit_attempt(session, attempt.id, learner.id, now=now)
        counted.append(len(ran))
    assert counted[0] == counted[1]
    assert len(by_quiz(session)) == 40
    for asked in (5, 35):
        lesson = make.lesson(points=asked)
        remember(session, learner, lesson, now - timedelta(days=3))
        answered = tuple(PointAnswered(lesson.id, number, correct=True) for number in range(1, asked + 1))
        session.flush()
        with statements() as ran:
            actions.note_attempt(session, AttemptSettled(learner.id, answered, now))
        assert len(ran) == 4

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course, Exposure, KeyPoint, Lesson, LessonText
from lms.courses.rules.reader import Reader
from lms.errors import NotFound, Refused
from lms.pace.models import StudyDay
from lms.quizzes.actions import answer_check
from lms.quizzes.models import QuestionVersion
from lms.reviews import actions, queries
from lms.reviews.actions import Given
from lms.reviews.listening import listen
from lms.reviews.models import Card, Review
from lms.reviews.rules.recall import Rating
from tests.make import Make

DAY = datetime(2026, 3, 17).date()


def points(session: Session, lesson: Lesson) -> list[int]:
    query = select(KeyPoint.id).where(KeyPoint.lesson_id == lesson.id).order_by(KeyPoint.number)
    return list(session.scalars(query))


def met(make: Make, learner: Person, point_ids: list[int], *, days: float = 1) -> None:
    for point in point_ids:
        make.add(Exposure(person_id=learner.id, key_point_id=point, at=make.now - timedelta(days=days)))


def test_a_rating_moves_the_card_writes_the_review_and_counts_the_seconds(
    session: Session, make: Make, now: datetime
) -> None:
    learner, lesson = make.learner(), make.lesson()
    (point, *_rest) = points(session, lesson)
    first = actions.rate_at_once(session, learner.id, Given(point, Rating.GOOD, "map", 20), now=now, day=DAY)
    assert (first.state, first.counted) == ("ok", True)
    later = now + timedelta(days=3)
    actions.rate_at_once(session, learner.id, Given(point, Rating.AGAIN, "map", 500), now=later, day=DAY)
    card = session.get_one(Card, (learner.id, point))
    assert (card.reviews, card.lapses, card.last_review_at) == (2, 1, later)
    assert [row.seconds for row in session.scalars(select(Review).order_by(Review.id))] == [20, 36]
    assert session.get_one(StudyDay, (learner.id, DAY)).focused_seconds == 56


def test_a_review_once_written_stays(session: Session, make: Make, now: datetime) -> None:
    learner, lesson = make.learner(), make.lesson()
    actions.rate_at_once(session, learner.id, Given(points(session, lesson)[0], Rating.GOOD, "map"), now=now)
    for deed in ("UPDATE reviews SET rating = 1", "DELETE FROM reviews"):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(deed))


def test_points_off_the_own_path_and_retired_ones_cannot_be_rated(session: Session, make: Make, now: datetime) -> None:
    lesson = make.lesson()
    first, second, _third = points(session, lesson)
    session.get_one(KeyPoint, second).retired_at = now
    session.flush()
    for person, point in ((make.person("learner"), first), (make.learner(), second), (make.learner(), 999_999)):
        with pytest.raises(NotFound):
            actions.rate_at_once(session, person.id, Given(point, Rating.GOOD, "map"), now=now)


def test_within_ten_minutes_a_recall_counts_no_more(session: Session, make: Make, now: datetime) -> None:
    learner, lesson = make.learner(), make.lesson()
    given = Given(points(session, lesson)[0], Rating.AGAIN, "map")
    actions.rate_at_once(session, learner.id, given, now=now)
    soon = actions.rate_at_once(session, learner.id, given, now=now + timedelta(minutes=5))
    assert not soon.counted
    assert len(session.scalars(select(Review)).all()) == 1


def test_a_programme_may_choose_the_ladder(session: Session, make: Make, now: datetime) -> None:
    programme = make.programme()
    programme.calendar = programme.calendar | {"reviews": "ladder"}
    learner, lesson = make.learner(), make.lesson()
    rated = actions.rate_at_once(session, learner.id, Given(points(session, lesson)[0], Rating.GOOD, "map"), now=now)
    assert rated.due_at == now + timedelta(days=1)
    assert session.scalars(select(Card)).one().difficulty is None


@pytest.mark.parametrize(("response", "rating"), [("a", 3), ("b", 1)])
def test_the_answer_to_a_check_is_a_review_of_the_point_it_asks(
    session: Session, make: Make, now: datetime, response: str, rating: int
) -> None:
    listen()
    learner, lesson = make.learner(), make.lesson(blocks=1)
    question = checked(session, make, lesson)
    reader = Reader(learner.id)
    answer_check(session, question, reader, lesson_id=lesson.id, response=[response], now=now)
    review = session.scalars(select(Review)).one()
    assert (review.key_point_id, review.rating, review.source) == (points(session, lesson)[0], rating, "check")


def checked(session: Session, make: Make, lesson: Lesson, key_point: int | None = 1) -> int:
    """Put a question into the text of a lesson and return its id."""
    question = make.question(lesson, "single")
    session.scalars(select(QuestionVersion).filter_by(question_id=question.id)).one().key_point = key_point
    for words in session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)):
        words.blocks = [{"heading": None, "pieces": [{"check": {"question_id": question.id}}], "points": [1]}]
    session.flush()
    return question.id


def test_a_check_without_a_point_and_a_trainers_try_are_no_reviews(session: Session, make: Make, now: datetime) -> None:
    listen()
    lesson = make.lesson(blocks=1)
    question = checked(session, make, lesson)
    trainer = Reader(make.person("trainer").id, sees_all=True)
    answer_check(session, question, trainer, lesson_id=lesson.id, response=["a"], now=now)
    other = make.lesson(blocks=1)
    none = checked(session, make, other, key_point=None)
    answer_check(session, none, Reader(make.learner().id), lesson_id=other.id, response=["a"], now=now)
    assert session.scalars(select(Review)).all() == []


def test_a_session_asks_what_is_worth_it_most_and_goes_on_when_asked_again(
    session: Session, make: Make, now: datetime
) -> None:
    learner, lesson = make.learner(), make.lesson(points=4)
    ids = points(session, lesson)
    met(make, learner, ids[:2], days=1)
    met(make, learner, ids[2:3], days=30)
    begun, new = actions.start_session(session, learner.id, minutes=2, locale="en", now=now)
    assert new
    assert begun.key_points == [ids[2], ids[0], ids[1]]
    again, new = actions.start_session(session, learner.id, minutes=2, locale="en", now=now)
    assert (again.id, new) == (begun.id, False)
    later, new = actions.start_session(session, learner.id, minutes=2, locale="en", now=now + timedelta(hours=1))
    assert (later.id != begun.id, new) == (True, True)


def test_what_a_gate_and_a_question_ask_comes_first(session: Session, make: Make, now: datetime) -> None:
    learner = make.learner()
    plain, asked = make.lesson(points=1), make.lesson(points=1)
    make.quiz(session.get_one(Course, asked.course_id), purpose="gate", questions=0)
    make.question(asked)
    (one,), (other,) = points(session, plain), points(session, asked)
    met(make, learner, [one], days=9)
    met(make, learner, [other], days=2)
    begun, _new = actions.start_session(session, learner.id, minutes=2, locale="en", now=now)
    assert begun.key_points == [other, one]
    known = queries.in_memory(session, learner.id)
    assert (known.critical, len(known.memories)) == (True, 1)


def test_nothing_met_and_all_safe_are_told_apart(session: Session, make: Make, now: datetime) -> None:
    learner, lesson = make.learner(), make.lesson()
    with pytest.raises(Refused) as error:
        actions.start_session(session, learner.id, minutes=2, locale="en", now=now)
    assert error.value.code == "nothing_met"
    for point in points(session, lesson):
        actions.rate_at_once(session, learner.id, Given(point, Rating.EASY, "map"), now=now)
    with pytest.raises(Refused) as error:
        actions.start_session(session, learner.id, minutes=2, locale="en", now=now)
    assert error.value.code == "all_safe"


def test_each_point_of_a_session_is_rated_once(session: Session, make: Make, now: datetime) -> None:
    learner, lesson = make.learner(), make.lesson(points=2)
    ids = points(session, lesson)
    met(make, learner, ids)
    begun, _new = actions.start_session(session, learner.id, minutes=2, locale="en", now=now)
    later = now + timedelta(seconds=25)
    given = Given(ids[0], Rating.GOOD, "card", None)
    first = actions.answer(session, begun.id, learner.id, given, now=later, day=DAY)
    assert (first.rated.state, first.finished, first.again_sent) == ("ok", False, False)
    twice = Given(ids[0], Rating.AGAIN, "card", 5)
    second = actions.answer(session, begun.id, learner.id, twice, now=later, day=DAY)
    assert (second.rating, second.again_sent) == (Rating.GOOD, True)
    last = actions.answer(session, begun.id, learner.id, Given(ids[1], Rating.HARD, "card", 900), now=later, day=DAY)
    assert last.finished
    assert begun.finished_at == later
    assert [row.seconds for row in session.scalars(select(Review).order_by(Review.id))] == [25, 0]
    assert list(queries.own_seconds(session, learner.id)) == [25]


def test_sessions_and_points_of_others_do_not_exist(session: Session, make: Make, now: datetime) -> None:
    learner, other, lesson = make.learner(), make.learner(), make.lesson(points=2)
    ids = points(session, lesson)
    met(make, learner, ids[:1])
    begun, _new = actions.start_session(session, learner.id, minutes=2, locale="en", now=now)
    for person, point in ((other, ids[0]), (learner, ids[1])):
        with pytest.raises(NotFound):
            actions.answer(session, begun.id, person.id, Given(point, Rating.GOOD, "card"), now=now, day=DAY)


def test_memory_of_many_points_is_one_statement(
    session: Session, make: Make, now: datetime, statements: Callable[[], Any]
) -> None:
    learner, lesson = make.learner(), make.lesson(points=30)
    ids = points(session, lesson)
    met(make, learner, ids[:10])
    actions.rate_at_once(session, learner.id, Given(ids[0], Rating.GOOD, "map"), now=now)
    session.flush()
    with statements() as ran:
        found = queries.memory_states(session, learner.id, ids, at=now + timedelta(days=5))
    assert len(ran) == 1
    assert [found[point].state for point in (ids[0], ids[1], ids[20])] == ["warn", "new", "new"]
    assert found[ids[0]].reviewed
    assert found[ids[20]].recall == 0

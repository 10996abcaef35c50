from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course, Exposure, KeyPoint, Lesson, LessonText
from lms.reviews.models import Review, ReviewSession
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]
HTMX = {"HX-Request": "true"}
SOURCE = """---
title: "Promises"
minutes: 3
competencies: [cb-open]
---
The crew is there in ==45 minutes== in the city.

::: key
The caller hangs up first.
? Who hangs up first?
:::
"""


@pytest.fixture
def lesson(session: Session, make: Make) -> Lesson:
    made = make.lesson(make.course(slug="c"), points=2, blocks=1, title_en="Promises")
    for text in session.scalars(select(LessonText).where(LessonText.lesson_id == made.id)):
        text.source = SOURCE
        keys = [{"text": "45 minutes", "kind": "key", "number": 1, "children": []}]
        text.outline = {"text": "Promises", "children": [{"text": "First", "kind": "heading", "children": keys}]}
    session.flush()
    return made


@pytest.fixture
def learner(session: Session, make: Make, lesson: Lesson) -> Person:
    person = make.learner()
    for point in session.scalars(select(KeyPoint.id).where(KeyPoint.lesson_id == lesson.id)):
        make.add(Exposure(person_id=person.id, key_point_id=point, at=make.now - timedelta(days=2)))
    return person


def test_three_minutes_one_card_a_screen_and_how_it_went(
    session: Session, client_of: ClientOf, learner: Person, lesson: Lesson
) -> None:
    browser = client_of(learner)
    start = browser.get("/reviews").text
    assert "How long do you have?" in start
    assert "are in memory" not in start
    begun = browser.post("/reviews", data={"minutes": "2"})
    assert begun.status_code == 303
    assert "Go on where you stopped" in browser.get("/reviews").text
    first = browser.get(begun.location, follow_redirects=True)
    assert first.request.path.endswith("/cards/1")
    assert "The crew is there in" in first.text
    assert "45 minutes" not in first.text.partition("<main")[2]
    shown = browser.get(f"{first.request.path}?shown=1").text
    assert '<mark class="key">45 minutes</mark>' in shown
    assert browser.post(first.request.path, data={"rating": "splendid"}).status_code == 422
    second = browser.post(first.request.path, data={"rating": "again"}, follow_redirects=True)
    assert "Who hangs up first?" in second.text
    end = browser.post(second.request.path, data={"rating": "good"}, follow_redirects=True)
    assert "1 of 2 sit" in end.text
    assert "Worth another look" in end.text
    assert f'href="/lessons/{lesson.id}#block-1"' in end.text
    assert [row.rating for row in session.scalars(select(Review).order_by(Review.id))] == [1, 3]
    assert browser.post(first.request.path, data={"rating": "good"}).status_code == 303
    assert len(session.scalars(select(Review)).all()) == 2
    assert "50 % of the points of your path are in memory." in browser.get("/reviews").text


def test_when_all_were_there_the_end_says_so(client_of: ClientOf, learner: Person) -> None:
    browser = client_of(learner)
    where = browser.post("/reviews", data={"minutes": "2"}).location
    for position in (1, 2):
        browser.post(f"{where}/cards/{position}", data={"rating": "hard"})
    assert "All of them were there." in browser.get(where).text
    assert "Everything here sits" in browser.post("/reviews", data={"minutes": "2"}).text


def test_a_branch_of_a_map_is_reviewed_alone(
    session: Session, client_of: ClientOf, learner: Person, lesson: Lesson
) -> None:
    browser = client_of(learner)
    node = f"heading-{lesson.id}-0"
    assert "Only: First" in browser.get(f"/reviews?branch={node}").text
    assert "Only: Course" in browser.get("/reviews?course=c").text
    assert browser.post(f"/reviews?branch={node}", data={"minutes": "2"}).status_code == 303
    begun = session.scalars(select(ReviewSession)).one()
    assert (begun.branch, len(begun.key_points)) == (node, 1)
    point = begun.key_points[0]
    for branch in (f"lesson-{lesson.id}", f"point-{point}", f"course-{lesson.course_id}"):
        assert browser.get(f"/reviews?branch={branch}").status_code == 200


@pytest.mark.parametrize(
    "branch", ["lesson-9999", "point-9999", "course-9999", "heading-9999-0", "nothing", "x" * 300, "heading-{id}-7"]
)
def test_a_branch_that_is_not_ones_own_does_not_exist(
    client_of: ClientOf, learner: Person, lesson: Lesson, branch: str
) -> None:
    where = f"/reviews?branch={branch.format(id=lesson.id)}"
    for headers in ({}, HTMX):
        assert client_of(learner).get(where, headers=headers).status_code == 404
    assert client_of(learner).post(where).status_code == 404


@pytest.mark.parametrize("what", [Lesson, Course])
def test_a_point_goes_with_its_lesson_and_its_course(
    session: Session, client_of: ClientOf, make: Make, learner: Person, lesson: Lesson, what: type[Lesson | Course]
) -> None:
    point = session.scalars(select(KeyPoint.id).where(KeyPoint.lesson_id == lesson.id)).first()
    browser = client_of(learner)
    assert browser.get(f"/reviews?branch=point-{point}").status_code == 200
    session.query(what).update({"retired_at": make.now})
    session.commit()
    assert browser.get(f"/reviews?branch=point-{point}").status_code == 404
    assert browser.post(f"/reviews?branch=point-{point}", data={"minutes": "2"}).status_code == 404


def test_before_the_first_lesson_it_says_how_it_begins(client_of: ClientOf, make: Make, lesson: Lesson) -> None:
    answer = client_of(make.learner()).post("/reviews", data={"minutes": "5"})
    assert answer.status_code == 409
    assert "read a lesson first" in answer.text


def test_sessions_of_strangers_do_not_exist(make: Make, client_of: ClientOf, learner: Person) -> None:
    where = client_of(learner).post("/reviews", data={"minutes": "nonsense"}).location
    stranger = client_of(make.learner())
    for url in (where, f"{where}/cards/1"):
        assert stranger.get(url).status_code == 404
    assert stranger.post(f"{where}/cards/1", data={"rating": "good"}).status_code == 404
    assert client_of(learner).get(f"{where}/cards/3").status_code == 404
    assert client_of(make.person("trainer")).get("/reviews").status_code == 404


def test_a_text_that_cannot_be_read_again_is_asked_by_its_lesson(
    session: Session, client_of: ClientOf, learner: Person, lesson: Lesson
) -> None:
    for text in session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)):
        text.source = "nothing"
    session.flush()
    browser = client_of(learner)
    begun = browser.post("/reviews", data={"minutes": "2"})
    assert "What is the point here?" in browser.get(begun.location, follow_redirects=True).text


@pytest.mark.parametrize("lessons", [1, 12])
def test_pages_take_the_same_statements_with_few_and_with_many(
    session: Session, make: Make, client_of: ClientOf, statements: Callable[[], Any], lessons: int
) -> None:
    learner, course = make.learner(), make.course()
    for _ in range(lessons):
        made = make.lesson(course, points=4)
        for point in session.scalars(select(KeyPoint.id).where(KeyPoint.lesson_id == made.id)):
            make.add(Exposure(person_id=learner.id, key_point_id=point, at=make.now - timedelta(days=2)))
    browser = client_of(learner)
    where = browser.post("/reviews", data={"minutes": "10"}).location
    counts = []
    for url in ("/reviews", f"{where}/cards/1"):
        with statements() as ran:
            assert browser.get(url).status_code == 200
        counts.append(len(ran))
    with statements() as ran:
        assert browser.post(f"{where}/cards/1", data={"rating": "good"}).status_code == 303
    assert [*counts, len(ran)] == [3, 4, 11]
    assert session.get_one(Course, course.id)

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import LessonProgress, LessonText
from lms.pace.actions import record_study
from lms.pace.rules import study_day
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]
HTMX = {"HX-Request": "true"}


def test_the_library_shows_the_own_path_by_stage_with_progress(make: Make, client_of: ClientOf) -> None:
    learner = make.learner()
    course = make.course(title_en="Fault repair")
    make.progress(learner, make.lesson(course))
    make.lesson(course)
    make.course(make.stage("listening-in"), title_en="Complaints")
    text = client_of(learner).get("/courses").text
    assert text.index("Study") < text.index("Fault repair") < text.index("Listening in") < text.index("Complaints")
    assert "1 of 2 lessons done" in text


@pytest.mark.parametrize("role", ["trainer", "mentor", "adviser", "hr"])
def test_who_looks_after_learners_sees_every_course(make: Make, client_of: ClientOf, role: str) -> None:
    course = make.course(title_en="Fault repair")
    lesson = make.lesson(course, title_en="Promises")
    browser = client_of(make.person(role))
    assert "Fault repair" in browser.get("/courses").text
    assert "Promises" in browser.get(f"/courses/{course.slug}").text
    shown = browser.get(f"/lessons/{lesson.id}").text
    assert "Text of block 1." in shown
    assert "<lesson-reader" not in shown
    assert "/completion" not in shown


def test_without_a_class_the_library_says_what_will_be_here(make: Make, client_of: ClientOf) -> None:
    make.lesson()
    answer = client_of(make.person("learner")).get("/courses")
    assert (answer.status_code, "Your class adviser adds you" in answer.text) == (200, True)


def test_electives_are_everybodys(make: Make, client_of: ClientOf) -> None:
    make.course(elective=True, title_en="Writing that is read once")
    make.course(title_en="Fault repair")
    shown = client_of(make.person("auditor")).get("/courses").text
    assert ("Writing that is read once" in shown, "Fault repair" in shown) == (True, False)


def test_a_programme_without_courses_says_so(make: Make, client_of: ClientOf) -> None:
    assert "As soon as your programme has courses" in client_of(make.learner()).get("/courses").text


def test_a_course_shows_its_lessons_with_their_states(make: Make, client_of: ClientOf, now: datetime) -> None:
    learner = make.learner()
    course = make.course(slug="c")
    make.progress(learner, make.lesson(course, title_en="Learned"))
    begun = make.lesson(course, title_en="Open")
    make.progress(learner, begun, done=False)
    make.lesson(course, title_en="Fresh")
    make.lesson(course, title_en="Later", prerequisites=[f"c/{begun.slug}"])
    make.lesson(course, title_en="Gone", retired_at=now)
    text = client_of(learner).get("/courses/c").text
    assert [text.count(word) for word in ("Learned", "Open", "Fresh", "Later", "Gone")] == [1, 2, 1, 1, 0]
    assert "easier after “Open”" in text
    assert 'href="/reviews?course=c"' in text
    assert f'class="btn " href="/lessons/{begun.id}"' in text
    assert "4 lessons · 16 minutes · 12 key points · 1 done" in text


def test_a_full_day_offers_no_new_lesson_but_the_one_that_is_open(
    session: Session, make: Make, client_of: ClientOf, now: datetime
) -> None:
    learner, course = make.learner(), make.course(slug="c")
    first, second = make.lesson(course), make.lesson(course)
    record_study(session, learner.id, day=study_day(now, "Asia/Shanghai"), now=now, new_points=16)
    browser = client_of(learner)
    text = browser.get("/courses/c").text
    assert "enough new for today" in text
    assert 'class="btn "' not in text
    assert "This lesson may be finished" in browser.get(f"/lessons/{first.id}").text
    make.progress(learner, second, done=False)
    assert f'class="btn " href="/lessons/{second.id}"' in browser.get("/courses/c").text


def test_an_empty_course_says_so(make: Make, client_of: ClientOf) -> None:
    learner, course = make.learner(), make.course()
    browser = client_of(learner)
    assert "No lessons yet" in browser.get(f"/courses/{course.slug}").text


def test_a_lesson_opens_where_its_reader_was(make: Make, client_of: ClientOf) -> None:
    learner, lesson = make.learner(), make.lesson()
    browser = client_of(learner)
    fresh = browser.get(f"/lessons/{lesson.id}").text
    assert f'<lesson-reader lesson="{lesson.id}" revision="1" position="0"' in fresh
    assert "Go on where you stopped" not in fresh
    make.progress(learner, lesson, done=False, position=1, furthest=1)
    again = browser.get(f"/lessons/{lesson.id}").text
    assert 'position="2"' in again
    assert '<a href="#block-2">Go on where you stopped</a>' in again
    assert '<section class="read" data-block="3" id="block-3">' in again
    assert "<h2>Block 2</h2>" in again


def test_key_points_stand_beside_the_lesson_with_their_state(make: Make, client_of: ClientOf) -> None:
    learner, lesson = make.learner(), make.lesson()
    browser = client_of(learner)
    assert browser.get(f"/lessons/{lesson.id}").text.count("<small>new</small>") == 3
    browser.put(f"/api/v1/lessons/{lesson.id}/progress", json={"position": 1, "seconds": 10})
    text = browser.get(f"/lessons/{lesson.id}").text
    assert (text.count("<small>met</small>"), text.count("<small>new</small>")) == (2, 1)


def test_done_leads_to_the_next_lesson(session: Session, make: Make, client_of: ClientOf, now: datetime) -> None:
    learner, course = make.learner(), make.course()
    first, second = make.lesson(course), make.lesson(course)
    browser = client_of(learner)
    assert "Done, next lesson" in browser.get(f"/lessons/{first.id}").text
    answer = browser.post(f"/lessons/{first.id}/completion")
    assert (answer.status_code, answer.location) == (303, f"/lessons/{second.id}")
    assert session.get_one(LessonProgress, (learner.id, first.id)).done_at == now
    assert "Here is the next one" in browser.get(answer.location).text
    last = browser.post(f"/lessons/{second.id}/completion")
    assert (last.status_code, last.location) == (303, f"/courses/{course.slug}")
    assert "/completion" not in browser.get(f"/lessons/{second.id}").text


def test_at_the_cap_done_leads_back_to_the_course(make: Make, client_of: ClientOf) -> None:
    course = make.course()
    lesson = make.lesson(course, points=16)
    make.lesson(course)
    browser = client_of(make.learner())
    answer = browser.post(f"/lessons/{lesson.id}/completion")
    assert answer.location == f"/courses/{course.slug}"
    assert "it will sit better after a night" in browser.get(answer.location).text


def test_who_began_an_older_wording_reads_it_to_its_end(session: Session, make: Make, client_of: ClientOf) -> None:
    learner, other, lesson = make.learner(), make.learner(), make.lesson()
    make.progress(learner, lesson, done=False)
    for text in session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)).all():
        shared = {
            name: getattr(text, name) for name in ("lesson_id", "locale", "source", "published_at", "content_hash")
        }
        block = {"heading": None, "pieces": [{"html": "<p>Newer words.</p>"}], "points": [1]}
        session.add(LessonText(revision=2, title="New title", blocks=[block], outline={}, **shared))
    lesson.revision = 2
    session.flush()
    assert "Text of block 1." in client_of(learner).get(f"/lessons/{lesson.id}").text
    newest = client_of(other).get(f"/lessons/{lesson.id}").text
    assert "Newer words." in newest
    assert "New title" in newest


def test_a_check_is_a_form_that_works_without_scripts(session: Session, make: Make, client_of: ClientOf) -> None:
    lesson = make.lesson(blocks=1)
    pieces = []
    for kind in ("single", "multiple", "true_false", "numeric", "short_text"):
        question = make.question(lesson, kind)
        options = [{"id": "a", "text": "One <b>bold</b>"}, {"id": "b", "text": "Two"}]
        check = {
            "ref": question.ref,
            "question_id": question.id,
            "kind": kind,
            "stem": f"<p>Asked {kind}?</p>",
            "options": options if kind in ("single", "multiple") else [],
            "unit": "minutes" if kind == "numeric" else "",
        }
        pieces.append({"check": check})
    for text in session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)):
        text.blocks = [{"heading": None, "pieces": pieces, "points": []}]
    session.flush()
    shown = client_of(make.learner()).get(f"/lessons/{lesson.id}").text
    assert shown.count('action="/checks/') == 5
    assert shown.count(f'name="lesson_id" value="{lesson.id}"') == 5
    assert (shown.count('type="radio" name="response"'), shown.count('type="checkbox" name="response"')) == (4, 2)
    assert "One &lt;b&gt;bold&lt;/b&gt;" in shown
    assert "<p>Asked numeric?</p>" in shown


def test_pages_come_in_the_readers_language(make: Make, client_of: ClientOf) -> None:
    learner = make.learner(locale="zh")
    course = make.course(title_zh="故障报修")
    lesson = make.lesson(course)
    browser = client_of(learner)
    assert "故障报修" in browser.get("/courses").text
    text = browser.get(f"/lessons/{lesson.id}").text
    assert "第" in text
    assert "学完了" in text


@pytest.mark.parametrize(
    "url",
    ["/courses/{slug}", "/lessons/{id}"],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_is_not_on_the_own_path_does_not_exist(
    make: Make, client_of: ClientOf, url: str, headers: dict[str, str]
) -> None:
    lesson = make.lesson(make.course(slug="c"))
    where = url.format(slug="c", id=lesson.id)
    assert client_of(make.learner()).get(where, headers=headers).status_code == 200
    assert client_of(make.person("learner")).get(where, headers=headers).status_code == 404
    for role in ("auditor", "admin", "lead"):
        assert client_of(make.person(role)).get(where, headers=headers).status_code == 404


def test_only_learners_finish_lessons_of_their_own_path(make: Make, client_of: ClientOf, client: FlaskClient) -> None:
    lesson = make.lesson()
    where = f"/lessons/{lesson.id}/completion"
    for person in (make.person("trainer"), make.person("learner"), make.person("learner", "hr")):
        assert client_of(person).post(where).status_code == 404
    assert client.post(where).status_code == 303
    assert client_of(make.learner()).get(where).status_code == 405


@pytest.mark.parametrize(
    "url",
    [
        "/courses/nothing",
        "/courses/" + "x" * 5000,
        "/courses/%E7%A9%BA",
        "/lessons/2147483647",
        "/lessons/99999999999",
        "/lessons/abc",
        "/lessons/-1",
    ],
)
def test_addresses_of_nothing_are_not_found(make: Make, client_of: ClientOf, url: str) -> None:
    assert client_of(make.learner()).get(url).status_code == 404


def test_nul_bytes_in_an_address_are_refused(make: Make, client_of: ClientOf) -> None:
    assert client_of(make.learner()).get("/courses/a%00b").status_code == 422


def test_a_lesson_without_text_does_not_exist(session: Session, make: Make, client_of: ClientOf) -> None:
    lesson = make.lesson(revision=7)
    browser = client_of(make.learner())
    assert browser.get(f"/lessons/{lesson.id}").status_code == 404
    assert browser.post(f"/lessons/{lesson.id}/completion").status_code == 404


@pytest.mark.parametrize(("learners", "lessons"), [(1, 3), (60, 12)])
def test_pages_take_the_same_statements_with_few_and_with_many(
    make: Make, client_of: ClientOf, statements: Callable[[], Any], learners: int, lessons: int
) -> None:
    group, course = make.training_class(), make.course(slug="c")
    made = [make.lesson(course, points=2, blocks=2) for _ in range(lessons)]
    people = [make.learner(group) for _ in range(learners)]
    for person in people:
        make.progress(person, made[0])
        make.progress(person, made[1], done=False)
    browser = client_of(people[0])
    counts = {}
    for url in ("/courses", "/courses/c", f"/lessons/{made[1].id}"):
        with statements() as ran:
            assert browser.get(url).status_code == 200
        counts[url.replace(str(made[1].id), "1")] = len(ran)
    assert counts == {"/courses": 3, "/courses/c": 5, "/lessons/1": 7}

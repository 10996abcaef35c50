"""The board in a browser: courses, order, publishing, approvals, translations, with and without scripts."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.audit.models import AuditEntry
from lms.authoring.actions import board as actions
from lms.authoring.actions.drafts import open_draft, save_part
from lms.authoring.actions.retiring import retire_course
from lms.authoring.models import DraftPart, Submission
from lms.courses.models import Course, Lesson, LessonProgress, StageCourse
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.models import Quiz, QuizCourse
from tests.authoring.test_publishing_actions import hello, new_draft, write
from tests.authoring.writers import identity
from tests.content.shelf import Shelf
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
FETCH = {"X-Requested-With": "fetch"}
FACTS = {
    "title_zh": "好好写",
    "title_en": "Writing well",
    "summary_zh": "写短句",
    "summary_en": "Short sentences.",
    "owner": "Desk",
    "review_by": "2027-01-31",
    "posts": "agent",
    "stage": "agent/study",
}


@pytest.fixture
def browser(client_of: Browser, trainer: Person, library: Shelf) -> FlaskClient:
    return client_of(trainer)


def slugs(session: Session) -> list[str]:
    return list(session.scalars(select(Lesson.slug).order_by(Lesson.position)))


def test_the_board_says_what_is_taught_and_how_full_it_makes_a_day(browser: FlaskClient) -> None:
    text = browser.get("/authoring").text
    assert '<a class="row" href="/authoring/courses/basics"><span class="grow"><b>Basics</b><small>2 lessons · ' in text
    assert "New key points by day" in text
    assert "published</span></span></a></li>" in text


def test_a_course_is_added_and_changed(browser: FlaskClient, session: Session) -> None:
    assert browser.get("/authoring/courses/new").status_code == 200
    assert browser.post("/authoring/courses/new", data=FACTS).location == "/authoring/courses/writing-well"
    course = session.scalars(select(Course).where(Course.slug == "writing-well")).one()
    assert session.scalar(select(StageCourse.position).where(StageCourse.course_id == course.id)) == 2
    assert "No lessons yet" in browser.get("/authoring/courses/writing-well").text
    page = browser.get("/authoring/courses/writing-well/facts").text
    assert '<option selected value="agent/study">' in page
    saved = browser.post("/authoring/courses/writing-well/facts", data=FACTS | {"owner": "Song Lan", "stage": ""})
    assert saved.status_code == 303
    assert session.get_one(Course, course.id, populate_existing=True).owner == "Song Lan"
    assert session.scalar(select(StageCourse).where(StageCourse.course_id == course.id)) is None
    said = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert said[-2:] == ["course.added", "course.changed"]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"title_en": "Basics"}, "There is a course of this name already"),
        ({"title_en": "电费"}, "lower-case Latin words"),
        ({"title_en": "New"}, "lower-case Latin words"),
        ({"slug": "Not One"}, "Lower-case Latin words"),
        ({"review_by": "soon"}, "Not a valid date"),
        ({"stage": "agent/none"}, "Not a valid choice"),
        ({"owner": ""}, "Please fill this in"),
    ],
)
def test_a_wrong_course_is_refused_and_kept(browser: FlaskClient, wrong: dict[str, str], expected: str) -> None:
    answer = browser.post("/authoring/courses/new", data=FACTS | wrong)
    assert answer.status_code == 422
    assert expected in answer.text
    assert "写短句" in answer.text
    if "title_en" not in wrong and "slug" not in wrong:
        assert browser.post("/authoring/courses/basics/facts", data=FACTS | wrong).status_code == 422


def test_lessons_are_moved_by_forms_and_by_the_list(browser: FlaskClient, session: Session) -> None:
    ids = dict(session.execute(select(Lesson.slug, Lesson.id)).all())
    moved = browser.post(f"/authoring/courses/basics/lessons/{ids['01-hello']}/place", data={"by": "1"})
    assert moved.location == f"/authoring/courses/basics#lesson-{ids['01-hello']}"
    assert slugs(session) == ["02-again", "01-hello"]
    assert "comes before what it builds on" in browser.get("/authoring/courses/basics").text
    order = {"lesson": [ids["01-hello"], ids["02-again"]]}
    assert browser.post("/authoring/courses/basics/order", data=order, headers=FETCH).status_code == 204
    assert slugs(session) == ["01-hello", "02-again"]
    assert browser.post("/authoring/courses/basics/order", data=order).status_code == 303
    wrong = browser.post("/authoring/courses/basics/order", data={"lesson": [ids["01-hello"]]}, headers=FETCH)
    assert wrong.status_code == 409
    assert wrong.json["detail"] == "Somebody changed the lessons of this course meanwhile. Please look again."
    assert browser.post("/authoring/courses/basics/order", data={"lesson": ["x"]}).status_code == 303
    assert browser.post(f"/authoring/courses/basics/lessons/{ids['01-hello']}/place", data={}).status_code == 422
    assert browser.post("/authoring/courses/basics/lessons/999/place", data={"by": "1"}).status_code == 404


def test_reordering_costs_nobody_their_progress(
    session: Session, library: Shelf, trainer: Person, make: Make, now: datetime
) -> None:
    learner, lesson = make.person("learner"), hello(session)
    make.progress(learner, lesson)
    before = session.get_one(LessonProgress, (learner.id, lesson.id)).seconds
    actions.move_lesson(session, identity(trainer), "basics", lesson.id, 1, now=now)
    session.expire_all()
    after = session.get_one(LessonProgress, (learner.id, lesson.id))
    assert (after.seconds, after.done_at) == (before, now)


def test_a_course_out_of_use_is_retired_and_brought_back(
    browser: FlaskClient, session: Session, trainer: Person, now: datetime
) -> None:
    held = browser.post("/authoring/courses/basics/retirement", follow_redirects=True).text
    assert held.count("A programme or a quiz still uses this course. Take it out of them first.") == 2
    browser.post("/authoring/courses/new", data=FACTS | {"stage": ""})
    for _ in range(2):
        assert browser.post("/authoring/courses/writing-well/retirement").status_code == 303
    assert "This course is retired" in browser.get("/authoring/courses/writing-well").text
    assert '<h2 id="retired">Retired</h2>' in browser.get("/authoring").text
    for _ in range(2):
        assert browser.post("/authoring/courses/writing-well/return").status_code == 303
    assert "This course is retired" not in browser.get("/authoring/courses/writing-well").text


def test_a_lesson_is_retired_and_brought_back_unless_something_needs_it(
    browser: FlaskClient, session: Session, library: Shelf
) -> None:
    first, second = hello(session), session.scalars(select(Lesson).where(Lesson.slug == "02-again")).one()
    assert browser.post(f"/authoring/lessons/{first.id}/retirement").status_code == 409
    second.prerequisites = []
    session.commit()
    answer = browser.post(f"/authoring/lessons/{first.id}/retirement")
    assert "A job profile teaches or confirms a point by this lesson, so it must stay." in answer.text
    answer = browser.post(f"/authoring/lessons/{second.id}/retirement")
    assert "Without its questions a quiz would have too few to draw from." in answer.text
    for row in session.execute(select(Lesson)).scalars():
        session.refresh(row)
    assert second.retired_at is None
    assert browser.post("/authoring/lessons/999/return").status_code == 404


def test_a_lesson_nobody_needs_goes_and_comes(
    browser: FlaskClient, session: Session, make: Make, trainer: Person, now: datetime
) -> None:
    lesson = make.lesson(make.course(slug="extra"))
    session.commit()
    for _ in range(2):
        assert browser.post(f"/authoring/lessons/{lesson.id}/retirement").status_code == 303
    assert "Bring back</button>" in browser.get("/authoring/courses/extra").text
    for _ in range(2):
        assert browser.post(f"/authoring/lessons/{lesson.id}/return").status_code == 303
    assert "Bring back" not in browser.get("/authoring/courses/extra").text


def test_nobody_alone_takes_away_or_brings_back_what_a_gate_asks_for(
    browser: FlaskClient, session: Session, library: Shelf, now: datetime
) -> None:
    again = session.scalars(select(Lesson).where(Lesson.slug == "02-again")).one()
    session.query(Quiz).update({"draw": 1})
    session.commit()
    alone = browser.post(f"/authoring/lessons/{again.id}/retirement")
    assert alone.status_code == 409
    assert "A gate asks for this, so a second trainer must agree. Ask for it on the course board." in alone.text
    again.retired_at = now
    session.commit()
    assert browser.post(f"/authoring/lessons/{again.id}/return").status_code == 409
    answer = browser.post("/authoring/courses/basics/facts", data=FACTS | {"stage": "", "title_en": "Softened"})
    assert answer.status_code == 422
    assert "A gate asks for this course, so a second trainer must agree to another stage." in answer.text
    assert "Softened" in answer.text
    session.expire_all()
    assert again.retired_at == now
    course = session.scalars(select(Course).where(Course.slug == "basics")).one()
    assert (course.title_en, len(session.scalars(select(StageCourse)).all())) == ("Basics", 1)
    kept = browser.post("/authoring/courses/basics/facts", data=FACTS)  # its own stage: the other facts are free
    assert kept.status_code == 303


@pytest.mark.parametrize("emptied", [False, True])
def test_a_course_that_a_gate_asks_for_neither_goes_nor_comes(
    browser: FlaskClient, session: Session, library: Shelf, now: datetime, *, emptied: bool
) -> None:
    session.query(StageCourse).delete()
    session.query(QuizCourse).delete()
    if emptied:
        session.query(Lesson).update({"retired_at": now})
    session.commit()
    page = browser.post("/authoring/courses/basics/retirement", follow_redirects=True)
    assert "A gate asks for this" in page.text
    course = session.scalars(select(Course).where(Course.slug == "basics")).one()
    course.retired_at = now
    session.commit()
    page = browser.post("/authoring/courses/basics/return", follow_redirects=True)
    assert "A gate asks for this" in page.text
    session.expire_all()
    assert course.retired_at == now


def test_a_course_whose_lessons_are_built_on_stays(
    session: Session, make: Make, library: Shelf, trainer: Person, now: datetime
) -> None:
    base, other = make.course(slug="base"), make.course(slug="other")
    lesson = make.lesson(base)
    make.lesson(other, prerequisites=[f"base/{lesson.slug}"])
    session.query(StageCourse).delete()
    with pytest.raises(Refused) as refused:
        retire_course(session, identity(trainer), "base", now=now)
    assert refused.value.code == "lesson_needed"


def test_a_course_of_two_programmes_keeps_its_stages(
    session: Session, make: Make, library: Shelf, trainer: Person, now: datetime
) -> None:
    course = session.scalars(select(Course).where(Course.slug == "basics")).one()
    session.add(StageCourse(stage_id=make.stage().id, course_id=course.id, position=1))
    session.flush()
    value = actions.CourseValue("基础", "Basics", "概述", "What it is", ("agent",), "Desk", date(2027, 6, 30))
    actions.change_course(session, identity(trainer), "basics", value, now=now)
    assert len(session.scalars(select(StageCourse).where(StageCourse.course_id == course.id)).all()) == 2
    with pytest.raises(Invalid):
        actions.create_course(
            session,
            identity(trainer),
            actions.CourseValue("甲", "A b", "甲", "A", ("agent",), "D", date(2027, 1, 1), "x/y"),
            now=now,
        )
    with pytest.raises(NotFound):
        actions.change_course(session, identity(trainer), "none", value, now=now)


def test_measured_minutes_stand_beside_the_estimate_from_ten_learners_on(
    browser: FlaskClient, session: Session, make: Make
) -> None:
    lesson = hello(session)
    for n in range(9):
        make.progress(make.person("learner"), lesson, seconds=60 * (n + 1))
    session.commit()
    assert "measured with" not in browser.get("/authoring/courses/basics").text
    make.progress(make.person("learner"), lesson, seconds=600)
    session.commit()
    text = browser.get("/authoring/courses/basics").text
    assert "measured with 10 learners: half took up to 5.5, nine of ten up to 9 minutes" in text


def test_from_draft_to_lesson_with_a_second_person(
    browser: FlaskClient, client_of: Browser, session: Session, trainer: Person, second: Person, now: datetime
) -> None:
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    write(session, trainer, made, "en", "Intro text.", "A greeting first.", now)
    session.commit()
    page = browser.get(f"/drafts/{made}/publication").text
    assert "a second trainer reads it" in page
    assert browser.post(f"/drafts/{made}/submissions", data={"note": ""}).status_code == 422
    assert browser.post(f"/drafts/{made}/submissions", data={"note": "Warmer"}).status_code == 303
    assert browser.post(f"/drafts/{made}/submissions", data={"note": "Warmer"}).status_code == 409
    sent = session.scalars(select(Submission)).one()
    assert "Take it back" in browser.get(f"/drafts/{made}/publication").text
    assert "waits for approval</span>" in browser.get("/authoring/courses/basics").text
    assert browser.post(f"/authoring/approvals/{sent.id}/approval").status_code == 409
    assert "a second person must read it" in browser.get(f"/authoring/approvals/{sent.id}").text
    reader = client_of(second)
    assert "<b>1 thing waits for a second trainer.</b>" in reader.get("/authoring").text
    assert "<small>Warmer</small>" in reader.get("/authoring/approvals").text
    shown = reader.get(f"/authoring/approvals/{sent.id}").text
    assert "greeting first" in shown
    assert reader.post(f"/authoring/approvals/{sent.id}/return", data={}).status_code == 422
    assert reader.post(f"/authoring/approvals/{sent.id}/return", data={"reason": "Name the hour"}).status_code == 303
    assert "Name the hour" in browser.get(f"/drafts/{made}/publication").text
    assert "sent back</span>" in browser.get("/authoring/courses/basics").text
    assert reader.post(f"/authoring/approvals/{sent.id}/return", data={"reason": "Again"}).status_code == 409
    assert browser.post(f"/drafts/{made}/submissions", data={"note": "Hour", "agrees": "y"}).status_code == 303
    again = session.scalars(select(Submission).order_by(Submission.id.desc())).first()
    assert again is not None
    assert reader.post(f"/authoring/approvals/{again.id}/approval").status_code == 303
    assert "A greeting first." in client_of(second).get(f"/lessons/{hello(session).id}").text
    assert "Published last on" in browser.get(f"/drafts/{made}/publication").text


def test_errors_are_listed_with_a_link_to_their_line(
    browser: FlaskClient, session: Session, trainer: Person, now: datetime
) -> None:
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    write(session, trainer, made, "en", "==say your name first==", "say your name first", now)
    session.commit()
    answer = browser.post(f"/drafts/{made}/submissions", data={"note": "x"})
    assert answer.status_code == 409
    assert "2 things to mend first</h2>" in answer.text
    assert f"/drafts/{made}?part=en" in answer.text


def test_a_draft_is_withdrawn_by_its_writer_alone(
    browser: FlaskClient, client_of: Browser, session: Session, trainer: Person, second: Person, now: datetime
) -> None:
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    write(session, trainer, made, "en", "Intro text.", "A greeting first.", now)
    session.commit()
    browser.post(f"/drafts/{made}/submissions", data={"note": "Warmer"})
    sent = session.scalars(select(Submission)).one()
    assert client_of(second).post(f"/submissions/{sent.id}/withdrawal").status_code == 404
    assert browser.post(f"/submissions/{sent.id}/withdrawal").status_code == 303
    assert browser.post(f"/submissions/{sent.id}/withdrawal").status_code == 409


def test_a_draft_says_what_it_changes_of_the_load(
    browser: FlaskClient, session: Session, trainer: Person, now: datetime
) -> None:
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    write(session, trainer, made, "en", "Intro text.", "==A third==. Intro text.", now)
    alone = new_draft(session, trainer, now)
    session.commit()
    assert "What this lesson changes" in browser.get(f"/drafts/{made}/load").text
    part = browser.get(f"/drafts/{made}/load", headers={"HX-Request": "true"}).text
    assert "What this lesson changes" in part
    assert "<html" not in part
    assert "No programme teaches this course yet" in browser.get(f"/drafts/{alone}/load").text


def test_a_translation_is_written_block_by_block(
    browser: FlaskClient, session: Session, trainer: Person, now: datetime
) -> None:
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    write(session, trainer, made, "zh", "开场白。", "先打招呼。", now)
    session.commit()
    page = browser.get(f"/drafts/{made}/translation").text
    assert "source changed" in page
    assert "English: 1 block to look at" in browser.get("/authoring/courses/basics").text
    assert "1 translation to look at" in browser.get("/authoring").text
    held = {name: session.get_one(DraftPart, (made, name)) for name in ("zh", "en")}
    head, _, rest = held["en"].text.partition("Intro text.")
    sent: dict[str, Any] = {"part": "en", "version": "1", "against": str(held["zh"].version), "confirm": "1"}
    blocks = {"block": [head.rstrip("\n"), f"A greeting first.{rest}"]}
    assert browser.post(f"/drafts/{made}/translation", data=sent | blocks).status_code == 303
    session.expire_all()
    assert "A greeting first." in session.get_one(DraftPart, (made, "en")).text
    assert session.get_one(DraftPart, (made, "en")).against_version == held["zh"].version
    assert "source changed" not in browser.get(f"/drafts/{made}/translation?to=en").text
    met = browser.post(f"/drafts/{made}/translation", data=sent | {"block": ["Other"]})
    assert met.status_code == 409
    assert "A greeting first." in met.text
    assert browser.post(f"/drafts/{made}/translation", data={"part": "en"}).status_code == 422
    assert browser.post(f"/drafts/{made}/translation", data=sent | {"block": ["x" * 70_000]}).status_code == 422


def test_nobody_confirms_what_they_have_not_seen(
    browser: FlaskClient, session: Session, trainer: Person, now: datetime
) -> None:
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    save_part(session, identity(trainer), made, "zh", "新的", 1, now=now + timedelta(minutes=1))
    session.commit()
    sent = {"part": "en", "version": "1", "against": "1", "confirm": "1", "block": ["Typed"]}
    answer = browser.post(f"/drafts/{made}/translation", data=sent, follow_redirects=True)
    assert "saved meanwhile" in answer.text
    session.expire_all()
    assert session.get_one(DraftPart, (made, "en")).text == "Typed"
    assert session.get_one(DraftPart, (made, "en")).against_version is None


def test_the_boards_ask_as_often_for_two_hundred_lessons_as_for_ten(
    browser: FlaskClient, session: Session, make: Make, statements: Any
) -> None:
    course = session.scalars(select(Course).where(Course.slug == "basics")).one()
    counts: dict[str, list[int]] = {"/authoring": [], "/authoring/courses/basics": []}
    for more in (10, 190):
        for _ in range(more):
            make.lesson(course, points=1, blocks=2)
        session.commit()
        for address, found in counts.items():
            browser.get(address)
            with statements() as ran:
                assert browser.get(address).status_code == 200
            found.append(len(ran))
    assert all(few == many for few, many in counts.values()), counts
    assert max(many for _, many in counts.values()) <= 30

"""What a gate asks for is retired, brought back and moved only when a second trainer agrees."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.audit.models import AuditEntry
from lms.authoring.actions import proposals as actions
from lms.authoring.models import Proposal
from lms.authoring.rules.acts import MOVE, RETIRE, REVIVE, Ties
from lms.courses.models import Course, Lesson, StageCourse
from lms.errors import NotFound, Refused
from lms.quizzes.models import Quiz, QuizCourse
from tests.authoring.test_board_views import FACTS
from tests.authoring.writers import identity
from tests.content.shelf import Shelf
from tests.make import Make

Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def again(session: Session, library: Shelf) -> Lesson:
    """A lesson that nothing holds but the gate that asks for its course."""
    session.query(Quiz).update({"draw": 1})
    session.commit()
    return session.scalars(select(Lesson).where(Lesson.slug == "02-again")).one()


@pytest.fixture
def free(session: Session, library: Shelf) -> Course:
    """A course that no stage teaches and no quiz draws from, but that a gate asks for."""
    session.query(StageCourse).delete()
    session.query(QuizCourse).delete()
    session.commit()
    return session.scalars(select(Course).where(Course.slug == "basics")).one()


@pytest.fixture
def browser(client_of: Browser, trainer: Person, library: Shelf) -> FlaskClient:
    return client_of(trainer)


@pytest.fixture
def reader(client_of: Browser, second: Person, library: Shelf) -> FlaskClient:
    return client_of(second)


def said(session: Session, count: int) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))[-count:]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (Ties(((2, ("c/a",)),), (), {}, ()), "lesson_needed"),
        (Ties((), ((("c/a",), ()),), {}, ()), "profile_needs_it"),
        (Ties((), (((), ("q1",)),), {}, ()), "profile_needs_it"),
        (Ties((), (), {1: 0}, ()), "quiz_needs_it"),
        (Ties((), (), {1: 1}, ()), None),
        (Ties((), (), {2: 0}, ()), None),
    ],
)
def test_a_lesson_is_held_by_what_needs_it(held: Ties, expected: str | None) -> None:
    assert held.of_lesson(1, "c/a", {"q1"}) == expected


def test_a_course_is_held_by_stages_quizzes_and_other_courses_lessons() -> None:
    needs = ((1, ("c/a",)),)
    assert Ties((), (), {}, {1}).of_course(1, {"c/a"}) == "course_in_use"
    assert Ties(needs, (), {}, ()).of_course(2, {"c/a"}) == "lesson_needed"
    assert Ties(needs, (), {}, ()).of_course(1, {"c/a"}) is None


def ask(browser: FlaskClient, lesson: Lesson, note: str = "Taught in the new course", act: str = "retirement") -> str:
    """Ask for a lesson to be retired, or brought back, and return the address of the proposal."""
    answer = browser.post(f"/authoring/lessons/{lesson.id}/proposals/{act}", data={"note": note})
    assert answer.status_code == 303
    return answer.location


def test_the_board_offers_to_ask_where_a_gate_asks(browser: FlaskClient, session: Session, again: Lesson) -> None:
    way = f"/authoring/lessons/{again.id}/proposals/retirement"
    board = browser.get("/authoring/courses/basics").text
    assert f'<a href="{way}">Ask to retire it</a>' in board
    assert f"/authoring/lessons/{again.id}/retirement" not in board
    assert "<h1>Retire “Again”</h1>" in browser.get(way).text
    assert browser.post(way, data={"note": " "}).status_code == 422
    asked = ask(browser, again)
    row = session.scalars(select(Proposal)).one()
    assert asked == f"/authoring/proposals/{row.id}"
    assert (row.act, row.lesson_id, row.note, row.decision) == (RETIRE, again.id, "Taught in the new course", None)
    assert browser.post(way, data={"note": "Once more"}).status_code == 409
    board = browser.get("/authoring/courses/basics").text
    assert f'<a href="{asked}">Retirement waits for a second trainer</a>' in board
    assert way not in board


def test_who_asks_does_not_decide(browser: FlaskClient, session: Session, again: Lesson) -> None:
    asked = ask(browser, again)
    assert "waits for a second trainer.</b>" not in browser.get("/authoring").text
    own = browser.get(asked).text
    assert "This is from you; a second person must decide." in own
    assert "Agree and do it" not in own
    assert browser.post(f"{asked}/approval").status_code == 409
    assert browser.post(f"{asked}/refusal", data={"reason": "x"}).status_code == 409
    session.expire_all()
    assert again.retired_at is None


def test_a_lesson_goes_when_a_second_trainer_agrees(
    browser: FlaskClient, reader: FlaskClient, session: Session, again: Lesson
) -> None:
    asked = ask(browser, again)
    board = reader.get("/authoring").text
    assert "<b>1 thing waits for a second trainer.</b>" in board
    assert "1 waits for approval</span>" in board
    listed = reader.get("/authoring/approvals").text
    assert "<b>Retire “Again”</b>" in listed
    assert "<small>Taught in the new course</small>" in listed
    shown = reader.get(asked).text
    assert "asks that this course is finished" in shown
    assert "Agree and do it" in shown
    assert reader.post(f"{asked}/approval").location == "/authoring/approvals"
    session.expire_all()
    assert again.retired_at is not None
    assert said(session, 3) == ["proposal.made", "lesson.retired", "proposal.approved"]
    assert reader.post(f"{asked}/approval").status_code == 409
    assert "Agreed to by " in browser.get(asked).text
    board = browser.get("/authoring/courses/basics").text
    assert f'href="/authoring/lessons/{again.id}/proposals/return"' in board
    assert "waits for a second trainer" not in board


def test_a_lesson_comes_back_as_it_was_read_by_the_second_trainer(
    browser: FlaskClient, reader: FlaskClient, session: Session, again: Lesson, now: datetime
) -> None:
    again.retired_at = now
    session.commit()
    way = browser.post(f"/authoring/lessons/{again.id}/proposals/return", data={"note": "Needed again"}).location
    shown = reader.get(way).text
    assert "New hires get exactly the text below." in shown
    assert "competencies:" in shown  # the file as it would be taught
    assert reader.post(f"{way}/refusal", data={"reason": ""}).status_code == 422
    assert reader.post(f"{way}/refusal", data={"reason": "Its times are old"}).status_code == 303
    session.expire_all()
    assert again.retired_at == now
    board = browser.get("/authoring/courses/basics").text
    assert ">Return was declined</a>" in board
    assert "Ask to bring it back" in board
    assert "Its times are old" in browser.get(way).text
    assert browser.post(f"{way}/withdrawal").status_code == 409
    way = browser.post(f"/authoring/lessons/{again.id}/proposals/return", data={"note": "Mended"}).location
    assert reader.post(f"{way}/approval").status_code == 303
    session.expire_all()
    assert again.retired_at is None
    assert said(session, 4) == ["proposal.declined", "proposal.made", "lesson.revived", "proposal.approved"]


def test_what_was_declined_long_ago_is_not_told_any_more(
    session: Session, again: Lesson, trainer: Person, second: Person, browser: FlaskClient, now: datetime
) -> None:
    before = now - timedelta(days=15)
    made = actions.ask_for_lesson(session, identity(trainer), again.id, RETIRE, "x", now=before)
    assert made is not None
    actions.decline(session, identity(second), made, "no", now=before)
    session.commit()
    assert "Retirement was declined" not in browser.get("/authoring/courses/basics").text


def test_only_who_asked_takes_it_back(
    browser: FlaskClient, reader: FlaskClient, session: Session, again: Lesson
) -> None:
    way = browser.post(f"/authoring/lessons/{again.id}/proposals/retirement", data={"note": "x"}).location
    assert reader.post(f"{way}/withdrawal").status_code == 404
    assert browser.post(f"{way}/withdrawal").location == way
    assert "Taken back on" in browser.get(way).text
    assert said(session, 1) == ["proposal.withdrawn"]
    assert "Ask to retire it" in browser.get("/authoring/courses/basics").text


def test_what_something_holds_cannot_even_be_asked_for(browser: FlaskClient, library: Shelf, session: Session) -> None:
    hello = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()
    board = browser.get("/authoring/courses/basics").text
    assert "It cannot be retired. Another lesson builds on it." in board
    assert "It cannot be retired. A programme or a quiz still uses this course." in board
    assert f"/authoring/lessons/{hello.id}/proposals" not in board
    refused = browser.post(f"/authoring/lessons/{hello.id}/proposals/retirement", data={"note": "x"})
    assert refused.status_code == 409
    assert "Another lesson builds on it." in refused.text
    assert session.scalar(select(Proposal)) is None


def test_what_something_holds_by_now_is_not_done_even_if_both_agree(
    browser: FlaskClient, reader: FlaskClient, session: Session, again: Lesson, make: Make
) -> None:
    way = browser.post(f"/authoring/lessons/{again.id}/proposals/retirement", data={"note": "x"}).location
    make.lesson(make.course(slug="later"), prerequisites=["basics/02-again"])
    session.commit()
    assert "Another lesson builds on it." in reader.get(way).text
    assert reader.post(f"{way}/approval").status_code == 409
    session.expire_all()
    assert again.retired_at is None


def test_what_is_so_already_is_neither_asked_for_nor_done(
    browser: FlaskClient, reader: FlaskClient, session: Session, again: Lesson, now: datetime
) -> None:
    assert browser.post(f"/authoring/lessons/{again.id}/proposals/return", data={"note": "x"}).status_code == 409
    way = browser.post(f"/authoring/lessons/{again.id}/proposals/retirement", data={"note": "x"}).location
    again.retired_at = now
    session.commit()
    assert "It is so already." in reader.post(f"{way}/approval").text
    assert reader.post(f"{way}/refusal", data={"reason": "done"}).status_code == 303


def test_what_no_gate_asks_for_any_more_is_done_at_once(browser: FlaskClient, session: Session, make: Make) -> None:
    lesson = make.lesson(make.course(slug="extra"))
    session.commit()
    done = browser.post(f"/authoring/lessons/{lesson.id}/proposals/retirement", data={"note": "x"})
    assert done.location == "/authoring/courses/extra"
    session.expire_all()
    assert lesson.retired_at is not None
    assert session.scalar(select(Proposal)) is None


@pytest.mark.parametrize("emptied", [False, True])
def test_a_course_goes_and_comes_with_two_who_agree(
    browser: FlaskClient, reader: FlaskClient, session: Session, free: Course, now: datetime, *, emptied: bool
) -> None:
    if emptied:
        session.query(Lesson).update({"retired_at": now})
        session.commit()
    board = browser.get("/authoring/courses/basics").text
    assert '<a href="/authoring/courses/basics/proposals/retirement">Ask to retire it</a>' in board
    assert "Retire “Basics”" in browser.get("/authoring/courses/basics/proposals/retirement").text
    assert browser.post("/authoring/courses/basics/retirement").status_code == 303
    way = browser.post("/authoring/courses/basics/proposals/retirement", data={"note": "Merged"}).location
    assert ">Retirement waits for a second trainer</a>" in browser.get("/authoring/courses/basics").text
    assert ("Hello" in reader.get(way).text) is not emptied
    assert reader.post(f"{way}/approval").status_code == 303
    session.expire_all()
    assert free.retired_at is not None
    board = browser.get("/authoring/courses/basics").text
    assert 'href="/authoring/courses/basics/proposals/return"' in board
    assert "/authoring/courses/basics/return" not in board
    way = browser.post("/authoring/courses/basics/proposals/return", data={"note": "Not merged"}).location
    assert ">Return waits for a second trainer</a>" in browser.get("/authoring/courses/basics").text
    assert reader.post(f"{way}/approval").status_code == 303
    session.expire_all()
    assert free.retired_at is None
    assert said(session, 3) == ["proposal.made", "course.revived", "proposal.approved"]


def test_a_course_leaves_its_stage_when_a_second_trainer_agrees(
    browser: FlaskClient, reader: FlaskClient, session: Session, library: Shelf
) -> None:
    moved = FACTS | {"title_en": "Basics now", "stage": "", "note": "Merged into another"}
    assert "Why another stage" in browser.get("/authoring/courses/basics/facts").text
    assert browser.post("/authoring/courses/basics/facts", data=moved).location == "/authoring/courses/basics"
    row = session.scalars(select(Proposal)).one()
    assert (row.act, row.stage, row.lesson_id) == (MOVE, "", None)
    assert session.scalars(select(Course.title_en)).one() == "Basics now"
    assert len(session.scalars(select(StageCourse)).all()) == 1
    for address in ("/authoring/courses/basics", "/authoring/courses/basics/facts"):
        assert ">Another stage waits for a second trainer</a>" in browser.get(address).text
    assert browser.post("/authoring/courses/basics/facts", data=moved).status_code == 409
    shown = reader.get(f"/authoring/proposals/{row.id}").text
    assert "Asked for: no programme." in shown
    assert reader.post(f"/authoring/proposals/{row.id}/approval").status_code == 303
    assert session.scalars(select(StageCourse)).all() == []
    assert said(session, 2) == ["course.changed", "proposal.approved"]
    again = browser.post("/authoring/courses/basics/facts", data=FACTS)  # back into a stage: no gate gets easier
    assert again.status_code == 303
    assert len(session.scalars(select(StageCourse)).all()) == 1


def test_a_course_of_several_stages_by_now_is_not_moved(
    session: Session, library: Shelf, trainer: Person, second: Person, make: Make, browser: FlaskClient, now: datetime
) -> None:
    browser.post("/authoring/courses/basics/facts", data=FACTS | {"stage": "", "note": "x"})
    row = session.scalars(select(Proposal)).one()
    session.add(StageCourse(stage_id=make.stage().id, course_id=row.course_id, position=1))
    session.flush()
    with pytest.raises(Refused) as refused:
        actions.agree(session, identity(second), row.id, now=now)
    assert refused.value.code == "several_stages"


def test_nobody_but_trainers_asks_or_decides(session: Session, again: Lesson, make: Make, now: datetime) -> None:
    lead = identity(make.person("lead"), Role.LEAD)
    for call in (
        lambda: actions.ask_for_lesson(session, lead, again.id, RETIRE, "x", now=now),
        lambda: actions.ask_for_course(session, lead, "basics", REVIVE, "x", now=now),
        lambda: actions.agree(session, lead, 1, now=now),
    ):
        with pytest.raises(NotFound):
            call()


def test_proposals_that_are_not_there_are_not_found(browser: FlaskClient) -> None:
    assert browser.get("/authoring/proposals/999").status_code == 404
    for deed in ("approval", "withdrawal"):
        assert browser.post(f"/authoring/proposals/999/{deed}").status_code == 404
    for way in ("lessons/999/proposals/retirement", "courses/none/proposals/return", "lessons/1/proposals/other"):
        assert browser.get(f"/authoring/{way}").status_code == 404
        assert browser.post(f"/authoring/{way}", data={"note": "x"}).status_code == 404


@pytest.mark.parametrize("decision", ["approved", "declined"])
def test_the_schema_lets_nobody_decide_on_their_own(
    session: Session, again: Lesson, trainer: Person, decision: str, now: datetime
) -> None:
    own = Proposal(course_id=again.course_id, lesson_id=again.id, act=RETIRE, note="x", by_id=trainer.id, at=now)
    own.decision, own.decided_by_id, own.decided_at = decision, trainer.id, now
    session.add(own)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()

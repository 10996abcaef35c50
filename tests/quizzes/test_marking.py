"""Typed answers that no accepted form took wait for a person: equal ones together, marked once for all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Grant, Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions.marking import Marked, MarkValue, mark_answers
from lms.quizzes.actions.rulings import make_ruling
from lms.quizzes.models import Marking, Question, QuestionVersion, Quiz, Regrade, Ruling
from lms.quizzes.queries import marking as queries
from lms.quizzes.queries.aftermath import aftermath
from lms.quizzes.queries.marking import marking_page, waiting_answers
from lms.quizzes.queries.ruling_pages import Decision, RulingAsked, preview
from lms.quizzes.queries.rulings import question_of
from lms.quizzes.rules.regrading import token
from tests.make import Make
from tests.quizzes.conftest import Sitting

ClientOf = Callable[..., FlaskClient]
LATER = timedelta(hours=2)


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


def identity(person: Person) -> Identity:
    who = {"id": person.id, "employee_no": person.employee_no, "name": person.name, "latin_name": None}
    held = (Grant(Role.TRAINER),)
    return Identity(**who, locale="en", site_id=person.site_id, time_zone="Asia/Shanghai", grants=held)


@pytest.fixture
def trainer(make: Make) -> Person:
    """A trainer."""
    return make.person("trainer", name="林老师")


@pytest.fixture
def by(trainer: Person) -> Identity:
    """The trainer, signed in."""
    return identity(trainer)


@pytest.fixture
def quiz(make: Make) -> Quiz:
    """A gate of one typed question."""
    return typed(make, "gate")


def typed(make: Make, purpose: str) -> Quiz:
    course = make.course()
    make.question(make.lesson(course), "short_text")
    return make.quiz(course, questions=0, purpose=purpose)


@pytest.fixture
def version(session: Session, quiz: Quiz) -> QuestionVersion:
    """The question."""
    del quiz
    return session.scalars(select(QuestionVersion)).one()


@pytest.fixture
def done(session: Session, sit: Any, quiz: Quiz) -> Callable[..., Sitting]:
    """Return a function that answers and hands in."""

    def finish(answer: str | None = "An hour and a half", of: Quiz = quiz, **more: Any) -> Sitting:
        sitting: Sitting = sit(of, **more)
        if answer is not None:
            sitting.save(1, answer)
        sitting.submit()
        session.commit()
        return sitting

    return finish


def name(version: QuestionVersion, answer: str = "An hour and a half") -> str:
    return token(question_of(version), answer)


def mark(
    session: Session,
    by: Identity,
    version: QuestionVersion,
    marks: float,
    *,
    now: datetime,
    answer: str = "An hour and a half",
    **more: Any,
) -> Marked:
    return mark_answers(session, by, version.id, name(version, answer), MarkValue(marks, **more), now=now + LATER)


def test_what_no_form_takes_waits_and_counts_for_nothing_meanwhile(session: Session, done: Any, now: datetime) -> None:
    sitting = done()
    (row,) = session.scalars(select(Marking)).all()
    assert (row.attempt_id, row.position, row.marks, row.asked_at) == (sitting.id, 1, None, now)
    assert (sitting.attempt.score, sitting.attempt.passed) == (0, False)
    assert aftermath(session, sitting.id).waiting == 1


@pytest.mark.parametrize("answer", ["Ninety minutes", "９０ MINUTES", None])
def test_what_is_right_or_empty_waits_for_nobody(session: Session, done: Any, answer: str | None) -> None:
    done(answer)
    assert waiting_answers(session) == 0


def test_practice_waits_for_nobody(session: Session, make: Make, done: Any) -> None:
    done(of=typed(make, "practice"))
    assert waiting_answers(session) == 0


def test_equal_answers_stand_together_and_get_the_same_mark(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    one, two, other = done("an hour and a half"), done("An  Hour and a HALF"), done("two hours")
    (found,) = marking_page(session).questions
    assert [(group.text, group.count) for group in found.groups] == [("an hour and a half", 2), ("two hours", 1)]
    assert found.forms == ("九十分钟", "ninety minutes", "90 minutes")
    assert mark(session, by, version, 1.0, now=now) == Marked(2, 2)
    assert [each.attempt.score for each in (one, two, other)] == [1, 1, 0]
    assert [each.attempt.passed for each in (one, two, other)] == [True, True, False]
    assert waiting_answers(session) == 1
    assert {row.cause for row in session.scalars(select(Regrade))} == {"marking"}
    assert aftermath(session, one.id).waiting == 0


def test_half_is_half(session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime) -> None:
    sitting = done()
    mark(session, by, version, 0.5, now=now)
    assert (sitting.attempt.score, sitting.attempt.max_score, sitting.attempt.passed) == (0.5, 1, False)


def test_nothing_is_a_mark_too_and_changes_no_score(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    done()
    assert mark(session, by, version, 0.0, now=now) == Marked(1, 0)
    assert waiting_answers(session) == 0
    assert session.scalars(select(Regrade)).all() == []


def test_it_is_a_decision_of_the_record(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    done()
    mark(session, by, version, 0.5, now=now, comment="Right, but loosely said.")
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "answers.marked")).all()
    assert (entry.actor, entry.subject) == (by.employee_no, session.get_one(Question, version.question_id).ref)
    assert '"answer":"An hour and a half"' in entry.payload


def test_the_same_mark_again_changes_nothing(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    done()
    mark(session, by, version, 1.0, now=now)
    assert mark(session, by, version, 1.0, now=now) == Marked(1, 0)
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "answers.marked")).all()) == 1


def test_a_mark_may_be_changed_with_a_reason_only(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    sitting = done()
    mark(session, by, version, 1.0, now=now)
    with pytest.raises(Invalid) as refused:
        mark(session, by, version, 0.5, now=now)
    assert (refused.value.code, refused.value.field) == ("mark_reason", "comment")
    assert mark(session, by, version, 0.5, now=now, comment="The manual says 90.") == Marked(1, 1)
    assert (sitting.attempt.score, sitting.attempt.passed) == (0.5, False)
    rows = session.scalars(select(Regrade).order_by(Regrade.id)).all()
    assert [(row.score_before, row.score_after) for row in rows] == [(0, 1), (1, 0.5)]
    assert [(each.before.score, each.after.score) for each in aftermath(session, sitting.id).changed] == [
        (0, 1),
        (1, 0.5),
    ]


def test_an_equal_answer_that_comes_later_shows_what_was_given_before(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    done()
    mark(session, by, version, 0.5, now=now, comment="Loosely said.")
    later = done("AN HOUR AND A HALF")
    (found,) = marking_page(session).questions
    assert [(group.marks, group.comment, group.count) for group in found.groups] == [(0.5, "Loosely said.", 1)]
    assert mark(session, by, version, 0.5, now=now) == Marked(2, 1)
    assert later.attempt.score == 0.5


def test_a_form_is_accepted_for_everybody_from_then_on(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    before = done()
    mark(session, by, version, 1.0, now=now, comment="Says the same.", everybody=True)
    after = done("an hour and a half")
    assert [each.attempt.passed for each in (before, after)] == [True, True]
    (ruling,) = session.scalars(select(Ruling)).all()
    assert (ruling.kind, ruling.accept, ruling.reason) == ("accept", ["An hour and a half"], "Says the same.")
    (regrade,) = session.scalars(select(Regrade)).all()
    assert (regrade.cause, regrade.ruling_id) == ("ruling", ruling.id)
    assert waiting_answers(session) == 0


def test_what_a_ruling_took_or_made_void_waits_no_longer(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    done()
    asked = RulingAsked("void")
    seal = preview(session, version.question_id, 1, asked, page=1).considered.seal
    make_ruling(session, by, version.question_id, 1, Decision(asked, seal, "It was wrong."), now=now)
    assert waiting_answers(session) == 0
    assert marking_page(session).questions == ()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (MarkValue(0.7), "marks"),
        (MarkValue(-1), "marks"),
        (MarkValue(0.5, "Why", everybody=True), "everybody"),
        (MarkValue(1.0, "", everybody=True), "mark_reason"),
        (MarkValue(1.0, "x" * 401), "reason"),
    ],
)
def test_a_mark_says_what_it_is(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime, value: MarkValue, code: str
) -> None:
    done()
    with pytest.raises(Invalid) as refused:
        mark_answers(session, by, version.id, name(version), value, now=now)
    assert refused.value.code == code


def test_nobody_marks_an_answer_of_their_own(
    session: Session, make: Make, done: Any, version: QuestionVersion, now: datetime
) -> None:
    learner = make.learner()
    done(learner=learner)
    with pytest.raises(Refused) as refused:
        mark(session, identity(learner), version, 1.0, now=now)
    assert refused.value.code == "own_answer"


def test_an_answer_that_nobody_gave_is_not_found(
    session: Session, done: Any, by: Identity, version: QuestionVersion, now: datetime
) -> None:
    done()
    with pytest.raises(NotFound):
        mark(session, by, version, 1.0, now=now, answer="three hours")
    with pytest.raises(NotFound):
        mark_answers(session, by, 999_999, name(version), MarkValue(1.0), now=now)


def test_a_trainer_marks_without_seeing_whose_it_is(
    client_of: ClientOf, trainer: Person, done: Any, version: QuestionVersion, make: Make
) -> None:
    sitting = done(learner=make.learner(latin_name="Zhao Min"))
    browser = client_of(trainer)
    page = text(browser.get("/marking"))
    assert "An hour and a half" in page
    assert "ninety minutes" in page
    assert "Zhao Min" not in page
    assert "Zhao Min" in text(browser.get("/marking?names=1"))
    where = f"/marking/{version.id}/{name(version)}"
    answer = browser.post(f"{where}?names=1", data={"marks": "1"})
    assert (answer.status_code, answer.location) == (303, "/marking?names=1")
    assert "Marked: 1 answer. 1 attempt was scored again." in text(browser.get("/marking"))
    assert sitting.attempt.passed is True
    assert "An hour and a half" in text(browser.get("/marking?marked=1"))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"marks": "7"}, 422),
        ({"marks": "1", "comment": "x" * 401}, 422),
        ({"marks": "1", "everybody": "y"}, 422),
        ({"marks": "0.5", "everybody": "y", "comment": "Why"}, 422),
    ],
)
def test_what_is_no_mark_comes_back(
    client_of: ClientOf, trainer: Person, done: Any, version: QuestionVersion, sent: dict[str, str], status: int
) -> None:
    done()
    answer = client_of(trainer).post(f"/marking/{version.id}/{name(version)}", data=sent)
    assert answer.status_code == status
    assert "An hour and a half" in text(answer)
    assert sent.get("comment", "") in text(answer)


def test_only_trainers_read_answers(client_of: ClientOf, make: Make, done: Any, version: QuestionVersion) -> None:
    done()
    for role in ("learner", "hr", "adviser", "mentor"):
        browser = client_of(make.person(role))
        assert browser.get("/marking").status_code == 404
        assert browser.post(f"/marking/{version.id}/{name(version)}", data={"marks": "1"}).status_code == 404
    browser = client_of(make.person("trainer"))
    assert browser.post(f"/marking/{version.id}/zzz", data={"marks": "1"}).status_code == 404


def test_an_empty_queue_says_so(client_of: ClientOf, trainer: Person) -> None:
    browser = client_of(trainer)
    assert "No answer waits" in text(browser.get("/marking"))
    assert "Nothing marked yet" in text(browser.get("/marking?marked=1"))


def test_questions_come_page_by_page(
    client_of: ClientOf, trainer: Person, make: Make, done: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "QUESTIONS", 1)
    done("first", of=typed(make, "gate"))
    done("second", of=typed(make, "gate"))
    browser = client_of(trainer)
    first = text(browser.get("/marking"))
    assert "“first”" in first
    assert "“second”" not in first
    assert "“second”" in text(browser.get("/marking?page=2"))
    assert "“second”" in text(browser.get("/marking?page=77"))


@pytest.mark.parametrize("many", [2, 12])
def test_the_queue_takes_constant_statements(
    client_of: ClientOf, trainer: Person, done: Any, statements: Any, many: int
) -> None:
    for n in range(many):
        done(f"answer {n % 5}")
    browser = client_of(trainer)
    with statements() as waiting:
        browser.get("/marking?names=1")
    with statements() as marked:
        browser.get("/marking?marked=1")
    assert (len(waiting), len(marked)) == (5, 4)


def test_the_board_of_trainers_leads_to_answers_that_wait(client_of: ClientOf, trainer: Person, done: Any) -> None:
    browser = client_of(trainer)
    assert "waits to be read" not in text(browser.get("/authoring"))
    done()
    assert "1 typed answer waits to be read." in text(browser.get("/authoring"))

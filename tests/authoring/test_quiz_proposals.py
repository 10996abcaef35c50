"""The quiz of a gate: forms and pass mark wait for a second trainer, and are done as they were asked for, or not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Identity, Role
from lms.audit.models import AuditEntry
from lms.authoring.actions import quizproposals as actions
from lms.authoring.models import QuizProposal
from lms.authoring.queries.board import to_approve
from lms.authoring.queries.quizproposals import CellChange, quiz_proposal_page, waiting_quiz_proposals
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions.blueprints import Forms
from lms.quizzes.actions.cutscores import invite_judge, open_sheet, rate
from lms.quizzes.models import AngoffSheet, Question, Quiz
from lms.quizzes.rules.blueprint import Cell
from tests.authoring.writers import identity
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
WANTED = Forms((Cell("fr-a", 1, 2), Cell("cb-*", 2, 1)), 5, 24)


@pytest.fixture
def quiz(make: Make, session: Session) -> Quiz:
    course = make.course()
    lesson = make.lesson(course)
    for competency, level, count in (("fr-a", 1, 4), ("cb-a", 2, 2)):
        for _ in range(count):
            make.question(lesson, competency=competency, level=level)
    made = make.quiz(course, questions=0, purpose="gate", draw=3)
    session.commit()
    return made


@pytest.fixture
def asker(make: Make) -> Identity:
    return identity(make.person("trainer"), Role.TRAINER)


@pytest.fixture
def second(make: Make) -> Identity:
    return identity(make.person("trainer"), Role.TRAINER)


def ask(session: Session, asker: Identity, quiz: Quiz, now: datetime, wanted: Forms = WANTED) -> int:
    made = actions.ask_for_forms(session, asker, quiz.slug, wanted, " new post ", now=now)
    assert made is not None
    return made


def judged(session: Session, make: Make, quiz: Quiz, trainer: Identity, percent: int, now: datetime) -> AngoffSheet:
    sheet = open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now)
    judge = identity(make.person("mentor"), Role.MENTOR)
    invite_judge(session, trainer, quiz.slug, judge.employee_no, now=now)
    rate(session, judge, sheet.id, dict.fromkeys(sheet.versions, percent), now=now)
    return sheet


def names(session: Session) -> list[str]:
    rows = select(AuditEntry.action).where(AuditEntry.action.like("proposal.%") | AuditEntry.action.like("quiz.%"))
    return list(session.scalars(rows.order_by(AuditEntry.id)))


def test_forms_change_when_a_second_trainer_agrees_and_the_record_names_both(
    session: Session, quiz: Quiz, asker: Identity, second: Identity, now: datetime
) -> None:
    made = ask(session, asker, quiz, now)
    assert quiz.blueprint == []
    assert (to_approve(session, asker.id), to_approve(session, second.id)) == (0, 1)
    with pytest.raises(Refused, check=lambda error: error.code == "not_your_own"):
        actions.agree(session, asker, made, now=now)
    page = quiz_proposal_page(session, made)
    assert page.cells == (CellChange("fr-a", 1, 0, 2), CellChange("cb-*", 2, 0, 1))
    actions.agree(session, second, made, now=now)
    assert (len(quiz.blueprint), quiz.borderline_percent, quiz.retake_wait_hours) == (2, 5, 24)
    assert names(session) == ["proposal.made", "quiz.forms", "proposal.approved"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "quiz.forms")).one()
    assert entry.actor == second.employee_no
    assert f'"asked_by":"{asker.employee_no}"' in entry.payload
    with pytest.raises(Refused, check=lambda error: error.code == "decided_already"):
        actions.agree(session, second, made, now=now)
    with pytest.raises(Refused, check=lambda error: error.code == "is_so_already"):
        ask(session, asker, quiz, now)


def test_one_waits_at_a_time_and_may_be_declined_or_taken_back(
    session: Session, quiz: Quiz, asker: Identity, second: Identity, now: datetime
) -> None:
    made = ask(session, asker, quiz, now)
    with pytest.raises(Refused, check=lambda error: error.code == "waits_for_second"):
        ask(session, second, quiz, now)
    with pytest.raises(NotFound):
        actions.take_back(session, second, made, now=now)
    with pytest.raises(Refused):
        actions.decline(session, asker, made, "no", now=now)
    assert actions.decline(session, second, made, "too few of cb", now=now).reason == "too few of cb"
    again = ask(session, asker, quiz, now)
    assert actions.take_back(session, asker, again, now=now).decision == "withdrawn"
    assert waiting_quiz_proposals(session) == ()
    assert quiz.blueprint == []


def test_what_does_not_fit_is_refused_when_asked_and_when_agreed_to(
    session: Session, quiz: Quiz, asker: Identity, second: Identity, now: datetime
) -> None:
    with pytest.raises(Invalid):
        ask(session, asker, quiz, now, Forms(WANTED.cells[:1], 5, 0))
    made = ask(session, asker, quiz, now)
    for question in session.scalars(select(Question).where(Question.competency == "fr-a")):
        question.retired_at = now
    session.flush()
    with pytest.raises(Refused, check=lambda error: error.code == "forms_fit_no_more"):
        actions.agree(session, second, made, now=now)
    assert quiz.blueprint == []


def test_a_pass_mark_changes_when_a_second_trainer_agrees(
    session: Session, make: Make, quiz: Quiz, asker: Identity, second: Identity, now: datetime
) -> None:
    sheet = judged(session, make, quiz, asker, 70, now)
    made = actions.ask_for_cut(session, asker, quiz.slug, "just ready", now=now)
    assert made is not None
    assert quiz.pass_percent == 80
    actions.agree(session, second, made, now=now)
    assert (quiz.pass_percent, sheet.cut_percent, sheet.applied_by_id) == (70, 70, second.id)


def test_what_the_judges_say_meanwhile_is_asked_for_anew(
    session: Session, make: Make, quiz: Quiz, asker: Identity, second: Identity, now: datetime
) -> None:
    sheet = judged(session, make, quiz, asker, 70, now)
    made = actions.ask_for_cut(session, asker, quiz.slug, "just ready", now=now)
    assert made is not None
    other = identity(make.person("mentor"), Role.MENTOR)
    invite_judge(session, asker, quiz.slug, other.employee_no, now=now)
    rate(session, other, sheet.id, dict.fromkeys(sheet.versions, 50), now=now)
    with pytest.raises(Refused, check=lambda error: error.code == "judged_since"):
        actions.agree(session, second, made, now=now)
    assert quiz.pass_percent == 80


def test_no_gate_needs_no_second(session: Session, make: Make, quiz: Quiz, asker: Identity, now: datetime) -> None:
    quiz.purpose = "practice"
    session.flush()
    assert actions.ask_for_forms(session, asker, quiz.slug, Forms(WANTED.cells, 0, 0), "", now=now) is None
    judged(session, make, quiz, asker, 60, now)
    assert actions.ask_for_cut(session, asker, quiz.slug, "why", now=now) is None
    assert (len(quiz.blueprint), quiz.pass_percent) == (2, 60)
    assert session.scalars(select(QuizProposal)).all() == []


def test_a_second_trainer_reads_and_decides_in_the_browser(
    session: Session, make: Make, quiz: Quiz, asker: Identity, client_of: Browser, statements: Callable[[], Any],
    now: datetime,
) -> None:  # fmt: skip
    made = ask(session, asker, quiz, now)
    session.commit()
    mine, other = client_of(session.get_one(Person, asker.id)), client_of(make.person("trainer"))
    here = f"/authoring/quiz-proposals/{made}"
    assert "Take it back" in mine.get(here).text
    assert "Agree and do it" in other.get(here).text
    assert "1 thing waits for a second trainer." in other.get("/authoring").text
    with statements() as ran:
        listed = other.get("/authoring/approvals").text
    assert here in listed
    assert len(ran) <= 8
    assert mine.post(f"{here}/approval").status_code == 409
    assert other.post(f"{here}/withdrawal").status_code == 404
    assert other.post(f"{here}/refusal", data={"reason": ""}).status_code == 422
    assert other.post(f"{here}/refusal", data={"reason": "too few"}).status_code == 303
    assert "too few" in mine.get(here).text
    assert other.post(f"{here}/refusal", data={"reason": "again"}).status_code == 409
    assert mine.post(f"{here}/withdrawal").status_code == 409
    assert client_of(make.person("mentor")).get(here).status_code == 404
    again = ask(session, asker, quiz, now)
    session.commit()
    assert mine.post(f"/authoring/quiz-proposals/{again}/withdrawal").status_code == 303
    assert "Taken back on" in other.get(f"/authoring/quiz-proposals/{again}").text


def test_a_pass_mark_is_asked_for_in_the_browser_and_never_taken_alone(
    session: Session, make: Make, quiz: Quiz, asker: Identity, client_of: Browser, now: datetime
) -> None:
    desk, address = client_of(session.get_one(Person, asker.id)), f"/quizzes/{quiz.slug}/cut-score"
    open_sheet(session, asker, quiz.slug, whole_bank=False, now=now)
    session.commit()
    assert desk.post(f"{address}/proposal", data={"reason": "nobody rated"}).status_code == 409
    session.expire_all()
    sheet = session.scalars(select(AngoffSheet)).one()
    judge = identity(make.person("mentor"), Role.MENTOR)
    invite_judge(session, asker, quiz.slug, judge.employee_no, now=now)
    rate(session, judge, sheet.id, dict.fromkeys(sheet.versions, 70), now=now)
    session.commit()
    assert "Ask a second trainer" in desk.get(address).text
    assert desk.post(f"{address}/decision", data={"reason": "alone"}).status_code == 409
    assert desk.post(f"{address}/proposal", data={"reason": " "}).status_code == 422
    asked = desk.post(f"{address}/proposal", data={"reason": "just ready"})
    assert asked.status_code == 303
    assert "The pass mark is 80 % now; the judges say 70 %." in desk.get(asked.headers["Location"]).text
    assert desk.post(f"{address}/proposal", data={"reason": "again"}).status_code == 409
    quiz.purpose = "practice"
    session.commit()
    done = desk.post(f"{address}/proposal", data={"reason": "just ready"})
    assert done.headers["Location"].endswith(address)

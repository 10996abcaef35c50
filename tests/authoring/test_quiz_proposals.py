"""The quiz of a gate: forms and pass mark wait for a second trainer, and are done as they were asked for, or not."""

from collections.abc import Callable
from datetime import datetime, timedelta
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
from lms.quizzes.actions import start_attempt
from lms.quizzes.actions.blueprints import Forms
from lms.quizzes.actions.cutscores import invite_judge, open_sheet, rate
from lms.quizzes.actions.terms import QuizTerms, set_terms
from lms.quizzes.models import AngoffSheet, Attempt, Question, Quiz
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
    told = desk.get(address).text
    assert "asked for a pass mark of 70 % on " in told
    assert "just ready" in told
    assert f'href="{asked.headers["Location"]}"' in told
    assert "Ask a second trainer" not in told
    assert desk.post(f"{address}/proposal", data={"reason": "again"}).status_code == 409
    quiz.purpose = "practice"
    session.commit()
    done = desk.post(f"{address}/proposal", data={"reason": "just ready"})
    assert done.headers["Location"].endswith(address)


TIMES = QuizTerms(45, 2, 0, 10)


def test_time_and_attempts_change_when_a_second_trainer_agrees_and_attempts_under_way_keep_theirs(
    session: Session, make: Make, quiz: Quiz, asker: Identity, second: Identity, now: datetime
) -> None:
    begun = start_attempt(session, quiz.slug, make.learner().id, lease="a" * 32, now=now)
    made = actions.ask_for_terms(session, asker, quiz.slug, TIMES, "too short", now=now)
    assert made is not None
    assert (quiz.limit_minutes, quiz.attempts_allowed) == (8, None)
    with pytest.raises(Refused, check=lambda error: error.code == "waits_for_second"):
        actions.ask_for_terms(session, second, quiz.slug, TIMES, "too short", now=now)
    with pytest.raises(Refused, check=lambda error: error.code == "not_your_own"):
        actions.agree(session, asker, made, now=now)
    with pytest.raises(Refused, check=lambda error: error.code == "needs_second"):
        set_terms(session, asker, quiz.slug, TIMES, "alone", now=now)
    actions.agree(session, second, made, now=now)
    assert (quiz.limit_minutes, quiz.attempts_allowed) == (45, 2)
    attempt = session.get_one(Attempt, begun.attempt_id)
    assert (attempt.limit_minutes, attempt.deadline) == (8, now + timedelta(minutes=8))
    assert names(session) == ["proposal.made", "quiz.terms", "proposal.approved"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "quiz.terms")).one()
    assert '"before":{"attempts_allowed":null,"limit_minutes":8,' in entry.payload
    assert f'"asked_by":"{asker.employee_no}"' in entry.payload
    with pytest.raises(Refused, check=lambda error: error.code == "is_so_already"):
        actions.ask_for_terms(session, asker, quiz.slug, TIMES, "again", now=now)


def test_time_is_decided_alone_where_no_gate_asks_for_the_quiz(
    session: Session, quiz: Quiz, asker: Identity, now: datetime
) -> None:
    quiz.purpose = "daily"
    session.flush()
    for _ in range(2):  # the second time nothing changes, and nothing is recorded
        assert actions.ask_for_terms(session, asker, quiz.slug, QuizTerms(30, None, 3, 5), "", now=now) is None
    assert (quiz.limit_minutes, quiz.pauses_allowed, quiz.pause_minutes) == (30, 3, 5)
    assert names(session) == ["quiz.terms"]


@pytest.mark.parametrize(
    ("wanted", "reason", "field"),
    [
        (QuizTerms(0, None, 0, 10), "why", "limit_minutes"),
        (QuizTerms(601, None, 0, 10), "why", "limit_minutes"),
        (QuizTerms(60, 0, 0, 10), "why", "attempts_allowed"),
        (QuizTerms(60, 1001, 0, 10), "why", "attempts_allowed"),
        (QuizTerms(60, None, 1, 10), "why", "pauses_allowed"),
        (QuizTerms(60, None, 0, 0), "why", "pause_minutes"),
        (QuizTerms(60, None, 0, 61), "why", "pause_minutes"),
        (QuizTerms(60, None, 0, 10), " ", "reason"),
        (QuizTerms(60, None, 0, 10), "x" * 401, "reason"),
    ],
)
def test_terms_that_do_not_fit_are_refused_by_name(
    session: Session, quiz: Quiz, asker: Identity, now: datetime, wanted: QuizTerms, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        actions.ask_for_terms(session, asker, quiz.slug, wanted, reason, now=now)
    assert wrong.value.field == field


def test_what_a_gate_asks_for_is_read_again_when_somebody_agrees(
    session: Session, quiz: Quiz, asker: Identity, second: Identity, now: datetime
) -> None:
    made = actions.ask_for_terms(session, asker, quiz.slug, TIMES, "too short", now=now)
    assert made is not None
    session.get_one(QuizProposal, made).wanted = TIMES.columns | {"pauses_allowed": 2}
    session.flush()
    with pytest.raises(Refused, check=lambda error: error.code == "forms_fit_no_more"):
        actions.agree(session, second, made, now=now)


def test_time_is_asked_for_in_the_browser(
    session: Session, make: Make, quiz: Quiz, client_of: Browser, statements: Callable[[], Any]
) -> None:
    trainer, mentor = make.person("trainer"), make.person("mentor")
    session.commit()
    desk, address = client_of(trainer), f"/quizzes/{quiz.slug}/terms"
    assert client_of(mentor).get(address).status_code == 404
    assert desk.get("/quizzes/no-such-quiz/terms").status_code == 404
    assert f'href="{address}"' in desk.get(f"/quizzes/{quiz.slug}/report").text
    sent = {"limit_minutes": "45", "attempts_allowed": "2", "pauses_allowed": "0", "pause_minutes": "10"}
    assert "Ask a second trainer" in desk.get(address).text
    assert desk.post(address, data=sent).status_code == 422
    assert desk.post(address, data=sent | {"limit_minutes": "9" * 30, "reason": "x"}).status_code == 422
    assert desk.post(address, data=sent | {"pauses_allowed": "3", "reason": "x"}).status_code == 422
    asked = desk.post(address, data=sent | {"reason": "half of them ran out of time"})
    page = desk.get(asked.headers["Location"]).text
    assert "Another time or number of attempts for" in page
    assert "8, then 45" in page
    assert "as many as one likes, then 2" in page
    with statements() as ran:
        told = desk.get(address).text
    assert len(ran) <= 6
    assert "asked for another time or number of attempts on" in told
    assert "half of them ran out of time" in told
    again = desk.post(address, data=sent | {"reason": "again"})
    assert again.status_code == 409
    assert "waits for a second trainer here already" in again.text


def test_time_is_kept_at_once_in_the_browser_where_no_gate_asks_for_the_quiz(
    session: Session, make: Make, quiz: Quiz, client_of: Browser
) -> None:
    quiz.purpose = "daily"
    session.commit()
    desk, address = client_of(make.person("trainer")), f"/quizzes/{quiz.slug}/terms"
    sent = {"limit_minutes": "45", "attempts_allowed": "2", "pauses_allowed": "0", "pause_minutes": "10"}
    done = desk.post(address, data=sent | {"attempts_allowed": "0", "pauses_allowed": "2"})
    assert done.headers["Location"].endswith(address)
    assert "Kept. It holds for attempts that begin from now on." in desk.get(address).text
    session.refresh(quiz)
    assert (quiz.limit_minutes, quiz.attempts_allowed, quiz.pauses_allowed) == (45, None, 2)

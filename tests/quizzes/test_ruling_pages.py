"""Deciding after the end as trainers meet it: choose, see what changes, say why, confirm."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.quizzes.models import Question, QuestionVersion, Quiz, Ruling
from lms.quizzes.queries import ruling_pages
from lms.quizzes.queries.rulings import question_of
from lms.quizzes.rules.regrading import token
from tests.make import Make
from tests.quizzes.conftest import Sitting

ClientOf = Callable[..., FlaskClient]


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def quiz(make: Make) -> Quiz:
    """A gate of one question, so that every mark decides."""
    return make.quiz(purpose="gate", questions=1)


@pytest.fixture
def question(session: Session, quiz: Quiz) -> Question:
    """Its question."""
    del quiz
    return session.scalars(select(Question)).one()


@pytest.fixture
def b(session: Session, question: Question) -> str:
    """What names answer b."""
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
    return token(question_of(version), "b")


@pytest.fixture
def done(session: Session, sit: Any, quiz: Quiz) -> Callable[..., Sitting]:
    """Return a function that answers and hands in."""

    def finish(answer: str = "b") -> Sitting:
        sitting: Sitting = sit(quiz)
        sitting.save(1, answer)
        sitting.submit()
        session.commit()
        return sitting

    return finish


@pytest.fixture
def trainer(make: Make, client_of: ClientOf) -> FlaskClient:
    """A trainer's browser."""
    return client_of(make.person("trainer"))


def address(question: Question, rest: str = "ruling") -> str:
    return f"/questions/{question.id}/versions/1/{rest}"


def seal(page: str) -> str:
    found = re.search(r'name="seal"[^>]*value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_a_trainer_accepts_another_answer_from_first_to_last(
    trainer: FlaskClient, done: Any, question: Question, b: str
) -> None:
    sittings = [done(), done(), done("c")]
    chosen = text(trainer.get(address(question)))
    assert "Option b · 2 times" in chosen
    assert "Option d · taken by nobody" in chosen
    effect = text(trainer.get(address(question, f"ruling/effect?verdict=accept&accept={b}")))
    assert "0 of 1" in effect
    assert effect.count("passed now") == 2
    sent = {"verdict": "accept", "accept": b, "seal": seal(effect), "reason": "Both are in the manual."}
    answer = trainer.post(address(question, "rulings"), data=sent)
    assert answer.status_code == 303
    after = text(trainer.get(answer.location))
    assert "2 attempts were scored again. 2 are passed now." in after
    assert "Both are in the manual." in after
    assert "Option b · " not in after
    assert [sitting.attempt.passed for sitting in sittings] == [True, True, False]


def test_voiding_says_that_certificates_stay(trainer: FlaskClient, make: Make, sit: Any, session: Session) -> None:
    quiz = make.quiz(purpose="gate", questions=2, pass_percent=50)
    sitting = sit(quiz)
    first = session.get_one(Question, sitting.version(1).question_id)
    sitting.save(1, "a")
    sitting.submit()
    session.commit()
    effect = text(trainer.get(address(first, "ruling/effect?verdict=void")))
    assert "not passed any more" in effect
    assert "No certificate ends by this" in effect
    sent = {"verdict": "void", "seal": seal(effect), "reason": "Two answers were right."}
    after = text(trainer.post(address(first, "rulings"), data=sent, follow_redirects=True))
    assert "HR is asked to look at those that lean on it" in after
    assert "counts for nobody" in after


def test_a_decision_without_a_reason_keeps_what_was_chosen(
    trainer: FlaskClient, done: Any, question: Question, b: str, session: Session
) -> None:
    done()
    sent = {"verdict": "accept", "accept": b, "seal": "0" * 64, "reason": " "}
    answer = trainer.post(address(question, "rulings"), data=sent)
    assert answer.status_code == 422
    assert f'name="accept" value="{b}"' in text(answer)
    assert session.scalars(select(Ruling)).all() == []


def test_what_changed_meanwhile_is_shown_again(
    trainer: FlaskClient, done: Any, question: Question, session: Session
) -> None:
    done()
    effect = text(trainer.get(address(question, "ruling/effect?verdict=void")))
    done()
    sent = {"verdict": "void", "seal": seal(effect), "reason": "It was wrong."}
    answer = trainer.post(address(question, "rulings"), data=sent)
    assert answer.status_code == 409
    assert "Meanwhile something has changed" in text(answer)
    assert "It was wrong." in text(answer)
    assert session.scalars(select(Ruling)).all() == []
    sent["seal"] = seal(text(answer))
    assert trainer.post(address(question, "rulings"), data=sent).status_code == 303


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Please choose what is to happen."),
        ("?verdict=burn", "Please choose what is to happen."),
        ("?verdict=accept", "Please choose which answers are right too."),
        ("?verdict=accept&accept=zzz", "Please choose which answers are right too."),
        (f"?verdict=accept&accept={'0' * 16}", "Please choose which answers are right too."),
    ],
)
def test_what_says_nothing_is_asked_again(
    trainer: FlaskClient, done: Any, question: Question, query: str, words: str
) -> None:
    done()
    answer = trainer.get(address(question, f"ruling/effect{query}"))
    assert answer.status_code == 422
    assert words in text(answer)


def test_many_changes_come_page_by_page(
    trainer: FlaskClient, done: Any, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ruling_pages, "ROWS", 2)
    for _ in range(5):
        done()
    first = text(trainer.get(address(question, "ruling/effect?verdict=full_credit")))
    assert first.count("passed now") == 2
    assert "page=2" in first
    assert 'class="num">5</b> come to another score' in first
    last = text(trainer.get(address(question, "ruling/effect?verdict=full_credit&page=3")))
    assert last.count("passed now") == 1
    assert text(trainer.get(address(question, "ruling/effect?verdict=full_credit&page=99"))).count("passed now") == 1


def test_a_question_that_nobody_sat_can_be_decided_about(trainer: FlaskClient, question: Question) -> None:
    assert "No finished attempt changes" in text(trainer.get(address(question, "ruling/effect?verdict=void")))


@pytest.mark.parametrize("who", ["learner", "hr", "adviser", "mentor"])
def test_only_trainers_decide(client_of: ClientOf, make: Make, done: Any, question: Question, who: str) -> None:
    done()
    browser = client_of(make.person(who))
    assert browser.get(address(question)).status_code == 404
    assert browser.post(address(question, "rulings"), data={"verdict": "void"}).status_code == 404


def test_another_version_is_not_found(trainer: FlaskClient, question: Question) -> None:
    assert trainer.get(f"/questions/{question.id}/versions/2/ruling").status_code == 404
    assert trainer.post(f"/questions/{question.id}/versions/2/rulings", data={"reason": "x"}).status_code == 404


@pytest.mark.parametrize("many", [2, 12])
def test_the_pages_take_constant_statements(
    trainer: FlaskClient, done: Any, question: Question, statements: Any, many: int
) -> None:
    for _ in range(many):
        done()
    with statements() as ran:
        trainer.get(address(question))
    with statements() as effect:
        trainer.get(address(question, "ruling/effect?verdict=void"))
    assert (len(ran), len(effect)) == (5, 7)


def test_the_way_leads_from_the_report(trainer: FlaskClient, done: Any, question: Question) -> None:
    done()
    assert address(question) in text(trainer.get(f"/questions/{question.id}/statistics"))

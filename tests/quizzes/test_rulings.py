"""A bad question is mended after the end: what a ruling changes, for whom, and what it leaves alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.accounts.rules import Grant, Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions import settling
from lms.quizzes.actions.rulings import Ruled, make_ruling
from lms.quizzes.actions.settling import AttemptSettled
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    ItemRollup,
    Marking,
    Question,
    QuestionVersion,
    Quiz,
    Regrade,
    Ruling,
    ScoreRollup,
)
from lms.quizzes.queries.evidence import confirmed_questions, missed_lately
from lms.quizzes.queries.ruling_pages import Decision, Preview, RulingAsked, preview, ruling_page
from lms.quizzes.queries.rulings import question_of
from lms.quizzes.rules.regrading import token
from tests.make import Make
from tests.quizzes.conftest import Sitting

Sit = Callable[..., Sitting]
LATER = timedelta(hours=2)


@pytest.fixture
def by(make: Make) -> Identity:
    """A trainer."""
    person = make.person("trainer")
    who = {"id": person.id, "employee_no": person.employee_no, "name": person.name, "latin_name": None}
    return Identity(
        **who, locale="en", site_id=person.site_id, time_zone="Asia/Shanghai", grants=(Grant(Role.TRAINER),)
    )


@pytest.fixture
def quiz(make: Make) -> Quiz:
    """A gate of five questions at 80 %."""
    return make.quiz(purpose="gate")


@pytest.fixture
def question(session: Session, quiz: Quiz) -> Question:
    """One of its questions."""
    del quiz
    return session.scalars(select(Question).order_by(Question.id)).first()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[AttemptSettled]:
    """What listeners are told, none but this one."""
    monkeypatch.setattr(settling, "_listeners", {})
    told: list[AttemptSettled] = []
    settling.on_settled(lambda _session, said: told.append(said))
    return told


def at(sitting: Sitting, question: Question) -> int:
    """The position of a question in an attempt."""
    return next(n for n in range(1, 6) if sitting.version(n).question_id == question.id)


@pytest.fixture
def sat(sit: Sit, quiz: Quiz, question: Question) -> Callable[..., Sitting]:
    """Return a function that sits the quiz: `sat(wrong="b", others=4)`; `others` of the other four are right."""

    def done(wrong: Any = "b", others: int = 4, **more: Any) -> Sitting:
        sitting = sit(quiz, **more)
        place = at(sitting, question)
        rest = [n for n in range(1, 6) if n != place]
        for number in rest:
            sitting.save(number, "a" if rest.index(number) < others else "d")
        if wrong is not None:
            sitting.save(place, wrong)
        sitting.submit()
        return sitting

    return done


def seen(session: Session, question: Question, verdict: str, *responses: Any, page: int = 1) -> Preview:
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
    names = tuple(token(question_of(version), each) for each in responses)
    return preview(session, question.id, 1, RulingAsked(verdict, names), page=page)


def rule(session: Session, by: Identity, question: Question, verdict: str, *responses: Any, now: datetime) -> Ruled:
    found = seen(session, question, verdict, *responses)
    return make_ruling(
        session, by, question.id, 1, Decision(found.asked, found.considered.seal, "The key was wrong."), now=now
    )


def came_to(sitting: Sitting) -> tuple[float | None, float, bool | None]:
    attempt = sitting.attempt
    return attempt.score, attempt.max_score, attempt.passed


def test_void_takes_the_question_out_of_every_finished_attempt(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    one, two, three = sat("b", others=4), sat("a", others=3), sat(None, others=3)
    assert [came_to(each) for each in (one, two, three)] == [(4, 5, True), (4, 5, True), (3, 5, False)]
    ruled = rule(session, by, question, "void", now=now + LATER)
    assert (ruled.changed, ruled.up, ruled.down) == (3, 0, 1)
    assert [came_to(each) for each in (one, two, three)] == [(4, 4, True), (3, 4, False), (3, 4, False)]


def test_accepting_another_answer_lifts_those_who_gave_it_and_nobody_else(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    lifted, same, other = sat("b", others=3), sat("a", others=3), sat("c", others=3)
    ruled = rule(session, by, question, "accept", "b", now=now + LATER)
    assert (ruled.changed, ruled.up, ruled.down) == (1, 1, 0)
    assert [came_to(each) for each in (lifted, same, other)] == [(4, 5, True), (4, 5, True), (3, 5, False)]


def test_full_credit_goes_to_everybody_who_was_asked(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    wrong, empty, right = sat("b", others=3), sat(None, others=3), sat("a", others=4)
    ruled = rule(session, by, question, "full_credit", now=now + LATER)
    assert (ruled.changed, ruled.up, ruled.down) == (2, 2, 0)
    assert [came_to(each) for each in (wrong, empty, right)] == [(4, 5, True), (4, 5, True), (5, 5, True)]


def test_each_changed_attempt_has_a_row_that_stays(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    changed, _same = sat("b", others=3), sat("a", others=3)
    ruled = rule(session, by, question, "accept", "b", now=now + LATER)
    (row,) = session.scalars(select(Regrade)).all()
    assert (row.attempt_id, row.cause, row.ruling_id, row.at) == (changed.id, "ruling", ruled.ruling_id, now + LATER)
    assert (row.score_before, row.max_before, row.passed_before) == (3, 5, False)
    assert (row.score_after, row.max_after, row.passed_after) == (4, 5, True)
    row.score_after = 5
    with pytest.raises(DBAPIError, match="append-only"):
        session.flush()
    session.rollback()


def test_it_is_a_decision_of_the_record(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    sat("b", others=3)
    rule(session, by, question, "full_credit", now=now + LATER)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "ruling.made")).all()
    assert (entry.actor, entry.subject) == (by.employee_no, question.ref)
    assert '"reason":"The key was wrong."' in entry.payload
    assert '"now_passed":1' in entry.payload


def test_reports_are_made_anew(
    session: Session, sat: Any, question: Question, quiz: Quiz, by: Identity, now: datetime
) -> None:
    sat("b", others=3)
    rule(session, by, question, "accept", "b", now=now + LATER)
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
    item = session.get_one(ItemRollup, (quiz.id, version.id), populate_existing=True)
    assert item.marks == 1
    (score,) = session.scalars(select(ScoreRollup)).all()
    assert (score.score, score.max_score, score.n, score.passed) == (4, 5, 1, 1)


def test_an_attempt_that_ends_later_hears_of_it(
    session: Session, sit: Sit, quiz: Quiz, question: Question, by: Identity, now: datetime
) -> None:
    under_way = sit(quiz)
    place = at(under_way, question)
    for number in range(1, 6):
        under_way.save(number, "b" if number == place else "a")
    rule(session, by, question, "accept", "b", now=now)
    under_way.submit(now + timedelta(minutes=1))
    assert came_to(under_way) == (5, 5, True)
    assert session.scalars(select(Regrade)).all() == []


def test_an_attempt_that_ends_after_the_question_was_voided_is_worth_less(
    session: Session, sit: Sit, quiz: Quiz, question: Question, by: Identity, heard: list[AttemptSettled], now: datetime
) -> None:
    under_way = sit(quiz)
    for number in range(1, 6):
        under_way.save(number, "a")
    rule(session, by, question, "void", now=now)
    under_way.submit(now + timedelta(minutes=1))
    assert came_to(under_way) == (4, 4, True)
    assert len(heard[-1].answered) == 4


def test_a_gift_of_full_credit_is_no_sign_of_knowing(
    session: Session, sit: Sit, quiz: Quiz, question: Question, by: Identity, heard: list[AttemptSettled], now: datetime
) -> None:
    under_way = sit(quiz)
    for number in range(1, 6):
        under_way.save(number, "b" if number == at(under_way, question) else "a")
    rule(session, by, question, "full_credit", now=now)
    under_way.submit(now + timedelta(minutes=1))
    assert came_to(under_way) == (5, 5, True)
    assert sorted(each.correct for each in heard[-1].answered) == [False, True, True, True, True]


def test_rulings_add_up_whatever_comes_first(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    one, two = sat("b", others=3), sat("c", others=3)
    rule(session, by, question, "accept", "b", now=now + LATER)
    rule(session, by, question, "accept", "c", now=now + LATER)
    assert [came_to(each) for each in (one, two)] == [(4, 5, True), (4, 5, True)]
    rule(session, by, question, "void", now=now + LATER)
    assert [came_to(each) for each in (one, two)] == [(3, 4, False), (3, 4, False)]
    assert len(session.scalars(select(Regrade)).all()) == 4


def test_what_was_thrown_away_stays_so(session: Session, make: Make, sit: Sit, by: Identity, now: datetime) -> None:
    practice = make.quiz(purpose="practice", at_end="discard")
    sitting = sit(practice)
    sitting.save(1, "b")
    sitting.submit(now + timedelta(days=1))
    assert sitting.attempt.settled_by == "discarded"
    question = session.get_one(Question, sitting.version(1).question_id)
    assert rule(session, by, question, "full_credit", now=now + LATER).changed == 0
    assert came_to(sitting) == (0, 5, False)


@pytest.mark.parametrize("verdict", ["void", "full_credit"])
def test_the_same_is_not_decided_twice(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime, verdict: str
) -> None:
    sat()
    rule(session, by, question, verdict, now=now)
    with pytest.raises(Invalid) as refused:
        rule(session, by, question, verdict, now=now)
    assert refused.value.code == "decided"


def test_of_a_void_question_nothing_more_is_decided(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    sat()
    rule(session, by, question, "void", now=now)
    with pytest.raises(Invalid) as refused:
        rule(session, by, question, "full_credit", now=now)
    assert refused.value.code == "decided"
    assert ruling_page(session, question.id, 1).void


@pytest.mark.parametrize(("verdict", "code"), [("nonsense", "ruling"), ("accept", "accept")])
def test_a_decision_says_what(session: Session, sat: Any, question: Question, verdict: str, code: str) -> None:
    sat()
    with pytest.raises(Invalid) as refused:
        preview(session, question.id, 1, RulingAsked(verdict), page=1)
    assert refused.value.code == code


def test_an_answer_that_nobody_can_name_is_not_accepted(session: Session, sat: Any, question: Question) -> None:
    sat()
    with pytest.raises(Invalid) as refused:
        preview(session, question.id, 1, RulingAsked("accept", ("0" * 16,)), page=1)
    assert refused.value.code == "accept"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 401])
def test_a_decision_has_a_reason(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime, reason: str
) -> None:
    sat()
    found = seen(session, question, "void")
    with pytest.raises(Invalid) as refused:
        make_ruling(session, by, question.id, 1, Decision(found.asked, found.considered.seal, reason), now=now)
    assert refused.value.code == "reason"
    assert session.scalars(select(Ruling)).all() == []


def test_what_changed_meanwhile_is_seen_again_first(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    sat()
    found = seen(session, question, "void")
    sat()
    with pytest.raises(Refused) as refused:
        make_ruling(session, by, question.id, 1, Decision(found.asked, found.considered.seal, "Wrong."), now=now)
    assert refused.value.code == "changed_meanwhile"
    assert session.scalars(select(Ruling)).all() == []


def test_a_version_that_is_not_there_is_not_found(session: Session, question: Question) -> None:
    with pytest.raises(NotFound):
        ruling_page(session, question.id, 2)


def test_the_page_groups_what_was_answered(session: Session, sat: Any, question: Question) -> None:
    for wrong in ("b", "b", "c", "a", None):
        sat(wrong)
    found = ruling_page(session, question.id, 1)
    assert (found.sat, found.whole, found.open) == (5, 1, 1)
    assert [(group.response, group.count) for group in found.groups] == [("b", 2), ("c", 1), ("d", 0)]
    assert not found.void


def test_the_preview_names_those_first_whose_pass_changes(session: Session, sat: Any, question: Question) -> None:
    sat("b", others=1)
    flipped = sat("b", others=3)
    found = seen(session, question, "accept", "b")
    assert found.lines[0].change.attempt_id == flipped.id
    assert (found.considered.changes.up, found.considered.changes.down) == (1, 0)
    assert (found.page, found.pages) == (1, 1)


@pytest.mark.parametrize("many", [2, 12])
def test_pages_take_constant_statements(
    session: Session, sat: Any, question: Question, statements: Any, many: int
) -> None:
    for _ in range(many):
        sat("b", others=3)
    with statements() as ran:
        ruling_page(session, question.id, 1)
    assert len(ran) == 4
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
    asked = RulingAsked("accept", (token(question_of(version), "b"),))
    with statements() as ran:
        preview(session, question.id, 1, asked, page=1)
    assert len(ran) == 6


def test_a_ruling_takes_the_same_statements_for_two_attempts_and_for_twelve(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime, statements: Any
) -> None:
    took = []
    for wrong, many in (("b", 2), ("c", 12)):
        for _ in range(many):
            sat(wrong, others=3)
        found = seen(session, question, "accept", wrong)
        decision = Decision(found.asked, found.considered.seal, "Also right.")
        with statements() as ran:
            make_ruling(session, by, question.id, 1, decision, now=now + LATER)
        took.append(len(ran))
    assert took[0] == took[1]


def test_nothing_else_of_an_attempt_changes(
    session: Session, sat: Any, question: Question, by: Identity, now: datetime
) -> None:
    sitting = sat("b", others=3)
    kept = {
        name: getattr(sitting.attempt, name) for name in ("finished_at", "settled_by", "deadline", "number", "seed")
    }
    places = select(AttemptQuestion.position, AttemptQuestion.marks).where(AttemptQuestion.attempt_id == sitting.id)
    before = dict(session.execute(places).all())
    rule(session, by, question, "accept", "b", now=now + LATER)
    assert kept == {name: getattr(sitting.attempt, name) for name in kept}
    after = dict(session.execute(places).all())
    assert {n for n in before if before[n] != after[n]} == {at(sitting, question)}
    assert session.scalars(select(Marking)).all() == []
    assert session.scalars(select(Attempt.id)).all() == [sitting.id]


def test_a_void_question_was_missed_by_nobody_and_a_gift_confirms_nothing(
    session: Session, sat: Any, question: Question, make: Make, by: Identity, now: datetime
) -> None:
    learner = make.learner()
    sat("b", others=4, learner=learner)
    since = now - timedelta(days=1)
    assert [miss.question_ref for miss in missed_lately(session, learner.id, since=since)] == [question.ref]
    rule(session, by, question, "full_credit", now=now + LATER)
    assert question.ref not in confirmed_questions(session, learner.id)
    assert len(confirmed_questions(session, learner.id)) == 4
    rule(session, by, question, "void", now=now + LATER)
    assert missed_lately(session, learner.id, since=since) == []


@pytest.mark.parametrize(("answer", "passed"), [("a", True), ("b", False)])
def test_a_pass_stays_what_it_was_where_nothing_is_left(
    session: Session,
    make: Make,
    sit: Sit,
    by: Identity,
    now: datetime,
    answer: str,
    passed: bool,
) -> None:
    sitting = sit(make.quiz(purpose="gate", questions=1))
    sitting.save(1, answer)
    sitting.submit()
    only = session.get_one(Question, sitting.version(1).question_id)
    assert rule(session, by, only, "void", now=now + LATER).changed == 1
    assert came_to(sitting) == (0, 0, passed)

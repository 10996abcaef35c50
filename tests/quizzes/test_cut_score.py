"""The pass mark by judges: invited people only, the first round blind, the cut rounded up, a reason on the record."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, Site
from lms.accounts.rules import Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions.cutscores import apply_cut, invite_judge, open_second_round, open_sheet, rate
from lms.quizzes.models import AngoffSheet, Quiz
from lms.quizzes.queries.cutscores import judge_page, sheet_page, sheets_of_judge, waiting_for_judge
from lms.quizzes.rules.angoff import angoff, complete, percent_cut, spread, weights
from lms.quizzes.rules.blueprint import BankItem, Cell
from tests.authoring.writers import identity
from tests.make import Make

Browser = Callable[[Person], FlaskClient]


def test_a_cut_is_rounded_up_and_stays_within_a_hundred() -> None:
    found = angoff([[0.701, 0.8], [0.7, 0.8]])
    assert found is not None
    assert percent_cut(found, 2) == 76
    exact = angoff([[0.7, 0.8]])
    assert exact is not None
    assert percent_cut(exact, 2) == 75


def test_a_bank_weighs_each_cell_as_a_form_does() -> None:
    items = [BankItem(1, "fr-a", 1), BankItem(2, "fr-b", 1), BankItem(3, "cb-a", 1), BankItem(4, "x", 1)]
    assert weights([Cell("fr-*", 1, 1), Cell("cb-a", 1, 3)], items) == {1: 0.5, 2: 0.5, 3: 3.0, 4: 0.0}
    assert weights([], items[:2]) == {1: 1.0, 2: 1.0}


def test_the_spread_of_a_question_is_lowest_mean_highest_and_deviation() -> None:
    found = spread([60, 80])
    assert found is not None
    assert (found.judges, found.lowest, found.mean, found.highest) == (2, 60, 70, 80)
    assert found.deviation == pytest.approx(200**0.5)
    alone = spread([60])
    assert alone is not None
    assert alone.deviation == 0
    assert spread([]) is None


def test_half_a_sheet_says_nothing() -> None:
    assert complete({1: {5: 50, 6: 60}, 2: {5: 50}}, [5, 6]) == {1: {5: 50, 6: 60}}


@pytest.fixture
def quiz(make: Make, session: Session) -> Quiz:
    made = make.quiz(questions=12, purpose="gate")
    session.flush()
    return made


@pytest.fixture
def trainer(make: Make) -> Identity:
    return identity(make.person("trainer"), Role.TRAINER)


@pytest.fixture
def judges(make: Make) -> list[Identity]:
    roles = (Role.MENTOR, Role.MENTOR, Role.LEAD, Role.TRAINER, Role.MENTOR)
    return [identity(make.person(role.value), role) for role in roles]


def opened(session: Session, quiz: Quiz, trainer: Identity, judges: list[Identity], now: datetime) -> AngoffSheet:
    sheet = open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now)
    for judge in judges:
        invite_judge(session, trainer, quiz.slug, judge.employee_no, now=now)
    return sheet


def test_five_judges_two_rounds_and_a_decision(
    session: Session, quiz: Quiz, trainer: Identity, judges: list[Identity], now: datetime
) -> None:
    sheet = opened(session, quiz, trainer, judges, now)
    for n, judge in enumerate(judges):
        rate(session, judge, sheet.id, dict.fromkeys(sheet.versions, 60 + 5 * n), now=now)
    first = sheet_page(session, quiz.slug).rounds[0]
    assert (first.mean, first.cut_percent, first.lowest, first.highest) == pytest.approx((70, 70, 60, 80))
    assert first.found is not None
    assert first.found.enough
    assert judge_page(session, sheet.id, judges[0].id, judges[0].employee_no, part=1).spreads == {}
    open_second_round(session, trainer, quiz.slug, now=now)
    with pytest.raises(Refused):
        open_second_round(session, trainer, quiz.slug, now=now)
    page = judge_page(session, sheet.id, judges[0].id, judges[0].employee_no, part=1)
    assert (page.round, page.before[sheet.versions[0]], page.given) == (2, 60, {})
    assert (page.spreads[sheet.versions[0]].lowest, page.spreads[sheet.versions[0]].highest) == (60, 80)
    for judge in judges[:3]:
        rate(session, judge, sheet.id, dict.fromkeys(sheet.versions, 71), now=now)
        rate(session, judge, sheet.id, {sheet.versions[0]: 72}, now=now)
    with pytest.raises(Refused, check=lambda error: error.code == "needs_second"):
        apply_cut(session, trainer, quiz.slug, "alone", now=now)
    apply_cut(session, trainer, quiz.slug, " just ready ", asked_by="T9", now=now)
    assert (quiz.pass_percent, sheet.cut_percent, sheet.reason) == (72, 72, "just ready")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "quiz.cut")).one()
    assert "just ready" in entry.payload
    with pytest.raises(Refused):
        rate(session, judges[0], sheet.id, {sheet.versions[0]: 1}, now=now)
    with pytest.raises(Refused):
        apply_cut(session, trainer, quiz.slug, "again", now=now)
    assert open_sheet(session, trainer, quiz.slug, whole_bank=True, now=now).id != sheet.id


def test_only_who_was_invited_may_rate_and_only_what_was_asked(
    session: Session, quiz: Quiz, trainer: Identity, judges: list[Identity], now: datetime
) -> None:
    sheet = opened(session, quiz, trainer, judges[:1], now)
    with pytest.raises(NotFound):
        rate(session, judges[1], sheet.id, {sheet.versions[0]: 50}, now=now)
    with pytest.raises(NotFound):
        rate(session, judges[0], sheet.id, {999_999: 50}, now=now)
    with pytest.raises(Invalid):
        rate(session, judges[0], sheet.id, {sheet.versions[0]: 101}, now=now)
    rate(session, judges[0], sheet.id, {}, now=now)
    (waiting,) = sheets_of_judge(session, judges[0].id, judges[0].employee_no)
    assert (waiting.sheet.id, waiting.quiz.id, waiting.waits) == (sheet.id, quiz.id, True)
    assert sheets_of_judge(session, judges[1].id, judges[1].employee_no) == []
    with pytest.raises(NotFound):
        judge_page(session, 999_999, judges[0].id, judges[0].employee_no, part=1)


def test_who_learns_or_is_unknown_is_no_judge_and_nobody_is_twice(
    session: Session, make: Make, quiz: Quiz, trainer: Identity, judges: list[Identity], now: datetime
) -> None:
    opened(session, quiz, trainer, judges[:1], now)
    for number in (make.learner(make.training_class()).employee_no, "nobody", judges[0].employee_no):
        with pytest.raises(Invalid):
            invite_judge(session, trainer, quiz.slug, number, now=now)


def test_somebody_of_another_site_is_no_judge(
    session: Session, make: Make, quiz: Quiz, trainer: Identity, now: datetime
) -> None:
    open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now)
    far = make.add(Site(name_zh="远处", name_en="Far", time_zone="Asia/Shanghai"))
    stranger = make.person("trainer", site_id=far.id)
    with pytest.raises(Invalid) as wrong:
        invite_judge(session, trainer, quiz.slug, stranger.employee_no, now=now)
    assert (wrong.value.code, wrong.value.field) == ("no_judge", "employee_no")


def test_a_judge_who_comes_to_learn_for_the_quiz_loses_the_sheet_until_they_have_finished(
    session: Session, make: Make, quiz: Quiz, trainer: Identity, client_of: Browser, now: datetime
) -> None:
    sheet = open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now)
    person = make.person("mentor")
    judge = identity(person, Role.MENTOR)
    invite_judge(session, trainer, quiz.slug, judge.employee_no, now=now)
    session.commit()
    browser, address = client_of(person), f"/cut-scores/{sheet.id}"
    assert browser.get(address).status_code == 200
    make.grant(person, "learner")
    started = Enrolment(learner_id=person.id, class_id=make.training_class().id, joined_on=now.date())
    make.add(started)
    session.commit()
    assert browser.get(address).status_code == 404
    assert address not in browser.get("/cut-scores").text
    with pytest.raises(NotFound):
        rate(session, judge, sheet.id, dict.fromkeys(sheet.versions, 70), now=now)
    assert waiting_for_judge(session, judge.id, judge.employee_no) == 0
    started.ended_on = now.date()
    session.commit()
    assert browser.get(address).status_code == 200


def test_nothing_is_decided_without_a_whole_sheet_and_a_reason(
    session: Session, quiz: Quiz, trainer: Identity, judges: list[Identity], now: datetime
) -> None:
    with pytest.raises(Refused):
        apply_cut(session, trainer, quiz.slug, "why", now=now)
    sheet = opened(session, quiz, trainer, judges[:1], now)
    with pytest.raises(Refused):
        open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now)
    rate(session, judges[0], sheet.id, {sheet.versions[0]: 50}, now=now)
    with pytest.raises(Refused):
        apply_cut(session, trainer, quiz.slug, "why", now=now)
    with pytest.raises(Refused):
        open_second_round(session, trainer, quiz.slug, now=now)
    with pytest.raises(Invalid):
        apply_cut(session, trainer, quiz.slug, " ", now=now)


def test_sheets_are_drawn_by_the_blueprint_and_refused_where_the_bank_gives_none(
    session: Session, make: Make, quiz: Quiz, trainer: Identity, now: datetime
) -> None:
    quiz.blueprint = [{"competency": "cb-*", "level": 1, "count": 3}]
    session.flush()
    assert len(open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now).versions) == 3
    other = make.quiz(questions=4, purpose="gate")
    other.blueprint = [{"competency": "x-*", "level": 1, "count": 3}]
    session.flush()
    for whole, code in ((False, "blueprint_short"), (True, "no_questions")):
        with pytest.raises(Refused) as refused:
            open_sheet(session, trainer, other.slug, whole_bank=whole, now=now)
        assert refused.value.code == code


def test_a_bank_of_more_than_four_hundred_is_no_sheet(
    session: Session, quiz: Quiz, trainer: Identity, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.quizzes.actions.cutscores.LARGEST_SHEET", 5)
    with pytest.raises(Refused) as refused:
        open_sheet(session, trainer, quiz.slug, whole_bank=True, now=now)
    assert refused.value.code == "sheet_too_large"


def test_a_trainer_and_a_judge_walk_through_it_in_the_browser(
    session: Session, make: Make, quiz: Quiz, client_of: Browser
) -> None:
    trainer, mentor, second = make.person("trainer"), make.person("mentor"), make.person("trainer")
    session.commit()
    desk, judge = client_of(trainer), client_of(mentor)
    address = f"/quizzes/{quiz.slug}/cut-score"
    assert "Open the sheet" in desk.get(address).get_data(as_text=True)
    assert desk.post(address, data={"source": "form"}).status_code == 303
    assert desk.post(f"{address}/judges", data={"employee_no": "nobody"}).status_code == 422
    assert desk.post(f"{address}/judges", data={"employee_no": mentor.employee_no}).status_code == 303
    assert desk.post(f"{address}/second-round").status_code == 409
    sheet = session.scalars(select(AngoffSheet)).one()
    mine = f"/cut-scores/{sheet.id}"
    assert mine in judge.get("/cut-scores").get_data(as_text=True)
    assert "Save and go on" in judge.get(mine).get_data(as_text=True)
    first, rest = sheet.versions[:10], sheet.versions[10:]
    wrong = judge.post(mine, data={f"percent-{first[0]}": "101", f"percent-{first[1]}": "50"})
    assert wrong.status_code == 422
    assert 'value="101"' in wrong.get_data(as_text=True)
    gone = judge.post(mine, data={f"percent-{each}": "70" for each in first})
    assert gone.headers["Location"].endswith("part=2")
    judge.post(f"{mine}?part=2", data={f"percent-{each}": "70" for each in rest} | {"percent-x": "1"})
    shown = desk.get(address).get_data(as_text=True)
    assert "Take 70 % as the pass mark" in shown
    assert "fewer than 5" in shown
    assert desk.post(f"{address}/decision", data={"reason": ""}).status_code == 422
    here = desk.post(f"{address}/proposal", data={"reason": "agreed"}).headers["Location"]
    assert client_of(second).post(f"{here}/approval").status_code == 303
    assert judge.post(mine, data={f"percent-{first[0]}": "1"}).status_code == 409
    assert "70 % from the last sheet" in desk.get(address).get_data(as_text=True)


def test_the_sheet_takes_as_many_statements_with_many_judges(
    session: Session, make: Make, quiz: Quiz, trainer: Identity, client_of: Browser, statements: Any, now: datetime
) -> None:
    open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now)
    session.commit()
    desk = client_of(make.person("trainer"))
    counts = []
    for _ in range(2):
        sheet = sheet_page(session, quiz.slug).sheet
        assert sheet is not None
        for _judge in range(3):
            person = identity(make.person("mentor"), Role.MENTOR)
            invite_judge(session, trainer, quiz.slug, person.employee_no, now=now)
            rate(session, person, sheet.id, dict.fromkeys(sheet.versions, 70), now=now)
        session.commit()
        with statements() as ran:
            assert desk.get(f"/quizzes/{quiz.slug}/cut-score").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_learners_and_who_was_not_invited_find_nothing(
    session: Session, make: Make, quiz: Quiz, trainer: Identity, client_of: Browser, now: datetime
) -> None:
    sheet = open_sheet(session, trainer, quiz.slug, whole_bank=False, now=now)
    session.commit()
    assert client_of(make.person("mentor")).get(f"/cut-scores/{sheet.id}").status_code == 404
    learner = client_of(make.learner(make.training_class()))
    for address in (f"/cut-scores/{sheet.id}", "/cut-scores", f"/quizzes/{quiz.slug}/cut-score"):
        assert learner.get(address).status_code == 404


def test_what_waits_is_what_is_not_rated_in_the_round_under_way(
    session: Session,
    quiz: Quiz,
    trainer: Identity,
    judges: list[Identity],
    now: datetime,
    statements: Callable[[], Any],
) -> None:
    sheet, judge = opened(session, quiz, trainer, judges, now), judges[0]
    every = dict.fromkeys(sheet.versions, 70)

    def waiting() -> int:
        return waiting_for_judge(session, judge.id, judge.employee_no)

    with statements() as ran:
        assert waiting() == 1
    assert len(ran) == 1
    rate(session, judge, sheet.id, {sheet.versions[0]: 70}, now=now)
    assert waiting() == 1
    rate(session, judge, sheet.id, every, now=now)
    assert waiting() == 0
    assert [(each.done, each.waits) for each in sheets_of_judge(session, judge.id, judge.employee_no)] == [(12, False)]
    open_second_round(session, trainer, quiz.slug, now=now)
    assert waiting() == 1
    quiz.retired_at = now
    session.flush()
    assert waiting() == 0


@pytest.mark.parametrize(
    ("role", "first_page"), [("mentor", "/apprentices"), ("lead", "/go-live"), ("trainer", "/authoring")]
)
def test_a_judge_is_told_on_their_first_page_and_once_all_is_rated_no_more(
    client_of: Browser, session: Session, make: Make, quiz: Quiz, trainer: Identity, now: datetime, role: str,
    first_page: str,
) -> None:  # fmt: skip
    person = make.person(role)
    judge, told = identity(person, Role(role)), "1 pass mark waits for your judgement."
    sheet = opened(session, quiz, trainer, [judge], now)
    session.commit()
    browser = client_of(person)
    assert told in browser.get(first_page).text
    assert "0 of 12 rated" in browser.get("/cut-scores").text
    rate(session, judge, sheet.id, dict.fromkeys(sheet.versions, 70), now=now)
    session.commit()
    assert told not in browser.get(first_page).text
    assert "all rated" in browser.get("/cut-scores").text


def test_trainers_find_the_sheets_from_quizzes_and_from_the_bank(client_of: Browser, make: Make) -> None:
    browser = client_of(make.person("trainer"))
    for address in ("/quizzes", "/bank"):
        assert 'href="/cut-scores"' in browser.get(address).text


def test_of_a_gate_nobody_takes_a_cut_that_they_alone_have_judged(
    session: Session, quiz: Quiz, trainer: Identity, judges: list[Identity], now: datetime
) -> None:
    sheet = opened(session, quiz, trainer, [trainer, judges[0]], now)
    rate(session, trainer, sheet.id, dict.fromkeys(sheet.versions, 1), now=now)
    with pytest.raises(Refused, check=lambda error: error.code == "judged_alone"):
        apply_cut(session, trainer, quiz.slug, "easier", asked_by="T9", now=now)
    rate(session, judges[0], sheet.id, dict.fromkeys(sheet.versions, 61), now=now)
    apply_cut(session, trainer, quiz.slug, "two judges", asked_by="T9", now=now)
    assert quiz.pass_percent == 31

"""Sets the cut of a quiz by judgement: a sheet, its judges, two rounds, and the decision, each on the record."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, RoleGrant
from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.db import insert
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions.blueprints import refuse_alone
from lms.quizzes.models import AngoffRating, AngoffSheet, Quiz
from lms.quizzes.queries.cutscores import INVITED, invited, judges_of, last_sheet, own_sheet, quiz_named, sheet_page
from lms.quizzes.queries.forms import Stock, cells_of, stock_of
from lms.quizzes.rules.blueprint import assemble
from lms.quizzes.rules.draw import draw

JUDGES = ("trainer", "mentor", "lead")
LONGEST_REASON = 400
LARGEST_SHEET = 400  # questions


def open_sheet(session: Session, by: Identity, slug: str, *, whole_bank: bool, now: datetime) -> AngoffSheet:
    """Open a sheet over one form of a quiz, or over all that its forms are drawn from; one at a time is open."""
    quiz = quiz_named(session, slug, lock=True)
    last = last_sheet(session, quiz.id)
    if last is not None and last.applied_at is None:
        raise Refused(code="sheet_open")
    versions = _versions(quiz, stock_of(session, quiz.id), whole_bank=whole_bank)
    if not versions:
        raise Refused(code="no_questions")
    if len(versions) > LARGEST_SHEET:
        raise Refused(code="sheet_too_large")
    sheet = AngoffSheet(quiz_id=quiz.id, versions=versions, opened_by_id=by.id, opened_at=now)
    session.add(sheet)
    session.flush()
    _note(session, "quiz.cut_opened", by, quiz, {"sheet": sheet.id, "questions": len(versions)}, now)
    return sheet


def _versions(quiz: Quiz, stock: Stock, *, whole_bank: bool) -> list[int]:
    cells = cells_of(quiz)
    by_id = {each.question_id: each for each in stock.candidates}
    if whole_bank:
        taken = [
            each.question_id
            for each in stock.items
            if not cells or any(cell.takes(each.competency, each.level) for cell in cells)
        ]
        return [by_id[each].version_id for each in sorted(taken, key=lambda each: (by_id[each].lesson_id, each))]
    seed = secrets.randbits(63)
    if not cells:
        return [each.version_id for each in draw(stock.candidates, quiz.draw, seed)]
    form = assemble(cells, stock.items, seed)
    if form.short:
        raise Refused(code="blueprint_short")
    return [by_id[each].version_id for each in form.question_ids]


def _open(session: Session, quiz: Quiz) -> AngoffSheet:
    sheet = last_sheet(session, quiz.id)
    if sheet is None or sheet.applied_at is not None:
        raise Refused(code="no_open_sheet")
    return sheet


def invite_judge(session: Session, by: Identity, slug: str, employee_no: str, *, now: datetime) -> Person:
    """Invite a trainer, mentor or lead to the open sheet; Invalid for anybody else, or who learns here.

    People of other sites are nobody here.
    """
    quiz = quiz_named(session, slug, lock=True)
    sheet = _open(session, quiz)
    query = select(Person, RoleGrant.role).outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    here = (Person.employee_no == employee_no, Person.site_id == by.site_id, Person.suspended_at.is_(None))
    rows = session.execute(query.where(*here)).all()
    roles = {row.role for row in rows}
    if not roles & set(JUDGES) or "learner" in roles:
        raise Invalid(code="no_judge", field="employee_no")
    if employee_no in invited(session, slug, sheet.id):
        raise Invalid(code="judge_already", field="employee_no")
    _note(session, INVITED, by, quiz, {"sheet": sheet.id, "judge": employee_no}, now)
    person: Person = rows[0].Person
    return person


def rate(session: Session, judge: Identity, sheet_id: int, percents: Mapping[int, int], *, now: datetime) -> None:
    """Keep a judge's ratings of some questions in the round under way; NotFound for who was not invited."""
    sheet, _quiz = own_sheet(session, sheet_id, judge.id, judge.employee_no)
    session.execute(select(AngoffSheet.id).where(AngoffSheet.id == sheet.id).with_for_update())
    session.refresh(sheet)
    if sheet.applied_at is not None:
        raise Refused(code="sheet_closed")
    if not set(percents) <= set(sheet.versions):
        raise NotFound
    if not all(0 <= each <= 100 for each in percents.values()):  # noqa: PLR2004  # per cent
        raise Invalid(code="percent", field="percent")
    if not percents:
        return
    shared = {"sheet_id": sheet.id, "judge_id": judge.id, "round": 2 if sheet.second_round_at else 1, "at": now}
    rows = [shared | {"version_id": version, "percent": percent} for version, percent in percents.items()]
    adding = insert(session, AngoffRating)
    keys = ["sheet_id", "judge_id", "round", "version_id"]
    changed = {"percent": adding.excluded.percent, "at": adding.excluded.at}
    session.connection().execute(adding.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def open_second_round(session: Session, by: Identity, slug: str, *, now: datetime) -> AngoffSheet:
    """Let the judges see how far they lie apart and rate again; Refused before anybody has rated every question."""
    quiz = quiz_named(session, slug, lock=True)
    sheet = _open(session, quiz)
    if sheet.second_round_at is not None:
        raise Refused(code="second_round_open")
    found = sheet_page(session, slug).rounds[0].found
    if found is None:
        raise Refused(code="nobody_has_rated")
    sheet.second_round_at = now
    session.flush()
    _note(session, "quiz.cut_second_round", by, quiz, {"sheet": sheet.id, "judges": found.judges}, now)
    return sheet


@dataclass(frozen=True)
class Cut:
    """What the judges of a quiz's open sheet come to."""

    quiz: Quiz
    sheet: AngoffSheet
    percent: int
    judges: int
    standard_error: float


def judged_cut(session: Session, slug: str, reason: str) -> Cut:
    """Return what the judges say, the quiz locked; Refused before they say anything, Invalid without a `reason`."""
    quiz = quiz_named(session, slug, lock=True)
    sheet = _open(session, quiz)
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid(code="reason", field="reason")
    result = sheet_page(session, slug).result
    if result is None or result.found is None or result.cut_percent is None or result.error is None:
        raise Refused(code="nobody_has_rated")
    return Cut(quiz, sheet, result.cut_percent, result.found.judges, round(result.error, 2))


def apply_cut(
    session: Session, by: Identity, slug: str, reason: str, *, asked_by: str | None = None, now: datetime
) -> Quiz:
    """Make the judges' cut, rounded up, the pass mark of attempts that begin from now on; attempts keep theirs.

    Of a gate a second person takes it, after `asked_by`, and nobody takes a cut that they alone have judged.
    """
    found = judged_cut(session, slug, reason)
    quiz, sheet = found.quiz, found.sheet
    refuse_alone(quiz, by, asked_by)
    if quiz.purpose == "gate" and judges_of(session, sheet) == {by.id}:
        raise Refused(code="judged_alone")
    detail = {
        "sheet": sheet.id,
        "before": quiz.pass_percent,
        "after": found.percent,
        "judges": found.judges,
        "standard_error": found.standard_error,
        "reason": reason.strip(),
    } | ({"asked_by": asked_by} if asked_by else {})
    quiz.pass_percent = sheet.cut_percent = found.percent
    sheet.applied_at, sheet.applied_by_id, sheet.reason = now, by.id, reason.strip()
    session.flush()
    _note(session, "quiz.cut", by, quiz, detail, now)
    return quiz


def _note(session: Session, action: str, by: Identity, quiz: Quiz, detail: dict[str, object], now: datetime) -> None:
    audit.append(session, action, actor=by.employee_no, subject=quiz.slug, detail=detail, now=now)

"""Forms, time and pass mark of a gate's quiz: one trainer asks for others, another one agrees or declines."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.authoring.actions.drafts import permit
from lms.authoring.actions.seconding import decide, only_own, refuse_own, waiting
from lms.authoring.models import QuizProposal
from lms.authoring.rules.acts import CUT, FORMS, TERMS
from lms.errors import Invalid, Refused
from lms.quizzes.actions.blueprints import Forms, checked_forms, set_forms
from lms.quizzes.actions.cutscores import apply_cut, judged_cut
from lms.quizzes.actions.terms import QuizTerms, checked_terms, set_terms
from lms.quizzes.models import Quiz
from lms.quizzes.rules.blueprint import Cell


def ask_for_forms(
    session: Session, actor: Identity, slug: str, wanted: Forms, note: str, *, now: datetime
) -> int | None:
    """Ask for other forms of a quiz, and return the proposal; raises NotFound, Invalid and Refused.

    None where no gate asks for the quiz: it is done at once.
    """
    permit(actor)
    quiz = checked_forms(session, slug, wanted, note)
    if quiz.purpose != "gate":
        set_forms(session, actor, slug, wanted, note, now=now)
        return None
    _refuse_the_same(quiz, wanted.columns)
    return _propose(session, actor, quiz, FORMS, wanted.columns, note, now=now)


def ask_for_terms(
    session: Session, actor: Identity, slug: str, wanted: QuizTerms, note: str, *, now: datetime
) -> int | None:
    """Ask for another time limit or number of attempts of a quiz, likewise."""
    permit(actor)
    quiz = checked_terms(session, slug, wanted, note)
    if quiz.purpose != "gate":
        set_terms(session, actor, slug, wanted, note, now=now)
        return None
    _refuse_the_same(quiz, wanted.columns)
    return _propose(session, actor, quiz, TERMS, wanted.columns, note, now=now)


def _refuse_the_same(quiz: Quiz, wanted: dict[str, Any]) -> None:
    if all(getattr(quiz, name) == value for name, value in wanted.items()):
        raise Refused(code="is_so_already")


def ask_for_cut(session: Session, actor: Identity, slug: str, note: str, *, now: datetime) -> int | None:
    """Ask for the judges' cut as the pass mark, likewise."""
    permit(actor)
    found = judged_cut(session, slug, note)
    if found.quiz.purpose != "gate":
        apply_cut(session, actor, slug, note, now=now)
        return None
    wanted = {"sheet": found.sheet.id, "percent": found.percent}
    return _propose(session, actor, found.quiz, CUT, wanted, note, now=now)


def _propose(
    session: Session, actor: Identity, quiz: Quiz, act: str, wanted: dict[str, Any], note: str, *, now: datetime
) -> int:
    asked = QuizProposal(quiz_id=quiz.id, act=act, wanted=wanted, note=note.strip(), by_id=actor.id, at=now)
    try:
        with session.begin_nested():
            session.add(asked)
    except IntegrityError:
        raise Refused(code="waits_for_second") from None
    _note(session, "proposal.made", actor, quiz, asked, now=now)
    return asked.id


def agree(session: Session, actor: Identity, proposal_id: int, *, now: datetime) -> QuizProposal:
    """Do what was asked for, as a second person; raises NotFound, and Refused where it does not fit any more."""
    asked, quiz = _waiting(session, actor, proposal_id)
    refuse_own(asked, actor)
    asker = session.get_one(Person, asked.by_id).employee_no
    try:
        _do(session, actor, quiz, asked, asker, now=now)
    except Invalid:
        raise Refused(code="forms_fit_no_more") from None
    decide(asked, actor, "approved", now=now)
    _note(session, "proposal.approved", actor, quiz, asked, now=now)
    return asked


def _do(session: Session, actor: Identity, quiz: Quiz, asked: QuizProposal, asker: str, *, now: datetime) -> None:
    """Do what was asked for; raises Invalid where it does not fit any more, Refused where judges have gone on."""
    if asked.act == FORMS:
        set_forms(session, actor, quiz.slug, forms_of(asked), asked.note, asked_by=asker, now=now)
        return
    if asked.act == TERMS:
        set_terms(session, actor, quiz.slug, QuizTerms(**asked.wanted), asked.note, asked_by=asker, now=now)
        return
    found = judged_cut(session, quiz.slug, asked.note)
    if {"sheet": found.sheet.id, "percent": found.percent} != asked.wanted:
        raise Refused(code="judged_since")
    apply_cut(session, actor, quiz.slug, asked.note, asked_by=asker, now=now)


def forms_of(asked: QuizProposal) -> Forms:
    """Return the forms that were asked for."""
    wanted = asked.wanted
    cells = tuple(Cell(each["competency"], each["level"], each["count"]) for each in wanted["blueprint"])
    return Forms(cells, wanted["borderline_percent"], wanted["retake_wait_hours"])


def decline(session: Session, actor: Identity, proposal_id: int, reason: str, *, now: datetime) -> QuizProposal:
    """Say no, with a reason; raises NotFound and Refused."""
    asked, quiz = _waiting(session, actor, proposal_id)
    refuse_own(asked, actor)
    decide(asked, actor, "declined", reason=reason, now=now)
    _note(session, "proposal.declined", actor, quiz, asked, now=now)
    return asked


def take_back(session: Session, actor: Identity, proposal_id: int, *, now: datetime) -> QuizProposal:
    """Take back what one asked for; raises NotFound and Refused."""
    asked, quiz = _waiting(session, actor, proposal_id)
    only_own(asked, actor)
    decide(asked, actor, "withdrawn", now=now)
    _note(session, "proposal.withdrawn", actor, quiz, asked, now=now)
    return asked


def _waiting(session: Session, actor: Identity, proposal_id: int) -> tuple[QuizProposal, Quiz]:
    asked = waiting(session, actor, QuizProposal, proposal_id)
    return asked, session.get_one(Quiz, asked.quiz_id)


def _note(session: Session, action: str, actor: Identity, quiz: Quiz, asked: QuizProposal, *, now: datetime) -> None:
    session.flush()
    detail = {"quiz_proposal": asked.id, "act": asked.act, "wanted": asked.wanted, "note": asked.note}
    detail |= {"reason": asked.reason}
    audit.append(session, action, actor=actor.employee_no, subject=quiz.slug, detail=detail, now=now)

"""Retiring, bringing back and moving what a gate asks for: one trainer asks, another one agrees or declines."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.authoring.actions.drafts import permit
from lms.authoring.actions.retiring import is_so, put, refuse_tied
from lms.authoring.actions.seconding import decide, only_own, refuse_own, waiting
from lms.authoring.actions.staging import stage_id, stages_of, teach_in
from lms.authoring.models import Proposal
from lms.authoring.queries.ties import Subject, course_subject, fed, lesson_subject
from lms.authoring.rules.acts import MOVE
from lms.courses.models import Course
from lms.errors import Refused


def ask_for_lesson(
    session: Session, actor: Identity, lesson_id: int, act: str, note: str, *, now: datetime
) -> int | None:
    """Ask for a lesson to be retired or brought back, and return the proposal; raises NotFound and Refused.

    None where no gate asks for it any more: it is done at once.
    """
    permit(actor)
    return _ask(session, actor, lesson_subject(session, lesson_id, lock=True), act, note, now=now)


def ask_for_course(session: Session, actor: Identity, slug: str, act: str, note: str, *, now: datetime) -> int | None:
    """Ask the same for a course."""
    permit(actor)
    return _ask(session, actor, course_subject(session, slug, lock=True), act, note, now=now)


def _ask(session: Session, actor: Identity, subject: Subject, act: str, note: str, *, now: datetime) -> int | None:
    if is_so(subject, act):
        raise Refused(code="is_so_already")
    refuse_tied(session, subject, act)
    if fed(session, subject):
        return propose(session, actor, subject, act, note, now=now).id
    put(session, actor, subject, act, now=now)
    return None


def propose(
    session: Session, actor: Identity, subject: Subject, act: str, note: str, *, stage: str | None = None, now: datetime
) -> Proposal:
    """Store what is asked for; one waits for each lesson and course. Raises Refused where one does already."""
    asked = Proposal(
        course_id=subject.course.id,
        lesson_id=subject.lesson.id if subject.lesson else None,
        act=act,
        stage=stage,
        note=note,
        by_id=actor.id,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(asked)
    except IntegrityError:
        raise Refused(code="waits_for_second") from None
    _note(session, "proposal.made", actor, subject, asked, now=now)
    return asked


def agree(session: Session, actor: Identity, proposal_id: int, *, now: datetime) -> Proposal:
    """Do what was asked for, as a second person; raises NotFound, and Refused where it would break something by now."""
    asked, subject = _waiting(session, actor, proposal_id)
    refuse_own(asked, actor)
    if asked.act == MOVE:
        _move(session, actor, subject, asked, now=now)
    else:
        if is_so(subject, asked.act):
            raise Refused(code="is_so_already")
        refuse_tied(session, subject, asked.act)
        put(session, actor, subject, asked.act, now=now)
    decide(asked, actor, "approved", now=now)
    _note(session, "proposal.approved", actor, subject, asked, now=now)
    return asked


def decline(session: Session, actor: Identity, proposal_id: int, reason: str, *, now: datetime) -> Proposal:
    """Say no, with a reason; raises NotFound and Refused."""
    asked, subject = _waiting(session, actor, proposal_id)
    refuse_own(asked, actor)
    decide(asked, actor, "declined", reason=reason, now=now)
    _note(session, "proposal.declined", actor, subject, asked, now=now)
    return asked


def take_back(session: Session, actor: Identity, proposal_id: int, *, now: datetime) -> Proposal:
    """Take back what one asked for; raises NotFound and Refused."""
    asked, subject = _waiting(session, actor, proposal_id)
    only_own(asked, actor)
    decide(asked, actor, "withdrawn", now=now)
    _note(session, "proposal.withdrawn", actor, subject, asked, now=now)
    return asked


def _waiting(session: Session, actor: Identity, proposal_id: int) -> tuple[Proposal, Subject]:
    """Return a proposal that still waits, locked, with what it is about, locked too."""
    asked = waiting(session, actor, Proposal, proposal_id)
    if asked.lesson_id is not None:
        return asked, lesson_subject(session, asked.lesson_id, lock=True)
    return asked, Subject(session.get_one(Course, asked.course_id, with_for_update=True, populate_existing=True))


def _move(session: Session, actor: Identity, subject: Subject, asked: Proposal, *, now: datetime) -> None:
    """Teach the course where it was asked for; refused where several stages teach it by now."""
    if len(stages_of(session, subject.course.id)) > 1:
        raise Refused(code="several_stages")
    teach_in(session, subject.course.id, stage_id(session, asked.stage or ""))
    detail = {"changed": ["stage"], "stage": asked.stage or None}
    audit.append(session, "course.changed", actor=actor.employee_no, subject=subject.key, detail=detail, now=now)


def _note(session: Session, action: str, actor: Identity, subject: Subject, asked: Proposal, *, now: datetime) -> None:
    session.flush()
    detail = {
        "proposal": asked.id,
        "act": asked.act,
        "stage": asked.stage,
        "note": asked.note,
        "reason": asked.reason,
    }
    audit.append(session, action, actor=actor.employee_no, subject=subject.key, detail=detail, now=now)

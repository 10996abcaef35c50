"""Takes lessons and courses out of use and brings them back; what a gate asks for only with a second person's yes."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.authoring.actions.drafts import permit
from lms.authoring.queries.ties import Subject, course_subject, fed, lesson_subject, live_lessons, tie
from lms.authoring.rules.acts import RETIRE, REVIVE
from lms.errors import Refused
from lms.knowledge.actions import index_lessons

DEEDS = {RETIRE: "retired", REVIVE: "revived"}


def retire_lesson(session: Session, actor: Identity, lesson_id: int, *, now: datetime) -> Subject:
    """Take a lesson out of use; what learners did stays. Raises Refused where something needs it or a gate asks."""
    permit(actor)
    return _alone(session, actor, lesson_subject(session, lesson_id, lock=True), RETIRE, now=now)


def revive_lesson(session: Session, actor: Identity, lesson_id: int, *, now: datetime) -> Subject:
    """Bring a retired lesson back, at its old place; raises Refused where it feeds a gate."""
    permit(actor)
    return _alone(session, actor, lesson_subject(session, lesson_id, lock=True), REVIVE, now=now)


def retire_course(session: Session, actor: Identity, slug: str, *, now: datetime) -> Subject:
    """Take a course out of use; raises Refused where a programme or a quiz still needs it or a gate asks for it."""
    permit(actor)
    return _alone(session, actor, course_subject(session, slug, lock=True), RETIRE, now=now)


def revive_course(session: Session, actor: Identity, slug: str, *, now: datetime) -> Subject:
    """Bring a retired course back; raises Refused where it feeds a gate."""
    permit(actor)
    return _alone(session, actor, course_subject(session, slug, lock=True), REVIVE, now=now)


def _alone(session: Session, actor: Identity, subject: Subject, act: str, *, now: datetime) -> Subject:
    """Do what one person may decide; once more it does nothing."""
    if not is_so(subject, act):
        refuse_tied(session, subject, act)
        if fed(session, subject):
            raise Refused(code="feeds_gate")
        put(session, actor, subject, act, now=now)
    return subject


def is_so(subject: Subject, act: str) -> bool:
    """Say whether a lesson or course is retired, or taught, already."""
    return (subject.row.retired_at is not None) == (act == RETIRE)


def refuse_tied(session: Session, subject: Subject, act: str) -> None:
    """Raise Refused where `act` would break something elsewhere, whoever agrees."""
    code = tie(session, subject, act)
    if code is not None:
        raise Refused(code=code)


def put(session: Session, actor: Identity, subject: Subject, act: str, *, now: datetime) -> None:
    """Retire a lesson or course, or bring it back, and let the search know."""
    subject.row.retired_at = now if act == RETIRE else None
    session.flush()
    touched = [subject.lesson] if subject.lesson else live_lessons(session, subject.course.id)
    index_lessons(session, only=[lesson.id for lesson in touched])
    action = f"{subject.kind}.{DEEDS[act]}"
    audit.append(session, action, actor=actor.employee_no, subject=subject.key, detail={}, now=now)

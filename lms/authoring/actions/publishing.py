"""Publishes drafts: handed in with a note, published at once or after a second person's yes, exactly as handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.authoring.actions.drafts import keep, permit
from lms.authoring.actions.seconding import decide, only_own, refuse_own, waiting
from lms.authoring.actions.translation import confirm_both
from lms.authoring.models import Submission
from lms.authoring.queries.drafts import DraftView, live_draft
from lms.authoring.queries.gates import gate_book
from lms.authoring.queries.submissions import obstacles, published, waiting_of
from lms.authoring.rules.drafts import PARTS
from lms.authoring.texts import Reading, read_draft
from lms.content.actions.lessons import store_lesson
from lms.courses.models import Lesson
from lms.courses.rules.findings import Finding, errors
from lms.errors import Refused
from lms.knowledge.actions import index_lessons


class NotYet(Refused):
    """The draft does not meet the standard; `findings` say where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(code="not_yet")
        self.findings = findings


@dataclass(frozen=True)
class HandIn:
    """What its writer says of a draft: a note, that both languages say the same, that it replaces a newer text."""

    note: str
    agrees: bool = False
    replaces: bool = False


def submit(session: Session, actor: Identity, draft_id: int, value: HandIn, *, now: datetime) -> Submission:
    """Hand a draft in: publish it, or let it wait for a second person where the lesson feeds a gate.

    Raises NotFound; NotYet where it has errors; Refused where it waits already, is as published, or was overtaken.
    """
    permit(actor)
    view = live_draft(session, draft_id, lock=True)
    _refuse(session, view, value)
    reading = _sound(session, view, view.texts)
    refs = {question.ref for question in reading.lesson.questions}
    feeds = gate_book(session).feeds(view.course.slug, view.draft.slug, refs)
    submission = _handed_in(session, actor, view, value.note, needs_approval=bool(feeds), now=now)
    if value.agrees:
        confirm_both(session, view)
    if feeds:
        _note(session, "lesson.submitted", actor, view, submission, now)
    else:
        decide(submission, actor, "published", now=now)
        _publish(session, view, reading, now=now)
        _note(session, "lesson.published", actor, view, submission, now)
    session.flush()
    return submission


def _refuse(session: Session, view: DraftView, value: HandIn) -> None:
    """Raise Refused where a draft cannot be handed in as things stand; what it replaces is what it begins from then."""
    if waiting_of(session, view.draft.id) is not None:
        raise Refused(code="waits_already")
    _refuse_taken(session, view)
    before = published(session, view.draft.lesson_id)
    if before.lesson is not None and before.lesson.retired_at is not None:
        raise Refused(code="lesson_retired")
    if before.texts == view.texts:
        raise Refused(code="nothing_new")
    if before.lesson is not None and before.lesson.revision > view.draft.base_revision:
        if not value.replaces:
            raise Refused(code="overtaken")
        view.draft.base_revision = before.lesson.revision


def _refuse_taken(session: Session, view: DraftView) -> None:
    """Raise Refused where a new lesson's name was taken meanwhile, as by an import; `draft_of` brings both together."""
    if view.draft.lesson_id is None and session.scalar(
        select(Lesson.id).where(Lesson.course_id == view.course.id, Lesson.slug == view.draft.slug)
    ):
        raise Refused(code="overtaken")


def _handed_in(
    session: Session, actor: Identity, view: DraftView, note: str, *, needs_approval: bool, now: datetime
) -> Submission:
    """Store a submission, and its texts for ever."""
    submission = Submission(
        draft_id=view.draft.id, texts=view.texts, note=note, by_id=actor.id, at=now, needs_approval=needs_approval
    )
    try:
        with session.begin_nested():
            session.add(submission)
    except IntegrityError:  # somebody handed it in at the same moment
        raise Refused(code="waits_already") from None
    for part in PARTS:
        held = view.parts[part]
        keep(session, view.draft.id, part, held.version, held.text, held.saved_by_id, why="submitted", at=now)
    return submission


def approve(session: Session, actor: Identity, submission_id: int, *, now: datetime) -> Lesson:
    """Publish exactly what was handed in, as a second person; raises NotFound, NotYet and Refused.

    Refused too where another text was published since: nobody has held the two against each other.
    """
    submission, view = _waiting(session, actor, submission_id)
    refuse_own(submission, actor)
    reading = _sound(session, view, submission.texts)
    lesson = _publish(session, view, reading, now=now)
    decide(submission, actor, "approved", now=now)
    _note(session, "lesson.approved", actor, view, submission, now)
    return lesson


def send_back(session: Session, actor: Identity, submission_id: int, reason: str, *, now: datetime) -> Submission:
    """Give a submission back with a reason; raises NotFound and Refused."""
    submission, view = _waiting(session, actor, submission_id)
    refuse_own(submission, actor)
    decide(submission, actor, "sent_back", reason=reason, now=now)
    _note(session, "lesson.sent_back", actor, view, submission, now)
    return submission


def withdraw(session: Session, actor: Identity, submission_id: int, *, now: datetime) -> Submission:
    """Take one's own submission back; raises NotFound and Refused."""
    submission, view = _waiting(session, actor, submission_id)
    only_own(submission, actor)
    decide(submission, actor, "withdrawn", now=now)
    _note(session, "lesson.withdrawn", actor, view, submission, now)
    return submission


def published_lesson(session: Session, lesson: Lesson) -> None:
    """Do what follows when the text of a lesson has become public: it can be found at once."""
    session.flush()
    index_lessons(session, only=[lesson.id])


def _waiting(session: Session, actor: Identity, submission_id: int) -> tuple[Submission, DraftView]:
    """Return a submission that still waits, locked, with its draft."""
    submission = waiting(session, actor, Submission, submission_id)
    return submission, live_draft(session, submission.draft_id, lock=True)


def _sound(session: Session, view: DraftView, texts: Mapping[str, str]) -> Reading:
    """Return what `texts` say; raise NotYet where they do not meet the standard."""
    reading = read_draft(view.course.slug, view.draft.slug, texts)
    wrong = errors(obstacles(session, view, reading))
    if wrong:
        raise NotYet(wrong)
    return reading


def _publish(session: Session, view: DraftView, reading: Reading, *, now: datetime) -> Lesson:
    """Store the lesson and let the draft go on from it."""
    draft = view.draft
    _refuse_taken(session, view)
    row = None
    if draft.lesson_id is not None:
        row = session.get_one(Lesson, draft.lesson_id, with_for_update=True, populate_existing=True)
        if row.retired_at is not None:
            raise Refused(code="lesson_retired")
        if row.revision > draft.base_revision:
            raise Refused(code="overtaken_since")
    lesson = store_lesson(session, view.course, reading.lesson, row, place=_place(session, view), now=now)
    draft.lesson_id, draft.base_revision = lesson.id, lesson.revision
    published_lesson(session, lesson)
    return lesson


def _place(session: Session, view: DraftView) -> int:
    """Return the place of a new lesson: the end of its course."""
    last = session.scalar(select(func.max(Lesson.position)).where(Lesson.course_id == view.course.id)) or 0
    return max(last + 1, view.draft.position)


def _note(
    session: Session, action: str, actor: Identity, view: DraftView, submission: Submission, now: datetime
) -> None:
    detail = {
        "submission": submission.id,
        "note": submission.note,
        "revision": view.draft.base_revision,
        "reason": submission.reason,
    }
    audit.append(session, action, actor=actor.employee_no, subject=view.folder, detail=detail, now=now)

"""Keeps what somebody found who looked into a hint; notes are only ever added."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import Invalid, Refused
from lms.quizzes.models import FairnessNote
from lms.quizzes.queries.signals import one_signal

VERDICTS = ("nothing", "talked", "sit_again")
LONGEST_NOTE = 400


def judge(  # a decision names what, what came of it, why, who and when
    session: Session,
    by: Identity,
    slug: str,
    key: tuple[str, int, int | None],
    verdict: str,
    note: str,
    *,
    now: datetime,
) -> FairnessNote:
    """Add what came of looking into a hint that is listed; the same said twice by the same person is kept once.

    Refused (`own_hint`) where it is about who says it. The record says who decided what about whom; the note stays with
    the hint.
    """
    if verdict not in VERDICTS:
        raise Invalid(code="verdict", field="verdict")
    if not 1 <= len(note.strip()) <= LONGEST_NOTE:
        raise Invalid(code="note", field="note")
    page, signal = one_signal(session, by, slug, key)
    if by.id in {sat.learner.id for sat in (signal.first, signal.other) if sat is not None}:
        raise Refused(code="own_hint")
    last = signal.note
    if last is not None and (last.by_id, last.verdict, last.note) == (by.id, verdict, note.strip()):
        return last
    kind, attempt_id, other_id = key
    made = FairnessNote(
        kind=kind,
        attempt_id=attempt_id,
        other_attempt_id=other_id,
        verdict=verdict,
        note=note.strip(),
        by_id=by.id,
        at=now,
    )
    session.add(made)
    session.flush()
    for sat in (signal.first, signal.other):
        if sat is not None:
            detail = {"quiz": page.quiz.slug, "kind": kind, "attempt": sat.id, "verdict": verdict}
            subject = sat.learner.employee_no
            audit.append(session, "fairness.judged", actor=by.employee_no, subject=subject, detail=detail, now=now)
    return made

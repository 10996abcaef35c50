"""Decides about a key in doubt: it is right and stays, it was mended, or the question is withheld until it is."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.models import Question
from lms.quizzes.queries.keys import KEPT, MENDED, WITHHELD, question_report

VERDICTS = {"kept": KEPT, "mended": MENDED, "withheld": WITHHELD}
LONGEST_NOTE = 400


def check_key(
    session: Session, by: Identity, question_id: int, version: int, verdict: str, note: str, *, now: datetime
) -> str:
    """Record what came of looking at the key of a question's `version` and return the verdict.

    Refused where nobody doubts that key (any more), and `mended` while there is no newer version.
    """
    if verdict not in VERDICTS:
        raise Invalid(code="verdict", field="verdict")
    if not 1 <= len(note.strip()) <= LONGEST_NOTE:
        raise Invalid(code="note", field="note")
    locked = select(Question).where(Question.id == question_id).with_for_update()
    question = session.scalar(locked.execution_options(populate_existing=True))
    if question is None:
        raise NotFound
    doubted = [each for each in question_report(session, question_id).suspects if each.line.version.version == version]
    if not doubted:
        raise Refused(code="nobody_doubts")
    if verdict == "mended" and not doubted[0].mended:
        raise Refused(code="not_mended")
    if verdict == "withheld":
        question.review_state, question.reviewed_at, question.reviewed_by_id = "withheld", now, by.id
        session.flush()
    answers = max(each.line.sums.n for each in doubted)
    detail = {"version": version, "answers": answers, "quiz": doubted[0].line.quiz.slug, "note": note.strip()}
    audit.append(session, VERDICTS[verdict], actor=by.employee_no, subject=question.ref, detail=detail, now=now)
    return verdict

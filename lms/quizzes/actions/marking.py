"""Marks typed answers by hand: equal answers alike, attempts scored again, on the record; changed with a reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import Invalid, Refused
from lms.quizzes.actions.deadlines import LONGEST_REASON
from lms.quizzes.actions.rescoring import hold_quizzes, rescore
from lms.quizzes.models import Ruling
from lms.quizzes.queries.marking import EqualAnswers, equal_answers, marks_of, version_to_mark
from lms.quizzes.queries.ruling_changes import changes
from lms.quizzes.queries.rulings import rulings_on, sat
from lms.quizzes.rules.marks import WHOLE
from lms.quizzes.rules.regrading import Verdict

GIVEN = (0.0, 0.5, WHOLE)


@dataclass(frozen=True)
class MarkValue:
    """A mark for equal answers. `everybody`: the form is accepted from now on, whoever gives it."""

    marks: float
    comment: str = ""
    everybody: bool = False


@dataclass(frozen=True)
class Marked:
    """How many answers have the mark, and how many attempts came to another score by it."""

    answers: int
    changed: int


def mark_answers(
    session: Session, by: Identity, version_id: int, answer: str, value: MarkValue, *, now: datetime
) -> Marked:
    """Give all equal answers to a version, named by `answer`, the same mark; the same again changes nothing.

    Invalid (`comment`) where a mark changes, or the form is accepted for everybody, without a reason. Refused
    (`own_answer`) where one of them is by who marks. NotFound where nobody gave that answer.
    """
    _check(value)
    version, question = version_to_mark(session, version_id)
    hold_quizzes(session, version)
    found = equal_answers(session, version, question, answer)
    if by.id in found.learner_ids:
        raise Refused(code="own_answer")
    before = marks_of(found.markings)
    if before == {value.marks} and not value.everybody:
        return Marked(len(found.markings), 0)
    if not value.comment and (value.everybody or before - {None, value.marks}):
        raise Invalid(code="mark_reason", field="comment")
    for each in found.markings:
        each.marks, each.comment, each.marked_by_id, each.marked_at = value.marks, value.comment, by.id, now
    ruling_id = _accept(session, by, found, value, now) if value.everybody else None
    session.flush()
    detail = {
        "version": version.version,
        "answer": found.text,
        "marks": value.marks,
        "before": sorted(each for each in before if each is not None),
        "comment": value.comment,
        "answers": len(found.markings),
        "ruling": ruling_id,
    }
    ref = question.ref
    made = changes(session, version_id, sat(session, version, lock=True), rulings_on(session, [version_id]))
    rescore(session, made, ruling_id=ruling_id, now=now)
    audit.append(session, "answers.marked", actor=by.employee_no, subject=ref, detail=detail, now=now)
    return Marked(len(found.markings), len(made.changed))


def _check(value: MarkValue) -> None:
    if value.marks not in GIVEN:
        raise Invalid(code="marks", field="marks")
    if value.everybody and value.marks != WHOLE:
        raise Invalid(code="everybody", field="everybody")
    if len(value.comment) > LONGEST_REASON:
        raise Invalid(code="reason", field="comment")


def _accept(session: Session, by: Identity, found: EqualAnswers, value: MarkValue, now: datetime) -> int:
    ruling = Ruling(
        version_id=found.version.id,
        kind=Verdict.ACCEPT.value,
        accept=[found.text],
        reason=value.comment,
        decided_by_id=by.id,
        decided_at=now,
    )
    session.add(ruling)
    session.flush()
    return ruling.id

"""Decides what forms of a quiz are drawn from: its blueprint, its second form, the wait between two tries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.models import Quiz
from lms.quizzes.queries.forms import stock_of
from lms.quizzes.rules.blueprint import Cell, clashes, stock

LONGEST_REASON = 400
MOST_BORDERLINE = 20
MOST_WAIT_HOURS = 24 * 14


@dataclass(frozen=True)
class Forms:
    """What a trainer decides about the forms of a quiz; no cells: drawn without a blueprint."""

    cells: tuple[Cell, ...]
    borderline_percent: int
    retake_wait_hours: int

    @property
    def columns(self) -> dict[str, Any]:
        """Return what a quiz stores of it."""
        return {
            "blueprint": [vars(cell) for cell in self.cells],
            "borderline_percent": self.borderline_percent,
            "retake_wait_hours": self.retake_wait_hours,
        }


def refuse_alone(quiz: Quiz, by: Identity, asked_by: str | None) -> None:
    """Raise Refused where somebody would change alone what a gate asks for."""
    if quiz.purpose == "gate" and asked_by in (None, by.employee_no):
        raise Refused(code="needs_second")


def checked_forms(session: Session, slug: str, wanted: Forms, reason: str) -> Quiz:
    """Return a quiz, locked, for which forms as `wanted` can be kept.

    Raises NotFound, and Invalid naming what does not fit. A gate asks for a reason.
    """
    locked = select(Quiz).where(Quiz.slug == slug, Quiz.day.is_(None), Quiz.retired_at.is_(None)).with_for_update()
    quiz = session.scalar(locked.execution_options(populate_existing=True))
    if quiz is None:
        raise NotFound
    if len(reason) > LONGEST_REASON or (quiz.purpose == "gate" and not reason.strip()):
        raise Invalid(code="reason", field="reason")
    if not 0 <= wanted.borderline_percent <= (MOST_BORDERLINE if quiz.purpose == "gate" else 0):
        raise Invalid(code="borderline", field="borderline_percent")
    if not 0 <= wanted.retake_wait_hours <= MOST_WAIT_HOURS:
        raise Invalid(code="retake_wait_hours", field="retake_wait_hours")
    _check(session, quiz, wanted.cells)
    return quiz


def set_forms(  # who, of what, to what, why, and who asked
    session: Session, by: Identity, slug: str, wanted: Forms, reason: str, *, asked_by: str | None = None, now: datetime
) -> Quiz:
    """Keep what forms of a quiz are drawn from from now on; attempts that have begun stay as they are.

    Raises NotFound, and Invalid naming what does not fit. Of a gate it is kept by a second person, after `asked_by`;
    Refused else.
    """
    quiz = checked_forms(session, slug, wanted, reason)
    refuse_alone(quiz, by, asked_by)
    keep(session, quiz, wanted.columns, Decided("quiz.forms", by.employee_no, reason.strip(), asked_by), now=now)
    return quiz


@dataclass(frozen=True)
class Decided:
    """What was decided about a quiz, as the record calls it, by whom, why, and who asked for it."""

    act: str
    by: str
    reason: str
    asked_by: str | None


def keep(session: Session, quiz: Quiz, after: dict[str, Any], decided: Decided, *, now: datetime) -> None:
    """Write columns of a quiz with a line of the record; where nothing changes, nothing is recorded."""
    before = {name: getattr(quiz, name) for name in after}
    if before == after:
        return
    for name, value in after.items():
        setattr(quiz, name, value)
    session.flush()
    detail = {"before": before, "after": after, "reason": decided.reason}
    detail |= {"asked_by": decided.asked_by} if decided.asked_by else {}
    audit.append(session, decided.act, actor=decided.by, subject=quiz.slug, detail=detail, now=now)


def _check(session: Session, quiz: Quiz, cells: tuple[Cell, ...]) -> None:
    if not cells:
        return
    if any(cell.count < 1 for cell in cells) or sum(cell.count for cell in cells) != quiz.draw:
        raise Invalid(code="blueprint_sum", field="cells")
    if clashes(cells):
        raise Invalid(code="cells_overlap", field="cells")
    if any(each.state == "short" for each in stock(cells, stock_of(session, quiz.id).items)):
        raise Invalid(code="blueprint_too_much", field="cells")

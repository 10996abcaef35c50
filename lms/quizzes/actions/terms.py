"""Decides how long a quiz takes, how often one may try, and how often it may be paused for a call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.errors import Invalid
from lms.quizzes.actions.blueprints import LONGEST_REASON, Decided, keep, refuse_alone
from lms.quizzes.models import Quiz
from lms.quizzes.queries.cutscores import quiz_named

MOST_MINUTES = 600
MOST_ATTEMPTS = 1000
MOST_PAUSES = 10
LONGEST_PAUSE = 60  # minutes


@dataclass(frozen=True)
class QuizTerms:
    """What a trainer decides about time and tries; `attempts_allowed` is None where there is no limit."""

    limit_minutes: int
    attempts_allowed: int | None
    pauses_allowed: int
    pause_minutes: int

    @property
    def columns(self) -> dict[str, Any]:
        """Return what a quiz stores of it."""
        return dict(vars(self))


def checked_terms(session: Session, slug: str, wanted: QuizTerms, reason: str) -> Quiz:
    """Return a quiz, locked, for which `wanted` can be kept; NotFound, and Invalid naming what does not fit.

    A gate asks for a reason.
    """
    quiz = quiz_named(session, slug, lock=True)
    if len(reason) > LONGEST_REASON or (quiz.purpose == "gate" and not reason.strip()):
        raise Invalid(code="reason", field="reason")
    if not 1 <= wanted.limit_minutes <= MOST_MINUTES:
        raise Invalid(code="limit_minutes", field="limit_minutes")
    if wanted.attempts_allowed is not None and not 1 <= wanted.attempts_allowed <= MOST_ATTEMPTS:
        raise Invalid(code="attempts_allowed", field="attempts_allowed")
    if not 0 <= wanted.pauses_allowed <= (0 if quiz.purpose == "gate" else MOST_PAUSES):
        raise Invalid(code="pauses_allowed", field="pauses_allowed")
    if not 1 <= wanted.pause_minutes <= LONGEST_PAUSE:
        raise Invalid(code="pause_minutes", field="pause_minutes")
    return quiz


def set_terms(  # who, of what, to what, why, and who asked
    session: Session,
    by: Identity,
    slug: str,
    wanted: QuizTerms,
    reason: str,
    *,
    asked_by: str | None = None,
    now: datetime,
) -> Quiz:
    """Keep what attempts that begin from now on get; attempts that have begun keep their time. A decision.

    Raises NotFound, and Invalid naming what does not fit. Of a gate it is kept by a second person, after `asked_by`;
    Refused else.
    """
    quiz = checked_terms(session, slug, wanted, reason)
    refuse_alone(quiz, by, asked_by)
    keep(session, quiz, wanted.columns, Decided("quiz.terms", by.employee_no, reason.strip(), asked_by), now=now)
    return quiz

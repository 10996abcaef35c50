"""What happened to one attempt, for its learner: every step of it, and what was kept beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.quizzes.models import AnswerConflict, Attempt, AttemptEvent, AttemptQuestion, QuestionVersion, Regrade, Ruling
from lms.quizzes.queries.attempts import own_attempt
from lms.quizzes.queries.results import shown

RESCORED = "rescored"


@dataclass(frozen=True)
class LogLine:
    """One line of an attempt's log; instants in `detail` are instants again."""

    at: datetime
    kind: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """An answer that does not count: of a lost lease, or to a question that another one replaced after a pause."""

    position: int
    kind: str
    given: tuple[dict[str, str], ...]
    at: datetime
    replaced: bool


@dataclass(frozen=True)
class LogPage:
    """What happened to an attempt, oldest first, and the answers kept beside it."""

    attempt: Attempt
    lines: tuple[LogLine, ...]
    kept: tuple[Kept, ...]


def log_page(session: Session, attempt_id: int, learner_id: int) -> LogPage:
    """Return the log of the learner's own attempt; it holds no marks of single questions. Five statements."""
    attempt = own_attempt(session, attempt_id, learner_id)
    events = session.scalars(
        select(AttemptEvent).where(AttemptEvent.attempt_id == attempt.id).order_by(AttemptEvent.id)
    ).all()
    lines = [LogLine(event.at, event.kind, _instants(event.detail)) for event in events]
    return LogPage(attempt, (*lines, *_rescored(session, attempt.id)), _kept(session, attempt.id, events))


def _rescored(session: Session, attempt_id: int) -> list[LogLine]:
    """Return a line for every re-score; a ruling's reason is one that trainers wrote for learners."""
    rows = session.execute(
        select(Regrade, Ruling.reason)
        .outerjoin(Ruling, Ruling.id == Regrade.ruling_id)
        .where(Regrade.attempt_id == attempt_id)
        .order_by(Regrade.id)
    )
    names = ("score_before", "max_before", "passed_before", "score_after", "max_after", "passed_after", "cause")
    return [
        LogLine(row.at, RESCORED, {"reason": reason or "", **{name: getattr(row, name) for name in names}})
        for row, reason in rows
    ]


def _kept(session: Session, attempt_id: int, events: Sequence[AttemptEvent]) -> tuple[Kept, ...]:
    """Return the answers that do not count, each in the words of the question that was asked when it came."""
    replaced = [event for event in events if event.kind == "question_replaced"]
    conflicts = session.scalars(
        select(AnswerConflict).where(AnswerConflict.attempt_id == attempt_id).order_by(AnswerConflict.id)
    ).all()
    places = select(AttemptQuestion.position, AttemptQuestion.version_id)
    asked_now = dict(session.execute(places.where(AttemptQuestion.attempt_id == attempt_id)).all())
    found = [
        (each.position, _asked(each, replaced, asked_now), each.response, each.received_at, False) for each in conflicts
    ]
    found += [
        (event.detail["position"], event.detail["version"], event.detail["response"], event.at, True)
        for event in replaced
        if event.detail["response"] is not None
    ]
    wanted = {version_id for _position, version_id, *_rest in found}
    versions = {
        version.id: version
        for version in session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(wanted)))
    }
    return tuple(
        Kept(position, versions[version_id].kind, shown(versions[version_id], response), at, gone)
        for position, version_id, response, at, gone in found
    )


def _asked(conflict: AnswerConflict, replaced: Sequence[AttemptEvent], asked_now: dict[int, int]) -> int:
    """Return the version that stood in the place of `conflict` when it came."""
    later = (
        event.detail["version"]
        for event in replaced
        if event.detail["position"] == conflict.position and event.at > conflict.received_at
    )
    return int(next(later, asked_now[conflict.position]))


def _instants(detail: dict[str, Any]) -> dict[str, Any]:
    names = ("deadline", "before", "after", "until")
    return detail | {name: datetime.fromisoformat(detail[name]) for name in names if name in detail}

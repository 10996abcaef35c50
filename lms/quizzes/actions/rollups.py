"""Keeps the sums that reports read, in the transaction that settles an attempt, and makes them anew after re-scores.

On PostgreSQL rows are written in the order of their keys, so that parallel settlings wait for each other in one
direction only. Who writes on shares a lock on the quiz; who makes anew holds it alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Select, Table, delete, select
from sqlalchemy.orm import Session

from lms.db import Base
from lms.quizzes.models import (
    Answer,
    Attempt,
    AttemptQuestion,
    ItemRollup,
    OptionRollup,
    QuestionVersion,
    Quiz,
    ScoreRollup,
)
from lms.quizzes.queries.attempts import same_place
from lms.quizzes.rules.sums import Place, Sheet, Tally, offered, taken, tally
from lms.rows import add_rows

KEYS: Mapping[type[Base], tuple[str, ...]] = {
    ItemRollup: ("quiz_id", "version_id"),
    OptionRollup: ("quiz_id", "version_id", "option"),
    ScoreRollup: ("quiz_id", "score", "max_score"),
}


class Answered(NamedTuple):
    """A place of a finished attempt as sums need it; `weight` 0: void."""

    version_id: int
    marks: float | None
    weight: float
    response: Any
    confidence: str | None


def record(session: Session, sheets: Sequence[Sheet]) -> None:
    """Add attempts that end in this transaction to the sums of their quizzes; at most three writes.

    It takes locks that all who settle these quizzes wait for: it is the last thing before the commit, for all at once.
    Who calls it shares a lock on the quizzes.
    """
    session.flush()
    _write(session, tally(sheets))


def rebuild(session: Session, quiz_id: int) -> None:
    """Make the sums of a quiz anew from its attempts, as after a re-score; several quizzes go in the order of ids."""
    session.flush()
    session.execute(select(Quiz.id).where(Quiz.id == quiz_id).with_for_update(key_share=True))
    for model in KEYS:
        session.execute(delete(model).where(model.__table__.c.quiz_id == quiz_id))
    _write(session, tally(_sheets(session, quiz_id)))


def _sheets(session: Session, quiz_id: int) -> Iterator[Sheet]:
    drawn = select(AttemptQuestion.version_id).join(Attempt).where(Attempt.quiz_id == quiz_id)
    known = _offers(session, drawn)
    done = select(Attempt).where(Attempt.quiz_id == quiz_id, Attempt.finished_at.is_not(None))
    attempts = {attempt.id: attempt for attempt in session.scalars(done)}
    rows = session.execute(
        _places().where(Attempt.quiz_id == quiz_id, Attempt.finished_at.is_not(None)).order_by(Attempt.id),
        execution_options={"yield_per": 5000},
    )
    for attempt_id, places in groupby(rows, lambda row: row.id):
        yield sheet_of(attempts[attempt_id], tuple(places), known)


def _places() -> Select[Any]:
    return (
        select(
            Attempt.id,
            AttemptQuestion.version_id,
            AttemptQuestion.marks,
            AttemptQuestion.weight,
            Answer.response,
            Answer.confidence,
        )
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(Answer, same_place())
    )


def _offers(session: Session, version_ids: Any) -> dict[int, tuple[str, ...]]:
    """Return by version the options that are counted; none where it is not answered by taking some of them."""
    asked = select(
        QuestionVersion.id, QuestionVersion.kind, QuestionVersion.key, QuestionVersion.options, QuestionVersion.body
    )
    return {
        row.id: offered(row.kind, row.key, tuple(option["id"] for option in row.options), row.body)
        for row in session.execute(asked.where(QuestionVersion.id.in_(version_ids)))
    }


def sheet_of(attempt: Attempt, rows: Iterable[Answered | Row[Any]], known: Mapping[int, tuple[str, ...]]) -> Sheet:
    """Return what a finished attempt adds; `known` are the options that are counted, by version."""
    return Sheet(
        quiz_id=attempt.quiz_id,
        score=attempt.score or 0.0,
        max_score=attempt.max_score,
        counts=attempt.number == 1 and attempt.form == 1 and attempt.settled_by != "discarded",
        in_time=attempt.settled_by == "submitted",
        passed=bool(attempt.passed),
        places=tuple(
            Place(
                version_id=row.version_id,
                marks=row.marks or 0.0,
                void=row.weight == 0,
                answered=row.response is not None,
                sure=row.response is not None and row.confidence == "sure",
                chosen=taken(row.response, known.get(row.version_id, ())),
            )
            for row in rows
        ),
    )


def _write(session: Session, sums: Tally) -> None:
    parts: tuple[Mapping[Any, Any], ...] = (sums.items, sums.options, sums.scores)
    for model, found in zip(KEYS, parts, strict=True):
        rows = [dict(zip(KEYS[model], key, strict=True)) | vars(each) for key, each in found.items()]
        add_rows(session, cast(Table, model.__table__), KEYS[model], rows)

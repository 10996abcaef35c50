"""Writes what rulings and marks by hand make of finished attempts: all of them at once, each with a row that stays.

Whoever settles an attempt shares a lock on its quiz before it reads rulings; whoever decides holds it alone. So no
attempt ends between a ruling and its re-score without hearing of it. Locks are taken in the order quizzes, attempts.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from lms.courses.models import Lesson
from lms.quizzes.actions import rollups
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    Question,
    QuestionVersion,
    Quiz,
    QuizCourse,
    Regrade,
)
from lms.quizzes.queries.ruling_changes import Change, Changes


def hold_quizzes(session: Session, version: QuestionVersion) -> None:
    """Let no attempt that holds `version` end until this transaction does."""
    asked = (
        select(Attempt.quiz_id)
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .where(AttemptQuestion.version_id == version.id)
    )
    may_ask = (
        select(QuizCourse.quiz_id)
        .join(Lesson, Lesson.course_id == QuizCourse.course_id)
        .join(Question, Question.lesson_id == Lesson.id)
        .where(Question.id == version.question_id)
    )
    session.execute(
        select(Quiz.id).where(Quiz.id.in_(asked.union(may_ask))).order_by(Quiz.id).with_for_update(key_share=True)
    ).all()


def share_quizzes(session: Session, attempts: Collection[Attempt]) -> None:
    """Wait for decisions about the quizzes of attempts that are about to end, and keep new ones waiting."""
    session.execute(SHARED, {"quiz_ids": sorted({attempt.quiz_id for attempt in attempts})}).all()


SHARED = (
    select(Quiz.id)
    .where(Quiz.id.in_(bindparam("quiz_ids", expanding=True)))
    .order_by(Quiz.id)
    .with_for_update(read=True)
)


def share_quiz(session: Session, quiz_id: int) -> None:
    """Wait for decisions about a quiz whose second form may begin: they ask whether it has."""
    session.execute(select(Quiz.id).where(Quiz.id == quiz_id).with_for_update(read=True)).all()


def rescore(session: Session, found: Changes, *, ruling_id: int | None, now: datetime) -> None:
    """Write new marks and scores with a row each that says what they were, and make the sums of reports anew."""
    if not found.changed:
        return
    places = [
        {"attempt_id": each.attempt_id, "position": each.position}
        | {"marks": each.worth.marks, "weight": each.worth.weight}
        for each in found.changed
        if each.worth is not None
    ]
    written = [*found.changed, *(each for each in found.pooled if each.flips)]
    scores = [
        {"id": each.attempt_id, "score": each.after.score, "max_score": each.after.max_score}
        | {"passed": each.after.passed}
        for each in written
    ]
    session.flush()
    session.execute(update(AttemptQuestion), places)
    session.execute(update(Attempt), scores)
    session.execute(insert(Regrade), [_row(each, ruling_id, now) for each in written])
    session.expire_all()  # the rows went past the objects that this session may hold of them
    for quiz_id in sorted({each.quiz_id for each in found.changed}):
        rollups.rebuild(session, quiz_id)


def _row(change: Change, ruling_id: int | None, now: datetime) -> dict[str, object]:
    before, after = change.before, change.after
    return {
        "attempt_id": change.attempt_id,
        "cause": "marking" if ruling_id is None else "ruling",
        "ruling_id": ruling_id,
        "at": now,
        "score_before": before.score,
        "max_before": before.max_score,
        "passed_before": bool(before.passed),
        "score_after": after.score,
        "max_after": after.max_score,
        "passed_after": bool(after.passed),
    }

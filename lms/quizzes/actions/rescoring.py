"""Writes what rulings and marks by hand make of finished attempts: all of them at once, each with a row that stays.

Whoever settles an attempt shares a lock on its quiz before it reads rulings; whoever decides holds it alone. So no
attempt ends between a ruling and its re-score without hearing of it. Locks are taken in the order quizzes, attempts.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

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
from lms.quizzes.queries.facts import result_of
from lms.quizzes.queries.rulings import Change
from lms.quizzes.rules.pooling import verdict


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
    ids = {attempt.quiz_id for attempt in attempts}
    session.execute(select(Quiz.id).where(Quiz.id.in_(ids)).order_by(Quiz.id).with_for_update(read=True)).all()


def rescore(session: Session, changed: Collection[Change], *, ruling_id: int | None, now: datetime) -> None:
    """Write new marks and scores with a row each that says what they were, and make the sums of reports anew."""
    if not changed:
        return
    places = [
        {"attempt_id": each.sat.attempt_id, "position": each.sat.position}
        | {"marks": each.worth.marks, "weight": each.worth.weight}
        for each in changed
    ]
    scores = [
        {"id": each.sat.attempt_id, "score": each.after.score, "max_score": each.after.max_score}
        | {"passed": each.after.passed}
        for each in changed
    ]
    session.flush()
    session.execute(update(AttemptQuestion), places)
    session.execute(update(Attempt), scores)
    session.execute(insert(Regrade), [_row(each, ruling_id, now) for each in changed])
    session.expire_all()  # the rows went past the objects that this session may hold of them
    quiz_ids = sorted({each.sat.quiz_id for each in changed})
    _decide_second_forms(session, quiz_ids, ruling_id, now)
    for quiz_id in quiz_ids:
        rollups.rebuild(session, quiz_id)


def _decide_second_forms(session: Session, quiz_ids: list[int], ruling_id: int | None, now: datetime) -> None:
    """Say anew of finished second forms whether both forms together are a pass, with a row where that changes."""
    first = aliased(Attempt)
    rows = session.execute(
        select(Attempt, first)
        .join(first, first.id == Attempt.pools_id)
        .where(Attempt.quiz_id.in_(quiz_ids), Attempt.finished_at.is_not(None))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )
    for second, one in rows.all():
        passed = verdict(result_of(second), first=result_of(one))
        if passed == second.passed or not second.max_score:
            continue
        session.add(
            Regrade(
                attempt_id=second.id,
                cause="marking" if ruling_id is None else "ruling",
                ruling_id=ruling_id,
                at=now,
                score_before=second.score or 0.0,
                max_before=second.max_score,
                passed_before=bool(second.passed),
                score_after=second.score or 0.0,
                max_after=second.max_score,
                passed_after=bool(passed),
            )
        )
        second.passed = passed
    session.flush()


def _row(change: Change, ruling_id: int | None, now: datetime) -> dict[str, object]:
    before, after = change.sat.before, change.after
    return {
        "attempt_id": change.sat.attempt_id,
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

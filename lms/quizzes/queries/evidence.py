"""What others build on: passes for gates, right answers for coverage, misses for practice, in constant statements."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, null, select
from sqlalchemy.orm import Session, aliased

from lms.courses.models import Lesson
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, CheckAnswer, Question, QuestionVersion, Quiz, Ruling
from lms.quizzes.queries.facts import decided_result
from lms.quizzes.rules.marks import WHOLE
from lms.quizzes.rules.regrading import Verdict
from lms.quizzes.rules.responses import Confidence

FirstForm = aliased(Attempt)


@dataclass(frozen=True)
class Evidence:
    """A finished attempt that passed; of a second form, `percent` is that of both together."""

    attempt_id: int
    quiz_slug: str
    number: int
    percent: float
    finished_at: datetime


def _passed(learner_ids: Collection[int], slugs: Collection[str]) -> Select[Attempt, str, Attempt | None]:
    return (
        select(Attempt, Quiz.slug, FirstForm)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(FirstForm, FirstForm.id == Attempt.pools_id)
        .where(Attempt.learner_id.in_(learner_ids), Quiz.slug.in_(slugs), Attempt.passed.is_(True))
        .order_by(Attempt.finished_at, Attempt.id)
    )


def _evidence(attempt: Attempt, slug: str, first: Attempt | None) -> Evidence:
    assert attempt.finished_at is not None  # noqa: S101  # the schema: what passed is finished
    return Evidence(attempt.id, slug, attempt.number, decided_result(attempt, first).percent, attempt.finished_at)


def passed_attempts(session: Session, learner_id: int, quiz_slug: str, since: datetime | None = None) -> list[Evidence]:
    """Return the learner's passed attempts of a quiz that finished at or after `since`, oldest first."""
    query = _passed([learner_id], [quiz_slug])
    if since is not None:
        query = query.where(Attempt.finished_at >= since)
    return [_evidence(*row) for row in session.execute(query)]


def evidence_of_quiz(session: Session, learner_id: int, quiz_slug: str) -> Evidence | None:
    """Return the learner's latest passed attempt of a quiz, or None."""
    return evidence_of_quizzes(session, [learner_id], [quiz_slug]).get((learner_id, quiz_slug))


def evidence_of_quizzes(
    session: Session, learner_ids: Collection[int], quiz_slugs: Collection[str]
) -> dict[tuple[int, str], Evidence]:
    """Return the latest passed attempt by learner and quiz, in one statement."""
    rows = session.execute(_passed(learner_ids, quiz_slugs))
    return {(attempt.learner_id, slug): _evidence(attempt, slug, first) for attempt, slug, first in rows}


def earned() -> ColumnElement[bool]:
    """Return the condition that marks of a version show something: where everybody was given them, they do not."""
    given = select(Ruling.version_id).where(Ruling.kind == Verdict.FULL_CREDIT.value)
    return QuestionVersion.id.not_in(given)


def confirmed_questions(session: Session, learner_id: int) -> dict[str, datetime]:
    """Return, by `ref`, when the learner last answered each question rightly, in a finished attempt or a check."""
    return confirmed_of(session, [learner_id])[learner_id]


def confirmed_of(session: Session, learner_ids: Collection[int]) -> dict[int, dict[str, datetime]]:
    """Return the same for many learners, in two statements."""
    confirmed: dict[int, dict[str, datetime]] = {learner_id: {} for learner_id in learner_ids}
    in_attempts = (
        select(Attempt.learner_id, Question.ref, func.max(Attempt.finished_at))
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Attempt.learner_id.in_(learner_ids),
            Attempt.finished_at.is_not(None),
            AttemptQuestion.marks == WHOLE,
            earned(),
        )
        .group_by(Attempt.learner_id, Question.ref)
    )
    in_checks = (
        select(CheckAnswer.person_id, Question.ref, func.max(CheckAnswer.at))
        .join(Question, Question.id == CheckAnswer.question_id)
        .where(CheckAnswer.person_id.in_(learner_ids), CheckAnswer.correct.is_(True))
        .group_by(CheckAnswer.person_id, Question.ref)
    )
    for query in (in_attempts, in_checks):
        for learner_id, ref, at in session.execute(query):
            held = confirmed[learner_id]
            if at is not None:
                held[ref] = max(at, held.get(ref, at))
    return confirmed


@dataclass(frozen=True)
class Missed:
    """A question whose last answer was not wholly right; for practice, and for the mentor.

    `sure`: and the learner was sure; `in_part`: it earned a part of the mark in a quiz.
    """

    question_ref: str
    competency: str
    lesson: Lesson
    at: datetime
    sure: bool = False
    in_part: bool = False


def missed_lately(session: Session, learner_id: int, *, since: datetime) -> list[Missed]:
    """Return the questions that the learner's last answer since then missed, newest first."""
    return missed_of(session, [learner_id], since=since)[learner_id]


def missed_of(session: Session, learner_ids: Collection[int], *, since: datetime) -> dict[int, list[Missed]]:
    """Return the same for many learners, in two statements."""
    shared = (Question.ref, Question.competency, Lesson)
    in_attempts = (
        select(
            Attempt.learner_id,
            (AttemptQuestion.marks == WHOLE).label("right"),
            Attempt.finished_at,
            *shared,
            Answer.confidence,
            (AttemptQuestion.marks > 0).label("in_part"),
        )
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .outerjoin(Answer, (Answer.attempt_id == Attempt.id) & (Answer.position == AttemptQuestion.position))
        .where(
            Attempt.learner_id.in_(learner_ids),
            Attempt.finished_at >= since,
            Attempt.settled_by != "discarded",
            AttemptQuestion.weight > 0,  # what was made void was missed by nobody
        )
    )
    in_checks = (
        select(CheckAnswer.person_id, CheckAnswer.correct, CheckAnswer.at, *shared, null(), false())
        .join(Question, Question.id == CheckAnswer.question_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .where(CheckAnswer.person_id.in_(learner_ids), CheckAnswer.at >= since)
    )
    return _last_misses(
        learner_ids, [tuple(row) for query in (in_attempts, in_checks) for row in session.execute(query)]
    )


def _last_misses(learner_ids: Iterable[int], answered: list[tuple[Any, ...]]) -> dict[int, list[Missed]]:
    last: dict[tuple[int, str], Missed | None] = {}
    for learner_id, right, at, ref, competency, lesson, said, in_part in sorted(answered, key=lambda row: row[2]):
        sure = said == Confidence.SURE
        last[learner_id, ref] = None if right else Missed(ref, competency, lesson, at, sure, bool(in_part))
    missed: dict[int, list[Missed]] = {learner_id: [] for learner_id in learner_ids}
    for (learner_id, _ref), miss in last.items():
        if miss is not None:
            missed[learner_id].append(miss)
    for misses in missed.values():
        misses.sort(key=lambda miss: miss.at, reverse=True)
    return missed

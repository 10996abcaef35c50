"""What a quiz may ask: present versions of questions in use, and the order in which a learner needs them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from lms.courses.models import Lesson, LessonProgress
from lms.quizzes.models import Attempt, AttemptQuestion, CheckAnswer, Question, QuestionVersion, QuizCourse
from lms.quizzes.queries.evidence import earned
from lms.quizzes.rules.draw import Candidate, ranked
from lms.quizzes.rules.kinds import kind_of
from lms.quizzes.rules.marks import WHOLE


def askable(quiz_id: int | BindParameter[int]) -> Select[Any]:
    """Return the statement that finds what a quiz may draw: neither question nor lesson retired, nothing withheld."""
    return (
        select(
            Question.id,
            QuestionVersion.id.label("version_id"),
            Question.lesson_id,
            QuestionVersion.options,
            QuestionVersion.kind,
            QuestionVersion.level,
            Question.competency,
        )
        .join(
            QuestionVersion,
            and_(QuestionVersion.question_id == Question.id, QuestionVersion.version == Question.version),
        )
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(QuizCourse, QuizCourse.course_id == Lesson.course_id)
        .where(
            QuizCourse.quiz_id == quiz_id,
            Question.retired_at.is_(None),
            Question.review_state != "withheld",
            Lesson.retired_at.is_(None),
        )
    )


def candidate(row: Any) -> Candidate:
    """Return a row of `askable` as the draw sees it."""
    return Candidate(
        row.id,
        row.version_id,
        row.lesson_id,
        tuple(option["id"] for option in row.options),
        row.competency,
        shuffles=kind_of(row.kind).shuffles,
    )


def pool(session: Session, quiz_id: int) -> list[Candidate]:
    """Return the questions that a quiz may draw today; one statement."""
    return [candidate(row) for row in session.execute(ASKABLE, {"quiz_id": quiz_id})]


# Built once: each of a class that starts at one instant asks them, and building them took longer than running them.
ASKABLE = askable(bindparam("quiz_id", type_=Integer()))
_IN_ATTEMPTS = (
    select(Question.competency)
    .join(QuestionVersion, QuestionVersion.question_id == Question.id)
    .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
    .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
    .where(
        Attempt.learner_id == bindparam("learner_id"),
        Attempt.finished_at.is_not(None),
        AttemptQuestion.marks == WHOLE,
        earned(),
    )
)
_IN_CHECKS = (
    select(Question.competency)
    .join(CheckAnswer, CheckAnswer.question_id == Question.id)
    .where(CheckAnswer.person_id == bindparam("learner_id"), CheckAnswer.correct.is_(True))
)
CONFIRMED = _IN_ATTEMPTS.union(_IN_CHECKS)
MET = select(LessonProgress.lesson_id, LessonProgress.started_at).where(
    LessonProgress.person_id == bindparam("learner_id")
)


def confirmed_competencies(session: Session, learner_id: int) -> frozenset[str]:
    """Return the competencies that the learner has shown by a right answer; one statement."""
    return frozenset(session.execute(CONFIRMED, {"learner_id": learner_id}).scalars())


def met_lessons(session: Session, learner_id: int) -> dict[int, datetime]:
    """Return when the learner began each lesson that they met; one statement."""
    return {row.lesson_id: row.started_at for row in session.execute(MET, {"learner_id": learner_id})}


def practised_pool(session: Session, quiz_id: int, learner_id: int) -> tuple[Candidate, ...]:
    """Return the questions of a quiz in the order in which this learner should practise them."""
    return ranked(
        pool(session, quiz_id),
        met_lessons=met_lessons(session, learner_id).keys(),
        confirmed=confirmed_competencies(session, learner_id),
    )

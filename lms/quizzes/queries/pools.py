"""What a quiz may ask: present versions of questions in use, and the order in which a learner needs them."""

from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from lms.courses.models import Lesson, LessonProgress
from lms.quizzes.models import Question, QuestionVersion, QuizCourse
from lms.quizzes.queries.evidence import confirmed_questions
from lms.quizzes.rules.draw import Candidate, ranked
from lms.quizzes.rules.kinds import kind_of


def askable(quiz_id: int) -> Select[Any]:
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
    return [candidate(row) for row in session.execute(askable(quiz_id))]


def confirmed_competencies(session: Session, learner_id: int) -> frozenset[str]:
    """Return the competencies that the learner has shown by a right answer."""
    shown = select(Question.competency).where(Question.ref.in_(confirmed_questions(session, learner_id)))
    return frozenset(session.scalars(shown))


def practised_pool(session: Session, quiz_id: int, learner_id: int) -> tuple[Candidate, ...]:
    """Return the questions of a quiz in the order in which this learner should practise them."""
    met = select(LessonProgress.lesson_id).where(LessonProgress.person_id == learner_id)
    return ranked(
        pool(session, quiz_id),
        met_lessons=frozenset(session.scalars(met)),
        confirmed=confirmed_competencies(session, learner_id),
    )

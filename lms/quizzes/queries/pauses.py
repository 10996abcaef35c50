"""What can take the place of a question that somebody left for a call."""

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from lms.courses.models import Lesson
from lms.quizzes.models import AttemptQuestion, Question, QuestionVersion, QuizCourse
from lms.quizzes.rules.kinds import kind_of


@dataclass(frozen=True)
class Spare:
    """A question that an attempt does not ask yet."""

    version_id: int
    options: tuple[str, ...]
    shuffles: bool  # its options may change places


def spares(session: Session, attempt_id: int, quiz_id: int, position: int) -> list[Spare]:
    """Return what may be asked at `position` instead: of the same competency, else of the same lesson, by id.

    Only what the quiz may draw today and the attempt does not ask anywhere; two statements.
    """
    drawn = (
        select(AttemptQuestion.position, Question.id, QuestionVersion.competency, Question.lesson_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(AttemptQuestion.attempt_id == attempt_id)
    )
    rows = session.execute(drawn).all()
    left = next(row for row in rows if row.position == position)
    current = aliased(QuestionVersion)
    candidates = session.execute(
        select(Question.lesson_id, current.id, current.kind, current.options, current.competency)
        .join(current, and_(current.question_id == Question.id, current.version == Question.version))
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(QuizCourse, QuizCourse.course_id == Lesson.course_id)
        .where(
            QuizCourse.quiz_id == quiz_id,
            Question.id.not_in([row.id for row in rows]),
            Question.retired_at.is_(None),
            Question.review_state != "withheld",
            Lesson.retired_at.is_(None),
        )
        .order_by(Question.id)
    ).all()
    alike = [row for row in candidates if row.competency == left.competency]
    alike = alike or [row for row in candidates if row.lesson_id == left.lesson_id]
    return [Spare(row.id, tuple(option["id"] for option in row.options), kind_of(row.kind).shuffles) for row in alike]

"""Checks inside lessons."""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.courses.models import Lesson, LessonText
from lms.courses.queries.reach import readable_lesson
from lms.courses.rules.reader import Reader
from lms.errors import NotFound
from lms.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion


def check_question(
    session: Session, question_id: int, lesson_id: int, reader: Reader
) -> tuple[QuestionVersion, Lesson]:
    """Return the current version of a question that a lesson asks `reader` as a check, or raise NotFound.

    The rest of the bank cannot be tried out here: its keys are for quizzes.
    """
    opened = readable_lesson(session, reader, lesson_id)
    version = session.scalar(
        select(QuestionVersion)
        .join(Question, and_(Question.id == QuestionVersion.question_id, Question.version == QuestionVersion.version))
        .where(Question.id == question_id, Question.lesson_id == lesson_id, Question.retired_at.is_(None))
    )
    texts = select(LessonText.blocks).where(
        LessonText.lesson_id == lesson_id, LessonText.revision.in_({opened.revision, opened.lesson.revision})
    )
    asked = {
        piece["check"]["question_id"]
        for blocks in session.scalars(texts)
        for block in blocks
        for piece in block["pieces"]
        if "check" in piece
    }
    if version is None or question_id not in asked:
        raise NotFound
    return version, opened.lesson


def asked_in_open_attempt(session: Session, question_id: int, learner_id: int) -> bool:
    """Say whether the learner is answering this question in a quiz just now."""
    open_one = (
        select(Attempt.id)
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(
            Attempt.learner_id == learner_id, Attempt.finished_at.is_(None), QuestionVersion.question_id == question_id
        )
    )
    return session.scalar(open_one.limit(1)) is not None

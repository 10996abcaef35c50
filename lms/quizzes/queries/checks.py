"""Checks inside lessons."""

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, select
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
    version = session.scalar(_VERSION, {"question": question_id, "lesson": lesson_id})
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
    return session.scalar(_ASKED, {"learner": learner_id, "question": question_id}) is not None


def is_asked_now(learner_id: int) -> ColumnElement[bool]:
    """Return the condition that the learner is answering the question of a version in a quiz just now."""
    return QuestionVersion.question_id.in_(_asked_now(learner_id).correlate(None))


def _asked_now(learner_id: int | BindParameter[int]) -> Select[int]:
    return (
        select(QuestionVersion.question_id)
        .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .where(Attempt.learner_id == learner_id, Attempt.finished_at.is_(None))
    )


# Built once: each check of a lesson runs them.
_LEARNER, _QUESTION, _LESSON = (bindparam(name, type_=Integer()) for name in ("learner", "question", "lesson"))
_ASKED = _asked_now(_LEARNER).where(QuestionVersion.question_id == _QUESTION).limit(1)
_VERSION = (
    select(QuestionVersion)
    .join(Question, and_(Question.id == QuestionVersion.question_id, Question.version == QuestionVersion.version))
    .where(Question.id == _QUESTION, Question.lesson_id == _LESSON, Question.retired_at.is_(None))
)

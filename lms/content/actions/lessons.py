"""Stores one lesson with its questions, as an import of the whole library would."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.content.actions.courses import Stored, conflicts, store_question, store_version
from lms.content.actions.writing import Desk
from lms.content.rules.library import Both, Course, Lesson, Library
from lms.courses import models
from lms.courses.actions import publish
from lms.courses.rules.findings import N_, Finding, error
from lms.courses.rules.media import media_base
from lms.media.queries import album
from lms.quizzes.models import Question, QuestionVersion


def question_conflicts(session: Session, course: models.Course, lesson: Lesson, lesson_id: int | None) -> list[Finding]:
    """Return which questions of `lesson` cannot be stored: ids that others have, versions that do not rise."""
    stored = _stored(session, lesson, lesson_id)
    taken = [
        error(
            question.place.line,
            N_("The id “%(name)s” belongs to a question of another lesson."),
            file=question.place.file,
            name=question.ref,
        )
        for question in lesson.questions
        if question.ref in stored.questions and stored.questions[question.ref].lesson_id != lesson_id
    ]
    return [*taken, *conflicts(_alone(course, lesson), stored)]


def store_lesson(
    session: Session,
    course: models.Course,
    lesson: Lesson,
    row: models.Lesson | None,
    *,
    place: int,
    now: datetime,
) -> models.Lesson:
    """Store `lesson`, new or as the next wording of `row`, with its questions, and return its row.

    What readers have begun stays: a changed text is a new revision, a question that is gone is retired. Raises Invalid
    where the languages do not fit; whoever calls has checked the standard and `question_conflicts`.
    """
    desk = Desk(session, now=now, retire_missing=True)
    stored = _stored(session, lesson, row.id if row else None)
    if row is None:
        row = models.Lesson(
            course_id=course.id, slug=lesson.slug, position=place, revision=0, **publish.facts(lesson.sources)
        )
        session.add(row)
    session.flush()
    questions = {question.ref: store_question(desk, question, row.id, stored) for question in lesson.questions}
    session.flush()
    files = album(session, course.slug, lesson.slug, media_base(row.id))
    public = {
        question.ref: store_version(desk, question, questions[question.ref], stored, files)
        for question in lesson.questions
    }
    publish.publish(session, row, lesson.sources, public, now=now)
    desk.retire(stored.questions, "question", lambda gone: str(gone.ref))
    session.flush()
    return row


def _alone(course: models.Course, lesson: Lesson) -> Library:
    title = Both(course.title_zh, course.title_en)
    alone = Course(course.slug, title, title, (), course.position, course.owner, course.review_by, (lesson,))
    return Library(courses=(alone,))


def _stored(session: Session, lesson: Lesson, lesson_id: int | None) -> Stored:
    """Return the questions of the lesson, and those that have an id it wants, with their present versions."""
    refs = [question.ref for question in lesson.questions]
    rows = session.execute(
        select(Question, QuestionVersion)
        .outerjoin(
            QuestionVersion,
            and_(Question.id == QuestionVersion.question_id, Question.version == QuestionVersion.version),
        )
        .where(or_(Question.ref.in_(refs), Question.lesson_id == lesson_id))
        .order_by(Question.id)
    ).all()
    return Stored(
        courses={},
        lessons={},
        questions={question.ref: question for question, _ in rows},
        versions={question.ref: version for question, version in rows if version is not None},
    )

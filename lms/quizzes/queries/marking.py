"""Typed answers that no accepted form took: those that wait for a person, and those that one has marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course, Lesson
from lms.errors import NotFound
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, Marking, Question, QuestionVersion
from lms.quizzes.queries.rulings import question_of
from lms.quizzes.rules.regrading import token

QUESTIONS = 10  # on a page
MOST_ANSWERS = 1000  # read for a page; what is beyond comes up as these are marked

PLACE = and_(Marking.attempt_id == AttemptQuestion.attempt_id, Marking.position == AttemptQuestion.position)
ANSWERED = and_(Marking.attempt_id == Answer.attempt_id, Marking.position == Answer.position)
# What a ruling has given the whole mark since, or made void, waits for nobody.
WAITING = and_(Marking.marked_at.is_(None), AttemptQuestion.marks < AttemptQuestion.weight)
MARKED = and_(Marking.marked_at.is_not(None), AttemptQuestion.weight > 0)


@dataclass(frozen=True)
class AnswerGroup:
    """Equal answers to one version; `marks` and `comment` are what one of them was given before, if any was."""

    token: str
    text: str
    count: int
    asked_at: datetime
    names: tuple[Person, ...]
    marks: float | None
    comment: str


@dataclass(frozen=True)
class ToMark:
    """A version with its answers: what is asked, what is accepted, and why."""

    question: Question
    version: QuestionVersion
    course: Course
    lesson: Lesson
    groups: tuple[AnswerGroup, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the accepted forms of both languages."""
        return tuple(form for forms in self.version.key.get("accept", {}).values() for form in forms)


@dataclass(frozen=True)
class MarkingPage:
    """A page of the queue, or of what was marked; `answers` counts all pages."""

    questions: tuple[ToMark, ...]
    answers: int
    page: int
    pages: int


def waiting_answers(session: Session) -> int:
    """Return how many answers wait for a person; one statement."""
    return session.scalar(select(func.count()).select_from(Marking).join(AttemptQuestion, PLACE).where(WAITING)) or 0


def marking_page(session: Session, *, marked: bool = False, page: int = 1) -> MarkingPage:
    """Return answers by question, those that wait longest first; or what was marked, the latest first. Four statements.

    Equal answers stand together, however they were typed.
    """
    which = MARKED if marked else WAITING
    moment = func.max(Marking.marked_at).desc() if marked else func.min(Marking.asked_at)
    counted = session.execute(
        select(Marking.version_id, func.count().label("n"))
        .join(AttemptQuestion, PLACE)
        .where(which)
        .group_by(Marking.version_id)
        .order_by(moment, Marking.version_id)
    ).all()
    pages = max(1, -(-len(counted) // QUESTIONS))
    page = max(1, min(page, pages))
    ids = [row.version_id for row in counted[(page - 1) * QUESTIONS : page * QUESTIONS]]
    versions = _versions(session, ids)
    shown = _answers(session, ids, which)
    before = shown if marked else _answers(session, ids, MARKED)
    found = [_to_mark(versions[each], shown, before) for each in ids]
    return MarkingPage(tuple(found), sum(row.n for row in counted), page, pages)


def _versions(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    rows = session.execute(
        select(QuestionVersion, Question, Course, Lesson)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(QuestionVersion.id.in_(ids))
    )
    return {row.QuestionVersion.id: row for row in rows}


def _answers(session: Session, ids: Sequence[int], which: ColumnElement[bool]) -> list[Row[Any]]:
    query = (
        select(Marking, Answer.response, Person)
        .join(Answer, ANSWERED)
        .join(AttemptQuestion, PLACE)
        .join(Attempt, Attempt.id == Marking.attempt_id)
        .join(Person, Person.id == Attempt.learner_id)
        .where(Marking.version_id.in_(ids), which)
        .order_by(Marking.asked_at, Marking.attempt_id, Marking.position)
    )
    return list(session.execute(query.limit(MOST_ANSWERS)))


def _to_mark(row: Any, shown: Sequence[Row[Any]], before: Sequence[Row[Any]]) -> ToMark:
    version = row.QuestionVersion
    asked = question_of(version)
    earlier = {token(asked, each.response): each.Marking for each in before if each.Marking.version_id == version.id}
    groups: dict[str, list[Row[Any]]] = {}
    for each in shown:
        if each.Marking.version_id == version.id:
            groups.setdefault(token(asked, each.response), []).append(each)
    return ToMark(
        row.Question,
        version,
        row.Course,
        row.Lesson,
        tuple(_group(name, rows, earlier.get(name)) for name, rows in groups.items()),
    )


def _group(name: str, rows: Sequence[Row[Any]], earlier: Marking | None) -> AnswerGroup:
    return AnswerGroup(
        token=name,
        text=str(rows[0].response),
        count=len(rows),
        asked_at=rows[0].Marking.asked_at,
        names=tuple(each.Person for each in rows),
        marks=earlier.marks if earlier else None,
        comment=earlier.comment if earlier else "",
    )


@dataclass(frozen=True)
class EqualAnswers:
    """A version with the markings of all equal answers to it, and whose they are."""

    question: Question
    version: QuestionVersion
    text: str
    markings: tuple[Marking, ...]
    learner_ids: frozenset[int]


def version_to_mark(session: Session, version_id: int) -> tuple[QuestionVersion, Question]:
    """Return a version and its question; NotFound where there is none."""
    row = session.execute(
        select(QuestionVersion, Question)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.QuestionVersion, row.Question


def equal_answers(session: Session, version: QuestionVersion, question: Question, name: str) -> EqualAnswers:
    """Return the answers to a version that `name` stands for, waiting or marked, their rows locked; or NotFound."""
    rows = session.execute(
        select(Marking, Answer.response, Attempt.learner_id)
        .join(Answer, ANSWERED)
        .join(Attempt, Attempt.id == Marking.attempt_id)
        .where(Marking.version_id == version.id)
        .order_by(Marking.attempt_id, Marking.position)
        .with_for_update(of=Marking)
        .execution_options(populate_existing=True)
    ).all()
    asked = question_of(version)
    mine = [row for row in rows if token(asked, row.response) == name]
    if not mine:
        raise NotFound
    markings = tuple(row.Marking for row in mine)
    return EqualAnswers(question, version, str(mine[0].response), markings, frozenset(row.learner_id for row in mine))


def marks_of(markings: Iterable[Marking]) -> set[float | None]:
    """Return what marks were given, None for one that waits."""
    return {each.marks for each in markings}

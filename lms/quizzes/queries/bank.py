"""The bank as trainers search it: a page of questions by filters and a cursor, with what roll-ups say of each."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, Lesson
from lms.errors import NotFound
from lms.quizzes.models import Attempt, ItemRollup, Question, QuestionVersion, QuizCourse
from lms.quizzes.rules.duplicates import Stem
from lms.quizzes.rules.formats.answers import LANGUAGES
from lms.quizzes.rules.formats.items import UNEXPLAINED, UNTRANSLATED
from lms.quizzes.rules.items import LEAST_FACILITY

SIZE = 50
LIVE, RETIRED = "live", "retired"


@dataclass(frozen=True)
class Wanted:
    """What is asked of the bank; empty is anything. `after` is the last row id of the page before."""

    course: str = ""
    lesson: int | None = None
    competency: str = ""
    level: int | None = None
    kind: str = ""
    tag: str = ""
    state: str = ""
    retired: str = LIVE
    untranslated: bool = False
    never_drawn: bool = False
    words: str = ""
    after: int = 0


@dataclass(frozen=True)
class Sums:
    """What roll-ups say of a question: of all its versions how often it was drawn, of the present one the rest.

    `exposure` is the share of the finished attempts that could have drawn it.
    """

    drawn: int = 0
    n: int = 0
    marks: float = 0.0
    attempts: int = 0

    @property
    def exposure(self) -> float | None:
        """Return the share, None where nobody sat anything that draws it."""
        return self.drawn / self.attempts if self.attempts else None

    @property
    def facility(self) -> float | None:
        """Return the mean mark of first attempts, None where there are too few."""
        return self.marks / self.n if self.n >= LEAST_FACILITY else None


@dataclass(frozen=True)
class Row:
    """A question with its present version and where it belongs."""

    question: Question
    version: QuestionVersion
    lesson: Lesson
    course: Course
    sums: Sums = Sums()

    @property
    def untranslated(self) -> bool:
        """Say whether a language variant is missing."""
        texts = (*self.version.stem.items(), *self.version.explanation.items())
        return any(text.startswith((UNTRANSLATED[name].strip(), UNEXPLAINED[name])) for name, text in texts)


@dataclass(frozen=True)
class BankPage:
    """A page of the bank, what its filters offer, and where the next page begins."""

    rows: tuple[Row, ...]
    total: int
    next_after: int | None
    courses: tuple[Course, ...]
    lessons: tuple[Lesson, ...]
    competencies: tuple[str, ...]


def bank_page(session: Session, wanted: Wanted, *, size: int = SIZE) -> BankPage:
    """Return a page of the bank in seven statements, however many questions there are."""
    conditions = _conditions(wanted)
    total = session.scalar(_joined(select(func.count(Question.id))).where(*conditions)) or 0
    rows = _rows(session, *conditions, Question.id > wanted.after, limit=size + 1)
    more = len(rows) > size
    rows = rows[:size]
    return BankPage(
        rows=_with_sums(session, rows),
        total=total,
        next_after=rows[-1].question.id if more else None,
        courses=tuple(session.scalars(select(Course).order_by(Course.position, Course.slug))),
        lessons=_lessons(session, wanted.course),
        competencies=tuple(session.scalars(select(Question.competency).distinct().order_by(Question.competency))),
    )


def _lessons(session: Session, course: str) -> tuple[Lesson, ...]:
    of_course = select(Lesson).join(Course, Course.id == Lesson.course_id).where(Course.slug == course)
    return tuple(session.scalars(of_course.order_by(Lesson.position, Lesson.slug)))


def _joined(query: Any) -> Any:
    return (
        query.join(
            QuestionVersion,
            and_(QuestionVersion.question_id == Question.id, QuestionVersion.version == Question.version),
        )
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
    )


def _rows(session: Session, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Row]:
    query = _joined(select(Question, QuestionVersion, Lesson, Course)).where(*conditions)
    return [Row(*row) for row in session.execute(query.order_by(Question.id).limit(limit))]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    same: list[tuple[Any, Any]] = [
        (Course.slug, wanted.course),
        (Question.lesson_id, wanted.lesson),
        (Question.competency, wanted.competency),
        (QuestionVersion.level, wanted.level),
        (QuestionVersion.kind, wanted.kind),
        (Question.review_state, wanted.state),
    ]
    found: list[ColumnElement[bool]] = [column == value for column, value in same if value]
    if wanted.retired in (LIVE, RETIRED):
        gone = or_(Question.retired_at.is_not(None), Lesson.retired_at.is_not(None))
        found.append(gone if wanted.retired == RETIRED else ~gone)
    if wanted.tag:
        held = cast(Question.tags, String)  # a list of texts, as JSON; how it escapes depends on the database
        ways = {json.dumps(wanted.tag), json.dumps(wanted.tag, ensure_ascii=False)}
        found.append(or_(*(held.contains(way, autoescape=True) for way in sorted(ways))))
    if wanted.words:
        stems = (QuestionVersion.stem[name].as_string() for name in LANGUAGES)
        found.append(
            or_(*(stem.icontains(wanted.words, autoescape=True) for stem in stems), Question.ref == wanted.words)
        )
    if wanted.untranslated:
        found.append(_untranslated())
    if wanted.never_drawn:
        found.append(~_drawn())
    return found


def _untranslated() -> ColumnElement[bool]:
    marks = [
        (texts[name].as_string(), mark)
        for name in LANGUAGES
        for texts, mark in (
            (QuestionVersion.stem, UNTRANSLATED[name]),
            (QuestionVersion.explanation, UNTRANSLATED[name]),
        )
    ]
    marks += [(QuestionVersion.explanation[name].as_string(), UNEXPLAINED[name]) for name in LANGUAGES]
    return or_(*(text.startswith(mark.strip(), autoescape=True) for text, mark in marks))


def _drawn() -> ColumnElement[bool]:
    each = QuestionVersion.__table__.alias("each_version")
    return exists().where(each.c.question_id == Question.id, ItemRollup.version_id == each.c.id, ItemRollup.drawn > 0)


def _with_sums(session: Session, rows: Collection[Row]) -> tuple[Row, ...]:
    ids = [row.question.id for row in rows]
    present = {row.version.id: row.question.id for row in rows}
    drawn: dict[int, int] = {}
    first: dict[int, tuple[int, float]] = {}
    sums = session.execute(
        select(
            QuestionVersion.id,
            QuestionVersion.question_id,
            func.sum(ItemRollup.drawn),
            func.sum(ItemRollup.n),
            func.sum(ItemRollup.marks),
        )
        .join(ItemRollup, ItemRollup.version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id.in_(ids))
        .group_by(QuestionVersion.id, QuestionVersion.question_id)
    )
    for version_id, question_id, times, n, marks in sums:
        drawn[question_id] = drawn.get(question_id, 0) + times
        if version_id in present:
            first[question_id] = (n, marks)
    sat = _sat(session, {row.course.id for row in rows})
    return tuple(
        Row(
            row.question,
            row.version,
            row.lesson,
            row.course,
            Sums(drawn.get(row.question.id, 0), *first.get(row.question.id, (0, 0.0)), sat.get(row.course.id, 0)),
        )
        for row in rows
    )


def _sat(session: Session, course_ids: Collection[int]) -> Mapping[int, int]:
    """Return by course how many finished attempts could have drawn its questions."""
    rows = session.execute(
        select(QuizCourse.course_id, func.count(Attempt.id))
        .join(Attempt, Attempt.quiz_id == QuizCourse.quiz_id)
        .where(QuizCourse.course_id.in_(course_ids), Attempt.finished_at.is_not(None))
        .group_by(QuizCourse.course_id)
    )
    return {row[0]: row[1] for row in rows}


def bank_rows(session: Session, wanted: Wanted, *, ids: Collection[int] | None = None, limit: int = 5_000) -> list[Row]:
    """Return all questions that are asked for, or those of `ids`, in one statement."""
    chosen = [Question.id.in_(list(ids))] if ids is not None else _conditions(wanted)
    return _rows(session, *chosen, limit=limit)


def bank_row(session: Session, question_id: int) -> Row:
    """Return one question with its sums; raises NotFound."""
    rows = _rows(session, Question.id == question_id)
    if not rows:
        raise NotFound
    return _with_sums(session, rows)[0]


def versions_of(session: Session, question_id: int) -> list[QuestionVersion]:
    """Return all versions of a question, the newest first."""
    query = select(QuestionVersion).where(QuestionVersion.question_id == question_id)
    return list(session.scalars(query.order_by(QuestionVersion.version.desc())))


def bank_stems(session: Session, *, limit: int = 10_000) -> list[Stem]:
    """Return what live questions ask, for the search for duplicates, in one statement."""
    query = _joined(select(Question.id, QuestionVersion.stem)).where(
        Question.retired_at.is_(None), Lesson.retired_at.is_(None)
    )
    marks = {name: UNTRANSLATED[name].strip() for name in LANGUAGES}
    return [
        Stem(row.id, {name: text for name, text in row.stem.items() if not text.startswith(marks.get(name, "\x00"))})
        for row in session.execute(query.order_by(Question.id).limit(limit))
    ]

"""Questions whose key somebody must look at: those who chose another option did better on the whole."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Float, cast, exists, select
from sqlalchemy.orm import Session, aliased

from lms.audit.models import AuditEntry
from lms.courses.models import Course, Lesson
from lms.errors import NotFound
from lms.quizzes.models import ItemRollup, OptionRollup, Question
from lms.quizzes.queries.reports import ItemLine, item_lines
from lms.quizzes.rules.items import LEAST_CHOOSERS, LEAST_FACILITY, NOT_WORKING

KEPT, MENDED, WITHHELD = "key.kept", "key.mended", "key.withheld"
AGAIN = 2  # a key that was kept is looked at again once this many times as many have answered


@dataclass(frozen=True)
class Suspect:
    """A question version in a quiz whose key is in doubt, and where it is taught."""

    line: ItemLine
    course: Course
    lesson: Lesson

    @property
    def mended(self) -> bool:
        """Say whether a newer version has come since."""
        return self.line.question.version > self.line.version.version


def suspects(session: Session) -> tuple[Suspect, ...]:
    """Return the keys in doubt that nobody has decided about, in four statements; an empty list takes one."""
    other = aliased(OptionRollup)
    better = exists().where(
        other.quiz_id == ItemRollup.quiz_id,
        other.version_id == ItemRollup.version_id,
        other.chosen >= LEAST_CHOOSERS,
        other.chosen >= NOT_WORKING * ItemRollup.n,
        other.total * ItemRollup.marks > cast(other.chosen, Float) * (ItemRollup.marks_rest + ItemRollup.marks_squared),
    )
    doubted = [ItemRollup.n >= LEAST_FACILITY, ItemRollup.marks > 0, better]
    live = [Question.retired_at.is_(None), Question.review_state != "withheld"]
    found = [line for line in item_lines(session, *doubted, *live) if line.suspect]
    if not found:
        return ()
    decided = _closing(_decisions(session, {line.question.ref for line in found}))
    waiting = [line for line in found if not _closed(line, decided)]
    places = _places(session, {line.question.lesson_id for line in waiting})
    return tuple(Suspect(line, *places[line.question.lesson_id]) for line in waiting)


def _closed(line: ItemLine, decided: Mapping[tuple[str, int], "Decision"]) -> bool:
    last = decided.get((line.question.ref, line.version.version))
    return last is not None and (last.action == MENDED or line.sums.n < AGAIN * last.answers)


def _closing(decisions: Sequence["Decision"]) -> dict[tuple[str, int], "Decision"]:
    """Return the last decision about each version that lets its doubt rest; to withhold it is none."""
    return {(each.ref, each.version): each for each in decisions if each.action != WITHHELD}


@dataclass(frozen=True)
class Decision:
    """What somebody decided about the key of a version, with how many had answered by then."""

    ref: str
    version: int
    action: str
    answers: int
    note: str
    actor: str
    at: datetime


def _decisions(session: Session, refs: Collection[str]) -> list[Decision]:
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(refs), AuditEntry.action.in_((KEPT, MENDED, WITHHELD)))
        .order_by(AuditEntry.id)
    )
    found = [(row, json.loads(row.payload)["detail"]) for row in rows]
    return [
        Decision(row.subject, said["version"], row.action, said["answers"], said["note"], row.actor, row.at)
        for row, said in found
    ]


def _places(session: Session, lesson_ids: set[int]) -> dict[int, tuple[Course, Lesson]]:
    rows = session.execute(
        select(Lesson, Course).join(Course, Course.id == Lesson.course_id).where(Lesson.id.in_(lesson_ids))
    )
    return {lesson.id: (course, lesson) for lesson, course in rows}


@dataclass(frozen=True)
class QuestionReport:
    """A question with what is known of each of its versions in each quiz, newest quiz first."""

    question: Question
    course: Course
    lesson: Lesson
    lines: tuple[ItemLine, ...]
    suspects: tuple[Suspect, ...]
    decisions: tuple[Decision, ...]


def question_report(session: Session, question_id: int) -> QuestionReport:
    """Return what first attempts say of a question, for trainers; NotFound where there is no such question."""
    row = session.execute(
        select(Question, Course, Lesson)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Question.id == question_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    lines = item_lines(session, Question.id == question_id)
    doubted = [line for line in lines if line.suspect and row.Question.review_state != "withheld"]
    decisions = _decisions(session, {row.Question.ref})
    closing = _closing(decisions)
    waiting = [Suspect(line, row.Course, row.Lesson) for line in doubted if not _closed(line, closing)]
    return QuestionReport(row.Question, row.Course, row.Lesson, tuple(lines), tuple(waiting), tuple(decisions))

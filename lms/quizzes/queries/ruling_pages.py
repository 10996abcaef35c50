"""The pages on which trainers decide about a question: what was answered, and what a decision would change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course, Lesson
from lms.errors import Invalid, NotFound
from lms.quizzes.models import Question, QuestionVersion, Quiz
from lms.quizzes.models import Ruling as RulingRow
from lms.quizzes.queries.results import right_answer, shown
from lms.quizzes.queries.ruling_changes import Change, Changes, changes
from lms.quizzes.queries.rulings import Sat, question_of, rulings_on, sat
from lms.quizzes.rules.kinds import BOOLEANS
from lms.quizzes.rules.kinds.base import canonical
from lms.quizzes.rules.regrading import Place, Ruling, Verdict, token, worth

MOST_GROUPS = 40
ROWS = 50
CHOSEN_FROM = frozenset(
    {"single", "true_false"}
)  # of these an option is a response, so one nobody took can be accepted


@dataclass(frozen=True)
class Version:
    """A version of a question and where it is taught."""

    question: Question
    version: QuestionVersion
    course: Course
    lesson: Lesson
    right: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Group:
    """Responses that count as the same answer; `token` is how a form names them, `response` one of them."""

    token: str
    response: Any
    given: tuple[dict[str, str], ...]
    count: int


@dataclass(frozen=True)
class Made:
    """A decision that stands."""

    verdict: str
    accept: tuple[tuple[dict[str, str], ...], ...]
    reason: str
    by: Person
    at: datetime


@dataclass(frozen=True)
class RulingPage:
    """A version with the answers that do not earn the whole mark yet, most frequent first, and what was decided."""

    of: Version
    sat: int
    whole: int
    open: int
    groups: tuple[Group, ...]
    more: int
    made: tuple[Made, ...]

    @property
    def void(self) -> bool:
        """Say whether the version counts for nobody any more."""
        return any(each.verdict == Verdict.VOID for each in self.made)


def version_of(session: Session, question_id: int, number: int) -> Version:
    """Return a version of a question; NotFound where there is none."""
    row = session.execute(
        select(QuestionVersion, Question, Course, Lesson)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(QuestionVersion.question_id == question_id, QuestionVersion.version == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    version, question, course, lesson = row
    return Version(question, version, course, lesson, right_answer(version))


def ruling_page(session: Session, question_id: int, number: int) -> RulingPage:
    """Return what a decision about a version is made on, for trainers; four statements, however many sat it."""
    of = version_of(session, question_id, number)
    found = sat(session, of.version)
    rulings = rulings_on(session, [of.version.id])
    groups = groups_of(of.version, found, rulings)
    return RulingPage(
        of=of,
        sat=len(found),
        whole=sum(each.whole for each in found),
        open=sum(each.place.response is None for each in found),
        groups=groups[:MOST_GROUPS],
        more=max(0, len(groups) - MOST_GROUPS),
        made=_made(session, of.version),
    )


def groups_of(version: QuestionVersion, found: Sequence[Sat], rulings: Collection[Ruling]) -> tuple[Group, ...]:
    """Return the answers that do not earn the whole mark, equal ones together, most frequent first.

    Where options are answers, those that nobody took stand last.
    """
    question = question_of(version)
    counts: dict[str, list[Any]] = {}
    for each in found:
        if each.place.response is not None:
            counts.setdefault(canonical(each.place.response), [each.place.response, 0])[1] += 1
    offered = [option["id"] for option in version.options] or list(BOOLEANS)
    for option in offered if version.kind in CHOSEN_FROM else ():
        counts.setdefault(canonical(option), [option, 0])
    merged: dict[str, list[Any]] = {}
    for response, count in counts.values():
        if worth(Place(version.id, question, response), rulings).marks < 1:
            merged.setdefault(token(question, response), [response, 0])[1] += count
    groups = [Group(name, response, shown(version, response), count) for name, (response, count) in merged.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.token)))


def _made(session: Session, version: QuestionVersion) -> tuple[Made, ...]:
    rows = session.execute(
        select(RulingRow, Person)
        .join(Person, Person.id == RulingRow.decided_by_id)
        .where(RulingRow.version_id == version.id)
        .order_by(RulingRow.id)
    )
    return tuple(
        Made(row.kind, tuple(shown(version, each) for each in row.accept), row.reason, person, row.decided_at)
        for row, person in rows
    )


@dataclass(frozen=True)
class RulingAsked:
    """A decision as a form states it: `accept` are tokens of groups."""

    verdict: str
    accept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """A decision as it is confirmed: on what was seen, by its seal, and why."""

    asked: RulingAsked
    seal: str
    reason: str


@dataclass(frozen=True)
class Line:
    """One attempt that a decision changes."""

    change: Change
    learner: Person
    quiz: Quiz


@dataclass(frozen=True)
class Considered:
    """A decision with what it changes, and the seal that holds while none of it has changed."""

    ruling: Ruling
    accepted: tuple[Group, ...]
    changes: Changes
    seal: str


@dataclass(frozen=True)
class Preview:
    """A decision as a trainer sees it before it is made: what changes for how many, and one page of who."""

    of: Version
    asked: RulingAsked
    considered: Considered
    lines: tuple[Line, ...]
    page: int
    pages: int


def considered(session: Session, version: QuestionVersion, asked: RulingAsked, *, lock: bool = False) -> Considered:
    """Return what a decision would change; Invalid where it is none. Three statements, the attempts locked if asked."""
    if asked.verdict not in set(Verdict):
        raise Invalid(code="ruling", field="verdict")
    verdict = Verdict(asked.verdict)
    found = sat(session, version, lock=lock)
    before = rulings_on(session, [version.id])
    wanted = set(asked.accept) if verdict is Verdict.ACCEPT else set()
    groups = tuple(group for group in groups_of(version, found, before) if group.token in wanted)
    if verdict is Verdict.ACCEPT and (not groups or len(groups) < len(wanted)):
        raise Invalid(code="accept", field="accept")
    if any(each.verdict is Verdict.VOID or each.verdict is verdict is Verdict.FULL_CREDIT for each in before):
        raise Invalid(code="decided", field="verdict")
    ruling = Ruling(version.id, verdict, tuple(group.response for group in groups))
    made = changes(session, version.id, found, [*before, ruling])
    seal = made.seal(version.id, verdict.value, sorted(group.token for group in groups), len(before))
    return Considered(ruling, groups, made, seal)


def preview(session: Session, question_id: int, number: int, asked: RulingAsked, *, page: int) -> Preview:
    """Return what a decision would change, those whose pass changes first; six statements, however many sat it."""
    of = version_of(session, question_id, number)
    found = considered(session, of.version, asked)
    order = sorted(found.changes.all, key=lambda each: (not each.flips, -each.finished_at.timestamp()))
    pages = max(1, -(-len(order) // ROWS))
    page = max(1, min(page, pages))
    part = order[(page - 1) * ROWS : page * ROWS]
    people = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.id.in_({each.learner_id for each in part})))
    }
    quizzes = {
        quiz.id: quiz for quiz in session.scalars(select(Quiz).where(Quiz.id.in_({each.quiz_id for each in part})))
    }
    lines = tuple(Line(each, people[each.learner_id], quizzes[each.quiz_id]) for each in part)
    return Preview(of, asked, found, lines, page, pages)

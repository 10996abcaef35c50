"""What an adviser reads of their classes: people × path, in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity
from lms.certification.models import Gate, Period
from lms.certification.queries import evidence, gates, learners
from lms.certification.queries.gates import GateState
from lms.certification.queries.learners import Learner
from lms.certification.rules import ledger
from lms.certification.rules import path as road
from lms.courses.models import Course, Lesson, LessonProgress, Programme, Stage, StageCourse
from lms.errors import NotFound
from lms.pace.queries import last_seen, loads_of
from lms.pace.rules import Caps, Load, study_day, working_day_number
from lms.quizzes.models import Attempt, Quiz


@dataclass(frozen=True)
class ClassLine:
    """One class of an adviser, with how many learn in it; finished once all who were in it have left."""

    training_class: TrainingClass
    learners: int
    finished: bool


@dataclass(frozen=True)
class LastQuiz:
    """The last finished attempt of a learner."""

    quiz: Quiz
    percent: int
    passed: bool | None  # None: a second form decides
    at: datetime


@dataclass(frozen=True)
class GateCell:
    """One gate of one learner: `passed`, `open` (all is met), `ahead`."""

    gate: Gate
    state: str
    met: int = 0
    asked: int = 0


@dataclass(frozen=True)
class LearnerRow:
    """One learner of the board."""

    learner: Learner
    stage: Stage | None
    lessons_done: int
    lessons: int
    load: Load
    last_quiz: LastQuiz | None
    gates: tuple[GateCell, ...]
    last_seen_at: datetime | None


@dataclass(frozen=True)
class ClassBoard:
    """The page of one class."""

    training_class: TrainingClass
    programme: Programme
    day: int
    gates: tuple[Gate, ...]
    rows: tuple[LearnerRow, ...]
    finished: bool


def advised_classes(session: Session, adviser: Identity) -> list[ClassLine]:
    """Return the adviser's own classes, the newest first, in one statement."""
    now_in = func.count(Enrolment.id).filter(Enrolment.ended_on.is_(None))
    rows = session.execute(
        select(TrainingClass, now_in, func.count(Enrolment.id))
        .outerjoin(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(advised(adviser))
        .group_by(TrainingClass.id)
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    )
    return [ClassLine(group, count, finished=ever > 0 and count == 0) for group, count, ever in rows]


def class_board(session: Session, adviser: Identity, class_id: int, *, at: datetime) -> ClassBoard:
    """Return people × path of one of the adviser's classes, or raise NotFound."""
    group = session.scalar(select(TrainingClass).where(TrainingClass.id == class_id, advised(adviser)))
    if group is None:
        raise NotFound
    programme, stages = _programme(session, group.programme_id)
    people = learners.rows(
        session,
        learners.learners()
        .where(TrainingClass.id == class_id, Enrolment.ended_on.is_(None))
        .order_by(Person.employee_no),
    )
    ids = [person.id for person in people]
    day = study_day(at, people[0].time_zone if people else adviser.time_zone)
    number = working_day_number(group.starts_on, day, programme.calendar.get("working_days"))
    loads = loads_of(session, ids, day, Caps.from_programme(programme.caps, programme.calendar), now=at)
    seen = last_seen(session, ids)
    done, total = _lessons(session, class_id, programme.id)
    quizzes = _last_quizzes(session, class_id)
    every = gates.current(session, [programme.id]).get(programme.id, [])
    ledgers = gates.periods_by_learner(session, ids)
    ahead = _ahead(session, people, every, ledgers, at)
    rows = [
        LearnerRow(
            learner=person,
            stage=_stage(stages, every, ledgers.get(person.id, []), number, at),
            lessons_done=done.get(person.id, 0),
            lessons=total,
            load=loads[person.id],
            last_quiz=quizzes.get(person.id),
            gates=tuple(_cell(gate, ledgers.get(person.id, []), ahead.get(person.id), at) for gate in every),
            last_seen_at=seen.get(person.id),
        )
        for person in people
    ]
    finished = not rows and session.scalar(select(exists().where(Enrolment.class_id == class_id))) is True
    return ClassBoard(group, programme, number, tuple(every), tuple(rows), finished)


def _programme(session: Session, programme_id: int) -> tuple[Programme, list[Stage]]:
    query = select(Programme, Stage).outerjoin(Stage, Stage.programme_id == Programme.id)
    rows = session.execute(query.where(Programme.id == programme_id).order_by(Stage.position)).all()
    return rows[0].Programme, [row.Stage for row in rows if row.Stage is not None]


def _lessons(session: Session, class_id: int, programme_id: int) -> tuple[dict[int, int], int]:
    """Return how many lessons of the programme each learner has finished, and how many there are; two statements."""
    courses = (
        select(StageCourse.course_id)
        .join(Stage, Stage.id == StageCourse.stage_id)
        .where(Stage.programme_id == programme_id)
    )
    of_programme = and_(Lesson.course_id.in_(courses), Lesson.retired_at.is_(None))
    counted = session.execute(
        select(LessonProgress.person_id, func.count())
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Enrolment, Enrolment.learner_id == LessonProgress.person_id)
        .where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None))
        .where(of_programme, Course.retired_at.is_(None), LessonProgress.done_at.is_not(None))
        .group_by(LessonProgress.person_id)
    )
    total = session.scalar(
        select(func.count()).select_from(Lesson).join(Course).where(of_programme, Course.retired_at.is_(None))
    )
    return dict(counted.all()), total or 0


def _last_quizzes(session: Session, class_id: int) -> dict[int, LastQuiz]:
    newest = (
        select(Attempt.learner_id, func.max(Attempt.finished_at).label("at"))
        .join(Enrolment, Enrolment.learner_id == Attempt.learner_id)
        .where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None), Attempt.settled_by != "discarded")
        .group_by(Attempt.learner_id)
        .subquery()
    )
    rows = session.execute(
        select(Attempt, Quiz)
        .join(newest, and_(newest.c.learner_id == Attempt.learner_id, newest.c.at == Attempt.finished_at))
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .order_by(Attempt.id)
    )
    return {
        attempt.learner_id: LastQuiz(quiz, _percent(attempt), attempt.passed, attempt.finished_at)
        for attempt, quiz in rows
        if attempt.finished_at is not None
    }


def _percent(attempt: Attempt) -> int:
    return round(100 * (attempt.score or 0) / attempt.max_score) if attempt.max_score else 0


def _ahead(
    session: Session,
    people: Sequence[Learner],
    every: Sequence[Gate],
    ledgers: dict[int, list[Period]],
    at: datetime,
) -> dict[int, GateState]:
    """Return the state of each learner's next gate; facts are read once for all."""
    facts = evidence.facts(session, [person.id for person in people], every, until=at)
    found = {}
    for person in people:
        held = ledgers.get(person.id, [])
        gate = next((one for one in every if not _passed(one, held, at)), None)
        if gate is not None:
            found[person.id] = gates.judge([gate], facts[person.id], held, time_zone=person.time_zone, at=at)[0]
    return found


def _passed(gate: Gate, held: Sequence[Period], at: datetime) -> bool:
    return ledger.standing(held, at, (gate.scope,)).held


def _cell(gate: Gate, held: Sequence[Period], ahead: GateState | None, at: datetime) -> GateCell:
    if _passed(gate, held, at):
        return GateCell(gate, "passed")
    if ahead is None or ahead.gate is not gate:
        return GateCell(gate, "ahead")
    return GateCell(gate, "open" if ahead.open else "next", ahead.met, len(ahead.states))


def _stage(
    stages: Sequence[Stage], every: Sequence[Gate], held: Sequence[Period], day: int, at: datetime
) -> Stage | None:
    passed = {gate.slug for gate in every if _passed(gate, held, at)}
    slug = next((step.slug for step in road.steps(stages, every, passed, day) if step.state == "current"), None)
    return next((stage for stage in stages if stage.slug == slug), None)

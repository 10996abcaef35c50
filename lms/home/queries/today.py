"""What is read for the first pages: one learner's day, in a small constant number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Identity
from lms.certification.models import Gate, Period
from lms.certification.queries import evidence, gates
from lms.certification.queries.gates import GateState
from lms.certification.rules import ledger
from lms.certification.rules import path as road
from lms.certification.rules.requirements import State
from lms.courses.queries import LearnerProgramme, StageLine, learner_programme, path_lessons
from lms.home import rules
from lms.home.rules import Line, Points, QuizLine, Slot
from lms.mentoring.models import Meeting, Pairing
from lms.pace.queries import load_of
from lms.pace.rules import Load, study_day
from lms.quizzes.models import Attempt, Quiz, QuizCourse
from lms.quizzes.queries.reach import listed, of_learner
from lms.reviews.queries import refresh_minutes


@dataclass(frozen=True)
class Mentor:
    """The learner's mentor and when they meet next."""

    name: str
    latin_name: str | None
    meeting: Meeting | None


@dataclass(frozen=True)
class RoadStep:
    """A stage or gate of the ladder."""

    kind: str
    state: str
    number: int
    source: StageLine | Gate


@dataclass(frozen=True)
class NextGate:
    """The gate ahead: what of it is met, and by which day it is planned."""

    number: int
    gate: Gate
    judged: GateState
    planned_on: date | None  # None: that day is past, and no new one is agreed

    @property
    def asked(self) -> int:
        """Return how many requirements there are."""
        return len(self.judged.states)

    @property
    def lacking(self) -> tuple[tuple[str, int, str], ...]:
        """Return kind, number still to come, and role of each requirement that is not met."""
        return tuple(
            (one.requirement.kind, one.lacking, one.requirement.role)
            for one in self.judged.states
            if one.state is not State.MET
        )


@dataclass(frozen=True)
class Today:
    """All that a learner's first page shows; `programme` None: in no class yet."""

    programme: LearnerProgramme | None
    mentor: Mentor | None
    load: Load = field(default_factory=Load)
    day: int = 0
    stage: StageLine | None = None
    steps: tuple[RoadStep, ...] = ()
    gate: NextGate | None = None
    slots: tuple[Slot, ...] = ()
    pieces: tuple[Line, ...] = ()
    points: Points = field(default_factory=lambda: Points(0, 0))
    quiz: QuizLine | None = None
    running: QuizLine | None = None
    all_read: bool = False
    refresh: int = 0  # minutes worth spending on what was learned before

    @property
    def live(self) -> bool:
        """Say whether every gate is passed."""
        return bool(self.steps) and self.gate is None


def today(session: Session, identity: Identity, *, at: datetime) -> Today:
    """Return the learner's day at `at`: at most fifteen statements, however many rows there are."""
    mentor = _mentor(session, identity.id, at)
    programme = learner_programme(session, identity.id)
    if programme is None:
        return Today(None, mentor)
    day = study_day(at, identity.time_zone)
    path = path_lessons(session, identity.id, programme.id)
    load = load_of(session, identity.id, day, programme.caps, now=at)
    quizzes = _quizzes(session, identity.id, at)
    steps, gate = _road(session, identity, programme, at)
    current = next((step.source for step in steps if step.state == "current"), None)
    return Today(
        programme=programme,
        mentor=mentor,
        load=load,
        day=programme.day_number(day),
        stage=current if isinstance(current, StageLine) else None,
        steps=tuple(steps),
        gate=gate,
        slots=rules.slots(path, load, rules.practices(quizzes, path, at)),
        pieces=rules.todays_pieces(path, load, at, identity.time_zone),
        points=rules.points(path),
        quiz=rules.daily_quiz(quizzes, path),
        running=next((quiz for quiz in quizzes if quiz.running(at)), None),
        all_read=bool(path) and all(lesson.done for lesson in path),
        refresh=refresh_minutes(session, identity.id, at=at),
    )


def _mentor(session: Session, learner_id: int, at: datetime) -> Mentor | None:
    found = session.execute(
        select(Person, Meeting)
        .join(Pairing, Pairing.mentor_id == Person.id)
        .outerjoin(
            Meeting,
            and_(Meeting.pairing_id == Pairing.id, Meeting.cancelled_at.is_(None), Meeting.starts_at >= at),
        )
        .where(Pairing.learner_id == learner_id, Pairing.ended_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    ).first()
    return Mentor(found.Person.name, found.Person.latin_name, found.Meeting) if found else None


def _quizzes(session: Session, learner_id: int, at: datetime) -> list[QuizLine]:
    """Return the quizzes that a learner can sit with the open attempt, else the last one, in one statement."""
    later = select(Attempt.number).where(Attempt.quiz_id == Quiz.id, Attempt.learner_id == learner_id)
    last = and_(
        Attempt.quiz_id == Quiz.id,
        Attempt.learner_id == learner_id,
        Attempt.number == later.with_only_columns(func.max(Attempt.number)).correlate(Quiz).scalar_subquery(),
    )
    rows = session.execute(
        select(Quiz, QuizCourse.course_id, Attempt)
        .join(QuizCourse, QuizCourse.quiz_id == Quiz.id)
        .outerjoin(Attempt, last)
        .where(of_learner(learner_id), listed(at))
        .order_by(Quiz.position, Quiz.id)
    ).all()
    courses: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        courses[row.Quiz.id].add(row.course_id)
    once = {row.Quiz.id: row for row in rows}
    return [_quiz_line(row.Quiz, frozenset(courses[number]), row.Attempt) for number, row in once.items()]


def _quiz_line(quiz: Quiz, course_ids: frozenset[int], attempt: Attempt | None) -> QuizLine:
    done = attempt is not None and attempt.finished_at is not None
    return QuizLine(
        id=quiz.id,
        slug=quiz.slug,
        purpose=quiz.purpose,
        title_zh=quiz.title_zh,
        title_en=quiz.title_en,
        draw=quiz.draw,
        limit_minutes=quiz.limit_minutes,
        course_ids=course_ids,
        of_class=quiz.class_id is not None,
        opens_at=quiz.opens_at,
        last_start_at=quiz.last_start_at,
        hard_stop_at=quiz.hard_stop_at,
        open_until=attempt.deadline if attempt and not done else None,
        attempt_id=attempt.id if attempt else None,
        finished_at=attempt.finished_at if attempt else None,
        percent=round(100 * (attempt.score or 0) / attempt.max_score)
        if attempt and done and attempt.max_score
        else None,
        passed=attempt.passed if attempt else None,
    )


def _road(
    session: Session, identity: Identity, programme: LearnerProgramme, at: datetime
) -> tuple[list[RoadStep], NextGate | None]:
    """Return the ladder and the next gate; only that gate is judged."""
    if not programme.stages:
        return [], None
    every, periods = _gates(session, identity.id, programme.id)
    passed = {gate.slug for gate in every if ledger.standing(periods, at, (gate.scope,)).held}
    day = programme.day_number(study_day(at, identity.time_zone))
    stages = {stage.slug: stage for stage in programme.stages}
    of_slug = {gate.slug: gate for gate in every}
    steps = [
        RoadStep(step.kind, step.state, step.number, of_slug[step.slug] if step.kind == "gate" else stages[step.slug])
        for step in road.steps(programme.stages, every, passed, day)
    ]
    ahead = next((gate for gate in every if gate.slug not in passed), None)
    if ahead is None:
        return steps, None
    facts = evidence.facts(session, [identity.id], [ahead], until=at)[identity.id]
    judged = gates.judge([ahead], facts, periods, time_zone=identity.time_zone, at=at)[0]
    weekdays = road.working_days(programme.calendar.get("working_days"))
    last_day = stages[ahead.after_stage].last_day if ahead.after_stage in stages else programme.stages[-1].last_day
    planned = road.date_of_day(programme.starts_on, last_day, weekdays)
    still = planned if planned >= study_day(at, identity.time_zone) else None
    return steps, NextGate(every.index(ahead) + 1, ahead, judged, still)


def _gates(session: Session, learner_id: int, programme_id: int) -> tuple[list[Gate], Sequence[Period]]:
    """Return the gates in force of a programme and the learner's periods in it, in one statement."""
    held = and_(Period.programme_id == Gate.programme_id, Period.learner_id == learner_id, Period.scope == Gate.scope)
    rows = session.execute(
        select(Gate, Period)
        .outerjoin(Period, held)
        .where(Gate.programme_id == programme_id, Gate.retired_at.is_(None))
        .order_by(Gate.position, Gate.version, Period.certified_at, Period.id)
    ).all()
    newest = {row.Gate.slug: row.Gate for row in rows}
    periods = {row.Period.id: row.Period for row in rows if row.Period is not None}
    return list(newest.values()), list(periods.values())

"""What My path shows about one learner: the climb, the next gate, what they may do, the record and the certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lms.accounts.rules import Identity, Role
from lms.certification.models import Gate, Period, SignOff
from lms.certification.queries import evidence, gates, learners
from lms.certification.queries.learners import Learner, Named
from lms.certification.rules import dates, ledger, path
from lms.certification.rules import requirements as rules
from lms.courses.models import Course, Programme, Stage
from lms.quizzes.models import Quiz

RECORD_LINES = 12


@dataclass(frozen=True)
class Step:
    """One stage or gate of the climb."""

    kind: str
    state: str
    number: int
    source: Stage | Gate
    begins_on: date | None = None
    ends_on: date | None = None
    period: Period | None = None


@dataclass(frozen=True)
class Permission:
    """Something one may do, or will after a gate."""

    scope: str
    held: bool
    gate_number: int = 0
    gate: Gate | None = None


@dataclass(frozen=True)
class RecordLine:
    """One decision about the learner."""

    at: datetime
    kind: str  # joined, signed, certified, renewed, ended
    gate: Gate | None = None
    role: str = ""
    person: Named | None = None
    why: str = ""


@dataclass(frozen=True)
class Asked:
    """A requirement with its stored text and, where a person gave it, their name."""

    raw: dict[str, object]
    state: rules.RequirementState
    person: Named | None
    title_of_target: Quiz | Course | None


@dataclass(frozen=True)
class NextGate:
    """The gate ahead with all it asks."""

    number: int
    gate: Gate
    planned_on: date | None
    asked: tuple[Asked, ...]
    met: int
    open: bool
    renewal: bool


@dataclass(frozen=True)
class Certificate:
    """A period with the status that its own scope has today."""

    period: Period
    status: ledger.Status


@dataclass(frozen=True)
class Path:
    """The whole page."""

    learner: Learner
    programme: Programme | None
    day: int
    days: int
    steps: tuple[Step, ...]
    upcoming: NextGate | None
    may: tuple[Permission, ...]
    record: tuple[RecordLine, ...]
    certificates: tuple[Certificate, ...]
    signing: frozenset[Role]  # in which roles the asker may sign
    may_certify: bool


def page(session: Session, identity: Identity, learner: Learner, *, at: datetime) -> Path:
    """Return the path of a learner that the asker has reached already, in a constant number of statements."""
    programme = _programme(session, learner.programme_id)
    every = gates.current(session, [learner.programme_id or 0]).get(learner.programme_id or 0, [])
    periods = gates.periods_of(session, learner.id)
    facts = evidence.facts(session, [learner.id], every, until=at)[learner.id]
    judged = {one.gate.slug: one for one in gates.judge(every, facts, periods, time_zone=learner.time_zone, at=at)}
    passed = {g.slug for g in every if ledger.standing(periods, at, (g.scope,)).held}
    signed = list(session.scalars(select(SignOff).where(SignOff.learner_id == learner.id).order_by(SignOff.at)))
    signers = [s.signer_id for s in signed] + [p.issued_by_id for p in periods] + [p.ended_by_id for p in periods]
    people = learners.names(session, signers)
    steps, day = _steps(learner, programme, every, periods, passed, at)
    upcoming = _upcoming(every, judged, periods, passed, at)
    targets = _targets(session, upcoming)
    signing = learners.signing_roles(session, identity, learner) if identity.id != learner.id else frozenset()
    return Path(
        learner=learner,
        programme=programme,
        day=day,
        days=int(programme.calendar.get("days", 0)) if programme else 0,
        steps=tuple(steps),
        upcoming=_next(upcoming, every, steps, people, targets, passed) if upcoming else None,
        may=tuple(_may(every, periods, at)),
        record=tuple(_record(learner, every, periods, signed, people)),
        certificates=tuple(Certificate(p, ledger.standing(periods, at, (p.scope,)).status) for p in reversed(periods)),
        signing=signing,
        may_certify=bool(signing & {Role.ADVISER, Role.HR}),
    )


def _programme(session: Session, programme_id: int | None) -> Programme | None:
    query = select(Programme).options(selectinload(Programme.stages)).where(Programme.id == programme_id)
    return session.scalar(query)


def _steps(
    learner: Learner,
    programme: Programme | None,
    every: Sequence[Gate],
    periods: Sequence[Period],
    passed: set[str],
    at: datetime,
) -> tuple[list[Step], int]:
    if programme is None or learner.starts_on is None:
        return [], 0
    weekdays = path.working_days(programme.calendar.get("working_days"))
    day = path.day_number(learner.starts_on, dates.day_of(at, learner.time_zone), weekdays)
    stages = {stage.slug: stage for stage in programme.stages}
    gate_of = {gate.slug: gate for gate in every}
    steps = []
    for step in path.steps(programme.stages, every, passed, day):
        if step.kind == "gate":
            gate = gate_of[step.slug]
            held = ledger.standing(periods, at, (gate.scope,)).period if step.state == "done" else None
            planned = path.date_of_day(learner.starts_on, stages[gate.after_stage].last_day, weekdays)
            period = next((p for p in periods if p is held), None)
            steps.append(Step("gate", step.state, step.number, gate, ends_on=planned, period=period))
            continue
        stage = stages[step.slug]
        first, last = (path.date_of_day(learner.starts_on, n, weekdays) for n in (stage.first_day, stage.last_day))
        steps.append(Step("stage", step.state, 0, stage, begins_on=first, ends_on=last))
    return steps, day


def _upcoming(
    every: Sequence[Gate],
    judged: dict[str, gates.GateState],
    periods: Sequence[Period],
    passed: set[str],
    at: datetime,
) -> gates.GateState | None:
    """Return the next gate: the first that is not passed, else one that may be renewed by now."""
    ahead = [gate for gate in every if gate.slug not in passed]
    due = [gate for gate in every if _renewable(periods, gate, at)]
    chosen = (ahead or due)[:1]
    return judged[chosen[0].slug] if chosen else None


def _renewable(periods: Sequence[Period], gate: Gate, at: datetime) -> bool:
    live = [p for p in periods if p.scope == gate.scope and p.programme_id == gate.programme_id and p.ended_at is None]
    return bool(live) and ledger.issue_step(live[-1], at) is ledger.Issue.RENEW


def _targets(session: Session, upcoming: gates.GateState | None) -> dict[tuple[str, str], Quiz | Course]:
    """Return the quizzes and courses that the links of a gate lead to."""
    slugs = {state.target for state in upcoming.states} if upcoming else set()
    found: dict[tuple[str, str], Quiz | Course] = {}
    for quiz in session.scalars(select(Quiz).where(Quiz.slug.in_(slugs), Quiz.retired_at.is_(None))):
        found["quiz", quiz.slug] = quiz
    for course in session.scalars(select(Course).where(Course.slug.in_(slugs))):
        found["lessons", course.slug] = course
    return found


def _next(
    upcoming: gates.GateState,
    every: Sequence[Gate],
    steps: Sequence[Step],
    people: dict[int, Named],
    targets: dict[tuple[str, str], Quiz | Course],
    passed: set[str],
) -> NextGate:
    gate = upcoming.gate
    asked = [
        Asked(raw, state, people.get(state.by_id or 0), targets.get((state.requirement.kind, state.target)))
        for raw, state in zip(gate.requirements, upcoming.states, strict=True)
    ]
    return NextGate(
        number=every.index(gate) + 1,
        gate=gate,
        planned_on=next((step.ends_on for step in steps if step.source is gate), None),
        asked=tuple(asked),
        met=upcoming.met,
        open=upcoming.open,
        renewal=gate.slug in passed,
    )


def _may(every: Sequence[Gate], periods: Sequence[Period], at: datetime) -> list[Permission]:
    permissions = [Permission("study", held=True)]
    for number, gate in enumerate(every, start=1):
        held = ledger.standing(periods, at, (gate.scope,)).held
        permissions.append(Permission(gate.scope, held=held, gate_number=number, gate=gate))
    return permissions


def _record(
    learner: Learner,
    every: Sequence[Gate],
    periods: Sequence[Period],
    signed: Sequence[SignOff],
    people: dict[int, Named],
) -> list[RecordLine]:
    gate_of = {gate.slug: gate for gate in every} | {p.gate.slug: p.gate for p in periods}
    lines = [
        RecordLine(s.at, "signed", gate_of.get(s.gate_slug), role=s.role, person=people.get(s.signer_id), why=s.note)
        for s in signed
    ]
    lines += [RecordLine(p.certified_at, "certified", p.gate, person=people.get(p.issued_by_id)) for p in periods]
    lines += [
        RecordLine(p.ended_at, p.ended_by or "", p.gate, person=people.get(p.ended_by_id or 0), why=p.ended_why or "")
        for p in periods
        if p.ended_at and p.ended_by != "superseded"
    ]
    if learner.starts_on is not None:
        lines.append(RecordLine(dates.day_begins(learner.starts_on, learner.time_zone), "joined"))
    return sorted(lines, key=lambda line: line.at, reverse=True)[:RECORD_LINES]

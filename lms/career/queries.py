"""What is read of career: the track, where the reader stands on it, and what the next rungs ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.career.models import Track
from lms.career.rules import Branch, Drawing, Facts, Progress, Rung, branch, draw, progress, rung, standing
from lms.certification.models import Gate, Period
from lms.certification.queries import evidence, gates, learners
from lms.certification.queries.gates import GateState
from lms.certification.rules import dates, ledger
from lms.certification.rules.requirements import RequirementState

COUNTED = frozenset({"lessons", "observed_calls", "coverage"})  # requirements with a number worth a bar


@dataclass(frozen=True)
class Counted:
    """A requirement of the gate that the next rung asks for."""

    raw: dict[str, object]
    state: RequirementState

    @property
    def percent(self) -> int:
        """Return 0 to 100."""
        return 100 * self.state.have // max(self.state.need, 1)


@dataclass(frozen=True)
class Career:
    """The page: the map, the rung one stands on, the next with its criteria, the one after, and the branches."""

    track: Track
    rungs: tuple[Rung, ...]
    branches: tuple[Branch, ...]
    here: int
    drawing: Drawing
    criteria: tuple[Progress, ...]
    gate: GateState | None
    counted: tuple[Counted, ...]
    gates_passed: int
    gates_asked: int
    next_gate_number: int

    @property
    def current(self) -> Rung:
        """Return the rung one stands on."""
        return self.rungs[self.here]

    @property
    def upcoming(self) -> Rung | None:
        """Return the next rung, None at the top."""
        return self.rungs[self.here + 1] if self.here + 1 < len(self.rungs) else None

    @property
    def then(self) -> Rung | None:
        """Return the rung after the next."""
        return self.rungs[self.here + 2] if self.here + 2 < len(self.rungs) else None


def my_career(session: Session, identity: Identity, language: str, *, at: datetime) -> Career | None:
    """Return the reader's place on the first track, in a constant number of statements; None while none is stored."""
    track = session.scalar(select(Track).order_by(Track.id).limit(1))
    if track is None or not track.rungs:
        return None
    programme_id = learners.own(session, identity).programme_id or 0
    every = gates.current(session, [programme_id]).get(programme_id, [])
    periods = gates.periods_of(session, identity.id)
    held = _held(every, periods, at)
    facts = Facts(
        today=dates.day_of(at, identity.time_zone),
        gates_held=frozenset(held),
        live_since=min((p.valid_from for p in periods if p.scope == "full" and p.certified_at <= at), default=None),
    )
    rungs = tuple(rung(raw) for raw in track.rungs)
    here = standing(rungs, facts)
    upcoming = rungs[here + 1] if here + 1 < len(rungs) else None
    asked = upcoming.criteria if upcoming else ()
    wanted = next((gate for one in asked for gate in every if gate.slug == one.gate and gate.slug not in held), None)
    judged = _judge(session, identity, wanted, periods, at) if wanted else None
    on_the_way = every[: every.index(wanted) + 1] if wanted else []
    return Career(
        track=track,
        rungs=rungs,
        branches=tuple(branch(raw) for raw in track.branches),
        here=here,
        drawing=draw(rungs, [branch(raw) for raw in track.branches], here, language),
        criteria=tuple(progress(one, facts) for one in asked),
        gate=judged,
        counted=_counted(judged),
        gates_passed=sum(gate.slug in held for gate in on_the_way),
        gates_asked=len(on_the_way),
        next_gate_number=next((n for n, gate in enumerate(every, start=1) if gate.slug not in held), 0),
    )


def _held(every: Sequence[Gate], periods: Sequence[Period], at: datetime) -> set[str]:
    """Return gates of one's programme whose scope is held, and those of certificates of any programme that hold."""
    now_held = {gate.slug for gate in every if ledger.standing(periods, at, (gate.scope,)).held}
    return now_held | {p.gate.slug for p in periods if ledger.standing([p], at, (p.scope,)).held}


def _judge(session: Session, identity: Identity, gate: Gate, periods: Sequence[Period], at: datetime) -> GateState:
    facts = evidence.facts(session, [identity.id], [gate], until=at)[identity.id]
    return gates.judge([gate], facts, periods, time_zone=identity.time_zone, at=at)[0]


def _counted(judged: GateState | None) -> tuple[Counted, ...]:
    if judged is None:
        return ()
    both = zip(judged.gate.requirements, judged.states, strict=True)
    return tuple(Counted(raw, state) for raw, state in both if state.requirement.kind in COUNTED)

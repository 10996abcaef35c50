"""Gates as they stand, and what each of many learners has yet to do for the next one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.certification.models import Gate, Period
from lms.certification.queries import evidence
from lms.certification.queries.learners import Learner
from lms.certification.rules import ledger
from lms.certification.rules import requirements as rules
from lms.errors import NotFound


@dataclass(frozen=True)
class GateState:
    """A gate and what one learner has met of it."""

    gate: Gate
    states: tuple[rules.RequirementState, ...]

    @property
    def met(self) -> int:
        """Return how many requirements are met."""
        return sum(state.state is rules.State.MET for state in self.states)

    @property
    def open(self) -> bool:
        """Say whether the gate may be passed."""
        return rules.all_met(self.states)


def current(session: Session, programme_ids: Collection[int]) -> dict[int, list[Gate]]:
    """Return the gates in force of each programme, in their order: the newest version that is not retired."""
    found = session.scalars(
        select(Gate)
        .where(Gate.programme_id.in_(programme_ids), Gate.retired_at.is_(None))
        .order_by(Gate.position, Gate.version)
    )
    newest: dict[int, dict[str, Gate]] = defaultdict(dict)
    for gate in found:
        newest[gate.programme_id][gate.slug] = gate
    return {programme: list(gates.values()) for programme, gates in newest.items()}


def gate(session: Session, programme_id: int | None, slug: str) -> Gate:
    """Return the version in force of a gate, or raise NotFound."""
    for found in current(session, [programme_id] if programme_id is not None else []).get(programme_id or 0, []):
        if found.slug == slug:
            return found
    raise NotFound


def periods_of(session: Session, learner_id: int) -> list[Period]:
    """Return the ledger of one learner, oldest first, with the gates."""
    query = select(Period).options(joinedload(Period.gate)).where(Period.learner_id == learner_id)
    return list(session.scalars(query.order_by(Period.certified_at, Period.id)))


def periods_by_learner(session: Session, learner_ids: Any) -> dict[int, list[Period]]:
    """Return the ledgers of many learners; `learner_ids` may be a subquery."""
    grouped: dict[int, list[Period]] = defaultdict(list)
    query = select(Period).where(Period.learner_id.in_(learner_ids)).order_by(Period.certified_at, Period.id)
    for period in session.scalars(query):
        grouped[period.learner_id].append(period)
    return grouped


def judge(
    gates: Sequence[Gate], facts: rules.Facts, periods: Sequence[Period], *, time_zone: str, at: datetime
) -> list[GateState]:
    """Return the state of each gate for one learner at `at`."""
    judged = []
    for one in gates:
        opens = ledger.cycle_opens([p for p in periods if p.programme_id == one.programme_id], one.scope, at)
        cycle = rules.Cycle(at, time_zone, one.slug, opens)
        judged.append(GateState(one, rules.evaluate_all(one.requirements, facts, cycle)))
    return judged


def next_gates(
    session: Session, people: Sequence[Learner], periods: dict[int, list[Period]], *, at: datetime
) -> dict[int, GateState]:
    """Return for each learner the first gate whose scope they do not hold at `at`; nothing for those who hold all."""
    gates = current(session, {person.programme_id for person in people if person.programme_id is not None})
    found = evidence.facts(session, [p.id for p in people], [g for each in gates.values() for g in each], until=at)
    ahead: dict[int, GateState] = {}
    for person in people:
        held = periods.get(person.id, [])
        missing = [g for g in gates.get(person.programme_id or 0, []) if not ledger.standing(held, at, (g.scope,)).held]
        if missing:
            ahead[person.id] = judge(missing[:1], found[person.id], held, time_zone=person.time_zone, at=at)[0]
    return ahead

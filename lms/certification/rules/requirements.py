"""Whether each requirement of a gate is met, missing or stale, judged on facts alone; no sentences."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from lms.certification.rules import dates


class State(StrEnum):
    """What a requirement is."""

    MET = "met"
    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True)
class Requirement:
    """One line of a gate, as its file states it (docs/content-format.md)."""

    slug: str
    kind: str
    courses: tuple[str, ...] = ()
    quiz: str = ""
    scorecard: str = ""
    role: str = ""
    count: int = 1
    min_percent: float = 0
    fresh_days: int | None = None


@dataclass(frozen=True)
class LessonFact:
    """One lesson that is asked for; `done_at` is None until it is finished."""

    course: str
    lesson_id: int
    slug: str
    revision: int
    done_at: datetime | None


@dataclass(frozen=True)
class AttemptFact:
    """One graded attempt at a quiz."""

    id: int
    quiz: str
    number: int
    percent: float
    passed: bool
    at: datetime


@dataclass(frozen=True)
class CallFact:
    """One observed call, scored and finished."""

    id: int
    scorecard: str
    version: int
    observer_id: int
    call_ref: str
    percent: float
    critical_failed: bool
    at: datetime


@dataclass(frozen=True)
class SignOffFact:
    """A person's word for a gate."""

    id: int
    gate: str
    role: str
    signer_id: int
    at: datetime


@dataclass(frozen=True)
class PointFact:
    """A minimum point of the post; `confirmed_at` is None until a question about it was answered right."""

    slug: str
    lesson: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class Facts:
    """All that is known about one learner at one instant."""

    lessons: tuple[LessonFact, ...] = ()
    attempts: tuple[AttemptFact, ...] = ()
    calls: tuple[CallFact, ...] = ()
    sign_offs: tuple[SignOffFact, ...] = ()
    points: tuple[PointFact, ...] = ()


@dataclass(frozen=True)
class Cycle:
    """When judgement is passed and from when evidence counts."""

    at: datetime
    time_zone: str
    gate: str = ""
    opens_at: datetime | None = None

    def counts(self, at: datetime) -> bool:
        """Say whether evidence of `at` lies in this cycle."""
        return at <= self.at and (self.opens_at is None or at >= self.opens_at)

    def stale_on(self, at: datetime, fresh_days: int | None) -> date | None:
        """Return the first day on which evidence of `at` is stale, None if it never is."""
        return None if fresh_days is None else dates.day_of(at, self.time_zone) + timedelta(days=fresh_days)

    def fresh(self, at: datetime, fresh_days: int | None) -> bool:
        """Say whether evidence of `at` still holds."""
        stale = self.stale_on(at, fresh_days)
        return stale is None or dates.day_of(self.at, self.time_zone) < stale


@dataclass(frozen=True)
class RequirementState:
    """What one requirement is, by what, and what would mend it.

    `since`: met since then; `stale_on`: the day it goes (or went) stale; `target`: the slug of what to open next.
    """

    requirement: Requirement
    state: State
    have: int
    need: int
    since: datetime | None = None
    stale_on: date | None = None
    value: float | None = None
    by_id: int | None = None
    target: str = ""
    evidence: tuple[dict[str, Any], ...] = ()

    @property
    def lacking(self) -> int:
        """Return how many are still to come."""
        return self.need - self.have


def requirement(raw: Mapping[str, Any]) -> Requirement:
    """Return a requirement as stored with its gate."""
    return Requirement(
        slug=str(raw["slug"]),
        kind=str(raw["kind"]),
        courses=tuple(raw.get("courses") or ()),
        quiz=str(raw.get("quiz") or ""),
        scorecard=str(raw.get("scorecard") or ""),
        role=str(raw.get("role") or ""),
        count=int(raw.get("count") or 1),
        min_percent=float(raw.get("min_percent") or 0),
        fresh_days=raw.get("fresh_days"),
    )


def evaluate(asked: Requirement, facts: Facts, cycle: Cycle) -> RequirementState:
    """Return what `asked` is in `cycle`, given `facts`; an unknown kind is missing, so no gate opens by mistake."""
    judge = JUDGES.get(asked.kind)
    return judge(asked, facts, cycle) if judge else RequirementState(asked, State.MISSING, 0, 1)


def evaluate_all(requirements: Iterable[Mapping[str, Any]], facts: Facts, cycle: Cycle) -> tuple[RequirementState, ...]:
    """Return the state of every requirement of a gate, in its order."""
    return tuple(evaluate(requirement(raw), facts, cycle) for raw in requirements)


def all_met(states: Iterable[RequirementState]) -> bool:
    """Say whether a gate is open; one that asks for nothing is not, for nobody meant that."""
    kinds = [state.state for state in states]
    return bool(kinds) and all(kind is State.MET for kind in kinds)


def evidence_hash(evidence: list[dict[str, Any]]) -> str:
    """Return SHA-256 of the evidence as canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _lessons(asked: Requirement, facts: Facts, cycle: Cycle) -> RequirementState:
    lessons = [fact for fact in facts.lessons if fact.course in asked.courses]
    done = {fact.lesson_id: fact.done_at for fact in lessons if fact.done_at and fact.done_at <= cycle.at}
    left = [fact for fact in lessons if fact.lesson_id not in done]
    empty = [course for course in asked.courses if all(fact.course != course for fact in lessons)]
    met = bool(lessons) and not left and not empty
    return RequirementState(
        asked,
        State.MET if met else State.MISSING,
        have=len(done),
        need=len(lessons) + len(empty),
        since=max(done.values(), default=None),
        target=left[0].course if left else "",
        evidence=tuple(
            {"kind": "lesson", "id": fact.lesson_id, "version": fact.revision, "value": fact.slug, "at": _iso(at)}
            for fact in lessons
            if (at := done.get(fact.lesson_id)) is not None
        ),
    )


def _quiz(asked: Requirement, facts: Facts, cycle: Cycle) -> RequirementState:
    tries = [fact for fact in facts.attempts if fact.quiz == asked.quiz and cycle.counts(fact.at)]
    passed = [fact for fact in tries if fact.passed]
    if not passed:
        best = max((fact.percent for fact in tries), default=None)
        return RequirementState(asked, State.MISSING, 0, 1, value=best, target=asked.quiz)
    last = max(passed, key=lambda fact: fact.at)
    fresh = cycle.fresh(last.at, asked.fresh_days)
    return RequirementState(
        asked,
        State.MET if fresh else State.STALE,
        have=int(fresh),
        need=1,
        since=last.at,
        stale_on=cycle.stale_on(last.at, asked.fresh_days),
        value=last.percent,
        target=asked.quiz,
        evidence=(
            {"kind": "attempt", "id": last.id, "version": last.number, "value": last.percent, "at": _iso(last.at)},
        ),
    )


def _calls(asked: Requirement, facts: Facts, cycle: Cycle) -> RequirementState:
    good: dict[str, CallFact] = {}  # by call: one call that two people scored is one call
    for fact in sorted(facts.calls, key=lambda fact: fact.at):
        right_card = fact.scorecard == asked.scorecard and cycle.counts(fact.at)
        if right_card and fact.percent >= asked.min_percent and not fact.critical_failed:
            good[fact.call_ref] = fact
    fresh = [fact for fact in good.values() if cycle.fresh(fact.at, asked.fresh_days)]
    counted = sorted(fresh or good.values(), key=lambda fact: fact.at, reverse=True)[: asked.count]
    state = State.STALE if len(good) >= asked.count else State.MISSING
    if len(fresh) >= asked.count:
        state = State.MET
    return RequirementState(
        asked,
        state,
        have=min(len(fresh), asked.count),
        need=asked.count,
        since=counted[0].at if counted else None,
        stale_on=cycle.stale_on(counted[-1].at, asked.fresh_days) if counted else None,
        target=asked.scorecard,
        evidence=tuple(
            {"kind": "observation", "id": fact.id, "version": fact.version, "value": fact.percent, "at": _iso(fact.at)}
            for fact in counted
        ),
    )


def _sign_off(asked: Requirement, facts: Facts, cycle: Cycle) -> RequirementState:
    given = [f for f in facts.sign_offs if f.gate == cycle.gate and f.role == asked.role and cycle.counts(f.at)]
    if not given:
        return RequirementState(asked, State.MISSING, 0, 1, target=asked.role)
    last = max(given, key=lambda fact: fact.at)
    fresh = cycle.fresh(last.at, asked.fresh_days)
    return RequirementState(
        asked,
        State.MET if fresh else State.STALE,
        have=int(fresh),
        need=1,
        since=last.at,
        stale_on=cycle.stale_on(last.at, asked.fresh_days),
        by_id=last.signer_id,
        target=asked.role,
        evidence=({"kind": "sign_off", "id": last.id, "version": 1, "value": last.role, "at": _iso(last.at)},),
    )


def _coverage(asked: Requirement, facts: Facts, cycle: Cycle) -> RequirementState:
    done = {
        fact.slug: fact.confirmed_at for fact in facts.points if fact.confirmed_at and fact.confirmed_at <= cycle.at
    }
    left = [fact for fact in facts.points if fact.slug not in done]
    return RequirementState(
        asked,
        State.MET if facts.points and not left else State.MISSING,
        have=len(done),
        need=max(len(facts.points), 1),
        since=max(done.values(), default=None),
        target=left[0].lesson if left else "",
        evidence=tuple(
            {"kind": "point", "id": slug, "version": 1, "value": True, "at": _iso(at)} for slug, at in done.items()
        ),
    )


JUDGES: dict[str, Callable[[Requirement, Facts, Cycle], RequirementState]] = {
    "lessons": _lessons,
    "quiz": _quiz,
    "observed_calls": _calls,
    "sign_off": _sign_off,
    "coverage": _coverage,
}

"""Scorecard arithmetic: weighted percent of the criteria that came up, criticals, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

BEST = 3
LOW = 1  # at or below this, a score needs a remark or a place in the call
FAIL = 0


@dataclass(frozen=True)
class Asked:
    """What a scorecard asks at one place."""

    id: int
    slug: str
    weight: float
    critical: bool


@dataclass(frozen=True)
class Mark:
    """What the observer gave one criterion; `score` None: the call gave no occasion for it.

    `given` False: only a remark or a place is noted so far.
    """

    criterion_id: int
    score: int | None
    at_second: int | None = None
    remark: str = ""
    given: bool = True


@dataclass(frozen=True)
class Result:
    """What an observation amounts to."""

    percent: float
    critical_failed: bool
    passed: bool


@dataclass(frozen=True)
class Lack:
    """What keeps an observation from being finished; `why`: `unscored` or `no_evidence`."""

    criterion_id: int
    why: str


def result(asked: Sequence[Asked], marks: Mapping[int, Mark], pass_percent: int) -> Result | None:
    """Return percent = 100 · Σ weight·score / Σ weight·3 over the criteria with a score; None where none has one.

    A critical criterion scored 0 fails the call whatever the percent. The percent is cut, never rounded up, to one
    decimal, so that the number shown and the pass mark cannot disagree.
    """
    scored = [(one, mark.score) for one in asked if (mark := marks.get(one.id)) and mark.score is not None]
    if not scored:
        return None
    possible = sum(Fraction(str(one.weight)) * BEST for one, _score in scored)
    reached = sum(Fraction(str(one.weight)) * score for one, score in scored)
    percent = floor(1000 * reached / possible) / 10
    critical_failed = any(one.critical and score == FAIL for one, score in scored)
    return Result(percent, critical_failed, passed=percent >= pass_percent and not critical_failed)


def lacking(asked: Sequence[Asked], marks: Mapping[int, Mark]) -> tuple[Lack, ...]:
    """Return what is still missing, in the order of the scorecard."""
    whys = ((one.id, _lack(marks.get(one.id))) for one in asked)
    return tuple(Lack(criterion_id, why) for criterion_id, why in whys if why)


def _lack(mark: Mark | None) -> str:
    if mark is None or not mark.given:
        return "unscored"
    low = mark.score is not None and mark.score <= LOW
    return "no_evidence" if low and not mark.remark and mark.at_second is None else ""


def refusal(asked: Sequence[Asked], marks: Mapping[int, Mark]) -> str | None:
    """Return why an observation cannot be finished (`incomplete`, `nothing_scored`), or None if it can."""
    if lacking(asked, marks):
        return "incomplete"
    return "nothing_scored" if all(mark.score is None for mark in marks.values()) else None

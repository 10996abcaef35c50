"""What rulings and marks given by hand make of a finished attempt: pure, and the same however often it is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from math import fsum
from typing import Any

from lms.quizzes.rules import marks
from lms.quizzes.rules.kinds import Asked, Key, kind_of
from lms.quizzes.rules.marks import WHOLE, Result


class Verdict(StrEnum):
    """What is decided about a version of a question."""

    VOID = "void"  # it counts for nobody
    ACCEPT = "accept"  # these responses are right too
    FULL_CREDIT = "full_credit"  # whoever was asked has the whole mark, answered or not


@dataclass(frozen=True)
class Question:
    """A version of a question as grading needs it."""

    kind: str
    key: Key
    units: Sequence[str] = ()
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ruling:
    """A decision on one version; `accept` holds responses in the form in which they are stored."""

    version_id: int
    verdict: Verdict
    accept: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Worth:
    """What one place of an attempt is worth: `marks` from 0 to `weight`; of a void question both are 0."""

    marks: float
    weight: float


@dataclass(frozen=True)
class Place:
    """A question of an attempt with its response.

    `held` is what it is worth until now, None while nothing was marked; `by_hand` the share that a person gave.
    """

    version_id: int
    question: Question
    response: Any
    held: Worth | None = None
    by_hand: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What an attempt comes to; `passed` is None near the cut of a gate, where a second form decides."""

    score: float
    max_score: float
    passed: bool | None


def likeness(question: Question, response: Any) -> str:
    """Return what is equal for responses that count as the same answer: width, case and order of choices aside."""
    return kind_of(question.kind).likeness(response, _asked(question))


def token(question: Question, response: Any) -> str:
    """Return a short name of `likeness`, as forms send it."""
    return sha256(likeness(question, response).encode()).hexdigest()[:16]


def share(question: Question, response: Any) -> float:
    """Return what share of the mark the key gives."""
    return marks.share(question.kind, question.key, response, question.units, question.body)


def worth(place: Place, rulings: Iterable[Ruling]) -> Worth:
    """Return what a place is worth under all `rulings` on its version, in whatever order they came.

    Void goes before all. Else nothing is taken away but by a person who marks anew: the most that the key (or what
    was held), the hand and the rulings give. Who gave no answer gains by full credit only.
    """
    mine = [ruling for ruling in rulings if ruling.version_id == place.version_id]
    weight = place.held.weight if place.held else WHOLE
    if weight == 0 or any(ruling.verdict is Verdict.VOID for ruling in mine):
        return Worth(0.0, 0.0)
    given = [_before(place, weight), weight * (place.by_hand or 0.0)]
    if any(ruling.verdict is Verdict.FULL_CREDIT for ruling in mine) or _accepted(place, mine):
        given.append(weight)
    return Worth(max(given), weight)


def _before(place: Place, weight: float) -> float:
    if place.held is not None and place.by_hand is None:
        return place.held.marks
    return weight * share(place.question, place.response)


def _accepted(place: Place, rulings: Sequence[Ruling]) -> bool:
    accepted = [each for ruling in rulings if ruling.verdict is Verdict.ACCEPT for each in ruling.accept]
    if place.response is None or not accepted:
        return False
    mine = likeness(place.question, place.response)
    return any(likeness(place.question, each) == mine for each in accepted)


def outcome(worths: Iterable[Worth], pass_percent: int, *, passed: bool | None = False) -> Outcome:
    """Return what an attempt comes to; `passed` is what it was, and stays where every question is void.

    Nothing is left then that would speak for a pass or against one. Sums do not depend on the order of places.
    """
    found = list(worths)
    most = fsum(each.weight for each in found)
    score = min(fsum(each.marks for each in found), most)
    return Outcome(score, most, Result(score, most, pass_percent).passed if most else passed)


def rescored(
    places: Sequence[Place], rulings: Sequence[Ruling], pass_percent: int, *, passed: bool = False
) -> tuple[tuple[Worth, ...], Outcome]:
    """Return what every place of an attempt is worth under `rulings`, and what it comes to."""
    worths = tuple(worth(place, rulings) for place in places)
    return worths, outcome(worths, pass_percent, passed=passed)


def waits_for_a_person(kind: str, purpose: str) -> bool:
    """Say whether a given answer that no accepted form takes is read by a person; practice waits for nobody."""
    return purpose != "practice" and kind_of(kind).by_hand


def _asked(question: Question) -> Asked:
    return Asked(units=question.units, body=question.body)

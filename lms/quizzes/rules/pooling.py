"""The second form: a gate's score near the cut decides nothing; a second form is asked, and both count together.

Pooled, never the better of two: best of three lets 45 % of those through who are not ready, two forms pooled far fewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.timing import Terms

FIRST, SECOND = 1, 2


@dataclass(frozen=True)
class Taken:
    """An attempt as it counts among a learner's attempts at a quiz; `passed` is None while nothing is decided."""

    id: int
    finished_at: datetime | None
    passed: bool | None
    pools_id: int | None = None


def within_of(purpose: str, borderline_percent: int) -> int:
    """Return how near to the cut a second form decides; only gates have one."""
    return borderline_percent if purpose == "gate" else 0


def borderline(result: Result, within_percent: int) -> bool:
    """Say whether a score lies so near to the cut, to either side, that a second form decides; 0: it never does."""
    if not within_percent or not result.max_score:
        return False
    distance = abs(result.score * 100 - result.pass_percent * result.max_score)
    return distance <= within_percent * result.max_score


def pooled(first: Result, second: Result) -> Result:
    """Return what two forms come to together, against the cut of the first."""
    return Result(first.score + second.score, first.max_score + second.max_score, first.pass_percent)


def verdict(
    result: Result, *, first: Result | None = None, within_percent: int = 0, has_second: bool = False
) -> bool | None:
    """Say whether an attempt is passed: a second form by both together, a first one not at all near the cut.

    Once a second form has begun, the first one decides nothing by itself any more, wherever a re-score takes it: both
    together know more than either.
    """
    if first is not None:
        return pooled(first, result).passed
    return None if has_second or borderline(result, within_percent) else result.passed


def used(taken: Sequence[Taken]) -> int:
    """Return how many attempts are used up; a second form is part of the attempt that it decides."""
    return sum(each.pools_id is None for each in taken)


def undecided(taken: Sequence[Taken]) -> Taken | None:
    """Return the first form that waits for its second one, or None."""
    has_second = {each.pools_id for each in taken}
    waiting = [each for each in taken if _is_open(each) and each.id not in has_second]
    return waiting[-1] if waiting else None


def _is_open(each: Taken) -> bool:
    return each.finished_at is not None and each.passed is None and each.pools_id is None


def terms_now(terms: Terms, taken: Sequence[Taken]) -> Terms:
    """Return what a quiz asks of the next start: a second form uses up no attempt and needs no wait."""
    if undecided(taken) is None:
        return terms
    return replace(terms, attempts_allowed=None, retake_wait_hours=0)

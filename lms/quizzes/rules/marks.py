"""What a response and an attempt are worth: the kind says what share of a mark a response earns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.quizzes.rules.kinds import Asked, Key, Tally, kind_of

WHOLE = 1.0
EQUAL = 1e-9


def share(
    kind: str, key: Key, response: object, units: Sequence[str] = (), body: Mapping[str, Any] | None = None
) -> float:
    """Return what share of the mark, from 0 to 1, a response earns; no response earns none."""
    if response is None:
        return 0.0
    return kind_of(kind).share(key, response, Asked(units=units, body=body or {}))


def correct(
    kind: str, key: Key, response: object, units: Sequence[str] = (), body: Mapping[str, Any] | None = None
) -> bool:
    """Say whether `response` earns the whole mark. `units` may stand behind a number."""
    return share(kind, key, response, units, body) == WHOLE


def tally(
    kind: str,
    key: Key,
    response: object,
    units: Sequence[str] = (),
    body: Mapping[str, Any] | None = None,
    *,
    earned: float,
) -> Tally | None:
    """Return how the parts of `response` came to the share `earned`; None for the whole mark, for nothing, and where
    something else decided it, such as a ruling.
    """
    asked = Asked(units=units, body=body or {})
    if not 0 < earned < WHOLE or abs(kind_of(kind).share(key, response, asked) - earned) > EQUAL:
        return None
    return kind_of(kind).tally(key, response, asked)


@dataclass(frozen=True)
class Result:
    """What an attempt came to."""

    score: float
    max_score: float
    pass_percent: int

    @property
    def percent(self) -> float:
        """Return the score in per cent, cut to one decimal: 79.99 must not look like a pass at 80."""
        return int(self.score * 1000 / self.max_score) / 10 if self.max_score else 0.0

    @property
    def passed(self) -> bool:
        """Say whether the score reaches the pass mark, without rounding."""
        return self.max_score > 0 and self.score * 100 >= self.pass_percent * self.max_score

"""How a response is marked: one pure function a kind, total over anything that was ever stored; 1 mark or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.quizzes.rules.responses import Kind, folded, number

Key = Mapping[str, Any]


def single(key: Key, response: object) -> bool:
    """Say whether the one option chosen is right."""
    return isinstance(response, str) and response in key["ids"]


def multiple(key: Key, response: object) -> bool:
    """Say whether all right options were chosen and no other; there are no partial marks."""
    return isinstance(response, list) and set(response) == set(key["ids"])


def true_false(key: Key, response: object) -> bool:
    """Say whether "true" or "false" was rightly chosen."""
    return single(key, response)


def numeric(key: Key, response: object) -> bool:
    """Say whether a number lies within the tolerance of the right one, both ends included."""
    given = number(response, key.get("units", ()))
    if given is None:
        return False
    return abs(given - Decimal(str(key["value"]))) <= Decimal(str(key.get("tolerance", 0)))


def short_text(key: Key, response: object) -> bool:
    """Say whether a text equals an accepted form of either language, width, case and spaces aside."""
    if not isinstance(response, str):
        return False
    forms = {folded(form) for language in key["accept"].values() for form in language}
    return folded(response) in forms - {""}


GRADERS: Mapping[str, Callable[[Key, object], bool]] = {
    Kind.SINGLE: single,
    Kind.MULTIPLE: multiple,
    Kind.TRUE_FALSE: true_false,
    Kind.NUMERIC: numeric,
    Kind.SHORT_TEXT: short_text,
}


def correct(kind: str, key: Key, response: object, units: Sequence[str] = ()) -> bool:
    """Say whether `response` is right; no response is not. `units` may stand behind a number."""
    return GRADERS[kind]({**key, "units": units}, response)


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

"""What finished attempts add to the sums that reports are made of: one definition for writing them on and anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.quizzes.rules.kinds import BOOLEANS, Asked, Key, kind_of

SCORE_DIGITS = 10  # thirds add up differently in another order; a histogram must call them the same score


@dataclass(frozen=True)
class Place:
    """One question of a finished attempt. `chosen`: the options taken, where the question is one of options."""

    version_id: int
    marks: float
    void: bool
    answered: bool
    sure: bool
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A finished attempt. `counts`: it is a first attempt and was not thrown away; others only say what was drawn."""

    quiz_id: int
    score: float
    max_score: float
    counts: bool
    in_time: bool
    passed: bool
    places: tuple[Place, ...]


@dataclass(frozen=True)
class ItemSums:
    """Sums over the first attempts that held a question; `rest` is the score without it, `drawn` counts all."""

    drawn: int = 0
    n: int = 0
    answered: int = 0
    marks: float = 0.0
    marks_squared: float = 0.0
    rest: float = 0.0
    rest_squared: float = 0.0
    marks_rest: float = 0.0
    sure_and_wrong: int = 0


@dataclass(frozen=True)
class OptionSums:
    """How many chose an option, and the sum of their scores."""

    chosen: int = 0
    total: float = 0.0


@dataclass(frozen=True)
class ScoreSums:
    """How many came to a score; `in_time` of them handed in before time ended."""

    n: int = 0
    in_time: int = 0
    passed: int = 0


@dataclass(frozen=True)
class Tally:
    """Sums by (quiz, version), (quiz, version, option) and (quiz, score, most), each in the order of its keys."""

    items: Mapping[tuple[int, int], ItemSums]
    options: Mapping[tuple[int, int, str], OptionSums]
    scores: Mapping[tuple[int, float, float], ScoreSums]


def tally(sheets: Iterable[Sheet]) -> Tally:
    """Return what `sheets` add; a void question counts as drawn and for nothing else."""
    items: dict[tuple[int, int], list[float]] = {}
    options: dict[tuple[int, int, str], list[float]] = {}
    scores: dict[tuple[int, float, float], list[float]] = {}
    for sheet in sheets:
        for place in sheet.places:
            counts = sheet.counts and not place.void
            _add(items, (sheet.quiz_id, place.version_id), _of_item(place, sheet.score) if counts else (1, *[0.0] * 8))
            for option in place.chosen if counts else ():
                _add(options, (sheet.quiz_id, place.version_id, option), (1, sheet.score))
        if sheet.counts and sheet.max_score:
            key = (sheet.quiz_id, round(sheet.score, SCORE_DIGITS), sheet.max_score)
            _add(scores, key, (1, sheet.in_time, sheet.passed))
    return Tally(
        {key: _item_sums(sums) for key, sums in sorted(items.items())},
        {key: OptionSums(int(sums[0]), sums[1]) for key, sums in sorted(options.items())},
        {key: ScoreSums(*map(int, sums)) for key, sums in sorted(scores.items())},
    )


def _add(sums: dict[Any, list[float]], key: object, parts: Sequence[float]) -> None:
    held = sums.setdefault(key, [0.0] * len(parts))
    for n, part in enumerate(parts):
        held[n] += part


def _of_item(place: Place, score: float) -> tuple[float, ...]:
    mark = place.marks
    rest = score - mark
    wrong = place.sure and mark < 1
    return (1, 1, place.answered, mark, mark * mark, rest, rest * rest, mark * rest, wrong)


def _item_sums(sums: Sequence[float]) -> ItemSums:
    drawn, n, answered, mark, square, rest, rest_square, both, wrong = sums
    return ItemSums(int(drawn), int(n), int(answered), mark, square, rest, rest_square, both, int(wrong))


def offered(kind: str, key: Key, options: Sequence[str], body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the options of a question that is answered by taking some of them and leaving others; else none."""
    ids = tuple(options) or BOOLEANS
    right = rightly(kind, key, options, body)
    return ids if right and set(right) < set(ids) else ()


def rightly(kind: str, key: Key, options: Sequence[str], body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the options of the key, where it names options."""
    right = kind_of(kind).right(key, Asked(options=options, body=body))
    parts = right if isinstance(right, list) else [right]
    ids = set(options or BOOLEANS)
    return tuple(part for part in parts if isinstance(part, str)) if _all_in(parts, ids) else ()


def _all_in(parts: Sequence[object], ids: set[str]) -> bool:
    return all(isinstance(part, str) and part in ids for part in parts)


def taken(response: object, ids: Sequence[str]) -> tuple[str, ...]:
    """Return those of `ids` that a stored response takes, each once."""
    parts = response if isinstance(response, list) else [response]
    return tuple(each for each in ids if each in parts)

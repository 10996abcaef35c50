"""The draw: which questions, in which order, with their options in which order. It follows from a stored seed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn, in its current version."""

    question_id: int
    version_id: int
    lesson_id: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """A question as an attempt freezes it."""

    version_id: int
    option_order: tuple[str, ...]


def draw(pool: Iterable[Candidate], count: int, seed: int) -> tuple[Drawn, ...]:
    """Return `count` questions (all, if there are fewer), the same for the same pool and seed.

    Every lesson gives one before any gives two, two before any gives three; which ones, and the order, is chance.
    """
    chance = Random(seed)  # noqa: S311  # a draw that can be repeated is meant; the seed itself is a secret
    lessons: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in sorted(pool, key=lambda each: each.question_id):
        lessons[candidate.lesson_id].append(candidate)
    turns: list[tuple[int, float, Candidate]] = []
    for lesson_id in sorted(lessons):
        chance.shuffle(lessons[lesson_id])
        turns += [(turn, chance.random(), candidate) for turn, candidate in enumerate(lessons[lesson_id])]
    turns.sort(key=lambda each: each[:2])
    chosen = [candidate for _turn, _luck, candidate in turns[:count]]
    chance.shuffle(chosen)
    return tuple(Drawn(each.version_id, tuple(chance.sample(each.options, len(each.options)))) for each in chosen)

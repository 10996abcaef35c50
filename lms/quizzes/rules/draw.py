"""The draw: which questions, in which order, with their options in which order. It follows from a stored seed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from random import Random


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn, in its current version."""

    question_id: int
    version_id: int
    lesson_id: int
    options: tuple[str, ...]
    competency: str = ""
    rank: int = 0
    shuffles: bool = True  # its options may change places


@dataclass(frozen=True)
class Drawn:
    """A question as an attempt freezes it."""

    version_id: int
    option_order: tuple[str, ...]


def ranked(
    pool: Iterable[Candidate], *, met_lessons: Collection[int], confirmed: Collection[str]
) -> tuple[Candidate, ...]:
    """Return the pool as a learner practises it: first what they met and have not confirmed, last what they never met.

    `met_lessons` are the ids of lessons begun, `confirmed` the competencies that a right answer has shown.
    """

    def rank(candidate: Candidate) -> int:
        if candidate.lesson_id not in met_lessons:
            return 2
        return 1 if candidate.competency in confirmed else 0

    return tuple(replace(candidate, rank=rank(candidate)) for candidate in pool)


def unseen_first(pool: Iterable[Candidate], seen: Collection[int]) -> tuple[Candidate, ...]:
    """Return the pool for a form that asks nothing of `seen` (ids of questions) while there is anything else."""
    return tuple(replace(candidate, rank=int(candidate.question_id in seen)) for candidate in pool)


def draw(pool: Iterable[Candidate], count: int, seed: int, *, seen: Collection[int] = frozenset()) -> tuple[Drawn, ...]:
    """Return `count` questions (all, if there are fewer), the same for the same pool and seed.

    Lower ranks come first. Within a rank every lesson gives one before any gives two, two before any gives three; which
    ones, and the order, is chance, but that of each lesson what was `seen` comes last.
    """
    chance = Random(seed)  # noqa: S311  # a draw that can be repeated is meant; the seed itself is a secret
    lessons: dict[tuple[int, int], list[Candidate]] = defaultdict(list)
    for candidate in sorted(pool, key=lambda each: each.question_id):
        lessons[candidate.rank, candidate.lesson_id].append(candidate)
    turns: list[tuple[int, int, float, Candidate]] = []
    for rank, lesson_id in sorted(lessons):
        held = lessons[rank, lesson_id]
        chance.shuffle(held)
        held.sort(key=lambda each: each.question_id in seen)
        turns += [(rank, turn, chance.random(), candidate) for turn, candidate in enumerate(held)]
    turns.sort(key=lambda each: each[:3])
    return _mixed([candidate for *_order, candidate in turns[:count]], chance)


def in_any_order(chosen: Iterable[Candidate], seed: int) -> tuple[Drawn, ...]:
    """Return questions that were chosen already in an order of chance, the same for the same seed."""
    return _mixed(sorted(chosen, key=lambda each: each.question_id), Random(seed))  # noqa: S311  # as above


def _mixed(chosen: list[Candidate], chance: Random) -> tuple[Drawn, ...]:
    chance.shuffle(chosen)
    return tuple(Drawn(each.version_id, _options(each, chance)) for each in chosen)


def _options(candidate: Candidate, chance: Random) -> tuple[str, ...]:
    """Return the options in the order they are shown; those of a kind that keeps its order stay."""
    if not candidate.shuffles:
        return candidate.options
    return tuple(chance.sample(candidate.options, len(candidate.options)))

"""Puts hits in order: what is called exactly so first, then as the index ranks them; no lesson crowds out the rest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from lms.knowledge.rules.words import normal

MOST_OF_A_LESSON = 3
KINDS = ("term", "page", "point", "lesson")


@dataclass(frozen=True)
class Ranked:
    """What a hit says of itself; the lower `rank`, the better."""

    kind: str
    title: str
    lesson_id: int | None
    rank: float


Hit = TypeVar("Hit", bound=Ranked)


def ordered(hits: Iterable[Hit], asked: str, most: int) -> list[Hit]:
    """Return at most `most` of `hits`, best first."""
    said = normal(asked).strip()

    def place(hit: Hit) -> tuple[int, float, int]:
        exact = normal(hit.title).strip() == said
        return (0 if exact else 1, 0.0 if exact else hit.rank, KINDS.index(hit.kind))

    taken: Counter[int] = Counter()
    chosen: list[Hit] = []
    for hit in sorted(hits, key=place):
        if hit.lesson_id is not None:
            taken[hit.lesson_id] += 1
            if taken[hit.lesson_id] > MOST_OF_A_LESSON:
                continue
        chosen.append(hit)
    return chosen[:most]

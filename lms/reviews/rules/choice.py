"""What a session of so many minutes holds: the most worth reviewing first, as many as fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from lms.reviews.rules.recall import SAFE, TARGET, Memory

DEFAULT_SECONDS = 12
LEAST_SECONDS, MOST_SECONDS = 4, 60  # bounds of what one card is reckoned to take
TIMES_MEDIAN = 3  # time on one card counts up to so many times the median
LONGEST_SESSION = 120  # cards, whatever the minutes


@dataclass(frozen=True)
class Candidate:
    """A point that may be asked; `criticality` is 1 for nice to know up to 3 for what a gate asks."""

    key_point_id: int
    memory: Memory
    criticality: int = 1

    def worth(self, at: datetime) -> float:
        """Return criticality × (target − predicted recall); negative where the point sits."""
        return self.criticality * (TARGET - self.memory.recall(at))


def card_seconds(seconds: Sequence[int]) -> int:
    """Return what one card takes this learner: the median of their own `seconds`, 12 before there are any."""
    typical = median(seconds) if seconds else DEFAULT_SECONDS
    return round(min(max(typical, LEAST_SECONDS), MOST_SECONDS))


def counted_seconds(elapsed: float, typical: int) -> int:
    """Return what of `elapsed` seconds counts for a card that takes `typical`: at most three times that."""
    return round(min(max(elapsed, 0), TIMES_MEDIAN * typical))


def chosen(candidates: Iterable[Candidate], *, minutes: int, typical: int, at: datetime) -> tuple[int, ...]:
    """Return the key points of a session of `minutes`, best first; what is safe at `at` is left out.

    The same candidates give the same session: equal worth goes by the point's id.
    """
    room = min(max(minutes * 60 // typical, 1), LONGEST_SESSION)
    useful = [one for one in candidates if one.memory.recall(at) < SAFE]
    useful.sort(key=lambda one: (-one.worth(at), one.key_point_id))
    return tuple(one.key_point_id for one in useful[:room])


def due(candidates: Iterable[Candidate], at: datetime) -> int:
    """Return how many points are below the target."""
    return sum(one.worth(at) > 0 for one in candidates)


def minutes_for(count: int, typical: int, most: int = 3) -> int:
    """Return the minutes to offer for `count` cards: at least 1, at most `most`; nobody is shown a debt."""
    return min(max(-(-count * typical // 60), 1), most)


def percent_in_memory(memories: Sequence[Memory], at: datetime) -> int:
    """Return the share of points that sit, 0 to 100, rounded down."""
    return 100 * sum(one.state(at) == "ok" for one in memories) // max(len(memories), 1)

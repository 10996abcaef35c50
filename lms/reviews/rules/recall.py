"""The forgetting curve, what a learner is told of it, and the fixed ladder. Moments in, chances (0 to 1) out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

# FSRS-6, "The forgetting curve": R(t) = (1 + F·t/S)^−d with F = 0.9^(−1/d) − 1, so that R(S) = 0.9; d is its w20.
# https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
DECAY = 0.1542
FACTOR = 0.9 ** (-1 / DECAY) - 1
TARGET = 0.90  # from here on a point sits
SAFE = 0.95  # from here on a review would only cost time
MET_STABILITY = FACTOR / (0.80 ** (-1 / DECAY) - 1)  # days: a point that was only read is recalled by 80 % a day later
DAY = timedelta(days=1)
LADDER = (1, 3, 7, 14, 28)  # days to the next review
LAPSED_AT_MOST = 0.85  # who could not recall it the last time is not reckoned to know it, however short ago that was
SAME_TRY = timedelta(minutes=10)  # who has just seen the answer does not recall it


class Rating(IntEnum):
    """How a recall went, in FSRS's numbers."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @classmethod
    def named(cls, word: str) -> "Rating":
        """Return the rating called `word` (`again`, `hard`, `good`, `easy`)."""
        return cls[word.upper()]


@dataclass(frozen=True)
class Memory:
    """What is known of one point in one learner's memory; `stability` is in days, `lapsed`: not recalled last time."""

    stability: float | None = None
    last_review_at: datetime | None = None
    met_at: datetime | None = None
    lapsed: bool = False

    def recall(self, at: datetime) -> float:
        """Return the predicted chance to know the point at `at`; real elapsed time counts, however overdue it is."""
        if self.stability is not None and self.last_review_at is not None:
            chance = recall(at - self.last_review_at, self.stability)
            return min(chance, LAPSED_AT_MOST) if self.lapsed else chance
        return recall(at - self.met_at, MET_STABILITY) if self.met_at is not None else 0.0

    def state(self, at: datetime) -> str:
        """Return `ok` (it sits), `warn` (it wobbles) or `new` (met or not, but never reviewed)."""
        if self.last_review_at is None:
            return "new"
        return "ok" if self.recall(at) >= TARGET else "warn"


def recall(elapsed: timedelta, stability: float) -> float:
    """Return the chance to recall a point of `stability` days after `elapsed`."""
    return float((1 + FACTOR * max(elapsed / DAY, 0) / stability) ** -DECAY)


def rung(stability: float | None) -> int:
    """Return the rung of the ladder that a memory of `stability` days stands on; -1 before the first."""
    return sum(stability >= days for days in LADDER) - 1 if stability is not None else -1


def climbed(stability: float | None, rating: Rating) -> int:
    """Return the days until the next review on the ladder: a rung up, the same after "hard", down after "again"."""
    if rating is Rating.AGAIN:
        return LADDER[0]
    step = rung(stability) + (rating is not Rating.HARD)
    return LADDER[min(max(step, 0), len(LADDER) - 1)]


def counts(last_review_at: datetime | None, now: datetime) -> bool:
    """Say whether a recall outside a session counts: not within ten minutes of the last one, its answer still shown."""
    return last_review_at is None or now - last_review_at >= SAME_TRY

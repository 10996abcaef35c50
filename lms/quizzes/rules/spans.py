"""How long an attempt lasts: the limit of its quiz, what its learner is allowed besides, and pauses for calls."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
NONE = timedelta(0)
LONGEST = timedelta(hours=24)  # of an attempt without limit, and of one pause in practice
FACTORS = (1.0, 1.25, 1.5)
MOST_EXTRA_MINUTES = 240


@dataclass(frozen=True)
class Allowance:
    """What a person gets beyond the limit of a quiz: limit × factor + extra minutes, or no limit at all."""

    factor: float = 1.0
    extra_minutes: int = 0
    unlimited: bool = False


STANDARD = Allowance()


def deadline(
    started_at: datetime,
    limit_minutes: int,
    hard_stop_at: datetime | None,
    allowance: Allowance = STANDARD,
    *,
    paused: timedelta = NONE,
) -> datetime:
    """Return min(started_at + limit × factor + extra + pauses, hard stop), of instants: summer time adds nothing.

    Without a limit that is the hard stop, and where there is none, 24 hours (plus extra and pauses) after the start.
    """
    if allowance.unlimited and hard_stop_at is not None:
        return hard_stop_at
    span = LONGEST if allowance.unlimited else timedelta(minutes=limit_minutes) * allowance.factor
    end = started_at + span + timedelta(minutes=allowance.extra_minutes) + paused
    return end if hard_stop_at is None else min(end, hard_stop_at)


def extra_time(limit_minutes: int, allowance: Allowance) -> float:
    """Return the minutes that `allowance` adds to a limit: 10 for 20 minutes × 1.5."""
    return limit_minutes * (allowance.factor - 1) + allowance.extra_minutes


def minutes_owed(end: datetime, floor: datetime, hard_stop_at: datetime | None) -> int:
    """Return the whole minutes that bring `end` to `floor` or later, or to the hard stop where that is earlier."""
    goal = floor if hard_stop_at is None else min(floor, hard_stop_at)
    return max(0, -((end - goal) // MINUTE))


@dataclass(frozen=True)
class PauseTerms:
    """How often one may pause for a call (None: as often as one likes), and how long one pause lasts at most."""

    allowed: int | None
    longest: timedelta

    def left(self, taken: int) -> int | None:
        """Return how many pauses are left after `taken`, or None where nobody counts."""
        return None if self.allowed is None else max(0, self.allowed - taken)


def pause_terms(purpose: str, allowed: int, minutes: int) -> PauseTerms:
    """Return the pauses of a quiz: practice pauses freely, a gate never, any other as it states."""
    if purpose == "practice":
        return PauseTerms(None, LONGEST)
    return PauseTerms(0 if purpose == "gate" else allowed, timedelta(minutes=minutes))


def pause_used(paused_at: datetime, longest: timedelta, now: datetime) -> timedelta:
    """Return how long a pause lasted until `now`, in whole seconds rounded up, from none to the longest."""
    seconds = -((paused_at - now) // timedelta(seconds=1))
    return min(longest, max(NONE, timedelta(seconds=seconds)))

"""What is true of a learner's place in a lesson: how far it moves, what time counts, which key points are met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

PAUSE_SECONDS = 120  # longer without a sign of life is a pause, and pauses do not count
TIMES_ESTIMATE = 3  # a lesson counts for at most so many times the minutes it is estimated at


@dataclass(frozen=True)
class Report:
    """What a reader says: the block one is at (None: unchanged), seconds since the last report, finished or not."""

    position: int | None = None
    seconds: int = 0
    done: bool = False


@dataclass(frozen=True)
class Place:
    """Where one learner is in one lesson; `position` and `furthest` are indexes of blocks, from 0."""

    revision: int
    position: int = 0
    furthest: int = 0
    seconds: int = 0
    done_at: datetime | None = None

    def read_blocks(self, block_count: int) -> int:
        """Return how many of `block_count` blocks the learner has reached; all of them once the lesson is done."""
        return block_count if self.done_at else min(self.furthest + 1, block_count)


def counted_seconds(sent: int, *, total: int, minutes: int, since: timedelta | None) -> int:
    """Return the part of `sent` seconds that counts as focused time.

    No more than a pause may last, than the clock has moved since the last report (None: there was none), and than
    keeps the `total` of the lesson within 3 × its estimated `minutes`. So a report that is sent twice counts once.
    """
    moved = PAUSE_SECONDS if since is None else max(ceil(since.total_seconds()), 0)
    room = max(TIMES_ESTIMATE * minutes * 60 - total, 0)
    return max(min(sent, PAUSE_SECONDS, moved, room), 0)


def moved(place: Place, report: Report, *, block_count: int, seconds: int, now: datetime) -> Place:
    """Return the place after a report: bounded by the lesson, never less far than before, finished once and for all."""
    last = max(block_count - 1, 0)
    position = place.position if report.position is None else min(max(report.position, 0), last)
    furthest = max(place.furthest, last if report.done else position)
    done_at = place.done_at or (now if report.done else None)
    return replace(place, position=position, furthest=furthest, seconds=place.seconds + seconds, done_at=done_at)


def reaches_further(place: Place, report: Report) -> bool:
    """Say whether a report may bring the learner to blocks they have not reached yet."""
    return (report.position or 0) > place.furthest or (report.done and place.done_at is None)


def points_in(blocks: Sequence[Mapping[str, Any]], furthest: int | None = None) -> list[int]:
    """Return the numbers of the key points in `blocks`, up to and with index `furthest` where it is given."""
    reached = blocks if furthest is None else blocks[: furthest + 1]
    return sorted({int(number) for block in reached for number in block.get("points", ())})

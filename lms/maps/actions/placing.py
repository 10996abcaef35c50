"""Grades the placing of a blank map; each key point that was put right, or not, is a review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.maps.rules.blank import Blank, Placed, graded
from lms.reviews.actions import Given, rate_at_once
from lms.reviews.rules.recall import Rating


@dataclass(frozen=True)
class Graded:
    """A placing after grading."""

    placed: tuple[Placed, ...]

    @property
    def right(self) -> int:
        """Return how many gaps hold what belongs there."""
        return sum(one.right for one in self.placed)

    @property
    def wrong(self) -> tuple[Placed, ...]:
        """Return the gaps that do not."""
        return tuple(one for one in self.placed if not one.right)


def grade_blank(
    session: Session, learner_id: int | None, blank: Blank, placement: Mapping[int, str], *, now: datetime, day: date
) -> Graded:
    """Return how a blank map was filled; for a learner (None: who only reads) each key point counts as a review.

    Right is "good", wrong is "again"; sent again within ten minutes, it counts no more.
    """
    placed = graded(blank, placement)
    for one in placed:
        if learner_id is not None and one.gap.key_point_id is not None:
            rating = Rating.GOOD if one.right else Rating.AGAIN
            rate_at_once(session, learner_id, Given(one.gap.key_point_id, rating, "map"), now=now, day=day)
    return Graded(placed)

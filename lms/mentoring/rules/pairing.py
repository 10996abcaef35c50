"""Who can be whose mentor, when mentor and apprentice can meet, how many apprentices one person can look after."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_PLACES = 60
MEET_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Places:
    """How many apprentices a mentor has room for, and how many there are."""

    all: int
    taken: int

    @property
    def free(self) -> int:
        """Return the places that nobody has yet."""
        return max(self.all - self.taken, 0)


@dataclass(frozen=True)
class Change:
    """A learner's mentor before and after; None: nobody."""

    learner_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class MeetingValue:
    """When, where and about what mentor and apprentice talk."""

    starts_at: datetime
    place: str
    topic: str


def changes(now_held: Mapping[int, int], wanted: Mapping[int, int | None]) -> tuple[Change, ...]:
    """Return what is different between the mentors that learners have and those they are to have."""
    every = (Change(learner, now_held.get(learner), mentor) for learner, mentor in wanted.items())
    return tuple(change for change in every if change.before != change.after)


def overbooked(places: Mapping[int, Places], moved: Collection[Change]) -> dict[int, int]:
    """Return, by mentor, how many places more are needed than there are once all of `moved` is done.

    Who leaves makes room for who comes, so that two full mentors can swap.
    """
    come = Counter(change.after for change in moved if change.after is not None)
    leave = Counter(change.before for change in moved if change.before is not None)
    short = {mentor: come[mentor] - leave[mentor] - places[mentor].free for mentor in come}
    return {mentor: number for mentor, number in short.items() if number > 0}


def refusal(change: Change, mentors: Collection[int]) -> str | None:
    """Return why this cannot be the learner's mentor (`own_mentor`, `not_a_mentor`), or None if it can."""
    if change.after == change.learner_id:
        return "own_mentor"
    return "not_a_mentor" if change.after is not None and change.after not in mentors else None


def capacity_refusal(wanted: int, taken: int) -> str | None:
    """Return why a mentor cannot have so many places (`too_many_places`, `places_taken`), or None."""
    if not 0 <= wanted <= MOST_PLACES:
        return "too_many_places"
    return "places_taken" if wanted < taken else None


def meeting_refusal(starts_at: datetime, now: datetime) -> str | None:
    """Return why nobody can meet then (`meeting_past`, `meeting_far`), or None."""
    if starts_at <= now:
        return "meeting_past"
    return "meeting_far" if starts_at > now + MEET_WITHIN else None

"""The only user of the package `fsrs`: what one rating makes of a memory, by FSRS-6 or by the ladder."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import fsrs

from lms.reviews.rules.recall import TARGET, Rating, climbed

REVIEWED, LAPSED = int(fsrs.State.Review), int(fsrs.State.Relearning)
MIDDLING = 5.0  # difficulty of a card that comes from the ladder, on FSRS's scale of 1 to 10
# No steps of minutes: a card comes back in days, not in the same sitting. No fuzz: the same answers, the same plan.
SCHEDULER = fsrs.Scheduler(desired_retention=TARGET, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@dataclass(frozen=True)
class Known:
    """What is kept of one point; `difficulty` None: the ladder keeps it."""

    stability: float
    difficulty: float | None
    due_at: datetime
    last_review_at: datetime
    state: int = REVIEWED
    step: int | None = None


def reviewed(known: Known | None, rating: Rating, *, now: datetime, ladder: bool = False) -> Known:
    """Return what `rating` at `now` makes of `known` (None: the first review); "again" marks it as lapsed."""
    state = LAPSED if rating is Rating.AGAIN else REVIEWED
    if ladder:
        days = climbed(known.stability if known else None, rating)
        return Known(float(days), None, now + timedelta(days=days), now, state)
    card = fsrs.Card(card_id=1, due=now)
    if known is not None:
        card = fsrs.Card(
            card_id=1,
            state=fsrs.State.Review,
            stability=known.stability,
            difficulty=known.difficulty or MIDDLING,
            due=known.due_at,
            last_review=known.last_review_at.astimezone(UTC),
        )
    after, _log = SCHEDULER.review_card(card, fsrs.Rating(rating), now.astimezone(UTC))
    if after.stability is None:
        raise ValueError("a reviewed card has a stability")  # for the type checker; FSRS always sets it
    return Known(after.stability, after.difficulty, after.due, now, state, after.step)

"""What runs by itself: lessons whose wording is not indexed yet are, and misses that nobody asked for again go."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.knowledge.actions import forget_misses, index_lessons

AT_ONCE = 100


def sweep(session: Session, *, now: datetime) -> int:
    """Index up to AT_ONCE lessons and return how many; a large change of the glossary takes several rounds."""
    del now
    return index_lessons(session, limit=AT_ONCE)


def forget(session: Session, *, now: datetime) -> int:
    """Delete single misses of long ago; return how many."""
    return forget_misses(session, now=now)

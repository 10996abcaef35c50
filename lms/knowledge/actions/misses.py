"""Keeps what was searched and not found, and what a trainer decides about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from lms.db import insert
from lms.errors import Invalid, NotFound
from lms.knowledge.models import ManualPage, SearchMiss
from lms.knowledge.rules.misses import noted

MOST = 5000
KEEP_SINGLE = timedelta(days=60)
MOST_POSTS = 10


def note_miss(session: Session, text: str, posts: Iterable[str], *, now: datetime) -> bool:
    """Count a search without result; say whether it is kept. One that was answered before is open again."""
    words = noted(text)
    if words is None:
        return False
    row = session.scalar(select(SearchMiss).where(SearchMiss.words == words))
    if row is None and not _room(session):
        return False
    merged = sorted({*(row.posts if row else ()), *posts})[:MOST_POSTS]
    first = {"words": words, "count": 1, "posts": merged, "first_at": now, "last_at": now, "state": "open"}
    again = {
        "count": SearchMiss.count + 1,
        "posts": merged,
        "last_at": now,
        "state": case((SearchMiss.state == "answered", "open"), else_=SearchMiss.state),
    }
    session.execute(
        insert(session, SearchMiss).values(first).on_conflict_do_update(index_elements=[SearchMiss.words], set_=again)
    )
    return True


def _room(session: Session) -> bool:
    """Say whether one more can be kept; where all places are taken, the open ones least asked for go, oldest first."""
    over = (session.scalar(select(func.count()).select_from(SearchMiss)) or 0) - MOST + 1
    if over <= 0:
        return True
    least = select(SearchMiss.id).where(SearchMiss.state == "open")
    going = list(session.scalars(least.order_by(SearchMiss.count, SearchMiss.last_at, SearchMiss.id).limit(over)))
    session.execute(delete(SearchMiss).where(SearchMiss.id.in_(going)).execution_options(synchronize_session=False))
    return len(going) == over


def answer_miss(session: Session, miss_id: int, slug: str) -> None:
    """Note which manual page answers a miss. Raises NotFound, and Invalid where no page is called `slug`."""
    miss = _own(session, miss_id)
    page_id = session.scalar(select(ManualPage.id).where(ManualPage.slug == slug, ManualPage.retired_at.is_(None)))
    if page_id is None:
        raise Invalid(code="no_such_page", field="slug")
    miss.state, miss.page_id = "answered", page_id


def dismiss_miss(session: Session, miss_id: int) -> None:
    """Take a miss off the list; it is still counted and does not come back. Raises NotFound."""
    _own(session, miss_id).state = "dismissed"


def forget_misses(session: Session, *, now: datetime) -> int:
    """Delete what was asked for only once and long ago; return how many."""
    old = (SearchMiss.count == 1, SearchMiss.last_at < now - KEEP_SINGLE, SearchMiss.state == "open")
    return int(session.execute(delete(SearchMiss).where(*old)).rowcount)  # type: ignore[attr-defined]  # of a DML result


def _own(session: Session, miss_id: int) -> SearchMiss:
    miss = session.scalar(select(SearchMiss).where(SearchMiss.id == miss_id).with_for_update())
    if miss is None:
        raise NotFound
    return miss

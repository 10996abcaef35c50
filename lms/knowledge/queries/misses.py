"""What was searched and not found."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.knowledge.models import ManualPage, SearchMiss

MOST = 200


@dataclass(frozen=True)
class MissLine:
    """A miss in the trainer's list; `page_*` where one was answered."""

    id: int
    words: str
    count: int
    posts: tuple[str, ...]
    last_at: datetime
    state: str
    page_slug: str | None
    page_zh: str | None
    page_en: str | None


def misses(session: Session, *, state: str = "open") -> tuple[MissLine, ...]:
    """Return misses in `state`, the most wanted first."""
    miss = SearchMiss
    rows = session.execute(
        select(
            *(miss.id, miss.words, miss.count, miss.posts, miss.last_at, miss.state),
            *(ManualPage.slug, ManualPage.title_zh, ManualPage.title_en),
        )
        .outerjoin(ManualPage, ManualPage.id == miss.page_id)
        .where(miss.state == state)
        .order_by(miss.count.desc(), miss.last_at.desc(), miss.id)
        .limit(MOST)
    )
    return tuple(
        MissLine(number, words, count, tuple(posts), last_at, at, *page)
        for number, words, count, posts, last_at, at, *page in rows
    )

"""Writes entries and their words together, so that neither is ever there without the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from lms.knowledge import fulltext
from lms.knowledge.models import SearchEntry


@dataclass(frozen=True)
class Draft:
    """An entry to be: its columns, and the texts it is found by, by weight."""

    columns: dict[str, Any]
    title: str
    points: str
    body: str


def posts(slugs: Iterable[str]) -> str:
    """Return the stored form of a list of posts: each between spaces; empty: for all."""
    return "".join(f" {slug}" for slug in sorted(slugs)) + " " if slugs else ""


def replace(session: Session, stale: ColumnElement[bool], drafts: Iterable[Draft]) -> int:
    """Take out the entries for which `stale` holds, put `drafts` in their place, and return how many there are now."""
    old = list(session.scalars(select(SearchEntry.id).where(stale)))
    fulltext.remove(session, old)
    if old:
        session.execute(delete(SearchEntry).where(SearchEntry.id.in_(old)).execution_options(synchronize_session=False))
    new = [(SearchEntry(**draft.columns), draft) for draft in drafts]
    session.add_all(entry for entry, _ in new)
    session.flush()
    fulltext.store(
        session, [fulltext.Row(entry.id, entry.locale, said.title, said.points, said.body) for entry, said in new]
    )
    return len(new)

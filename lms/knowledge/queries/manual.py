"""What is read of the operations manual."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.knowledge.models import ManualPage, ManualRevision
from lms.knowledge.rules.manual import KINDS, TEXTS, Page


@dataclass(frozen=True)
class PageLine:
    """A page in the list of the manual."""

    slug: str
    kind: str
    title_zh: str
    title_en: str
    lead_zh: str
    lead_en: str
    published: int
    revision: int
    retired_at: datetime | None

    @property
    def is_draft(self) -> bool:
        """Say whether the newest wording is not what readers see."""
        return self.published != self.revision


@dataclass(frozen=True)
class RevisionLine:
    """A wording in the list of a page's revisions."""

    number: int
    based_on: int
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class Editable:
    """A page with one of its wordings, for who writes."""

    page: ManualPage
    wording: ManualRevision


def browse(session: Session, *, kind: str = "", post: str = "", all_pages: bool = False) -> dict[str, list[PageLine]]:
    """Return the published pages (`all_pages`: all) by kind, in one statement."""
    page = ManualPage
    query = select(
        *(page.slug, page.kind, page.title_zh, page.title_en, page.lead_zh, page.lead_en),
        *(page.published, page.revision, page.retired_at, page.posts),
    ).order_by(page.title_en, page.slug)
    if not all_pages:
        query = query.where(page.published > 0, page.retired_at.is_(None))
    if kind in KINDS:
        query = query.where(page.kind == kind)
    found: dict[str, list[PageLine]] = {}
    for *columns, posts in session.execute(query):
        if not post or not posts or post in posts:
            found.setdefault(columns[1], []).append(PageLine(*columns))
    return {name: found[name] for name in KINDS if name in found}


def manual_page(session: Session, slug: str) -> ManualPage:
    """Return a page that readers see, or raise NotFound."""
    page = session.scalar(
        select(ManualPage).where(ManualPage.slug == slug, ManualPage.published > 0, ManualPage.retired_at.is_(None))
    )
    if page is None:
        raise NotFound
    return page


def editable(session: Session, slug: str, number: int | None = None) -> Editable:
    """Return a page with its newest wording, or with that of `number`; raise NotFound."""
    row = session.execute(
        select(ManualPage, ManualRevision)
        .join(ManualRevision, ManualRevision.page_id == ManualPage.id)
        .where(ManualPage.slug == slug)
        .where(ManualRevision.number == (ManualPage.revision if number is None else number))
    ).first()
    if row is None:
        raise NotFound
    return Editable(row[0], row[1])


def revision_list(session: Session, page_id: int) -> tuple[RevisionLine, ...]:
    """Return the wordings of a page, the newest first."""
    row: Any = ManualRevision
    found = session.execute(
        select(row.number, row.based_on, row.saved_by, row.saved_at)
        .where(row.page_id == page_id)
        .order_by(row.number.desc())
        .limit(200)
    )
    return tuple(RevisionLine(*columns) for columns in found)


def page_choices(session: Session) -> tuple[tuple[str, str, str], ...]:
    """Return slug and titles of the pages that readers see."""
    rows = session.execute(
        select(ManualPage.slug, ManualPage.title_zh, ManualPage.title_en)
        .where(ManualPage.published > 0, ManualPage.retired_at.is_(None))
        .order_by(ManualPage.title_en)
    )
    return tuple((row.slug, row.title_zh, row.title_en) for row in rows)


def published_pages(session: Session) -> tuple[Page, ...]:
    """Return the wording that readers see of every page, by name, as files state it."""
    rows = session.execute(
        select(ManualPage.slug, ManualRevision)
        .join(ManualRevision, ManualRevision.page_id == ManualPage.id)
        .where(ManualRevision.number == ManualPage.published, ManualPage.retired_at.is_(None))
        .order_by(ManualPage.slug)
    )
    return tuple(value_of(slug, row) for slug, row in rows)


def value_of(slug: str, row: ManualRevision) -> Page:
    """Return a stored wording as the value that forms and files state."""
    facts = {name: getattr(row, name) for name in TEXTS}
    return Page(slug=slug, **facts | {"posts": tuple(row.posts)})

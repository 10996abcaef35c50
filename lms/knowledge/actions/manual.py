"""Writes the operations manual: every save is a revision of its own, publishing makes HTML, lead and entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.audit import actions as audit
from lms.courses.actions.rendering import blocks
from lms.errors import Invalid, NotFound
from lms.knowledge.actions import entries
from lms.knowledge.models import ManualPage, ManualRevision, SearchEntry
from lms.knowledge.queries.manual import value_of
from lms.knowledge.rules import manual, stored
from lms.knowledge.rules.manual import FACTS, TEXTS, Page

Change = tuple[str, str]


@dataclass(frozen=True)
class Saved:
    """What a save did; `conflict` is the number of the revision that somebody else saved meanwhile, 0: nobody did."""

    page_id: int
    slug: str
    number: int
    published: bool
    conflict: int = 0


def save_page(session: Session, value: Page, *, based_on: int, publish: bool, actor: str, now: datetime) -> Saved:
    """Store `value` as a new revision of its page (`based_on` 0: of a new page) and publish it where asked.

    Where somebody else saved after revision `based_on`, both texts are kept and nothing is published. Raises Invalid,
    with `field`, where the text cannot be read or the address is taken, and NotFound where there is no such page.
    """
    _check(value)
    page = _find(session, value.slug)
    if based_on == 0:
        if page is not None:
            raise Invalid(code="slug_taken", field="slug")
        page = _new(session, value)
    elif page is None:
        raise NotFound
    latest = page.revision
    if latest != based_on:
        number = _revise(session, page, value, based_on=based_on, actor=actor, now=now)
        return Saved(page.id, page.slug, number, published=False, conflict=latest)
    if latest == 0 or _differs(session, page, value):
        _revise(session, page, value, based_on=based_on, actor=actor, now=now)
    if publish:
        _publish(session, page, value, now=now)
        detail = {"revision": page.published}
        audit.append(session, "manual.published", actor=actor, subject=page.slug, detail=detail, now=now)
    return Saved(page.id, page.slug, page.revision, published=publish)


def restore_revision(session: Session, slug: str, number: int, *, actor: str, now: datetime) -> Saved:
    """Store an older wording once more as the newest one, not yet published. Raises NotFound."""
    page = _existing(session, slug)
    row = _revision(session, page.id, number)
    if row is None:
        raise NotFound
    return save_page(session, value_of(page.slug, row), based_on=page.revision, publish=False, actor=actor, now=now)


def retire_page(session: Session, slug: str, *, retired: bool, actor: str, now: datetime) -> None:
    """Take a page out of the manual, or put it back; its wordings stay. Raises NotFound."""
    page = _existing(session, slug)
    if (page.retired_at is not None) == retired:
        return
    page.retired_at = now if retired else None
    _index(session, page)
    audit.append(session, "manual.retired", actor=actor, subject=slug, detail={"retired": retired}, now=now)


def import_pages(session: Session, pages: Iterable[Page], *, retire_missing: bool, now: datetime) -> list[Change]:
    """Bring the manual to `pages` and return what that changed; again with the same pages it changes nothing."""
    found = {page.slug: page for page in session.scalars(select(ManualPage))}
    shown = {
        row.page_id: row
        for row in session.scalars(
            select(ManualRevision)
            .join(ManualPage, ManualPage.id == ManualRevision.page_id)
            .where(ManualRevision.number == ManualPage.published)
        )
    }
    changes: list[Change] = []
    for value in pages:
        page = found.pop(value.slug, None)
        deed = "added" if page is None else ""
        page = page or _new(session, value)
        if page.retired_at is not None:
            page.retired_at, deed = None, "revived"
        present = shown.get(page.id)
        if present is None or value_of(page.slug, present) != value:
            _revise(session, page, value, based_on=page.revision, actor="system", now=now)
            _publish(session, page, value, now=now)
            deed = deed or "revised"
        elif deed:
            _index(session, page)
        if deed:
            changes.append((value.slug, deed))
    for page in found.values():
        if retire_missing and page.retired_at is None and page.published:
            page.retired_at = now
            _index(session, page)
            changes.append((page.slug, "retired"))
    return changes


def _check(value: Page) -> None:
    for locale in ("zh", "en"):
        for found in manual.findings(value.body(locale)):
            raise Invalid(f"{found.line}: {found.sentence()}", field=f"body_{locale}", code="unreadable")


def _find(session: Session, slug: str) -> ManualPage | None:
    query = select(ManualPage).where(ManualPage.slug == slug).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _existing(session: Session, slug: str) -> ManualPage:
    page = _find(session, slug)
    if page is None:
        raise NotFound
    return page


def _revision(session: Session, page_id: int, number: int) -> ManualRevision | None:
    return session.scalar(
        select(ManualRevision).where(ManualRevision.page_id == page_id, ManualRevision.number == number)
    )


def _columns(value: Page, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names} | {"posts": list(value.posts)}


def _new(session: Session, value: Page) -> ManualPage:
    made = {"lead_zh": "", "lead_en": "", "blocks_zh": [], "blocks_en": [], "revision": 0, "published": 0}
    page = ManualPage(slug=value.slug, **_columns(value, FACTS), **made)
    try:
        with session.begin_nested():
            session.add(page)
            session.flush()
    except IntegrityError:
        raise Invalid(code="slug_taken", field="slug") from None
    return page


def _differs(session: Session, page: ManualPage, value: Page) -> bool:
    row = _revision(session, page.id, page.revision)
    return row is None or value_of(page.slug, row) != value


def _revise(session: Session, page: ManualPage, value: Page, *, based_on: int, actor: str, now: datetime) -> int:
    page.revision += 1
    session.add(
        ManualRevision(
            page_id=page.id,
            number=page.revision,
            based_on=based_on,
            saved_by=actor,
            saved_at=now,
            **_columns(value, TEXTS),
        )
    )
    session.flush()
    return page.revision


def _publish(session: Session, page: ManualPage, value: Page, *, now: datetime) -> None:
    for name, said in _columns(value, FACTS).items():
        setattr(page, name, said)
    for locale in ("zh", "en"):
        source = manual.parse(value.body(locale))
        setattr(page, f"lead_{locale}", manual.lead(source))
        setattr(page, f"blocks_{locale}", blocks(source, locale, {}))
    page.published, page.published_at = page.revision, now
    _index(session, page)


def _index(session: Session, page: ManualPage) -> None:
    shown = page.published and page.retired_at is None
    drafts = [_draft(page, locale) for locale in ("zh", "en")] if shown else []
    entries.replace(session, SearchEntry.page_id == page.id, drafts)


def _draft(page: ManualPage, locale: str) -> entries.Draft:
    title, lead = getattr(page, f"title_{locale}"), getattr(page, f"lead_{locale}")
    said = getattr(page, f"blocks_{locale}")
    text = stored.read(said).text
    headings = "\n".join(block["heading"] for block in said if block.get("heading"))
    return entries.Draft(
        {
            "key": f"page:{page.id}",
            "kind": "page",
            "locale": locale,
            "page_id": page.id,
            "posts": entries.posts(page.posts),
            "title": title,
            "answer": lead,
            "body": text,
        },
        title,
        f"{lead}\n{headings}",
        text,
    )

"""Changes the glossary; every wording is kept, it is found at once, lessons learn of it with the next sweep."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused
from lms.knowledge.actions import entries
from lms.knowledge.models import GlossaryTerm, SearchEntry, TermRevision
from lms.knowledge.queries.glossary import value_of_term
from lms.knowledge.rules.glossary import Term

Change = tuple[str, str]  # slug and deed: added, changed, retired, revived


def save_term(session: Session, value: Term, *, version: int, actor: str, now: datetime) -> GlossaryTerm:
    """Add a term (`version` 0) or change the one that the writer saw as `version`.

    Raises Invalid where the name is taken, NotFound where there is no such term, Refused with code "changed" where
    somebody else changed it meanwhile.
    """
    row = _find(session, value.slug)
    if version == 0:
        if row is not None:
            raise Invalid(code="slug_taken", field="slug")
        row = _add(session, value, actor=actor, now=now)
    else:
        if row is None or row.retired_at is not None:
            raise NotFound
        if row.version != version:
            raise Refused(code="changed")
        if not _assign(session, row, value, actor=actor, now=now):
            return row
    _index(session, row)
    audit.append(session, "glossary.changed", actor=actor, subject=row.slug, detail={"version": row.version}, now=now)
    return row


def retire_term(session: Session, slug: str, *, retired: bool, actor: str, now: datetime) -> None:
    """Take a term out of the glossary, or bring it back as it was; lessons lose its mark at once. Raises NotFound."""
    row = _find(session, slug)
    if row is None:
        raise NotFound
    if (row.retired_at is not None) == retired:
        return
    row.retired_at, row.updated_at = now if retired else None, now
    _index(session, row)
    audit.append(session, "glossary.changed", actor=actor, subject=slug, detail={"retired": retired}, now=now)


def restore_term(session: Session, slug: str, number: int, *, actor: str, now: datetime) -> GlossaryTerm:
    """Make an older wording of a term the present one, as a new version. Raises NotFound."""
    row = _find(session, slug)
    before = row and session.scalar(
        select(TermRevision).where(TermRevision.term_id == row.id, TermRevision.number == number)
    )
    if row is None or before is None:
        raise NotFound
    return save_term(session, value_of_term(slug, before), version=row.version, actor=actor, now=now)


def import_terms(session: Session, terms: Iterable[Term], *, retire_missing: bool, now: datetime) -> list[Change]:
    """Bring the glossary to `terms` and return what that changed; again with the same terms it changes nothing."""
    found = {row.slug: row for row in session.scalars(select(GlossaryTerm))}
    changes: list[Change] = []
    for value in terms:
        row = found.pop(value.slug, None)
        if row is None:
            row, deed = _add(session, value, actor="system", now=now), "added"
        elif row.retired_at is not None:
            row.retired_at, deed = None, "revived"
            _assign(session, row, value, actor="system", now=now)
        elif _assign(session, row, value, actor="system", now=now):
            deed = "changed"
        else:
            continue
        changes.append((value.slug, deed))
        _index(session, row)
    for row in found.values():
        if retire_missing and row.retired_at is None:
            row.retired_at = row.updated_at = now
            _index(session, row)
            changes.append((row.slug, "retired"))
    return changes


def _find(session: Session, slug: str) -> GlossaryTerm | None:
    query = select(GlossaryTerm).where(GlossaryTerm.slug == slug).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _columns(value: Term) -> dict[str, Any]:
    return {
        "term_zh": value.term_zh,
        "term_en": value.term_en,
        "also": list(value.also),
        "text_zh": value.text_zh,
        "text_en": value.text_en,
    }


def _keep(session: Session, row: GlossaryTerm, value: Term, *, actor: str, now: datetime) -> None:
    said = _columns(value)
    session.add(TermRevision(term_id=row.id, number=row.version, saved_by=actor, saved_at=now, **said))


def _add(session: Session, value: Term, *, actor: str, now: datetime) -> GlossaryTerm:
    row = GlossaryTerm(slug=value.slug, version=1, updated_at=now, **_columns(value))
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise Invalid(code="slug_taken", field="slug") from None
    _keep(session, row, value, actor=actor, now=now)
    return row


def _assign(session: Session, row: GlossaryTerm, value: Term, *, actor: str, now: datetime) -> bool:
    differing = {name: said for name, said in _columns(value).items() if getattr(row, name) != said}
    for name, said in differing.items():
        setattr(row, name, said)
    if differing:
        row.version += 1
        row.updated_at = now
        _keep(session, row, value, actor=actor, now=now)
    return bool(differing)


def _index(session: Session, row: GlossaryTerm) -> None:
    drafts = [] if row.retired_at else [_draft(row, locale) for locale in ("zh", "en")]
    entries.replace(session, SearchEntry.term_id == row.id, drafts)


def _draft(row: GlossaryTerm, locale: str) -> entries.Draft:
    term, other = (row.term_zh, row.term_en) if locale == "zh" else (row.term_en, row.term_zh)
    said = row.text_zh if locale == "zh" else row.text_en
    spellings = " · ".join((other, *row.also))
    return entries.Draft(
        {
            "key": f"term:{row.id}",
            "kind": "term",
            "locale": locale,
            "term_id": row.id,
            "posts": "",
            "title": term,
            "answer": said,
            "body": said,
        },
        f"{term} · {spellings}",
        "",
        said,
    )

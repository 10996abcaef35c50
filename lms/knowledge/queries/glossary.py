"""What is read of the glossary, and which of its terms a lesson or a page holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.queries.reach import readable_lesson
from lms.courses.rules.reader import Reader
from lms.errors import NotFound
from lms.knowledge.models import GlossaryTerm, LessonTerm, ManualPage, TermRevision
from lms.knowledge.rules.glossary import Term, occurring, pattern
from lms.knowledge.rules.stored import read

MOST_WORDINGS = 100


@dataclass(frozen=True)
class TermLine:
    """A term as readers see it; `spellings` are all ways to write it."""

    id: int
    slug: str
    term_zh: str
    term_en: str
    text_zh: str
    text_en: str
    spellings: tuple[str, ...]
    version: int


def glossary(session: Session, *, retired: bool = False) -> tuple[TermLine, ...]:
    """Return all terms, or those that were taken out."""
    out = GlossaryTerm.retired_at.is_not(None) if retired else GlossaryTerm.retired_at.is_(None)
    return tuple(map(_line, session.scalars(select(GlossaryTerm).where(out).order_by(GlossaryTerm.term_en))))


def term_for_editing(session: Session, slug: str) -> GlossaryTerm:
    """Return a term, or raise NotFound."""
    row = session.scalar(select(GlossaryTerm).where(GlossaryTerm.slug == slug, GlossaryTerm.retired_at.is_(None)))
    if row is None:
        raise NotFound
    return row


def lesson_terms(session: Session, reader: Reader, lesson_id: int, locale: str) -> tuple[TermLine, ...]:
    """Return the terms of a lesson in the order of their first occurrence; raise NotFound for who may not read it."""
    readable_lesson(session, reader, lesson_id)
    rows = session.scalars(
        select(GlossaryTerm)
        .join(LessonTerm, LessonTerm.term_id == GlossaryTerm.id)
        .where(LessonTerm.lesson_id == lesson_id, LessonTerm.locale == locale, GlossaryTerm.retired_at.is_(None))
        .order_by(LessonTerm.position)
    )
    return tuple(map(_line, rows))


def page_terms(session: Session, page: ManualPage, locale: str) -> tuple[TermLine, ...]:
    """Return the terms that a manual page holds; pages are short, so this is looked up when it is read."""
    return terms_in(session, read(page.blocks_zh if locale == "zh" else page.blocks_en).text)


def terms_in(session: Session, text: str) -> tuple[TermLine, ...]:
    """Return the terms that `text` holds, in the order of their first occurrence."""
    known = {line.id: line for line in glossary(session)}
    return tuple(known[number] for number in occurring(text, _patterns(known.values())))


def _patterns(lines: Iterable[TermLine]) -> list[tuple[int, re.Pattern[str]]]:
    return [(line.id, pattern(line.spellings)) for line in lines]


def _line(row: GlossaryTerm) -> TermLine:
    spellings = tuple(dict.fromkeys((row.term_zh, row.term_en, *row.also)))
    return TermLine(row.id, row.slug, row.term_zh, row.term_en, row.text_zh, row.text_en, spellings, row.version)


def glossary_values(session: Session) -> tuple[Term, ...]:
    """Return all terms by name, as files state them."""
    rows = session.scalars(select(GlossaryTerm).where(GlossaryTerm.retired_at.is_(None)).order_by(GlossaryTerm.slug))
    return tuple(value_of_term(row.slug, row) for row in rows)


def value_of_term(slug: str, row: GlossaryTerm | TermRevision) -> Term:
    """Return a stored wording as the value that forms and files state."""
    return Term(slug, row.term_zh, row.term_en, tuple(row.also), row.text_zh, row.text_en)


def term_revisions(session: Session, term_id: int) -> tuple[TermRevision, ...]:
    """Return the wordings of a term, the newest first."""
    query = select(TermRevision).where(TermRevision.term_id == term_id)
    return tuple(session.scalars(query.order_by(TermRevision.number.desc()).limit(MOST_WORDINGS)))

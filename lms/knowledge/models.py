"""What can be found, the operations manual with its revisions, the glossary, aids of lessons, and misses.

The words themselves lie in two full-text tables, `search_zh` and `search_en`, which only `fulltext.py` knows.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class ManualPage(Base):
    """A page of the operations manual as it is read now; `published` is the revision that it shows, 0: none yet."""

    __tablename__ = "manual_pages"
    __table_args__ = (CheckConstraint("kind IN ('method', 'flow', 'question')", name="known_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    posts: Mapped[list[str]]
    owner: Mapped[str] = mapped_column(String(120))
    review_by: Mapped[date]
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    lead_zh: Mapped[str] = mapped_column(Text)  # the answer in one paragraph, without markup
    lead_en: Mapped[str] = mapped_column(Text)
    blocks_zh: Mapped[list[Any]]  # [{heading, pieces: [{html}]}], made when it was published
    blocks_en: Mapped[list[Any]]
    revision: Mapped[int]  # the newest one
    published: Mapped[int]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class ManualRevision(Base):
    """One wording of a manual page, never changed; `based_on` is the revision that its author began with."""

    __tablename__ = "manual_revisions"
    __table_args__ = (UniqueConstraint("page_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("manual_pages.id"))
    number: Mapped[int]
    based_on: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    posts: Mapped[list[str]]
    owner: Mapped[str] = mapped_column(String(120))
    review_by: Mapped[date]
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    body_zh: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[str] = mapped_column(String(40))  # employee number, or system
    saved_at: Mapped[datetime]


class GlossaryTerm(Base):
    """A word of the trade and what it means; `also` are other spellings in either language."""

    __tablename__ = "glossary_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    term_zh: Mapped[str] = mapped_column(String(120))
    term_en: Mapped[str] = mapped_column(String(120))
    also: Mapped[list[str]]
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    updated_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class TermRevision(Base):
    """One wording of a term, never changed; `number` is the version that it made."""

    __tablename__ = "term_revisions"
    __table_args__ = (UniqueConstraint("term_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("glossary_terms.id"))
    number: Mapped[int]
    term_zh: Mapped[str] = mapped_column(String(120))
    term_en: Mapped[str] = mapped_column(String(120))
    also: Mapped[list[str]]
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[str] = mapped_column(String(40))  # employee number, or system
    saved_at: Mapped[datetime]


class SearchEntry(Base):
    """Something that can be found in one language; `posts` is a text like ` hotline-agent `, empty: for all posts."""

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("key", "locale"),
        CheckConstraint("kind IN ('lesson', 'point', 'term', 'page')", name="known_kind"),
        CheckConstraint("locale IN ('zh', 'en')", name="known_locale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))  # lesson:12, point:12:3, page:4, term:9
    kind: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(2))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"), index=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("manual_pages.id"), index=True)
    term_id: Mapped[int | None] = mapped_column(ForeignKey("glossary_terms.id"), index=True)
    place: Mapped[int | None]  # index of the block of a key point, from 0
    posts: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)  # what to say first; empty where it depends on what was asked
    body: Mapped[str] = mapped_column(Text)  # one passage a line


class IndexedLesson(Base):
    """The wording of a lesson that its entries, terms and aids were made of."""

    __tablename__ = "indexed_lessons"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))


class LessonTerm(Base):
    """A term that occurs in the present wording of a lesson."""

    __tablename__ = "lesson_terms"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(2), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("glossary_terms.id"), primary_key=True, index=True)
    position: Mapped[int]  # in the order of their first occurrence


class LessonAid(Base):
    """A mnemonic, a story or a flow of the present wording of a lesson, as it was rendered; `block` counts from 0."""

    __tablename__ = "lesson_aids"
    __table_args__ = (CheckConstraint("kind IN ('mnemonic', 'story', 'flow')", name="known_kind"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(2), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    block: Mapped[int]
    html: Mapped[str] = mapped_column(Text)


class SearchMiss(Base):
    """What was searched and not found, and how often; who searched is not kept."""

    __tablename__ = "search_misses"
    __table_args__ = (CheckConstraint("state IN ('open', 'answered', 'dismissed')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(80), unique=True)
    count: Mapped[int]
    posts: Mapped[list[str]]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    page_id: Mapped[int | None] = mapped_column(ForeignKey("manual_pages.id"))

"""Search for machines: the same hits in the same order as the page, as text with the places to be marked."""

from typing import Any, Literal

from flask import url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from lms.courses.addresses import address
from lms.courses.rules.reader import reader
from lms.knowledge import queries
from lms.knowledge.queries.search import MOST, Hit, Line
from lms.knowledge.rules.marking import Part
from lms.knowledge.rules.readers import READERS
from lms.knowledge.rules.words import LONGEST_QUESTION
from lms.web import allow, me, reading
from lms.web.i18n import language
from lms.web.openapi import Query

api = APIBlueprint("knowledge_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Search")])
Kind = Literal["lesson", "point", "term", "page"]
Locale = Literal["zh", "en"]


class SearchQuery(Query):
    """What is asked for; `kind` and `post` narrow it down."""

    q: str = Field("", max_length=LONGEST_QUESTION, description="words, in Chinese or English; none find nothing")
    kind: Kind | None = Field(None, description="lessons, key points, terms of the glossary or pages of the manual")
    post: str = Field("", max_length=80, description="slug of a post: what is for it, and what is for all")
    locale: Locale | None = Field(None, description="language searched first; else the reader's own")
    cursor: str | None = Field(None, max_length=80, description="`next_cursor` of the part before")
    limit: int = Field(MOST, ge=1, le=MOST)


class Marked(BaseModel):
    """A text without markup, and where it holds what was asked for."""

    text: str
    marks: list[tuple[int, int]] = Field(description="start and end of each place, in Unicode code points from 0")

    @classmethod
    def of(cls, parts: tuple[Part, ...]) -> "Marked":
        """Return parts as one text with its marks."""
        marks, at = [], 0
        for part in parts:
            if part.hit:
                marks.append((at, at + len(part.text)))
            at += len(part.text)
        return cls(text="".join(part.text for part in parts), marks=marks)


class Names(BaseModel):
    """A title in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, zh: str | None, en: str | None) -> "Names | None":
        """Return the titles, or None where a hit belongs to nothing of the kind."""
        return None if zh is None or en is None else cls(zh=zh, en=en)


class Found(BaseModel):
    """A hit: `answer` is what to say first, empty where that depends on what was asked."""

    key: str
    kind: Kind
    locale: Locale
    title: Marked
    excerpt: Marked | None
    answer: str
    lesson_id: int | None
    lesson: Names | None
    course: Names | None
    page: str | None = Field(description="slug of the page of the manual")
    page_kind: Literal["method", "flow", "question"] | None
    url: str

    @classmethod
    def of(cls, line: Line) -> "Found":
        """Return the item for a line of the page."""
        hit = line.hit
        values: dict[str, Any] = {
            "key": hit.key,
            "kind": hit.kind,
            "locale": hit.locale,
            "title": Marked.of(line.title),
            "excerpt": Marked.of(line.passage) if line.passage else None,
            "answer": hit.answer,
            "lesson_id": hit.lesson_id,
            "lesson": Names.of(hit.lesson_zh, hit.lesson_en),
            "course": Names.of(hit.course_zh, hit.course_en),
            "page": hit.page_slug,
            "page_kind": hit.page_kind,
            "url": _url(hit),
        }
        return cls(**values)


class FoundList(BaseModel):
    """A part of the hits, best first; at most thirty in all."""

    items: list[Found]
    next_cursor: str | None = Field(description="null on the last part")
    some: bool = Field(description="nothing holds all of the words, these hold some")
    other_language: bool = Field(description="nothing in the language searched first, these are in the other one")


def _url(hit: Hit) -> str:
    if hit.lesson_id is not None:
        return address(hit.lesson_id, hit.place)
    if hit.page_slug is not None:
        return url_for("knowledge.manual_page", slug=hit.page_slug)
    return url_for("knowledge.glossary", _anchor=f"term-{hit.term_id}")


@api.get("/search", summary="Search lessons, key points, the glossary and the manual", responses={200: FoundList})
@allow(*READERS, scope="read")
def search(query: SearchQuery) -> dict[str, Any]:
    """Find what the person may read. A search without result is not counted here: a machine asks while one types."""
    locale = query.locale or language()
    with reading() as session:
        found = queries.search(session, reader(me()), query.q, locale, post=query.post, kind=query.kind or "")
    keys = [line.hit.key for line in found.lines]
    start = keys.index(query.cursor) + 1 if query.cursor in keys else 0
    shown = found.lines[start : start + query.limit]
    more = shown[-1].hit.key if start + query.limit < len(keys) else None
    return FoundList(
        items=[Found.of(line) for line in shown], next_cursor=more, some=found.some, other_language=found.other
    ).model_dump(mode="json")

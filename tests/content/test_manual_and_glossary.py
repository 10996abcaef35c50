# names are sentences and tables have one case a line
"""The manual and the glossary on disk: read by line, imported, exported as they came."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content import queries
from lms.content.actions import import_library
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.content.rules.standard import check
from lms.courses.rules.findings import errors
from lms.knowledge.models import GlossaryTerm, ManualPage, SearchEntry
from lms.paths import CONTENT
from tests.content.shelf import Shelf

PAGE = """---
title: {title}
kind: method
posts: [agent]
owner: Desk
review_by: 2027-06-30
---
{body}
"""
GLOSSARY = """terms:
  - slug: ticket
    term: {zh: 工单, en: Ticket}
    also: [slip]
    text: {zh: 记录, en: A record}
"""


@pytest.fixture
def desk(shelf: Shelf) -> Shelf:
    """The shelf with one page and one term."""
    shelf.write("manual/hold/page.zh.md", PAGE.format(title="保持", body="先告知。\n\n## 说\n好。"))
    shelf.write("manual/hold/page.en.md", PAGE.format(title="Hold", body="Tell first.\n\n## Say\nGood."))
    shelf.write("glossary.yaml", GLOSSARY)
    return shelf


def test_the_manual_and_the_glossary_come_back_as_they_went_in(
    session: Session, desk: Shelf, now: datetime, tmp_path: Path
) -> None:
    library = read_library(desk.root)
    assert errors(check(library)) == ()
    report = import_library(session, library, actor="T1", now=now)
    assert report.sums()["page"] == {"added": 1}
    assert report.sums()["term"] == {"added": 1}
    assert (
        session.scalars(select(SearchEntry.kind).where(SearchEntry.locale == "en").order_by(SearchEntry.kind))
        .all()
        .count("page")
        == 1
    )
    stored = queries.library(session)
    assert (stored.manual, stored.terms) == (library.manual, library.terms)
    write_library(stored, tmp_path / "one")
    again = read_library(tmp_path / "one")
    assert again == stored
    write_library(again, tmp_path / "two")
    for file in (tmp_path / "one").rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "two" / file.relative_to(tmp_path / "one")).read_bytes()
    assert not import_library(session, again, actor="T1", now=now).changed


def test_a_library_without_a_manual_leaves_the_manual_alone_and_one_that_lacks_a_page_takes_it_out(
    session: Session, desk: Shelf, now: datetime
) -> None:
    import_library(session, read_library(desk.root), actor="T1", now=now)
    for name in ("manual/hold/page.zh.md", "manual/hold/page.en.md", "glossary.yaml"):
        desk.remove(name)
    assert not import_library(session, read_library(desk.root), actor="T1", now=now).changed
    for language in ("zh", "en"):
        desk.write(f"manual/other/page.{language}.md", PAGE.format(title="X", body="Y."))
    report = import_library(session, read_library(desk.root), actor="T1", now=now)
    assert report.sums()["page"] == {"added": 1, "retired": 1}
    assert session.scalars(select(ManualPage.retired_at).where(ManualPage.slug == "hold")).one() == now
    assert session.scalars(select(GlossaryTerm.retired_at)).one() is None


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "manual/hold/page.en.md",
            "kind: method",
            "kind: poem",
            "manual/hold/page.en.md:3: “kind” must be one of: method, flow, question.",
        ),
        (
            "manual/hold/page.en.md",
            "owner: Desk",
            "owner: Other",
            "manual/hold/page.en.md:1: Kind, posts, owner and review_by must be the same in both languages.",
        ),
        (
            "manual/hold/page.en.md",
            "Tell first.",
            "## Tell",
            "manual/hold/page.en.md:8: There is nothing under this heading.",
        ),
        (
            "manual/hold/page.en.md",
            "Good.",
            "::: check x-1\n:::",
            "manual/hold/page.en.md:11: A manual page asks no questions; leave “::: check” out.",
        ),
        (
            "manual/hold/page.zh.md",
            "posts: [agent]",
            "posts: [nobody]",
            "manual/hold/page.zh.md:1: There is no profile “nobody”.",
        ),
        (
            "manual/hold/page.en.md",
            "---\ntitle",
            "title",
            "manual/hold/page.en.md:1: A page begins with a head between two lines “---”.",
        ),
        (
            "glossary.yaml",
            "slug: ticket",
            "slug: A Ticket",
            "glossary.yaml:2: “slug” must be lower-case Latin letters, digits and hyphens.",
        ),
        (
            "glossary.yaml",
            "also: [slip]",
            f"also: [{', '.join('abcdefghijklmn')}]",
            "glossary.yaml:4: A term has at most 12 other spellings.",
        ),
        (
            "glossary.yaml",
            "terms:",
            "terms:\n  - {slug: ticket, term: {zh: 甲, en: B}, text: {zh: 丙, en: D}}",
            "glossary.yaml:3: The term “ticket” is written twice.",
        ),
        (
            "glossary.yaml",
            "terms:",
            "terms:\n  - {slug: slip, term: {zh: 甲, en: Slip}, text: {zh: 丙, en: D}}",
            "glossary.yaml:3: “slip” is a spelling of the term “slip” as well.",
        ),
    ],
)
def test_what_is_wrong_is_said_by_file_and_line(desk: Shelf, file: str, old: str, new: str, said: str) -> None:
    desk.swap(file, old, new)
    found = [f"{one.file}:{one.line}: {one.sentence()}" for one in check(read_library(desk.root))]
    assert said in found


def test_files_and_folders_that_do_not_belong_are_named(desk: Shelf) -> None:
    desk.write("manual/hold/notes.txt", "x")
    desk.write("manual/Bad Name/page.zh.md", "x")
    desk.remove("manual/hold/page.en.md")
    found = {one.file: one.sentence() for one in read_library(desk.root).findings}
    assert found["manual/hold/notes.txt"] == "This file is not part of the manual and is passed over."
    assert found["manual/Bad Name"] == "A folder's name is lower-case Latin letters, digits and hyphens."
    assert found["manual/hold/page.en.md"] == "The page lacks this translation."


def test_the_starter_manual_answers_before_the_first_heading_and_says_it_short() -> None:
    library = read_library(CONTENT)
    assert len(library.manual) >= 14
    assert len(library.terms) >= 40
    assert [one for one in check(library) if one.file.startswith(("manual", "glossary"))] == []

# names are sentences
"""The manual keeps every text, the glossary refuses to overwrite, misses forget who asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.audit.models import AuditEntry
from lms.courses.rules.reader import Reader
from lms.errors import Invalid, NotFound, Refused
from lms.knowledge.actions import (
    answer_miss,
    dismiss_miss,
    forget_misses,
    import_pages,
    import_terms,
    note_miss,
    restore_revision,
    restore_term,
    retire_page,
    retire_term,
    save_page,
    save_term,
)
from lms.knowledge.jobs import forget, sweep
from lms.knowledge.models import GlossaryTerm, ManualPage, ManualRevision, SearchMiss, TermRevision
from lms.knowledge.queries import (
    glossary,
    glossary_values,
    misses,
    published_pages,
    revision_list,
    search,
    term_revisions,
)
from tests.knowledge.conftest import TERM, page, term

Write = Callable[..., Any]


def save(
    session: Session, now: datetime, *, based_on: int, publish: bool = True, actor: str = "T1", **more: Any
) -> Any:
    return save_page(session, page(**more), based_on=based_on, publish=publish, actor=actor, now=now)


def test_publishing_makes_html_lead_and_entry(session: Session, write: Write) -> None:
    saved = write()
    shown = session.get_one(ManualPage, saved.page_id)
    assert (shown.published, shown.revision, shown.lead_en) == (1, 1, "The caller says name and address; we compare.")
    assert shown.blocks_en[1] == {
        "heading": "Steps",
        "pieces": [{"html": "<p>Ask for the name first.</p>"}],
        "points": [],
    }
    assert session.scalars(select(AuditEntry.action)).all() == ["manual.published"]


def test_a_draft_is_kept_and_not_shown(session: Session, write: Write, now: datetime) -> None:
    write()
    saved = save(session, now, based_on=1, publish=False, body_en="New.\n", body_zh="新。\n")
    assert (saved.number, saved.published, saved.conflict) == (2, False, 0)
    assert session.get_one(ManualPage, saved.page_id).lead_en.startswith("The caller")
    assert save(session, now, based_on=2, publish=False, body_en="New.\n", body_zh="新。\n").number == 2, (
        "nothing new, no revision"
    )
    assert save(session, now, based_on=2, body_en="New.\n", body_zh="新。\n").published
    assert session.get_one(ManualPage, saved.page_id).lead_en == "New."


def test_two_who_write_at_once_both_keep_their_text(session: Session, write: Write, now: datetime) -> None:
    write()
    save(session, now, based_on=1, actor="T2", body_en="Theirs.\n")
    saved = save(session, now, based_on=1, actor="T1", body_en="Mine.\n")
    assert (saved.conflict, saved.number, saved.published) == (2, 3, False)
    texts = session.scalars(select(ManualRevision.body_en).order_by(ManualRevision.number)).all()
    assert texts[1:] == ["Theirs.\n", "Mine.\n"]
    assert session.get_one(ManualPage, saved.page_id).lead_en == "Theirs."
    assert [line.based_on for line in revision_list(session, saved.page_id)] == [1, 1, 0]


def test_an_older_wording_comes_back_as_the_newest(session: Session, write: Write, now: datetime) -> None:
    write()
    save(session, now, based_on=1, body_en="Second.\n")
    saved = restore_revision(session, "verify-identity", 1, actor="T1", now=now)
    assert (saved.number, saved.published) == (3, False)
    with pytest.raises(NotFound):
        restore_revision(session, "verify-identity", 9, actor="T1", now=now)
    with pytest.raises(NotFound):
        restore_revision(session, "nothing", 1, actor="T1", now=now)


@pytest.mark.parametrize("change", [update(ManualRevision).values(body_en="x"), delete(ManualRevision)])
def test_a_wording_never_changes(session: Session, write: Write, change: Any) -> None:
    write()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(change)


def test_what_cannot_be_read_is_refused_by_field(session: Session, now: datetime, write: Write) -> None:
    with pytest.raises(Invalid) as wrong:
        save(session, now, based_on=0, body_en="## Head\n")
    assert wrong.value.field == "body_en"
    write()
    with pytest.raises(Invalid) as taken:
        save(session, now, based_on=0)
    assert (taken.value.field, taken.value.code) == ("slug", "slug_taken")
    with pytest.raises(NotFound):
        save(session, now, based_on=1, slug="other")


def test_a_page_is_taken_out_and_put_back_once(session: Session, write: Write, now: datetime) -> None:
    saved = write()
    for retired in (True, True, False):
        retire_page(session, "verify-identity", retired=retired, actor="T1", now=now)
    assert session.get_one(ManualPage, saved.page_id).retired_at is None
    assert session.scalars(select(AuditEntry.action)).all().count("manual.retired") == 2


def test_an_import_of_the_manual_is_repeatable_and_mirrors_its_export(session: Session, now: datetime) -> None:
    pages = (page(slug="a"), page(slug="b", posts=("hotline-agent",)))
    assert import_pages(session, pages, retire_missing=True, now=now) == [("a", "added"), ("b", "added")]
    assert published_pages(session) == pages
    assert import_pages(session, pages, retire_missing=True, now=now) == []
    changed = page(slug="a", body_en="Shorter.\n")
    assert import_pages(session, [changed], retire_missing=True, now=now) == [("a", "revised"), ("b", "retired")]
    assert import_pages(session, [pages[1]], retire_missing=False, now=now) == [("b", "revived")]
    assert published_pages(session) == (changed, pages[1])


def test_a_term_is_not_overwritten_by_who_saw_an_older_one(session: Session, define: Write, now: datetime) -> None:
    define()
    row = save_term(session, term(text_en="Better."), version=1, actor="T1", now=now)
    assert row.version == 2
    assert save_term(session, term(text_en="Better."), version=2, actor="T1", now=now).version == 2
    with pytest.raises(Refused):
        save_term(session, term(text_en="Mine."), version=1, actor="T2", now=now)
    with pytest.raises(Invalid):
        save_term(session, term(), version=0, actor="T1", now=now)
    with pytest.raises(NotFound):
        save_term(session, term(slug="other"), version=1, actor="T1", now=now)
    with pytest.raises(NotFound):
        retire_term(session, "other", retired=True, actor="T1", now=now)


def test_a_term_that_was_taken_out_is_not_changed_and_comes_back_as_it_was(
    session: Session, define: Write, now: datetime
) -> None:
    define()
    for retired, found in ((True, []), (True, []), (False, ["Work order"]), (False, ["Work order"])):
        retire_term(session, "work-order", retired=retired, actor="T1", now=now)
        lines = search(session, Reader(0, sees_all=True), "ticket", "en").lines
        assert [line.hit.title for line in lines] == found
        assert [line.term_en for line in glossary(session, retired=True)] == ([] if found else ["Work order"])
        if retired:
            with pytest.raises(NotFound):
                save_term(session, term(text_en="Mine."), version=1, actor="T2", now=now)
    kept = session.scalars(select(AuditEntry.payload).where(AuditEntry.action == "glossary.changed")).all()
    assert len(kept) == 3, "added, taken out, brought back: each once"


def test_every_wording_of_a_term_is_kept_and_comes_back_as_a_new_one(
    session: Session, define: Write, now: datetime
) -> None:
    row = define()
    save_term(session, term(text_en="Better."), version=1, actor="T2", now=now)
    import_terms(session, [term(text_en="From a file.")], retire_missing=False, now=now)
    assert import_terms(session, [term(text_en="From a file.")], retire_missing=False, now=now) == []
    session.flush()
    kept = [(one.number, one.text_en, one.saved_by) for one in term_revisions(session, row.id)]
    assert kept == [(3, "From a file.", "system"), (2, "Better.", "T2"), (1, TERM["text_en"], "T1")]
    restored = restore_term(session, "work-order", 2, actor="T1", now=now)
    session.flush()
    assert (restored.version, restored.text_en) == (4, "Better.")
    assert [one.number for one in term_revisions(session, row.id)] == [4, 3, 2, 1]
    for slug, number in (("work-order", 9), ("other", 1)):
        with pytest.raises(NotFound):
            restore_term(session, slug, number, actor="T1", now=now)
    retire_term(session, "work-order", retired=True, actor="T1", now=now)
    with pytest.raises(NotFound):
        restore_term(session, "work-order", 1, actor="T1", now=now)
    for deed in (update(TermRevision).values(text_en="x"), delete(TermRevision)):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(deed)


def test_an_import_of_the_glossary_is_repeatable(session: Session, now: datetime) -> None:
    terms = (term(slug="a"), term(slug="b"))
    assert import_terms(session, terms, retire_missing=True, now=now) == [("a", "added"), ("b", "added")]
    assert glossary_values(session) == terms
    assert import_terms(session, terms, retire_missing=True, now=now) == []
    assert import_terms(session, [term(slug="a", text_en="New.")], retire_missing=True, now=now) == [
        ("a", "changed"),
        ("b", "retired"),
    ]
    assert import_terms(session, [term(slug="b")], retire_missing=False, now=now) == [("b", "revived")]
    assert len(session.scalars(select(GlossaryTerm)).all()) == 2


def test_a_miss_is_counted_without_a_name_and_comes_back_when_its_answer_is_not_found(
    session: Session, write: Write, now: datetime
) -> None:
    write()
    assert note_miss(session, "过户 材料", ["hotline-agent"], now=now)
    assert note_miss(session, "过户　材料 ", ["night"], now=now)
    assert not note_miss(session, "13800138000", [], now=now)
    session.expire_all()
    (line,) = misses(session)
    assert (line.words, line.count, line.posts) == ("过户 材料", 2, ("hotline-agent", "night"))
    answer_miss(session, line.id, "verify-identity")
    session.flush()
    assert misses(session) == ()
    assert misses(session, state="answered")[0].page_slug == "verify-identity"
    note_miss(session, "过户 材料", [], now=now)
    session.expire_all()
    assert misses(session)[0].count == 3
    dismiss_miss(session, line.id)
    note_miss(session, "过户 材料", [], now=now)
    session.expire_all()
    assert misses(session, state="dismissed")[0].count == 4
    with pytest.raises(Invalid):
        answer_miss(session, line.id, "nothing")
    with pytest.raises(NotFound):
        dismiss_miss(session, 999)


def test_when_all_places_are_taken_the_least_wanted_miss_makes_room(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.knowledge.actions.misses.MOST", 3)
    for words in ("wanted", "wanted", "decided", "junk one"):
        assert note_miss(session, words, [], now=now)
    dismiss_miss(session, next(line.id for line in misses(session) if line.words == "decided"))
    for words in ("junk two", "junk three", "wanted"):
        assert note_miss(session, words, [], now=now + timedelta(days=1))
        session.expire_all()
    assert [(line.words, line.count) for line in misses(session)] == [("wanted", 3), ("junk three", 1)]
    for line in misses(session):
        dismiss_miss(session, line.id)
    assert not note_miss(session, "no room", [], now=now)
    assert note_miss(session, "wanted", [], now=now), "what is kept is still counted"


def test_single_misses_of_long_ago_are_forgotten(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_miss(session, "once", [], now=now - timedelta(days=90))
    for _ in range(2):
        note_miss(session, "twice", [], now=now - timedelta(days=90))
    monkeypatch.setattr("lms.knowledge.actions.misses.MOST", 2)
    assert forget(session, now=now) == 1
    assert session.scalars(select(SearchMiss.words)).all() == ["twice"]
    assert forget_misses(session, now=now) == 0


def test_the_sweep_indexes_what_nobody_indexed(session: Session, teach: Write, now: datetime) -> None:
    teach(("课", "点", "文"))
    assert sweep(session, now=now) == 1
    assert sweep(session, now=now) == 0

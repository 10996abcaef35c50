"""Drafts begin, are saved, meet one another, are brought back; questions go in and out; strangers reach nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.authoring.actions.drafts import Conflict, Saved, open_draft, open_new_draft, save_part
from lms.authoring.actions.restoring import restore_text
from lms.authoring.models import Draft, DraftPart, DraftSnapshot
from lms.courses.models import Lesson
from lms.errors import Invalid, LmsError, NotFound, Refused
from tests.authoring.test_editor_views import published
from tests.authoring.writers import identity
from tests.make import Make

TITLES = {"zh": "停电", "en": "Power is out"}


@pytest.fixture
def lesson(make: Make, session: Session) -> Lesson:
    return published(make, session)


def kept(session: Session, draft_id: int, part: str = "en") -> list[tuple[str, int]]:
    rows = session.query(DraftSnapshot).filter_by(draft_id=draft_id, part=part).order_by(DraftSnapshot.id)
    return [(row.why, row.version) for row in rows]


def test_a_draft_begins_as_what_is_published(make: Make, session: Session, now: datetime, lesson: Lesson) -> None:
    draft_id = open_draft(session, identity(make.person()), lesson.id, now=now)
    assert kept(session, draft_id) == [("began", 1)]
    assert "- id: q-" in session.get_one(DraftPart, (draft_id, "questions")).text
    assert open_draft(session, identity(make.person()), lesson.id, now=now) == draft_id


def test_a_discarded_draft_makes_room(make: Make, session: Session, now: datetime, lesson: Lesson) -> None:
    first = open_draft(session, identity(make.person()), lesson.id, now=now)
    session.get_one(Draft, first).discarded_at = now
    session.flush()
    assert open_draft(session, identity(make.person()), lesson.id, now=now) != first
    with pytest.raises(NotFound):
        save_part(session, identity(make.person()), first, "en", "x", 1, now=now)


def test_only_trainers_write(make: Make, session: Session, now: datetime, lesson: Lesson) -> None:
    draft_id = open_draft(session, identity(make.person()), lesson.id, now=now)
    for role in set(Role) - {Role.TRAINER}:
        somebody = identity(make.person(), role)
        for act in (
            lambda who: open_draft(session, who, lesson.id, now=now),
            lambda who: open_new_draft(session, who, "fault-repair", TITLES, now=now),
            lambda who: save_part(session, who, draft_id, "en", "x", 1, now=now),
            lambda who: restore_text(session, who, draft_id, "en", "r1", 1, now=now),
        ):
            with pytest.raises(NotFound):
                act(somebody)


def test_what_is_not_there_cannot_be_written(make: Make, session: Session, now: datetime, lesson: Lesson) -> None:
    writer = identity(make.person())
    draft_id = open_draft(session, writer, lesson.id, now=now)
    lesson.retired_at = now
    for act in (
        lambda: open_draft(session, writer, lesson.id, now=now),
        lambda: open_draft(session, writer, 999, now=now),
        lambda: open_new_draft(session, writer, "none", TITLES, now=now),
        lambda: save_part(session, writer, draft_id, "xx", "x", 1, now=now),
        lambda: restore_text(session, writer, draft_id, "xx", "r1", 1, now=now),
        lambda: restore_text(session, writer, draft_id, "en", "nonsense", 1, now=now),
        lambda: restore_text(session, writer, draft_id, "en", "r9", 1, now=now),
    ):
        with pytest.raises(NotFound):
            act()


def test_one_writer_keeps_a_text_every_two_minutes(make: Make, session: Session, now: datetime, lesson: Lesson) -> None:
    writer = identity(make.person())
    draft_id = open_draft(session, writer, lesson.id, now=now)
    for n in range(1, 8):
        at = now + timedelta(seconds=40 * n)
        assert save_part(session, writer, draft_id, "en", f"Text {n}", n, now=at) == Saved(n + 1, at)
    assert kept(session, draft_id) == [("began", 1), ("saved", 4), ("saved", 7)]


def test_what_somebody_else_wrote_is_kept_before_it_is_overwritten(
    make: Make, session: Session, now: datetime, lesson: Lesson
) -> None:
    first, second = identity(make.person()), identity(make.person())
    draft_id = open_draft(session, first, lesson.id, now=now)
    save_part(session, first, draft_id, "en", "First", 1, now=now)
    save_part(session, second, draft_id, "en", "Second", 2, now=now)
    save_part(session, first, draft_id, "en", "Third", 3, now=now)
    texts = {row.text for row in session.query(DraftSnapshot).filter_by(part="en")}
    assert {"First", "Second"} <= texts


def test_a_conflict_overwrites_nothing_and_keeps_both(
    make: Make, session: Session, now: datetime, lesson: Lesson
) -> None:
    first, second = identity(make.person()), identity(make.person())
    draft_id = open_draft(session, first, lesson.id, now=now)
    save_part(session, first, draft_id, "en", "First", 1, now=now)
    met = save_part(session, second, draft_id, "en", "Second", 1, now=now)
    assert isinstance(met, Conflict)
    assert met.theirs.text == "First"
    assert session.get_one(DraftSnapshot, met.snapshot_id).text == "Second"
    assert session.get_one(DraftPart, (draft_id, "en")).version == 2
    assert isinstance(save_part(session, first, draft_id, "en", "First", 1, now=now), Saved), "asked again"


def test_a_former_text_comes_back_unless_somebody_saved_meanwhile(
    make: Make, session: Session, now: datetime, lesson: Lesson
) -> None:
    writer = identity(make.person())
    draft_id = open_draft(session, writer, lesson.id, now=now)
    before = session.get_one(DraftPart, (draft_id, "en")).text
    save_part(session, writer, draft_id, "en", "New", 1, now=now)
    with pytest.raises(Refused):
        restore_text(session, writer, draft_id, "en", "r1", 1, now=now)
    assert restore_text(session, writer, draft_id, "en", "r1", 2, now=now) == 3
    assert restore_text(session, writer, draft_id, "en", "r1", 3, now=now) == 3, "it is there already"
    assert session.get_one(DraftPart, (draft_id, "en")).text == before
    assert kept(session, draft_id) == [("began", 1), ("saved", 2), ("restored", 3)]
    newest = session.query(DraftSnapshot).filter_by(why="saved").one()
    assert restore_text(session, writer, draft_id, "en", f"s{newest.id}", 3, now=now) == 4
    assert session.get_one(DraftPart, (draft_id, "en")).text == "New"


@pytest.mark.parametrize("deed", ["UPDATE draft_snapshots SET text = 'x'", "DELETE FROM draft_snapshots"])
def test_what_is_kept_is_kept_for_ever(make: Make, session: Session, now: datetime, lesson: Lesson, deed: str) -> None:
    open_draft(session, identity(make.person()), lesson.id, now=now)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(deed))


def test_new_lessons_get_free_names_at_the_end(make: Make, session: Session, now: datetime, lesson: Lesson) -> None:
    writer = identity(make.person())
    made = [open_new_draft(session, writer, "fault-repair", TITLES, now=now) for _ in range(2)]
    drafts = [session.get_one(Draft, draft_id) for draft_id in made]
    assert [draft.position for draft in drafts] == [lesson.position + 1, lesson.position + 2]
    assert len({draft.slug for draft in drafts}) == 2
    for slug in ("Nonsense", drafts[0].slug):
        with pytest.raises(Invalid):
            open_new_draft(session, writer, "fault-repair", TITLES, now=now, slug=slug)


def test_a_text_beyond_measure_is_refused(make: Make, session: Session, now: datetime, lesson: Lesson) -> None:
    draft_id = open_draft(session, identity(make.person()), lesson.id, now=now)
    with pytest.raises(LmsError) as refused:
        save_part(session, identity(make.person()), draft_id, "en", "x" * 60_001, 1, now=now)
    assert refused.value.code == "too_long"


BASE = {"stem_zh": "题", "stem_en": "Q", "explanation_zh": "因", "explanation_en": "B", "level": "1", "key_point": "1"}
OPTIONS = {"option0_zh": "甲", "option0_en": "A", "option0_right": "y", "option2_zh": "乙", "option2_en": "B"}
FORMS = {
    "single": OPTIONS,
    "multiple": OPTIONS,
    "true_false": {"truth": "false"},
    "numeric": {"number": "4.5", "tolerance": "0", "unit_zh": "分", "unit_en": "min"},
    "short_text": {"accept_zh": "九十\n90", "accept_en": "ninety\n"},
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_question_of_each_kind_goes_in_changes_and_goes_out_by_form(
    make: Make, session: Session, client_of: Callable[[Person], FlaskClient], now: datetime, lesson: Lesson, kind: str
) -> None:
    make.profile()
    draft_id = open_draft(session, identity(make.person()), lesson.id, now=now)
    session.commit()
    browser = client_of(make.person("trainer"))
    assert browser.get(f"/drafts/{draft_id}/questions/new?kind={kind}").status_code == 200
    form = BASE | FORMS[kind] | {"kind": kind, "version": "1", "competency": "point-1"}
    assert browser.post(f"/drafts/{draft_id}/questions", data=form).status_code == 303
    listed = session.get_one(DraftPart, (draft_id, "questions"), populate_existing=True)
    assert f"kind: {kind}" in listed.text
    ref = f"fr-{lesson.position:02}-01"
    assert f"id: {ref}" in listed.text
    page = browser.get(f"/drafts/{draft_id}/questions/{ref}")
    assert page.status_code == 200
    assert ">Q</textarea>" in page.text.replace("\r\n", "").replace("\n", "")
    stale = browser.post(f"/drafts/{draft_id}/questions/{ref}", data=form)
    assert stale.status_code == 409
    changed = browser.post(f"/drafts/{draft_id}/questions/{ref}", data=form | {"version": "2", "stem_en": "Changed"})
    assert changed.status_code == 303
    out = browser.post(f"/drafts/{draft_id}/questions/{ref}/removal", data={"version": "3"})
    assert out.status_code == 303
    text_now = session.get_one(DraftPart, (draft_id, "questions"), populate_existing=True).text
    assert ref not in text_now
    assert browser.post(f"/drafts/{draft_id}/questions/{ref}/removal", data={"version": "4"}).status_code == 404
    assert browser.get(f"/drafts/{draft_id}/questions/{ref}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"stem_zh": ""},
        {"option0_right": ""},
        {"option2_zh": "", "option2_en": ""},
        {"level": "9"},
        {"competency": "none"},
        {"key_point": "x"},
        {"version": "x"},
        {"option0_en": "y" * 501},
    ],
)
def test_a_question_that_could_not_be_read_back_is_not_taken(
    make: Make,
    session: Session,
    client_of: Callable[[Person], FlaskClient],
    now: datetime,
    lesson: Lesson,
    wrong: dict[str, str],
) -> None:
    make.profile()
    draft_id = open_draft(session, identity(make.person()), lesson.id, now=now)
    session.commit()
    form = BASE | OPTIONS | {"kind": "single", "version": "1", "competency": "point-1"} | wrong
    form = {name: value for name, value in form.items() if value}
    answer = client_of(make.person("trainer")).post(f"/drafts/{draft_id}/questions", data=form)
    assert answer.status_code == 422
    assert "mending" in answer.text


def test_a_broken_list_is_mended_before_forms_write_into_it(
    make: Make, session: Session, client_of: Callable[[Person], FlaskClient], now: datetime, lesson: Lesson
) -> None:
    make.profile()
    writer = identity(make.person())
    draft_id = open_draft(session, writer, lesson.id, now=now)
    save_part(session, writer, draft_id, "questions", "- id: [", 1, now=now)
    session.commit()
    browser = client_of(make.person("trainer"))
    assert "<lesson-editor" in browser.get(f"/drafts/{draft_id}?part=questions").text, "as text, with its findings"
    form = BASE | OPTIONS | {"kind": "single", "version": "2", "competency": "point-1"}
    assert browser.post(f"/drafts/{draft_id}/questions", data=form).status_code == 409

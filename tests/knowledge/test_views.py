# ruff: noqa: E501  # names are sentences
"""Pages that find: whole and as fragments, for those they are for; bad input; what writers do."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Lesson
from lms.knowledge.actions import index_lessons, note_miss
from lms.knowledge.models import GlossaryTerm, LessonAid, ManualPage, SearchMiss
from tests.knowledge.conftest import PAGE, TERM
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]
HTMX = {"HX-Request": "true"}
FORM = {name: value for name, value in PAGE.items() if name != "posts"} | {"review_by": "2027-06-30", "deed": "publish"}


@pytest.fixture
def trainer(client_of: ClientOf, make: Make) -> FlaskClient:
    return client_of(make.person("trainer"))


@pytest.fixture
def learner(client_of: ClientOf, make: Make) -> FlaskClient:
    return client_of(make.learner())


def test_a_search_shows_marked_hits_as_a_page_and_as_a_fragment(write: Any, learner: FlaskClient) -> None:
    write()
    whole = learner.get("/find?q=verify").text
    part = learner.get("/find?q=verify", headers=HTMX).text
    for shown in (whole, part):
        assert '<mark class="hit">Verify</mark> identity' in shown
        assert 'href="/manual/verify-identity"' in shown
    assert "<html" in whole
    assert "<html" not in part
    assert "Nothing asked yet" in learner.get("/find").text


def test_what_is_typed_is_only_text(learner: FlaskClient, write: Any) -> None:
    write(title_en="<b>bold</b> verify")
    shown = learner.get("/find?q=bold+%3Cscript%3E&post=%27").text
    assert "<script>" not in shown
    assert "<b><b>" not in shown
    assert learner.get("/find?q=" + "x" * 5000).status_code == 200
    assert learner.get("/answers?q=verify&n=abc").status_code == 200
    assert learner.get("/find?q=%00").status_code == 422


def test_a_search_in_vain_is_counted_once_for_who_asked_and_after_a_rest_for_who_types(
    learner: FlaskClient, session: Session
) -> None:
    assert "Nothing about “moon tax” yet" in learner.get("/find?q=moon+tax").text
    assert session.scalars(select(SearchMiss.count)).all() == [1]
    typed = learner.get("/find?q=sun+tax", headers=HTMX).text
    assert 'hx-post="/find/misses"' in typed
    assert session.scalars(select(SearchMiss.count)).all() == [1]
    assert learner.post("/find/misses", data={"q": "sun tax"}).status_code == 204
    assert learner.post("/find/misses", data={}).status_code == 204
    assert learner.get("/answers?q=moon+tax").status_code == 200
    session.expire_all()
    rows = session.execute(
        select(SearchMiss.words, SearchMiss.count, SearchMiss.posts).order_by(SearchMiss.words)
    ).all()
    assert [tuple(row) for row in rows] == [("moon tax", 2, ["hotline-agent"]), ("sun tax", 1, ["hotline-agent"])]


def test_an_answer_stands_alone_with_its_neighbours(learner: FlaskClient, write: Any) -> None:
    write()
    write(slug="second", title_en="Verify again", body_en="Verify it twice.\n")
    first = learner.get("/answers?q=verify", headers=HTMX).text
    assert 'class="say"' in first
    assert "n=2" in first
    assert "1 of 2" in first
    assert "2 of 2" in learner.get("/answers?q=verify&n=2").text
    assert "Not in our books." in learner.get("/answers?q=moon").text


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_takes_no_calls_and_trains_nobody_has_no_search(client_of: ClientOf, make: Make, role: str) -> None:
    browser = client_of(make.person(role))
    for address in ("/find", "/answers", "/manual", "/glossary"):
        assert browser.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/knowledge/misses", "/knowledge/pages", "/knowledge/pages/new", "/knowledge/terms", "/knowledge/terms/new"],
)
def test_only_trainers_write(learner: FlaskClient, trainer: FlaskClient, address: str) -> None:
    assert learner.get(address).status_code == 404
    assert trainer.get(address).status_code == 200


def test_the_manual_is_browsed_by_kind_and_read_with_its_words(write: Any, define: Any, learner: FlaskClient) -> None:
    write(body_en="Write a work order.\n\n## Steps\n==Then== wait.\n")
    write(slug="q", kind="question", title_en="Where is everybody?")
    define()
    both = learner.get("/manual").text
    assert both.index("Methods") < both.index("Verify identity") < both.index("Where is everybody?")
    assert "Where is everybody?" not in learner.get("/manual?kind=method").text
    assert "Verify identity" in learner.get("/manual?kind=nonsense&post=nobody").text
    shown = learner.get("/manual/verify-identity").text
    assert "<h2>Steps</h2>" in shown
    assert "The record that hands a case on." in shown
    assert "Change this page" not in shown
    assert learner.get("/manual/nothing").status_code == 404
    assert "Work order" in learner.get("/glossary").text


def test_a_lesson_names_its_words(
    teach: Callable[..., Lesson], define: Any, make: Make, client_of: ClientOf, session: Session
) -> None:
    define()
    reader = client_of(make.learner())
    lesson = teach(("课", "点", "文"), ("Lesson", "point", "Write the work order."))
    index_lessons(session)
    session.commit()
    part = reader.get(f"/lessons/{lesson.id}/terms", headers=HTMX).text
    assert "<term-marks" in part
    assert '["Work order"' in part.replace("&#34;", '"').replace("&#39;", "'") or "Work order" in part
    assert "<html" in reader.get(f"/lessons/{lesson.id}/terms").text
    assert f'hx-get="/lessons/{lesson.id}/terms"' in reader.get(f"/lessons/{lesson.id}").text
    outsider = client_of(make.person("learner"))
    assert outsider.get(f"/lessons/{lesson.id}/terms").status_code == 404


def test_cards_and_desk_card_of_a_course(
    teach: Callable[..., Lesson], make: Make, client_of: ClientOf, session: Session
) -> None:
    course = make.course(title_en="Calls")
    html = '<section class="block mnemonic"><h3>To remember it</h3><p>Hour, house, number</p></section><section class="block story"><h3>A story</h3><p>Once</p></section><figure class="flow"><ol><li><b>Ring</b></li></ol></figure>'
    lesson = teach(("课", "点", html), ("Open well", "pick up in time", html), course)
    index_lessons(session)
    session.commit()
    assert len(session.scalars(select(LessonAid)).all()) == 6
    reader = client_of(make.learner())
    cards = reader.get(f"/courses/{course.slug}/cards?n=2").text
    assert cards.count("data-card") == 2
    assert "Hour, house, number" in cards
    assert f'href="/lessons/{lesson.id}#block-1"' in cards
    desk = reader.get(f"/courses/{course.slug}/desk-card").text
    assert "Pick up in time" in desk
    assert "Ring" in desk
    assert "Once" not in desk
    assert f'href="/courses/{course.slug}/desk-card"' in reader.get(f"/courses/{course.slug}").text
    assert client_of(make.person("learner")).get(f"/courses/{course.slug}/cards").status_code == 404
    assert client_of(make.person("learner")).get(f"/courses/{course.slug}/desk-card").status_code == 404


def test_a_page_is_written_published_changed_and_restored(trainer: FlaskClient, session: Session) -> None:
    assert trainer.post("/knowledge/pages/new", data=FORM).status_code == 303
    assert "Verify identity" in trainer.get("/manual").text
    edit = "/knowledge/pages/verify-identity"
    assert "As readers see it" in trainer.get(edit).text
    assert (
        trainer.post(edit, data=FORM | {"based_on": 1, "deed": "draft", "body_en": "New answer.\r\n"}).status_code
        == 303
    )
    assert "New answer." in trainer.get(edit).text
    assert "New answer." not in trainer.get("/manual/verify-identity").text
    assert "published, with a newer draft" in trainer.get("/knowledge/pages").text
    assert "The caller says" in trainer.get(f"{edit}/revisions/1").text
    assert trainer.get(f"{edit}/revisions/9").status_code == 404
    assert trainer.post(f"{edit}/revisions/1/restoration").status_code == 303
    assert session.scalars(select(ManualPage.revision)).one() == 3
    assert trainer.post(f"{edit}/retirement").status_code == 303
    assert trainer.get("/manual/verify-identity").status_code == 404
    assert trainer.post(f"{edit}/retirement", data={"back": "yes"}).status_code == 303
    assert trainer.get("/manual/verify-identity").status_code == 200


def test_two_who_write_at_once_see_both_texts(trainer: FlaskClient, write: Any) -> None:
    write()
    edit = "/knowledge/pages/verify-identity"
    assert trainer.post(edit, data=FORM | {"based_on": 1, "body_en": "Theirs."}).status_code == 303
    mine = trainer.post(edit, data=FORM | {"based_on": 1, "body_en": "Mine."})
    assert mine.status_code == 409
    assert "Theirs." in mine.text
    assert "Mine." in mine.text
    assert 'name="based_on" type="hidden" value="3"' in mine.text or 'value="3"' in mine.text
    assert trainer.post(edit, data=FORM | {"based_on": 3, "body_en": "Both."}).status_code == 303
    assert "Both." in trainer.get("/manual/verify-identity").text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"body_en": "## Head\nText."}, "A page begins with its answer"),
        ({"slug": "No Slug"}, "Lower-case Latin letters"),
        ({"slug": "new"}, "Lower-case Latin letters"),
        ({"kind": "poem"}, "kind"),
        ({"review_by": "9999-99-99"}, "review_by"),
        ({"posts": ["nobody"]}, "posts"),
        ({"title_zh": "x" * 300}, "At most 200 characters."),
    ],
)
def test_a_page_that_cannot_be_stored_comes_back_as_it_was_typed(
    trainer: FlaskClient, more: dict[str, Any], said: str
) -> None:
    answer = trainer.post("/knowledge/pages/new", data=FORM | {"owner": "Typed owner"} | more)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Typed owner" in answer.text


def test_a_taken_address_is_said_at_its_field(trainer: FlaskClient, write: Any, define: Any) -> None:
    write()
    define()
    assert "This address is taken." in trainer.post("/knowledge/pages/new", data=FORM).text
    term = TERM | {"also": "a\nb"}
    assert "This address is taken." in trainer.post("/knowledge/terms/new", data=term).text
    assert trainer.post("/knowledge/pages/nothing", data=FORM).status_code == 404


def test_a_preview_is_made_by_the_server_and_stores_nothing(trainer: FlaskClient, write: Any, session: Session) -> None:
    write()
    sent = FORM | {"deed": "preview", "based_on": 1, "body_en": "**Bold** <script>x</script>", "body_zh": "## 空"}
    for headers in ({}, HTMX):
        shown = trainer.post("/knowledge/pages/verify-identity", data=sent, headers=headers)
        assert shown.status_code == 200
        assert "<strong>Bold</strong>" in shown.text
        assert "<script>x" not in shown.text
        assert "A page begins with its answer" in shown.text
    assert session.scalars(select(ManualPage.revision)).one() == 1


def test_a_term_is_written_changed_and_taken_out(trainer: FlaskClient, session: Session) -> None:
    sent = TERM | {"also": "ticket\nslip\n\n"}
    assert trainer.post("/knowledge/terms/new", data=sent).status_code == 303
    assert "slip" in trainer.get("/knowledge/terms/work-order").text
    assert (
        trainer.post("/knowledge/terms/work-order", data=sent | {"version": 1, "text_en": "Newer."}).status_code == 303
    )
    stale = trainer.post("/knowledge/terms/work-order", data=sent | {"version": 1, "text_en": "Stale."})
    assert stale.status_code == 422
    assert "Somebody changed this term meanwhile" in stale.text
    assert "Stale." in stale.text
    assert (
        trainer.post(
            "/knowledge/terms/new", data=sent | {"slug": "many", "also": "\n".join(map(str, range(20)))}
        ).status_code
        == 422
    )
    assert trainer.post("/knowledge/terms/work-order/retirement").status_code == 303
    shown = trainer.get("/knowledge/terms").text
    assert "1 term that was taken out" in shown
    assert "Bring it back" in shown
    assert trainer.get("/knowledge/terms/work-order").status_code == 404
    assert trainer.post("/knowledge/terms/work-order/retirement", data={"back": "yes"}).status_code == 303
    assert "taken out" not in trainer.get("/knowledge/terms").text
    assert "Let this wording stand again" in trainer.get("/knowledge/terms/work-order").text
    assert trainer.post("/knowledge/terms/work-order/revisions/1/restoration").status_code == 303
    assert trainer.post("/knowledge/terms/work-order/revisions/99/restoration").status_code == 404
    assert trainer.get("/knowledge/terms/work-order").status_code == 200
    assert session.scalars(select(GlossaryTerm.retired_at)).one() is None


def test_misses_are_answered_dismissed_and_begin_a_page(
    trainer: FlaskClient, session: Session, write: Any, now: datetime
) -> None:
    write()
    for words in ("moon tax", "sun tax", "sun tax"):
        note_miss(session, words, ["hotline-agent"], now=now)
    session.commit()
    listed = trainer.get("/knowledge/misses").text
    assert listed.index("sun tax") < listed.index("moon tax")
    assert "/knowledge/pages/new?title=sun+tax" in listed
    assert trainer.get("/knowledge/pages/new?title=sun+tax").text.count('value="sun tax"') == 1
    begun = re.search(r'<input[^>]*value="光伏"[^>]*>', trainer.get("/knowledge/pages/new?title=光伏").text)
    assert begun is not None
    assert 'name="title_zh"' in begun.group()
    ids = {row.words: row.id for row in session.scalars(select(SearchMiss))}
    assert trainer.post(f"/knowledge/misses/{ids['sun tax']}/answer", data={"slug": "nothing"}).status_code == 422
    assert (
        trainer.post(f"/knowledge/misses/{ids['sun tax']}/answer", data={"slug": "verify-identity"}).status_code == 303
    )
    assert trainer.post(f"/knowledge/misses/{ids['moon tax']}/dismissal").status_code == 303
    assert "Nothing here" in trainer.get("/knowledge/misses").text
    assert "Verify identity" in trainer.get("/knowledge/misses?state=answered").text
    assert "moon tax" in trainer.get("/knowledge/misses?state=dismissed").text
    assert trainer.get("/knowledge/misses?state=lost").status_code == 200
    assert trainer.post("/knowledge/misses/999/dismissal").status_code == 404

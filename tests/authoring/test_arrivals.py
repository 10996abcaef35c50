"""What a trainer brings in by the browser: seen first, stored after a yes, gates untouched without a second person."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.audit.models import AuditEntry
from lms.authoring.actions import arrivals
from lms.authoring.models import Draft, DraftPart
from lms.content.actions import import_library
from lms.content.ondisk.doors import write_zip
from lms.content.ondisk.reading import read_library
from lms.content.rules.parts import only
from lms.courses.models import Course, Lesson
from lms.errors import Invalid
from lms.media.models import LessonMedia, MediaFile
from lms.media.queries import value_of
from tests.content.shelf import Shelf
from tests.content.zips import named, zipped
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
PAGE = "/content/import"
HELLO = "basics/01-hello/lesson.en.md"
PAGES = {
    "docs/a.md": b"# One\n\nText.\n\n![A lamp](lamp.png)\n\n<script>x</script>",
    "docs/b.md": b"# Two\n\n[one](a.md)",
}


@pytest.fixture(autouse=True)
def _nothing_waits(app: Flask) -> None:
    """Tests share one storage; a person's number may come again."""
    folder = app.extensions["lms_storage"].folder
    for file in (folder / "arrivals").glob("*") if (folder / "arrivals").is_dir() else ():
        file.unlink()


@pytest.fixture
def browser(client_of: Browser, trainer: Person) -> FlaskClient:
    """A browser of the trainer."""
    return client_of(trainer)


def course_zip(shelf: Shelf) -> bytes:
    made = BytesIO()
    write_zip(only(read_library(shelf.root), "basics"), made)
    return made.getvalue()


def folder_zip(shelf: Shelf) -> bytes:
    """The course as it lies on disk, with its pictures."""
    found = (file for file in (shelf.root / "basics").rglob("*.*"))
    return zipped({file.relative_to(shelf.root).as_posix(): file.read_bytes() for file in found})


def send(browser: FlaskClient, body: bytes, name: str = "basics.zip", **more: Any) -> Any:
    return browser.post(PAGE, data={"file": (BytesIO(body), name)}, **more)


def seal(browser: FlaskClient) -> str:
    found = re.search(r'name="seal" value="(\w+)"', browser.get(PAGE).text)
    return found[1] if found else ""


def yes(browser: FlaskClient) -> Any:
    return browser.post(f"{PAGE}/confirmation", data={"seal": seal(browser)})


def test_a_yes_counts_for_the_zip_that_was_shown_alone(browser: FlaskClient, library: Shelf, session: Session) -> None:
    send(browser, course_zip(library))
    shown = seal(browser)
    library.swap("basics/course.yaml", "Basics", "The basics")
    send(browser, course_zip(library))
    for sent in ({"seal": shown}, {"seal": ""}, {}):
        for deed in ("confirmation", "conversion", "removal"):
            answer = browser.post(f"{PAGE}/{deed}", data=sent, follow_redirects=True)
            assert "Another file was sent meanwhile." in answer.text
    assert session.scalars(select(Course.title_en)).all() == ["Basics"]
    assert yes(browser).status_code == 303
    assert session.scalars(select(Course.title_en).execution_options(populate_existing=True)).all() == ["The basics"]


@pytest.mark.parametrize("left", [None, b"another zip"])
def test_a_zip_that_goes_while_it_is_answered_is_told_to_be_gone(
    browser: FlaskClient, app: Flask, library: Shelf, left: bytes | None
) -> None:
    for body, deed, more in (
        (course_zip(library), "confirmation", {}),
        (zipped(PAGES), "conversion", {"title_zh": "倾听", "title_en": "Listening", "slug": "listening"}),
    ):
        send(browser, body)
        sent = more | {"seal": seal(browser)}
        for file in (app.extensions["lms_storage"].folder / "arrivals").glob("*.zip"):
            file.write_bytes(left) if left else file.unlink()
        answer = browser.post(f"{PAGE}/{deed}", data=sent, follow_redirects=deed == "confirmation")
        assert answer.status_code in (200, 303)
    assert "no longer here" in browser.get(PAGE, follow_redirects=True).text
    assert 'type="file"' in browser.get(PAGE).text


def test_what_would_change_is_foreseen_once_and_an_unforeseen_refusal_shows_it_again(
    browser: FlaskClient, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    foresee = arrivals.foresee

    def looked(*args: Any, **more: Any) -> Any:
        looks.append(1)
        return foresee(*args, **more)

    def refuse(*_args: Any, **_more: Any) -> None:
        raise Invalid("It cannot be.", field="slug")

    monkeypatch.setattr(arrivals, "foresee", looked)
    library.swap("basics/course.yaml", "Basics", "The basics")
    send(browser, course_zip(library))
    for _ in range(3):
        assert "Would change: 1. Stays as it is: 7." in browser.get(PAGE).text
    assert len(looks) == 1
    monkeypatch.setattr(arrivals, "receive", refuse)
    answer = yes(browser)
    assert answer.status_code == 422
    assert "It cannot be." in answer.text
    assert "Would change: 1. Stays as it is: 7." in answer.text


def test_the_page_asks_for_a_file_and_offers_the_library(browser: FlaskClient) -> None:
    text = browser.get(PAGE).text
    assert 'type="file"' in text
    assert "/content/library.zip" in text


def test_what_would_change_is_shown_by_file_and_line_and_nothing_is_stored(
    browser: FlaskClient, library: Shelf, session: Session
) -> None:
    library.swap("basics/course.yaml", "Basics", "The basics")
    answer = send(browser, course_zip(library))
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    text = browser.get(PAGE).text
    assert "basics/course.yaml:1" in text
    assert "Would change: 1. Stays as it is: 7." in text
    assert session.scalars(select(Course.title_en)).all() == ["Basics"]


def test_after_a_yes_it_is_stored_and_recorded(browser: FlaskClient, library: Shelf, session: Session) -> None:
    library.swap("basics/course.yaml", "Basics", "The basics")
    send(browser, course_zip(library))
    answer = yes(browser)
    assert answer.headers["Location"] == "/authoring/courses/basics"
    session.expire_all()
    assert session.scalars(select(Course.title_en)).all() == ["The basics"]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.action == "content.imported"
    assert 'type="file"' in browser.get(PAGE).text


def test_a_changed_lesson_that_feeds_a_gate_becomes_a_draft_with_all_its_texts(
    browser: FlaskClient, library: Shelf, session: Session
) -> None:
    library.swap(HELLO, "Intro text.", "Another intro.")
    send(browser, course_zip(library))
    assert "becomes a draft" in browser.get(PAGE).text
    yes(browser)
    session.expire_all()
    assert set(session.scalars(select(Lesson.revision))) == {1}
    draft = session.scalars(select(Draft)).one()
    texts = {part.part: part.text for part in session.scalars(select(DraftPart).where(DraftPart.draft_id == draft.id))}
    assert "Another intro." in texts["en"]
    assert "b-01-01" in texts["questions"]


def test_a_new_lesson_of_a_course_that_feeds_a_gate_becomes_a_draft(
    browser: FlaskClient, library: Shelf, session: Session
) -> None:
    for language in ("zh", "en"):
        text = (library.root / f"basics/01-hello/lesson.{language}.md").read_text()
        library.write(f"basics/03-new/lesson.{language}.md", text.replace("::: check b-01-01\n:::\n", ""))
    questions = (library.root / "basics/01-hello/questions.yaml").read_text()
    library.write("basics/03-new/questions.yaml", questions.replace("b-01", "b-03"))
    send(browser, course_zip(library))
    yes(browser)
    session.expire_all()
    assert len(session.scalars(select(Lesson)).all()) == 2
    assert session.scalars(select(Draft.slug)).all() == ["03-new"]
    send(browser, course_zip(library))
    yes(browser)
    assert session.scalars(select(Draft.slug)).all() == ["03-new"]


def test_a_retired_lesson_or_course_that_feeds_a_gate_waits_as_well(
    browser: FlaskClient, library: Shelf, session: Session, now: Any
) -> None:
    library.swap(HELLO, "Intro text.", "Another intro.")
    session.query(Lesson).where(Lesson.slug == "01-hello").update({"retired_at": now})
    session.commit()
    for course_retired in (False, True):
        session.query(Course).update({"retired_at": now if course_retired else None})
        session.commit()
        send(browser, course_zip(library))
        assert yes(browser).status_code == 303
        session.expire_all()
        draft = session.scalars(select(Draft).where(Draft.slug == "01-hello")).one()
        lesson = session.get_one(Lesson, draft.lesson_id)
        assert lesson.slug == "01-hello"
        assert lesson.retired_at == now
        assert set(session.scalars(select(Lesson.revision))) == {1}


def test_the_files_of_a_lesson_that_feeds_a_gate_stay_what_they_are(
    browser: FlaskClient, app: Flask, library: Shelf, session: Session, now: Any
) -> None:
    def lamp(colour: str) -> None:
        folder = library.root / "basics/01-hello/media"
        folder.mkdir(exist_ok=True)
        Image.new("RGB", (4, 4), colour).save(folder / "lamp.png", "PNG")

    for language in ("zh", "en"):
        path = library.root / f"basics/01-hello/lesson.{language}.md"
        path.write_text(
            path.read_text()
            .replace("==.", "==.\n\n![A lamp](media/lamp.png)")
            .replace("==。", "==。\n\n![A lamp](media/lamp.png)")
        )
    lamp("white")
    store = app.extensions["lms_storage"]
    import_library(session, read_library(library.root), actor="system", now=now, store=store)
    session.commit()
    before = session.scalars(select(LessonMedia.file_id)).one()
    lamp("black")
    library.swap(HELLO, "Intro text.", "Another intro.")
    send(browser, folder_zip(library))
    shown = browser.get("/content/import").text
    assert "basics/01-hello/media/lamp.png:1" in shown
    assert "not replaced" in shown
    assert "A file that such a lesson shows is not replaced." in shown
    assert yes(browser).status_code == 303
    session.expire_all()
    assert session.scalars(select(LessonMedia.file_id)).one() == before
    assert session.scalars(select(Draft.slug)).all() == ["01-hello"]


def test_the_files_of_a_new_lesson_that_feeds_a_gate_come_with_its_draft(
    browser: FlaskClient, app: Flask, library: Shelf, session: Session
) -> None:
    for language in ("zh", "en"):
        text = (library.root / f"basics/01-hello/lesson.{language}.md").read_text()
        text = text.replace("==.", "==.\n\n![A lamp](media/lamp.png)").replace("==。", "==。\n\n![灯](media/lamp.png)")
        library.write(f"basics/03-new/lesson.{language}.md", text.replace("::: check b-01-01\n:::\n", ""))
    questions = (library.root / "basics/01-hello/questions.yaml").read_text()
    library.write("basics/03-new/questions.yaml", questions.replace("b-01", "b-03"))
    (library.root / "basics/03-new/media").mkdir()
    Image.new("RGB", (4, 4), "white").save(library.root / "basics/03-new/media/lamp.png", "PNG")
    send(browser, folder_zip(library))
    assert "basics/03-new/media/lamp.png:1" in browser.get("/content/import").text
    assert session.scalar(select(LessonMedia)) is None
    assert yes(browser).status_code == 303
    row, file = session.execute(
        select(LessonMedia, MediaFile).join(MediaFile, MediaFile.id == LessonMedia.file_id)
    ).one()
    assert (row.course_slug, row.lesson_slug, row.name) == ("basics", "03-new", "lamp.png")
    assert app.extensions["lms_storage"].exists(value_of(file).path)
    draft = session.scalars(select(Draft)).one()
    assert 'width="4"' in browser.get(f"/drafts/{draft.id}").text
    send(browser, folder_zip(library))
    assert "lamp.png:1" not in browser.get("/content/import").text


def test_a_new_course_is_published_at_once(browser: FlaskClient, library: Shelf, session: Session) -> None:
    body = course_zip(library)
    session.query(Course).update({"slug": "elsewhere"})
    session.commit()
    send(browser, body)
    text = browser.get(PAGE).text
    assert "It cannot be stored so." in text  # its questions are in use by another course
    assert yes(browser).status_code == 422
    for file in ("01-hello", "02-again"):
        path = f"basics/{file}"
        for name in ("questions.yaml", "lesson.zh.md", "lesson.en.md"):
            text = (library.root / path / name).read_text()
            library.write(f"{path}/{name}", text.replace("b-01", "n-01").replace("b-02", "n-02"))
    send(browser, course_zip(library))
    assert yes(browser).status_code == 303
    assert len(session.scalars(select(Lesson)).all()) == 4


def test_what_is_not_in_the_file_stays_and_is_told(browser: FlaskClient, library: Shelf, session: Session) -> None:
    for file in sorted((library.root / "basics/02-again").glob("*")):
        file.unlink()
    send(browser, course_zip(library))
    assert "not in the file, stays" in browser.get(PAGE).text
    yes(browser)
    assert session.scalars(select(Lesson).where(Lesson.retired_at.is_not(None))).all() == []


def test_programmes_and_gates_do_not_come_by_this_door(browser: FlaskClient, library: Shelf, session: Session) -> None:
    made = BytesIO()
    library.swap("programmes/agent.yaml", "draw: 3", "draw: 1")
    write_zip(read_library(library.root), made)
    send(browser, made.getvalue(), "library.zip")
    text = browser.get(PAGE).text
    assert "an administrator imports them" in text
    assert "All of it is here already" in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no zip"),
        (b"GIF89a", "no zip"),
        (named("../../evil.md"), "leads out of the folder"),
        (zipped({"a.png": b"x"}), "neither a course nor a page of Markdown"),
    ],
    ids=["nothing", "a picture", "a hostile zip", "a zip of pictures"],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(browser: FlaskClient, body: bytes, words: str) -> None:
    answer = send(browser, body)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'type="file"' in browser.get(PAGE).text


def test_no_file_is_told_at_its_field(browser: FlaskClient) -> None:
    answer = browser.post(PAGE, data={})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_a_file_can_be_left_and_is_gone_after_a_day(browser: FlaskClient, library: Shelf, now: Any) -> None:
    send(browser, course_zip(library))
    assert browser.post(f"{PAGE}/removal", data={"seal": seal(browser)}).status_code == 303
    assert 'type="file"' in browser.get(PAGE).text
    send(browser, course_zip(library))
    with time_machine.travel(now + timedelta(hours=11), tick=False):
        assert 'type="file"' not in browser.get(PAGE).text
    with time_machine.travel(now + timedelta(hours=25), tick=False):
        for deed in ("confirmation", "conversion"):
            assert browser.post(f"{PAGE}/{deed}").headers["Location"].startswith(("/content/import", "/sign-in"))


def test_a_file_is_its_sender_s_alone(client_of: Browser, browser: FlaskClient, library: Shelf, second: Person) -> None:
    send(browser, course_zip(library))
    other = client_of(second)
    assert 'type="file"' in other.get(PAGE).text
    assert other.post(f"{PAGE}/confirmation", follow_redirects=True).text.count("no longer here") == 1


def test_markdown_of_another_tool_is_noticed_and_becomes_drafts(
    browser: FlaskClient, library: Shelf, session: Session
) -> None:
    lamp = BytesIO()
    Image.new("RGB", (4, 4), "white").save(lamp, "PNG")
    send(browser, zipped(PAGES | {"docs/lamp.png": lamp.getvalue()}), "Listening well.zip")
    text = browser.get(PAGE).text
    assert "Make 2 drafts" in text
    assert "&lt;script&gt; was left out" in text
    assert 'value="listening-well"' in text
    sent = {"title_zh": "倾听", "title_en": "Listening", "slug": "listening"}
    answer = browser.post(f"{PAGE}/conversion", data=sent | {"seal": seal(browser)})
    assert answer.headers["Location"] == "/authoring/courses/listening"
    drafts = session.scalars(select(Draft).where(Draft.discarded_at.is_(None)).order_by(Draft.position)).all()
    assert [draft.slug for draft in drafts] == ["01-one", "02-two"]
    texts = {
        part.part: part.text for part in session.scalars(select(DraftPart).where(DraftPart.draft_id == drafts[0].id))
    }
    assert "![A lamp](media/lamp.png)" in texts["en"]
    assert "还没有译成中文" in texts["zh"]
    assert session.scalars(select(LessonMedia.name)).all() == ["lamp.png"]
    assert browser.get(f"/drafts/{drafts[0].id}").status_code in (200, 303, 404)


def test_a_large_conversion_says_how_long_it_takes_and_has_a_bound(
    browser: FlaskClient, library: Shelf, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {f"docs/page-{n:02}.md": f"# Page {n}\n\nSomething about page {n}.\n".encode() for n in range(120)}
    send(browser, zipped(pages), "handbook.zip")
    shown = browser.get("/content/import").text
    assert 'data-busy="Working, about 8 seconds …"' in shown
    assert "This takes about 8 seconds; please leave the page open." in shown
    monkeypatch.setattr(arrivals, "MOST_DRAFTS", 119)
    assert "120 lessons would come of it; at most 119 at a time are made." in browser.get("/content/import").text
    names = {"title_zh": "手册", "title_en": "Handbook", "slug": "handbook", "seal": seal(browser)}
    assert browser.post("/content/import/conversion", data=names).status_code == 422
    assert session.scalar(select(Draft)) is None
    assert browser.post("/content/import/removal", data={"seal": seal(browser)}).status_code == 303
    assert "handbook" not in browser.get("/content/import").text


def test_a_name_that_is_taken_or_wrong_is_told_at_its_field(browser: FlaskClient, library: Shelf) -> None:
    send(browser, zipped(PAGES), "x.zip")
    for slug, words in (("basics", "already"), ("Not a name", "Lower-case")):
        sent = {"title_zh": "倾听", "title_en": "Listening", "slug": slug}
        answer = browser.post(f"{PAGE}/conversion", data=sent | {"seal": seal(browser)})
        assert answer.status_code == 422
        assert words in answer.text


def test_a_course_and_the_library_go_out_as_zips_that_come_in_again(browser: FlaskClient, library: Shelf) -> None:
    answer = browser.get("/content/courses/basics.zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="basics.zip"'
    assert answer.data == browser.get("/content/courses/basics.zip").data
    send(browser, answer.data)
    assert "All of it is here already" in browser.get(PAGE).text
    whole = browser.get("/content/library.zip")
    assert whole.mimetype == "application/zip"
    assert browser.get("/content/courses/nothing.zip").status_code == 404


@pytest.mark.parametrize("role", ["learner", "mentor", "hr", "auditor"])
def test_for_others_there_is_no_such_door(client_of: Browser, make: Make, library: Shelf, role: str) -> None:
    stranger = client_of(make.person(role))
    for address in (PAGE, "/content/courses/basics.zip", "/content/library.zip"):
        assert stranger.get(address).status_code == 404
    for deed in ("", "/confirmation", "/conversion", "/removal"):
        assert stranger.post(PAGE + deed).status_code == 404

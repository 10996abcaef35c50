# ruff: noqa: E501  # tables have one case a line
"""Files of `media/` folders: checked like uploads, imported clean, shown, and written back byte for byte."""

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content import queries
from lms.content.actions import import_library, preview_library
from lms.content.ondisk.doors import write_zip
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.content.rules.standard import check
from lms.courses.models import Lesson, LessonText
from lms.media.models import LessonMedia
from lms.settings import Settings
from lms.storage import Storage
from tests.content.shelf import Shelf
from tests.media import samples

HELLO = "basics/01-hello/lesson.en.md"
MEDIA = "basics/01-hello/media"


@pytest.fixture
def store(tmp_path: Path) -> Storage:
    return Storage(Settings(data_dir=tmp_path / "data"))


def put(shelf: Shelf, name: str, data: bytes) -> None:
    file = shelf.root / MEDIA / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)


def show(shelf: Shelf, text: str) -> None:
    for language, old in (("en", "Intro text."), ("zh", "开场白。")):
        shelf.swap(f"basics/01-hello/lesson.{language}.md", old, f"{old}\n\n{text}")


def told(shelf: Shelf) -> list[str]:
    return [f"{f.level}: {f.file}: {f.sentence()}" for f in check(read_library(shelf.root))]


def bring(session: Session, shelf: Shelf, store: Storage, now: datetime) -> Any:
    return import_library(session, read_library(shelf.root), actor="system", now=now, store=store)


def html(session: Session) -> str:
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()
    text = session.scalars(
        select(LessonText)
        .where(LessonText.lesson_id == lesson.id, LessonText.locale == "en")
        .order_by(LessonText.revision.desc())
    ).first()
    return str(text.blocks).replace(f"/lessons/{lesson.id}/", "/lessons/N/") if text else ""


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def furnished(shelf: Shelf) -> None:
    put(shelf, "desk.png", samples.picture("png"))
    put(shelf, "unused.jpg", samples.picture("jpg"))
    put(shelf, "plan.svg", samples.SVG.replace(b"<svg", b"<svg"))
    put(shelf, "call.mp3", samples.mp3(100))
    put(shelf, "film.mp4", samples.mp4(3))
    put(shelf, "film.zh.vtt", samples.VTT)
    show(
        shelf,
        "![The desk](media/desk.png) ![A plan](media/plan.svg)\n\n[The call](media/call.mp3)\n\n[A film](media/film.mp4)",
    )


def test_files_are_imported_shown_and_written_back_byte_for_byte(
    shelf: Shelf, session: Session, store: Storage, now: datetime, tmp_path: Path
) -> None:
    furnished(shelf)
    assert bring(session, shelf, store, now).sums()["file"] == {"added": 6}
    shown = html(session)
    assert '<img src="/lessons/N/media/desk.png" alt="The desk" width="40" height="20" loading="lazy"' in shown
    assert '<audio controls preload="none" src="/lessons/N/media/call.mp3"' in shown
    assert '<track kind="captions" srclang="zh"' in shown
    library = queries.library(session)
    write_library(library, tmp_path / "once", store)
    again = Shelf.__new__(Shelf)
    again.root = tmp_path / "once"
    for path, data in files(shelf.root).items():
        if path.startswith(MEDIA) and not path.endswith("plan.svg"):
            assert files(again.root)[path] == data, path
    assert not bring(session, again, store, now).changed
    write_library(queries.library(session), tmp_path / "twice", store)
    assert files(tmp_path / "twice") == files(tmp_path / "once")
    first, second = io.BytesIO(), io.BytesIO()
    write_zip(library, first, store)
    write_zip(queries.library(session), second, store)
    assert first.getvalue() == second.getvalue()


def test_importing_again_changes_nothing_even_where_files_were_cleaned(
    shelf: Shelf, session: Session, store: Storage, now: datetime
) -> None:
    put(shelf, "photo.jpg", samples.picture("jpg", exif=True))
    show(shelf, "![A photo](media/photo.jpg)")
    assert bring(session, shelf, store, now).changed
    assert not bring(session, shelf, store, now).changed
    medium = queries.library(session).media[f"{MEDIA}/photo.jpg"]
    kept = store.get(medium.path)
    assert b"SecretPhone" not in kept
    assert Image.open(io.BytesIO(kept)).size == (20, 40)
    assert 'width="20" height="40"' in html(session)


def test_another_picture_under_the_same_name_refreshes_the_lesson_without_a_new_revision(
    shelf: Shelf, session: Session, store: Storage, now: datetime
) -> None:
    put(shelf, "a.png", samples.picture("png"))
    show(shelf, "![A picture](media/a.png)")
    bring(session, shelf, store, now)
    put(shelf, "a.png", samples.picture("png", (60, 30)))
    report = bring(session, shelf, store, now)
    assert report.sums() == {"lesson": {"refreshed": 1}, "file": {"changed": 1}}
    assert 'width="60" height="30"' in html(session)


def test_a_file_that_is_gone_is_retired_and_comes_back(
    shelf: Shelf, session: Session, store: Storage, now: datetime
) -> None:
    put(shelf, "a.png", samples.picture("png"))
    bring(session, shelf, store, now)
    (shelf.root / MEDIA / "a.png").unlink()
    assert bring(session, shelf, store, now).sums() == {"file": {"retired": 1}}
    assert queries.library(session).media == {}
    assert not bring(session, shelf, store, now).changed
    put(shelf, "a.png", samples.picture("png"))
    assert bring(session, shelf, store, now).sums() == {"file": {"revived": 1}}


def test_what_was_brought_in_the_browser_stays_and_is_taken_along_where_it_is_shown(
    shelf: Shelf, session: Session, store: Storage, now: datetime, make: Any
) -> None:
    put(shelf, "a.png", samples.picture("png"))
    put(shelf, "b.png", samples.picture("png", (9, 9)))
    show(shelf, "![A picture](media/a.png)")
    bring(session, shelf, store, now)
    trainer = make.person("trainer")
    for row in session.scalars(select(LessonMedia)):
        row.added_by_id = trainer.id
    session.flush()
    assert list(queries.library(session).media) == [f"{MEDIA}/a.png"]
    (shelf.root / MEDIA / "b.png").unlink()
    assert not bring(session, shelf, store, now).changed


def test_a_trial_run_stores_nothing(shelf: Shelf, session: Session, store: Storage, now: datetime) -> None:
    furnished(shelf)
    assert preview_library(session, read_library(shelf.root), now=now).sums()["file"] == {"added": 6}
    assert session.scalars(select(LessonMedia)).all() == []
    assert not (store.folder or Path()).exists()


def test_a_library_with_files_needs_a_storage(shelf: Shelf, session: Session, now: datetime, tmp_path: Path) -> None:
    furnished(shelf)
    library = read_library(shelf.root)
    with pytest.raises(ValueError, match="storage"):
        import_library(session, library, actor="system", now=now)
    with pytest.raises(ValueError, match="storage"):
        write_library(library, tmp_path / "out")


def test_the_number_of_statements_does_not_grow_with_the_files(
    shelf: Shelf, session: Session, store: Storage, now: datetime, statements: Callable[[], Any]
) -> None:
    put(shelf, "a.png", samples.picture("png"))
    bring(session, shelf, store, now)
    with statements() as few:
        bring(session, shelf, store, now)
    for n in range(1, 20):
        put(shelf, f"b{n}.png", samples.picture("png", (n, 5)))
    bring(session, shelf, store, now)
    with statements() as many:
        bring(session, shelf, store, now)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("name", "data", "text", "finding"),
    [
        (
            "a.png",
            samples.picture("png"),
            "![](media/a.png)",
            f"error: {HELLO}: Say in the brackets what the picture shows: ![words](media/a.png). Some readers hear only them.",
        ),
        (
            "a.png",
            samples.picture("png"),
            "![ ** ](media/a.png)",
            f"error: {HELLO}: Say in the brackets what the picture shows: ![words](media/a.png). Some readers hear only them.",
        ),
        (
            "a.png",
            samples.picture("png"),
            "![x](https://x.example/media/a.png)",
            f"error: {HELLO}: Pictures come from the lesson's own media/, not from elsewhere.",
        ),
        (
            "a.png",
            samples.picture("png"),
            "![x](media/../media/a.png)",
            f"error: {HELLO}: Dead link: media/../media/a.png",
        ),
        (
            "film.mp4",
            samples.mp4(3),
            "[x](media/film.mp4)",
            f"warning: {HELLO}: The film has no captions; put film.zh.vtt, film.en.vtt beside it.",
        ),
        (
            "a.png",
            samples.picture("png"),
            "::: case T | media/a.png\ncaller 0:01 | Hello\n:::",
            f"error: {HELLO}: a.png is no recording that a call could have.",
        ),
        (
            "a.png",
            samples.picture("jpg"),
            "",
            f"error: {MEDIA}/a.png: The name ends in “.png”, but this is a .jpg file.",
        ),
        (
            "A B.png",
            samples.picture("png"),
            "",
            f"error: {MEDIA}/A B.png: A file in media/ is named like map-of-the-city.png: letters, digits, hyphens.",
        ),
        (
            "a.svg",
            samples.svg("<script/>"),
            "",
            f"error: {MEDIA}/a.svg: The drawing holds “script”, which could act on its own. Save it as “plain SVG” or as PNG.",
        ),
        (
            "a.exe",
            b"\0\0",
            "",
            f"error: {MEDIA}/a.exe: This is no picture, sound, film or captions file that can be shown here.",
        ),
        (
            "a.vtt",
            b"WEBVTT\n\nx --> y\n",
            "",
            f"error: {MEDIA}/a.vtt: Line 3 of the captions is no time such as 00:21.000 --> 00:24.500.",
        ),
    ],
)
def test_what_the_standard_says_of_files(shelf: Shelf, name: str, data: bytes, text: str, finding: str) -> None:
    put(shelf, name, data)
    show(shelf, text)
    assert finding in told(shelf)


def test_recordings_count_in_the_reading_time(shelf: Shelf) -> None:
    put(shelf, "call.wav", samples.wav(200))
    show(shelf, "[The call](media/call.wav)")
    assert any("is off: reading and checks take about 4" in f.sentence() for f in check(read_library(shelf.root)))


def test_a_call_with_sound_is_heard_and_not_counted_twice(
    shelf: Shelf, session: Session, store: Storage, now: datetime
) -> None:
    put(shelf, "call.mp3", samples.mp3(100))
    show(shelf, "::: case In the dark | media/call.mp3\ncaller 0:01 | It is dark.\nagent 0:02 | I see.\n+ Kind.\n:::")
    bring(session, shelf, store, now)
    shown = html(session)
    assert '<h3>A call to learn from: In the dark</h3><call-player data-text-back="Turn before"' in shown
    assert '><audio controls preload="none" src="/lessons/N/media/call.mp3"></audio><ol class="turns">' in shown
    assert "</ol></call-player></section>" in shown


def test_a_call_whose_sound_is_not_there_stands_as_text(shelf: Shelf) -> None:
    show(shelf, "::: case In the dark | media/none.mp3\ncaller 0:01 | It is dark.\n:::")
    assert f"error: {HELLO}: Dead link: media/none.mp3" in told(shelf)

"""What a trainer brings, lists and takes away; and what becomes of it when it is fetched."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms import clock
from lms.accounts.models import Person
from lms.audit.models import AuditEntry
from lms.authoring.actions import files as actions
from lms.authoring.models import Draft, Submission
from lms.courses.models import LessonProgress
from lms.media import jobs
from lms.media.jobs import sweep
from lms.media.models import LessonMedia, MediaFile
from lms.media.queries import value_of
from lms.settings import Settings
from lms.storage import Storage
from lms.web import files
from lms.web.headers import content_policy
from tests import s3
from tests.make import Make
from tests.media import samples
from tests.media.conftest import Desk

Browser = Callable[[Person], FlaskClient]


def test_a_picture_is_brought_and_shown(desk: Desk, session: Session) -> None:
    made = desk.bring(samples.picture("jpg", exif=True), "Call centre.JPG", alt="The [desk]")
    assert made.status_code == 201
    told = made.get_json()
    assert told["name"] == "call-centre.webp"
    assert told["markdown"] == r"![The \[desk\]](media/call-centre.webp)"
    assert (told["type"], told["width"], told["height"], told["seconds"]) == ("image/webp", 20, 40, None)
    there = desk.browser.get(told["url"])
    assert there.status_code == 302
    assert there.headers["Cache-Control"] == "private, max-age=300"
    sent = desk.browser.get(there.headers["Location"])
    assert sent.status_code == 200
    assert sent.headers["Content-Type"] == "image/webp"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in sent.headers["Cache-Control"]
    assert sent.data[8:12] == b"WEBP"
    assert b"SecretPhone" not in sent.data
    actions = session.scalars(select(AuditEntry.action)).all()
    assert actions[-1] == "media.added"


def test_the_same_file_keeps_its_name_and_another_one_gets_another(desk: Desk, session: Session) -> None:
    first = desk.bring(samples.picture("png"), "a.png").get_json()["name"]
    again = desk.bring(samples.picture("png"), "b.png").get_json()["name"]
    other = desk.bring(samples.picture("png", (41, 20)), "a.png").get_json()["name"]
    assert (first, again, other) == ("a.webp", "a.webp", "a-2.webp")
    assert len(session.scalars(select(MediaFile)).all()) == 2
    listed = desk.browser.get(desk.address).get_json()["items"]
    assert [item["name"] for item in listed] == ["a-2.webp", "a.webp"]


def test_a_lesson_that_is_not_published_yet_has_files_too(desk: Desk) -> None:
    address = f"/api/v1/courses/{desk.course.slug}/lessons/99-draft/media"
    made = desk.browser.post(address, data={"file": (BytesIO(samples.SVG), "plan.svg")})
    assert made.status_code == 201
    sent = desk.browser.get(made.get_json()["url"], follow_redirects=True)
    assert sent.headers["Content-Type"] == "image/svg+xml"
    assert sent.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in sent.headers["Content-Security-Policy"]


def test_a_refusal_is_a_sentence_in_the_language_of_the_trainer(desk: Desk) -> None:
    for language, words in (("en", "could act on its own"), ("zh", "可能自行运行")):
        with desk.browser.session_transaction() as cookie:
            cookie["locale"] = language
        refused = desk.bring(samples.svg("<script/>"), "a.svg")
        assert refused.status_code == 422
        assert refused.content_type == "application/problem+json"
        assert words in refused.get_json()["detail"]
        assert refused.get_json()["field"] == "file"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"file": "no file"}, 422),
        ({"file": (b"", "")}, 422),
        ({"file": (b"x", "x" * 5000 + ".png")}, 422),
        ({"file": (b"x", "a\0b.png")}, 422),
        ({"file": (b"x", "a.png"), "alt": "x" * 301}, 422),
        ({"file": (b"x", "a.png"), "alt": "a\0b"}, 422),
    ],
)
def test_what_is_no_upload_is_a_422(desk: Desk, data: dict[str, object], status: int) -> None:
    sent = {k: (BytesIO(v[0]), v[1]) if isinstance(v, tuple) else v for k, v in data.items()}
    assert desk.browser.post(desk.address, data=sent, content_type="multipart/form-data").status_code == status


def test_a_course_that_does_not_exist_has_no_files(desk: Desk) -> None:
    sent = {"file": (BytesIO(samples.SVG), "a.svg")}
    assert desk.browser.post("/api/v1/courses/none/lessons/01-x/media", data=sent).status_code == 404
    assert desk.browser.get("/courses/none/lessons/01-x/media/a.svg").status_code == 404
    assert desk.browser.get("/courses/none/lessons/01-x/media/%2e%2e%2fsecret.key").status_code == 404


def test_only_the_upload_takes_large_bodies_and_only_from_trainers(
    desk: Desk, make: Make, client_of: Browser, client: FlaskClient
) -> None:
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(samples.wav(1) + bytes(5 * 1024 * 1024)), "a.wav")})
    form = f"multipart/form-data; boundary={boundary}"
    assert desk.browser.post(desk.address, data=body, content_type=form).status_code == 201
    learner = client_of(make.learner())
    for browser in (learner, client):
        assert browser.post(desk.address, data=body, content_type=form).status_code == 413
    assert learner.post(desk.address, data={"file": (BytesIO(b"x"), "a.wav")}).status_code == 404
    huge = {"CONTENT_LENGTH": str(300 * 1024 * 1024)}
    assert desk.browser.post(desk.address, data=body, content_type=form, environ_overrides=huge).status_code == 413


def test_taking_a_file_away_takes_its_bytes_a_day_later_unless_another_lesson_shows_them(
    desk: Desk, app: Flask, make: Make, session: Session
) -> None:
    name = desk.bring(samples.picture(), "a.png").get_json()["name"]
    other = Desk(desk.course, make.lesson(desk.course), desk.browser)
    other.bring(samples.picture(), "b.png")
    store = app.extensions["lms_storage"]
    path = value_of(session.scalars(select(MediaFile)).one()).path
    assert desk.browser.delete(f"{desk.address}/{name}").status_code == 204
    assert desk.browser.delete(f"{desk.address}/{name}").status_code == 404
    assert sweep(session, storage=store, now=make.now + timedelta(days=9)) == 0
    assert desk.browser.delete(f"{other.address}/b.webp").status_code == 204
    assert sweep(session, storage=store, now=make.now + timedelta(hours=24)) == 0
    assert store.exists(path)
    assert sweep(session, storage=store, now=make.now + timedelta(hours=25)) == 1
    assert not store.exists(path)
    assert session.scalar(select(MediaFile)) is None


def test_a_file_that_is_brought_again_meanwhile_stays(
    desk: Desk, app: Flask, make: Make, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, late = app.extensions["lms_storage"], make.now + timedelta(days=9)
    name = desk.bring(samples.picture(), "a.png").get_json()["name"]
    path = value_of(session.scalars(select(MediaFile)).one()).path
    desk.browser.delete(f"{desk.address}/{name}")
    assert desk.bring(samples.picture(), "a.png").status_code == 201
    assert sweep(session, storage=store, now=late) == 0
    desk.browser.delete(f"{desk.address}/a.webp")
    session.commit()
    store_it = actions.add_file

    def swept_before(*args: Any, **named: Any) -> Any:
        """Let a sweep come between the look at the bytes and the row that names them."""
        assert sweep(args[0], storage=store, now=late) == 1
        return store_it(*args, **named)

    monkeypatch.setattr(actions, "add_file", swept_before)
    assert desk.bring(samples.picture(), "a.png").status_code == 201
    assert store.exists(path)


@pytest.mark.real_time  # of the files themselves
def test_bytes_that_never_got_a_row_are_swept_after_a_day(session: Session, make: Make, tmp_path: Path) -> None:
    store, now = Storage(Settings(data_dir=tmp_path)), clock.now()
    named, stray = (f"{letter * 2}/{letter * 64}.webp" for letter in "ab")
    make.add(MediaFile(sha256="a" * 64, ext="webp", bytes=1, original_name="x", added_at=now))
    for key in (named, stray, "arrivals/1.zip", "ab/README"):
        store.put(key, b"x", content_type="image/webp")
    assert sweep(session, storage=store, now=now + timedelta(hours=23)) == 0
    assert sweep(session, storage=store, now=now + timedelta(hours=25)) == 1
    assert [store.exists(key) for key in (stray, named, "arrivals/1.zip", "ab/README")] == [False, True, True, True]
    assert len(session.scalars(select(MediaFile)).all()) == 1


def test_bytes_whose_row_is_stored_at_that_moment_stay(desk: Desk, app: Flask, make: Make, session: Session) -> None:
    store, now = app.extensions["lms_storage"], make.now
    desk.bring(samples.picture(), "a.png")
    file = session.scalars(select(MediaFile)).one()
    claim = MediaFile(sha256=file.sha256, ext=file.ext, bytes=1, original_name="", added_at=now)
    assert jobs._take(session, store, value_of(file).path, claim) == 0  # a race, made by hand
    assert store.exists(value_of(file).path)


def test_what_the_published_text_shows_is_neither_taken_away_nor_replaced(
    desk: Desk, session: Session, client_of: Browser, make: Make
) -> None:
    name = desk.bring(samples.picture(), "lamp.png").get_json()["name"]
    desk.show(session, name)
    for language, words in (("en", "shows this file, so it stays"), ("zh", "正在用这个文件")):
        with desk.browser.session_transaction() as cookie:
            cookie["locale"] = language
        refused = desk.browser.delete(f"{desk.address}/{name}")
        assert (refused.status_code, refused.content_type) == (409, "application/problem+json")
        assert words in refused.get_json()["detail"]
    desk.revise(session)
    make.progress(reader := make.learner(), desk.lesson, done=False)
    session.execute(update(LessonProgress).values(revision=1))
    session.commit()
    assert desk.browser.delete(f"{desk.address}/{name}").status_code == 204
    other = desk.bring(samples.picture("png", (41, 20)), "lamp.png").get_json()["name"]
    assert (name, other) == ("lamp.webp", "lamp-2.webp")  # who is in the earlier text gets no other picture there
    assert client_of(reader).get(f"/lessons/{desk.lesson.id}/media/{name}").status_code == 404


def test_a_file_of_a_text_that_waits_stays(desk: Desk, session: Session, make: Make) -> None:
    name = desk.bring(samples.picture(), "夜灯.png").get_json()["name"]
    spare = desk.bring(samples.picture("png", (41, 20)), "spare.png").get_json()["name"]
    writer = make.person("trainer")
    draft = make.add(
        Draft(
            course_id=desk.course.id,
            slug=desk.lesson.slug,
            position=1,
            base_revision=0,
            created_by_id=writer.id,
            created_at=make.now,
        )
    )
    texts = {"zh": f"![灯](media/{name})", "en": f"![Lamp](media/{quote(name)})", "questions": ""}
    waits = Submission(draft_id=draft.id, texts=texts, note="x", by_id=writer.id, at=make.now, needs_approval=True)
    make.add(waits)
    session.commit()
    refused = desk.browser.delete(f"{desk.address}/{name}")
    assert refused.status_code == 409
    assert desk.browser.delete(f"{desk.address}/{spare}").status_code == 204
    waits.decision, waits.decided_at, waits.decided_by_id = "withdrawn", make.now, writer.id
    session.commit()
    assert desk.browser.delete(f"{desk.address}/{name}").status_code == 204


def test_a_sound_is_sent_in_parts(desk: Desk, client: FlaskClient) -> None:
    data = samples.wav(2)
    told = desk.bring(data, "Call.wav").get_json()
    assert (told["name"], told["seconds"], told["markdown"]) == ("call.wav", 2.0, "[Call](media/call.wav)")
    link = desk.browser.get(told["url"]).headers["Location"]
    whole = client.get(link)
    assert (whole.status_code, whole.data, whole.headers["Accept-Ranges"]) == (200, data, "bytes")
    part = client.get(link, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(data)}"
    assert part.headers["Content-Length"] == "10"
    assert client.get(link, headers={"Range": "bytes=-5"}).data == data[-5:]
    past = client.get(link, headers={"Range": f"bytes={len(data)}-"})
    assert (past.status_code, past.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    changed = client.get(link, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert changed.status_code == 200
    same = client.get(link, headers={"Range": "bytes=0-1", "If-Range": whole.headers["ETag"]})
    assert same.status_code == 206
    assert client.get(link, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    head = client.head(link)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(data)))
    assert client.get(link, headers={"Range": "bytes=" + "9" * 8000}).status_code == 200


@pytest.mark.parametrize(
    "token", ["x", "..%2f..%2fsecret.key", "0" * 8 + "-" + "0" * 32 + "-" + "0" * 64 + ".png", "%00", "a" * 5000]
)
def test_a_made_up_link_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/files/{token}").status_code in (404, 422)


def test_a_name_taken_by_somebody_else_meanwhile_is_not_taken_twice(desk: Desk, session: Session) -> None:
    desk.bring(samples.picture(), "a.png")
    row = session.scalars(select(LessonMedia)).one()
    assert (row.name, row.course_slug, row.retired_at) == ("a.webp", desk.course.slug, None)


@pytest.mark.real_time
def test_a_bucket_serves_its_files_itself_except_drawings(
    desk: Desk, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3.server("school") as url:
        bucket = Storage(
            settings.model_copy(update={"storage_url": "s3://school", "storage_endpoint": url, "storage_key": "k"})
        )
        monkeypatch.setitem(app.extensions, "lms_storage", bucket)
        with app.app_context():
            assert files.storage() is bucket
        picture, drawing = desk.bring(samples.picture()).get_json(), desk.bring(samples.SVG, "a.svg").get_json()
        link = desk.browser.get(picture["url"]).headers["Location"]
        assert link.startswith(f"{url}/school/")
        with urlopen(link) as answer:
            assert answer.headers["Content-Type"] == "image/webp"
        assert desk.browser.get(picture["url"]).headers["Location"] == link
        ours = desk.browser.get(drawing["url"]).headers["Location"]
        assert ours.startswith("/files/")
        assert b"<svg" in desk.browser.get(ours).data
        assert f"img-src 'self' data: {url};" in content_policy(bucket.origin)
        assert f"media-src 'self' {url};" in content_policy(bucket.origin)

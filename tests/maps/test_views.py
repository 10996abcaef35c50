from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.courses.models import Course, KeyPoint, Lesson, LessonText
from lms.maps.models import MapNote, OwnMap
from lms.reviews.models import Review
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]
HTMX = {"HX-Request": "true"}


def outlined(session: Session, lesson: Lesson, points: int = 4) -> None:
    """Give a lesson a map: half of its points under one heading, half under another."""
    half = points // 2
    keys = [{"text": f"Point {n}", "kind": "key", "number": n, "children": []} for n in range(1, points + 1)]
    children = [
        {"text": "Opening", "kind": "heading", "children": keys[:half]},
        {"text": "Closing", "kind": "heading", "children": keys[half:]},
    ]
    for text in session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)):
        text.outline = {"text": text.title, "kind": "lesson", "children": children}
    session.flush()


@pytest.fixture
def lesson(session: Session, make: Make) -> Lesson:
    made = make.lesson(make.course(slug="c", title_en="Repair"), points=4, blocks=2, title_en="Promises")
    outlined(session, made)
    return made


def point(session: Session, lesson: Lesson, number: int) -> KeyPoint:
    return session.scalars(select(KeyPoint).where(KeyPoint.lesson_id == lesson.id, KeyPoint.number == number)).one()


def test_maps_are_nested_text_without_scripts(make: Make, client_of: ClientOf, lesson: Lesson) -> None:
    browser = client_of(make.learner())
    browser.put(f"/api/v1/lessons/{lesson.id}/progress", json={"position": 0, "seconds": 0})
    for url, source in (
        ("/courses/c/map", "/api/v1/courses/c/mindmap"),
        (f"/lessons/{lesson.id}/map", f"/api/v1/lessons/{lesson.id}/mindmap"),
    ):
        shown = browser.get(url).text
        assert f'<mind-map src="{source}"' in shown
        assert 'Point 1</a><span class="vh"> (met)</span>' in shown
        assert f'href="/lessons/{lesson.id}#block-1"' in shown
        assert "4 key points · 0 sit · 2 met" in shown


def test_an_empty_course_has_no_map_yet(make: Make, client_of: ClientOf) -> None:
    course = make.course()
    assert "No map yet" in client_of(make.learner()).get(f"/courses/{course.slug}/map").text


@pytest.mark.parametrize("kind", ["mm", "opml", "md", "svg"])
def test_a_map_is_saved_in_every_form_with_its_notes(
    make: Make, client_of: ClientOf, session: Session, lesson: Lesson, kind: str
) -> None:
    browser = client_of(make.learner())
    browser.put(f"/api/v1/maps/notes/point-{point(session, lesson, 2).id}", json={"text": "My aunt"})
    for url in ("/courses/c/map", f"/lessons/{lesson.id}/map"):
        answer = browser.get(f"{url}.{kind}")
        assert answer.status_code == 200
        assert "Point 3" in answer.text
        assert "My aunt" in answer.text
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="map.{kind}"')
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_paper_holds_the_whole_outline_unfolded(make: Make, client_of: ClientOf, lesson: Lesson) -> None:
    browser = client_of(make.learner())
    for url in ("/courses/c/map/print", f"/lessons/{lesson.id}/map/print"):
        shown = browser.get(url).text
        assert "<details" not in shown.partition("<main")[2].partition("</main>")[0]
        assert "4. Point 4" in shown


def test_notes_are_kept_by_a_form_and_shown_to_their_writer_alone(
    make: Make, client_of: ClientOf, session: Session, lesson: Lesson
) -> None:
    browser, node = client_of(make.learner()), f"heading-{lesson.id}-1"
    assert "My note on “Closing”" in browser.get(f"/maps/notes/{node}").text
    answer = browser.post(f"/maps/notes/{node}", data={"text": "I think of her kettle.", "next": "/courses/c/map"})
    assert (answer.status_code, answer.location) == (303, "/courses/c/map")
    assert "I think of her kettle." in browser.get(f"/maps/notes/{node}").text
    assert "kettle" not in client_of(make.learner()).get("/api/v1/courses/c/mindmap").text
    assert browser.post(f"/maps/notes/{node}", data={"text": "x" * 2001}).status_code == 422
    browser.post(f"/maps/notes/{node}", data={"text": " "})
    assert session.scalars(select(MapNote)).all() == []


@pytest.mark.parametrize("node", ["course-999", "lesson-999", "point-999", "heading-999-0", "nonsense", "heading-1"])
def test_there_are_no_notes_at_nodes_that_are_not_there(make: Make, client_of: ClientOf, node: str) -> None:
    browser = client_of(make.learner())
    assert browser.get(f"/maps/notes/{node}").status_code == 404
    assert browser.post(f"/maps/notes/{node}", data={"text": "x"}).status_code == 404


@pytest.mark.parametrize("what", [Lesson, Course])
def test_points_go_with_their_lesson_and_their_course(
    make: Make, client_of: ClientOf, session: Session, lesson: Lesson, what: type[Lesson | Course]
) -> None:
    address = f"/maps/notes/point-{point(session, lesson, 1).id}"
    readers = [client_of(make.learner()), client_of(make.person("trainer"))]
    assert [reader.get(address).status_code for reader in readers] == [200, 200]
    session.query(what).update({"retired_at": make.now})
    session.commit()
    for reader in readers:
        assert reader.get(address).status_code == 404
        assert reader.post(address, data={"text": "x"}).status_code == 404


def test_a_blank_map_is_filled_by_choices_and_every_placing_is_a_review(
    make: Make, client_of: ClientOf, session: Session, lesson: Lesson
) -> None:
    learner = make.learner()
    browser = client_of(learner)
    url = f"/lessons/{lesson.id}/blank-map"
    shown = browser.get(url).text
    assert shown == browser.get(url).text or shown.count("<select") == browser.get(url).text.count("<select")
    assert shown.count('<select name="gap-') == 3
    given = browser.get(f"/api/v1{url}").json
    assert given is not None
    words = {item["text"]: item["id"] for item in given["pool"]}
    told = browser.post(f"/api/v1{url}", json={"attempt": 1, "placed": {}}).json
    assert told is not None
    right = {f"gap-{gap['gap']}": words[gap["text"]] for gap in told["gaps"]}
    swapped = right | {"gap-1": right["gap-2"], "gap-2": right["gap-1"]}
    with time_machine.travel(make.now + timedelta(hours=1), tick=False):
        answer = browser.post(url, data=swapped | {"try": "1"})
    assert "1 of 3 are in their places." in answer.text
    assert "You put here:" in answer.text
    ratings = [row.rating for row in session.scalars(select(Review).where(Review.person_id == learner.id))]
    assert sorted(ratings) == [1, 1, 1, 1, 1, 3]
    again = browser.get("/courses/c/blank-map?try=2")
    assert again.status_code == 200
    assert browser.post("/courses/c/blank-map", data={"try": "2"}).status_code == 200


def test_a_placing_that_is_sent_twice_counts_once(
    make: Make, client_of: ClientOf, session: Session, lesson: Lesson
) -> None:
    browser = client_of(make.learner())
    for _ in range(2):
        assert browser.post(f"/lessons/{lesson.id}/blank-map", data={"try": "1"}).status_code == 200
    assert len(session.scalars(select(Review)).all()) == 3


def test_who_only_reads_fills_a_blank_map_without_a_memory(
    make: Make, client_of: ClientOf, session: Session, lesson: Lesson
) -> None:
    browser = client_of(make.person("trainer"))
    assert browser.post(f"/lessons/{lesson.id}/blank-map", data={}).status_code == 200
    assert session.scalars(select(Review)).all() == []


def test_a_map_without_points_has_nothing_to_fill(make: Make, client_of: ClientOf) -> None:
    lesson = make.lesson()
    assert "Nothing to fill in here" in client_of(make.learner()).get(f"/lessons/{lesson.id}/blank-map").text


def test_own_maps_begin_empty_or_from_a_lesson(
    make: Make, client_of: ClientOf, session: Session, lesson: Lesson
) -> None:
    browser = client_of(make.learner())
    assert "No map yet" in browser.get("/maps").text
    assert browser.post("/maps", data={"title": " "}).status_code == 422
    first = browser.post("/maps", data={"title": "The repair call"})
    assert first.status_code == 303
    copied = browser.post(f"/lessons/{lesson.id}/map/copies")
    assert "Point 4" in browser.get(copied.location).text
    assert browser.post("/courses/c/map/copies").status_code == 303
    listed = browser.get("/maps").text
    assert "The repair call" in listed
    assert "7 nodes" in listed
    made = session.scalars(select(OwnMap).where(OwnMap.lesson_id == lesson.id)).one()
    assert made.tree["children"][0]["children"][0]["ref"] == f"point-{point(session, lesson, 1).id}"


def saved(browser: FlaskClient, title: str = "Mine") -> int:
    return int(browser.post("/maps", data={"title": title}).location.rpartition("/")[2])


def test_an_own_map_is_changed_as_text(make: Make, client_of: ClientOf, session: Session, lesson: Lesson) -> None:
    browser = client_of(make.learner())
    where = browser.post(f"/lessons/{lesson.id}/map/copies").location
    text = "# Promises\n- Opening\n  - Point 1\n    > by heart\n  - A new one\n- [Site](https://a.example)\n"
    answer = browser.post(where, data={"title": "Promises, mine", "outline": text, "version": "1"})
    assert (answer.status_code, answer.location) == (303, where)
    session.expire_all()
    kept = session.scalars(select(OwnMap)).one()
    opening, site = kept.tree["children"]
    assert (kept.title, kept.version, kept.nodes) == ("Promises, mine", 2, 5)
    assert opening["children"][0] == {
        "text": "Point 1", "note": "by heart", "ref": f"point-{point(session, lesson, 1).id}",
    }  # fmt: skip
    assert site == {"text": "Site", "link": "https://a.example"}


def test_a_map_that_was_saved_elsewhere_is_not_overwritten(make: Make, client_of: ClientOf) -> None:
    browser = client_of(make.learner())
    number = saved(browser)
    first = {"title": "Mine", "outline": "# Mine\n- one", "version": "1"}
    assert browser.post(f"/maps/{number}", data=first).status_code == 303
    second = browser.post(f"/maps/{number}", data=first | {"outline": "# Mine\n- two"})
    assert second.status_code == 409
    assert "- one" in second.text
    assert "- two" in second.text
    assert 'name="version" type="hidden" value="2"' in second.text
    assert browser.post(f"/maps/{number}", data=first | {"outline": "# Mine\n- two", "version": "2"}).status_code == 303


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"outline": "no list at all"}, "Write at least one line"),
        ({"outline": "\n".join(f"{'  ' * n}- x" for n in range(60))}, "at most 50 levels deep"),
        ({"outline": "- x\n" * 5001}, "at most 5,000 nodes"),
    ],
)
def test_a_text_that_is_no_map_says_why_and_is_kept(
    make: Make, client_of: ClientOf, sent: dict[str, str], said: str
) -> None:
    browser = client_of(make.learner())
    number = saved(browser)
    answer = browser.post(f"/maps/{number}", data={"title": "Mine", "outline": "- kept", "version": "1"} | sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert "- x" in answer.text or "- kept" in answer.text or "no list" in answer.text


def upload(browser: FlaskClient, name: str, data: bytes) -> Any:
    from io import BytesIO

    answer = browser.post("/maps/imports", data={"file": (BytesIO(data), name)}, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large one is a file
    return answer


def test_a_file_comes_in_with_a_report(make: Make, client_of: ClientOf) -> None:
    browser = client_of(make.learner())
    source = (
        b'<map version="1.0.1"><node TEXT="Repair"><icon BUILTIN="idea"/>'
        b'<node TEXT="x" LINK="javascript:alert(1)"/></node></map>'
    )
    answer = upload(browser, "repair.mm", source)
    assert answer.status_code == 303
    shown = browser.get(answer.location).text
    assert "1 icon was left out. “idea”" in shown
    assert "1 link was dropped" in shown
    assert "javascript:alert" not in shown
    assert "was left out" not in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.mm", b"<map><node", "damaged"),
        ("a.mm", b'<!DOCTYPE x [<!ENTITY a "b">]><map><node TEXT="&a;"/></map>', "definitions of its own"),
        ("a.mm", b"<svg/>", "There is no map in this file"),
        ("a.opml", b"<opml><body/></opml>", "There is no map in this file"),
        ("a.md", b"just words", "There is no map in this file"),
        ("a.mm", b"<map>" + b"<node>" * 60 + b"</node>" * 60 + b"</map>", "50 levels"),
        ("a.md", b"- x\n" * 5001, "5,000 nodes"),
        ("a.md", b"x" * 1_000_001, "larger than 1 MB"),
        ("a.mm", b'<?xml version="1.0" encoding="klingon"?><map/>', "cannot be read"),
        ("", b"", "Choose a file"),
    ],
)
def test_a_file_that_cannot_come_in_says_why(
    make: Make, client_of: ClientOf, name: str, data: bytes, said: str
) -> None:
    answer = upload(client_of(make.learner()), name, data)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_map_is_deleted_and_brought_back_within_a_day(make: Make, client_of: ClientOf, session: Session) -> None:
    browser = client_of(make.learner())
    number = saved(browser)
    answer = browser.post(f"/maps/{number}/deletion")
    assert "Bring it back" in browser.get(answer.location).text
    assert browser.get(f"/maps/{number}").status_code == 404
    assert browser.post(f"/maps/{number}/restoration").status_code == 303
    assert browser.get(f"/maps/{number}").status_code == 200
    browser.post(f"/maps/{number}/deletion")
    with time_machine.travel(make.now + timedelta(hours=25), tick=False):
        assert (
            client_of(session.get_one(Person, session.get_one(OwnMap, number).owner_id))
            .post(f"/maps/{number}/restoration")
            .status_code
            == 404
        )


def test_a_map_is_shared_with_ones_own_mentor_and_with_nobody_else(make: Make, client_of: ClientOf) -> None:
    learner, mentor, other = make.learner(), make.mentor(), make.mentor()
    browser, looking = client_of(learner), client_of(mentor)
    number = saved(browser, "Shared one")
    assert browser.post(f"/maps/{number}/sharing").status_code == 409
    make.pairing(mentor, learner)
    listed = f"/apprentices/{learner.id}/maps"
    assert "No map is shared with you yet." in looking.get(listed).text
    assert looking.get(f"/maps/{number}").status_code == 404
    assert browser.post(f"/maps/{number}/sharing").status_code == 303
    assert "Shared one" in looking.get(listed, headers=HTMX).text
    assert "A map by" in looking.get(f"/maps/{number}").text
    for url in ("", "/map.md", "/map.svg", "/print"):
        assert looking.get(f"/maps/{number}{url}").status_code == 200
        assert client_of(other).get(f"/maps/{number}{url}").status_code == 404
    assert looking.post(f"/maps/{number}", data={"title": "x", "outline": "- x", "version": "1"}).status_code == 404
    assert looking.post(f"/maps/{number}/deletion").status_code == 404
    assert client_of(other).get(listed).status_code == 404
    assert browser.post(f"/maps/{number}/sharing/withdrawal").status_code == 303
    assert looking.get(f"/maps/{number}").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "/courses/c/map",
        "/lessons/{id}/map",
        "/courses/c/map.mm",
        "/lessons/{id}/map.svg",
        "/courses/c/map/print",
        "/lessons/{id}/map/print",
        "/courses/c/blank-map",
        "/lessons/{id}/blank-map",
        "/maps/notes/lesson-{id}",
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_is_not_on_the_own_path_does_not_exist(
    make: Make, client_of: ClientOf, lesson: Lesson, url: str, headers: dict[str, str]
) -> None:
    where = url.format(id=lesson.id)
    assert client_of(make.learner()).get(where, headers=headers).status_code == 200
    assert client_of(make.person("learner")).get(where, headers=headers).status_code == 404
    for role in ("auditor", "admin", "lead"):
        assert client_of(make.person(role)).get(where, headers=headers).status_code == 404


def test_maps_of_strangers_do_not_exist(make: Make, client_of: ClientOf) -> None:
    number = saved(client_of(make.learner()))
    stranger = client_of(make.learner())
    for url in ("", "/print", "/map.mm", "/deletion"):
        assert stranger.get(f"/maps/{number}{url}").status_code == 404
    for url in ("", "/deletion", "/restoration", "/sharing", "/sharing/withdrawal"):
        data = {"title": "x", "outline": "- x", "version": "1"}
        assert stranger.post(f"/maps/{number}{url}", data=data).status_code == 404


def test_a_lesson_without_text_has_no_map(make: Make, client_of: ClientOf) -> None:
    lesson = make.lesson(revision=7)
    assert client_of(make.learner()).get(f"/lessons/{lesson.id}/map").status_code == 404


@pytest.mark.parametrize(("lessons", "notes"), [(2, 1), (12, 40)])
def test_pages_take_the_same_statements_with_few_and_with_many(
    make: Make, client_of: ClientOf, session: Session, statements: Callable[[], Any], lessons: int, notes: int
) -> None:
    learner, course = make.learner(), make.course(slug="c")
    made = [make.lesson(course, points=4, blocks=2) for _ in range(lessons)]
    for one in made:
        outlined(session, one)
    for n in range(notes):
        make.add(MapNote(person_id=learner.id, node=f"point-{n}", text="x", updated_at=make.now))
    browser = client_of(learner)
    for n in range(notes):
        saved(browser, f"Map {n}")
    counts = {}
    for url in ("/courses/c/map", f"/lessons/{made[0].id}/map", "/courses/c/blank-map", "/maps", "/courses/c/map.mm"):
        with statements() as ran:
            assert browser.get(url).status_code == 200
        counts[url.replace(str(made[0].id), "1")] = len(ran)
    assert counts == {
        "/courses/c/map": 7, "/lessons/1/map": 7, "/courses/c/blank-map": 7, "/maps": 2, "/courses/c/map.mm": 7,
    }  # fmt: skip

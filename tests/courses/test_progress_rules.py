from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts.rules import Grant, Identity, Role
from lms.courses.rules.path import PathLesson, following, ready, waits_for
from lms.courses.rules.progress import Place, Report, counted_seconds, moved, points_in, reaches_further
from lms.courses.rules.reader import Reader, reader
from lms.courses.rules.tree import (
    MapLesson,
    MapPoint,
    NodeRef,
    branch_at,
    course_branches,
    lesson_branches,
    node_ref,
    numbers,
)

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("sent", "total", "since", "counted"),
    [
        (10, 0, None, 10),
        (500, 0, None, 120),
        (10, 0, 0.0, 0),
        (10, 0, 9.4, 10),
        (90, 0, 60.0, 60),
        (500, 0, 3600.0, 120),
        (60, 700, 60.0, 20),
        (60, 720, 60.0, 0),
        (60, 9000, 60.0, 0),
        (-5, 0, None, 0),
        (10, 0, -5.0, 0),
    ],
    ids=[
        "the first report counts",
        "no more than a pause may last",
        "sent twice",
        "a report that came a little early",
        "two tabs at once",
        "after a long pause",
        "up to three times the estimate",
        "not above it",
        "a total from before",
        "less than nothing",
        "a clock that went back",
    ],
)
def test_seconds_that_count(sent: int, total: int, since: float | None, counted: int) -> None:
    moved_on = None if since is None else timedelta(seconds=since)
    assert counted_seconds(sent, total=total, minutes=4, since=moved_on) == counted


@pytest.mark.parametrize(
    ("report", "position", "furthest", "done_at"),
    [
        (Report(2), 2, 2, None),
        (Report(0), 0, 1, None),
        (Report(), 1, 1, None),
        (Report(9), 3, 3, None),
        (Report(-1), 0, 1, None),
        (Report(done=True), 1, 3, NOW),
        (Report(0, done=True), 0, 3, NOW),
    ],
    ids=["on", "back", "no place named", "past the end", "before the start", "done", "done at the start"],
)
def test_a_place_moves_within_the_lesson(
    report: Report, position: int, furthest: int, done_at: datetime | None
) -> None:
    after = moved(Place(1, 1, 1, 30), report, block_count=4, seconds=5, now=NOW)
    assert after == Place(1, position, furthest, 35, done_at)


def test_done_stays_as_it_was_first_said() -> None:
    done = Place(1, 0, 3, 30, EARLIER)
    assert moved(done, Report(1, done=True), block_count=4, seconds=0, now=NOW).done_at == EARLIER


def test_a_lesson_without_blocks_has_one_place() -> None:
    assert moved(Place(1), Report(3), block_count=0, seconds=0, now=NOW).furthest == 0


def test_blocks_reached_are_all_once_done() -> None:
    assert Place(1, 1, 1).read_blocks(4) == 2
    assert Place(1, 1, 1, done_at=NOW).read_blocks(4) == 4
    assert Place(1, 9, 9).read_blocks(4) == 4


@pytest.mark.parametrize(
    ("place", "report", "further"),
    [
        (Place(1, 0, 1), Report(2), True),
        (Place(1, 0, 1), Report(1), False),
        (Place(1, 0, 1), Report(), False),
        (Place(1, 0, 1), Report(done=True), True),
        (Place(1, 0, 1, done_at=EARLIER), Report(done=True), False),
    ],
)
def test_only_new_ground_is_looked_at(place: Place, report: Report, further: bool) -> None:
    assert reaches_further(place, report) is further


def test_points_are_those_of_the_blocks_reached() -> None:
    blocks = [{"points": [1, 2]}, {}, {"points": [2, 3]}]
    assert (points_in(blocks, 0), points_in(blocks, 1), points_in(blocks)) == ([1, 2], [1, 2], [1, 2, 3])


def path(*lessons: tuple[str, bool, tuple[str, ...]]) -> list[PathLesson]:
    return [
        PathLesson(n, 1, "c", name, name, name, 4, 3, 4, after, done_at=NOW if done else None)
        for n, (name, done, after) in enumerate(lessons)
    ]


def test_lessons_are_ready_in_order_once_their_prerequisites_are_done() -> None:
    lessons = path(("a", True, ()), ("b", False, ("c/a",)), ("c", False, ("c/b",)), ("d", False, ("elsewhere/x",)))
    assert [lesson.slug for lesson in ready(lessons)] == ["b", "d"]
    assert [lesson.slug for lesson in waits_for(lessons, lessons[2])] == ["b"]


@pytest.mark.parametrize(("here", "then"), [(1, "c"), (2, "d"), (3, "b"), (77, "b")])
def test_after_a_lesson_comes_the_next_one_that_is_ready(here: int, then: str) -> None:
    lessons = path(("a", True, ()), ("b", False, ()), ("c", False, ("c/b",)), ("d", False, ()))
    assert getattr(following(lessons, here), "slug", None) == then


def test_after_the_last_lesson_comes_none() -> None:
    assert following(path(("a", True, ()), ("b", False, ())), 1) is None


def test_a_lesson_shows_how_much_of_it_is_read() -> None:
    made = dict.fromkeys(("id", "course_id", "minutes", "point_count"), 0)
    text = dict.fromkeys(("course_slug", "slug", "title_zh", "title_en"), "")
    values = made | text | {"block_count": 4}
    assert PathLesson(**values, done_at=NOW).percent == 100
    assert PathLesson(**values).percent == 0
    assert PathLesson(**values, begun=True, furthest=1).percent == 50


@pytest.mark.parametrize(
    ("role", "sees_all"),
    [(Role.LEARNER, False), (Role.TRAINER, True), (Role.MENTOR, True), (Role.ADVISER, True), (Role.HR, True)],
)
def test_who_looks_after_learners_sees_the_whole_library(role: Role, sees_all: bool) -> None:
    identity = Identity(7, "E1", "李明", None, "zh", 1, "Asia/Shanghai", (Grant(role),))
    assert reader(identity) == Reader(7, sees_all=sees_all, writes=role is Role.TRAINER)


OUTLINE = {
    "text": "Lesson",
    "kind": "lesson",
    "children": [
        {"text": "Above", "kind": "key", "number": 1, "children": []},
        {
            "text": "First",
            "kind": "heading",
            "children": [
                {"text": "Under", "kind": "heading", "children": [{"text": "Two", "kind": "key", "number": 2}]}
            ],
        },
        {"text": "Second", "kind": "heading", "children": []},
    ],
}


def where(lesson_id: int, block: int | None) -> str:
    return f"/{lesson_id}" if block is None else f"/{lesson_id}#{block}"


def test_a_map_says_what_is_met_and_leads_to_the_block() -> None:
    above, first, second = lesson_branches(
        MapLesson(5, "Lesson", OUTLINE, 3, points={2: MapPoint(77, met=True, question="How long?")}),
        where,
        personal=True,
    )
    assert above == {
        "id": "heading-5-0", "text": "Above", "kind": "key", "url": "/5#0", "number": 1, "state": "new", "word": "new",
        "children": [],
    }  # fmt: skip
    assert (first["url"], second["url"]) == ("/5#1", "/5#2")
    two = first["children"][0]["children"][0]
    assert (two["id"], two["key_point_id"], two["url"], two["word"]) == ("point-77", 77, "/5#1", "met")
    assert (two["state"], two["question"]) == ("new", "How long?")
    assert first["children"][0]["id"] == "heading-5-1-0"


@pytest.mark.parametrize(
    ("node_id", "ref"),
    [
        ("course-3", NodeRef("course", 3)),
        ("lesson-12", NodeRef("lesson", 12)),
        ("point-77", NodeRef("point", 77)),
        ("heading-12-0-1", NodeRef("heading", 12, (0, 1))),
        ("heading-12", None),
        ("lesson-12-0", None),
        ("lesson-x", None),
        ("", None),
        ("point-9999999999", None),
    ],
)
def test_the_id_of_a_node_says_what_it_stands_for(node_id: str, ref: NodeRef | None) -> None:
    assert node_ref(node_id) == ref


def test_a_branch_holds_the_points_below_it() -> None:
    assert numbers(OUTLINE) == {1, 2}
    branch = branch_at(OUTLINE, (1,))
    assert branch is not None
    assert numbers(branch) == {2}
    assert branch_at(OUTLINE, (1, 5)) is None


def test_without_text_above_the_first_heading_it_is_the_first_block() -> None:
    outline = {"children": OUTLINE["children"][1:]}
    assert [node["url"] for node in lesson_branches(MapLesson(5, "L", outline, 2), where, personal=False)] == [
        "/5#0",
        "/5#1",
    ]


@pytest.mark.parametrize(
    ("state", "word"), [({}, "new"), ({"begun": True}, "begun"), ({"begun": True, "done": True}, "done")]
)
def test_a_course_map_has_a_branch_for_each_lesson_with_its_state(state: dict[str, bool], word: str) -> None:
    lesson = MapLesson(5, "Lesson", {}, 3, **state)
    (branch,) = course_branches([lesson], where, personal=True)
    assert (branch["word"], branch["state"], branch["url"]) == (word, "ok" if word == "done" else "new", "/5")
    (plain,) = course_branches([lesson], where, personal=False)
    assert "state" not in plain
    assert "word" not in plain

from datetime import UTC, datetime, timedelta

import pytest

from lms.courses.rules.path import PathLesson
from lms.home import metrics, rules
from lms.home.rules import Practice, QuizLine
from lms.pace.rules import Caps, Load

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
ZONE = "Asia/Shanghai"
PRACTICE = Practice("five", "五题", "Five", 5)


def lesson(number: int, minutes: int = 4, points: int = 3, **more: object) -> PathLesson:
    values: dict[str, object] = {
        "id": number,
        "course_id": 1,
        "course_slug": "c",
        "slug": f"{number:02}",
        "title_zh": "课",
        "title_en": "L",
        "minutes": minutes,
        "point_count": points,
        "block_count": 4,
    }
    return PathLesson(**values | more)  # type: ignore[arg-type]  # of a mapping


def done(number: int, at: datetime = NOW, **more: object) -> PathLesson:
    return lesson(number, begun=True, furthest=3, done_at=at, **more)


@pytest.mark.parametrize(
    ("hour", "part"),
    [(3, "evening"), (4, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")],
)
def test_the_greeting_follows_the_clock_on_the_wall(hour: int, part: str) -> None:
    assert rules.part_of_day(datetime(2026, 3, 17, hour, tzinfo=UTC), "UTC") == part


def test_the_greeting_is_that_of_the_site() -> None:
    assert rules.part_of_day(datetime(2026, 3, 17, 23, tzinfo=UTC), ZONE) == "morning"


@pytest.mark.parametrize(
    ("name", "latin", "language", "called"),
    [
        ("周晓雨", "Zhou Xiaoyu", "zh", "晓雨"),
        ("周晓雨", "Zhou Xiaoyu", "en", "Xiaoyu"),
        ("陈静", None, "zh", "陈静"),
        ("欧阳明月", None, "zh", "明月"),
        ("Ann", None, "en", "Ann"),
        ("Anna", None, "zh", "Anna"),
    ],
)
def test_a_person_is_called_as_a_colleague_would(name: str, latin: str | None, language: str, called: str) -> None:
    assert rules.call_name(name, latin, language) == called


def test_an_open_lesson_takes_the_minutes_of_what_is_left() -> None:
    assert rules.minutes_left(lesson(1)) == 4
    assert rules.minutes_left(lesson(1, begun=True, furthest=2)) == 2
    assert rules.minutes_left(lesson(1, begun=True, furthest=9)) == 1


def kinds(path: list[PathLesson], load: Load | None = None, practices: tuple[Practice, ...] = ()) -> list[str | None]:
    found = rules.slots(path, load or Load(), practices)
    return [slot.piece.kind if slot.piece else None for slot in found]


FULL = Load(caps=Caps(new_points=3), new_points=3)


@pytest.mark.parametrize(
    ("path", "load", "practices", "expected"),
    [
        pytest.param([], None, (), [None, None, None], id="nothing anywhere"),
        pytest.param([lesson(1)], None, (), [None, "lesson", "lesson"], id="a first lesson fits five minutes"),
        pytest.param([lesson(1, 2)], None, (), ["lesson", "lesson", "lesson"], id="a short one fits two"),
        pytest.param(
            [lesson(1), lesson(2, 2, begun=True)],
            None,
            (),
            ["continue"] * 3,
            id="what is open comes before what is new",
        ),
        pytest.param(
            [done(1), lesson(2, 2)],
            None,
            (),
            ["recall", "lesson", "lesson"],
            id="what the middle gap offers is not offered twice",
        ),
        pytest.param([done(1)], None, (), ["recall"] * 3, id="all read: recall"),
        pytest.param([done(1)], None, (PRACTICE,), ["recall", "practice", "practice"], id="all read: practice"),
        pytest.param([done(1), lesson(2)], FULL, (), ["recall"] * 3, id="at the cap nothing new"),
        pytest.param([lesson(1, begun=True)], FULL, (), [None] * 3, id="at the cap not even the rest of a lesson"),
        pytest.param(
            [lesson(1, 15)], None, (), [None, None, "lesson"], id="one longer than any gap is still the way on"
        ),
        pytest.param(
            [lesson(1, 60, begun=True)], None, (), [None, None, "continue"], id="one that is long and open goes on"
        ),
    ],
)
def test_a_gap_holds_the_best_piece_that_fits(
    path: list[PathLesson], load: Load | None, practices: tuple[Practice, ...], expected: list[str | None]
) -> None:
    assert kinds(path, load, practices) == expected


def test_ten_minutes_hold_two_pieces_while_the_day_has_room() -> None:
    path = [lesson(1), lesson(2)]
    both = rules.piece(path, Load(), (), 10)
    assert both is not None
    assert both.second is path[1]
    tight = rules.piece(path, Load(caps=Caps(new_points=3)), (), 10)
    assert tight is not None
    assert tight.second is None


def test_exactly_one_gap_is_the_main_one() -> None:
    assert [slot.main for slot in rules.slots([lesson(1)], Load(), ())] == [False, True, False]
    assert [slot.main for slot in rules.slots([lesson(1, 15)], Load(), ())] == [False, False, True]
    assert [slot.main for slot in rules.slots([], Load(), ())] == [False, False, False]


def test_todays_pieces_are_those_done_today_then_those_that_fit_the_day() -> None:
    path = [done(1, NOW - timedelta(days=1)), done(2), *(lesson(n) for n in range(3, 9))]
    lines = rules.todays_pieces(path, Load(), NOW, ZONE)
    assert [(line.state, line.lesson.id) for line in lines] == [("done", 2), ("next", 3), ("later", 4), ("later", 5)]
    nearly = rules.todays_pieces(path, Load(new_points=14), NOW, ZONE)
    assert [line.state for line in nearly] == ["done", "next"]
    assert [line.state for line in rules.todays_pieces(path, Load(too_much=True), NOW, ZONE)] == ["done"]


def test_points_are_those_of_finished_lessons() -> None:
    assert rules.points([done(1), lesson(2)]) == rules.Points(3, 6)


def quiz(number: int, purpose: str = "daily", courses: tuple[int, ...] = (1,), **more: object) -> QuizLine:
    values = {"title_zh": "测", "title_en": "Q", "draw": 5, "limit_minutes": 5}
    return QuizLine(number, f"q{number}", purpose, course_ids=frozenset(courses), **values | more)  # type: ignore[arg-type]


def test_the_daily_quiz_is_about_what_was_studied_last() -> None:
    early, late = done(1, NOW - timedelta(days=2)), done(2, course_id=2)
    quizzes = [quiz(1), quiz(2, courses=(2,)), quiz(3, "gate", (2,))]
    assert rules.daily_quiz(quizzes, [late, early]) == quizzes[1]
    assert rules.daily_quiz(quizzes[:1], [late, early]) == quizzes[0]
    assert rules.daily_quiz(quizzes, [lesson(1)]) is None


def test_practice_is_about_what_was_studied_the_shortest_first() -> None:
    quizzes = [
        quiz(1, "practice", limit_minutes=9),
        quiz(2, "practice"),
        quiz(3, "practice", (2,)),
        quiz(4),
        quiz(5, "practice", opens_at=NOW + timedelta(days=1)),
    ]
    assert [one.slug for one in rules.practices(quizzes, [done(1)], NOW)] == ["q2", "q1"]


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "open"),
        ({"opens_at": NOW + timedelta(hours=1)}, "early"),
        ({"opens_at": NOW - timedelta(hours=1), "last_start_at": NOW + timedelta(hours=1)}, "open"),
        ({"last_start_at": NOW - timedelta(minutes=1)}, "over"),
        ({"hard_stop_at": NOW - timedelta(minutes=1)}, "over"),
    ],
)
def test_a_window_is_early_open_or_over(more: dict[str, datetime], state: str) -> None:
    assert quiz(1, **more).window(NOW) == state


def test_an_attempt_runs_until_its_deadline() -> None:
    assert quiz(1, open_until=NOW + timedelta(minutes=1)).running(NOW)
    assert not quiz(1, open_until=NOW).running(NOW)
    assert not quiz(1).running(NOW)


def test_today_is_a_day_of_the_site() -> None:
    assert rules.is_today(NOW + timedelta(hours=13), NOW, ZONE)
    assert not rules.is_today(NOW + timedelta(hours=14), NOW, ZONE)


def test_what_is_overdue_has_waited_since_its_deadline() -> None:
    assert rules.overdue_for(None, NOW) is None
    assert rules.overdue_for(NOW + timedelta(minutes=1), NOW) is None
    assert rules.overdue_for(NOW - timedelta(minutes=1), NOW) == timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "lagging"), [(None, False), (3, False), (4, True)])
def test_the_sweeper_lags_after_three_minutes(minutes: int | None, lagging: bool) -> None:
    assert rules.lags(None if minutes is None else timedelta(minutes=minutes)) is lagging


@pytest.mark.parametrize(
    ("address", "forwarded", "may"),
    [
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("127.0.0.1", True, False),
        ("10.0.0.1", False, False),
        (None, False, False),
        ("unix", False, False),
    ],
)
def test_metrics_are_read_from_this_machine(address: str | None, forwarded: bool, may: bool) -> None:
    assert metrics.may_read(address, forwarded=forwarded) is may


def test_what_waits_for_the_next_lesson_comes_right_after_it() -> None:
    path = [lesson(1), lesson(2, prerequisites=("c/01",)), lesson(3)]
    lines = rules.todays_pieces(path, Load(), NOW, ZONE)
    assert [line.lesson.id for line in lines] == [1, 2, 3]
    both = rules.piece(path, Load(), (), 10)
    assert both is not None
    assert both.second is path[1]

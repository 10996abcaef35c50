from datetime import UTC, datetime, timedelta

import pytest

from lms.games import rules
from lms.games.rules import Known, Move, State

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        (State.LOBBY, {Move.START, Move.END}),
        (State.OPEN, {Move.CLOSE, Move.SKIP, Move.PAUSE, Move.END}),
        (State.PAUSED, {Move.SKIP, Move.RESUME, Move.END}),
        (State.CLOSED, {Move.NEXT, Move.END}),
        (State.FINISHED, set()),
    ],
)
def test_each_state_takes_its_moves_and_no_other(state: State, moves: set[Move]) -> None:
    assert {move for move in Move if rules.may(state, move)} == moves


@pytest.mark.parametrize(
    ("state", "deadline", "over"),
    [
        (State.OPEN, NOW, True),
        (State.OPEN, NOW + timedelta(milliseconds=1), False),
        (State.PAUSED, NOW, False),
        (State.OPEN, None, False),
    ],
    ids=["open at its deadline", "a moment before", "paused", "never opened"],
)
def test_an_open_question_is_over_at_its_deadline(state: State, deadline: datetime | None, over: bool) -> None:
    assert rules.time_over(state, deadline, NOW) is over


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abc234", "ABC234"),
        (" ABC-234 ", "ABC234"),
        ("abc 234", "ABC234"),
        ("ABC23", None),
        ("ABC23O", None),
        ("", None),
        ("ABC2341", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str | None) -> None:
    assert rules.typed_code(typed) == code


def test_a_code_has_no_characters_that_look_alike() -> None:
    code = rules.code_from(range(len(rules.LETTERS)))
    assert not set(code) & set("ILO01")
    assert rules.typed_code(code[: rules.CODE_LENGTH]) == code[: rules.CODE_LENGTH]


@pytest.mark.parametrize(
    ("asked", "learners", "teams"), [(0, 2, 2), (0, 9, 2), (0, 10, 3), (0, 18, 4), (1, 30, 1), (3, 4, 3), (9, 4, 4)]
)
def test_teams_suit_the_class_unless_a_number_is_asked_for(asked: int, learners: int, teams: int) -> None:
    assert rules.team_count(asked, learners) == teams


@pytest.mark.parametrize(("sizes", "team"), [([0, 0], 1), ([1, 0], 2), ([2, 2, 1], 3), ([3], 1)])
def test_the_smallest_team_is_joined(sizes: list[int], team: int) -> None:
    assert rules.team_to_join(sizes) == team


@pytest.mark.parametrize(
    ("right", "players", "points"), [(0, 4, 0), (4, 4, 100), (1, 3, 33), (2, 3, 67), (1, 8, 13), (0, 0, 0)]
)
def test_a_team_gets_its_share_of_right_answers(right: int, players: int, points: int) -> None:
    assert rules.team_points(right, players) == points


def test_what_a_class_knew_is_summed_by_lesson_with_the_weakest_first() -> None:
    found = rules.known([(1, 4, 4), (2, 1, 4), (1, 2, 4), (2, 0, 4), (3, 0, 0)])
    assert found == (Known(3, 0, 0), Known(2, 1, 8), Known(1, 6, 8))
    assert [each.percent for each in found] == [0, 12, 75]
    assert [each.sits for each in found] == [False, False, True]


@pytest.mark.parametrize(
    ("scores", "ahead"), [({1: 50, 2: 40}, {1}), ({1: 50, 2: 50}, {1, 2}), ({1: 0, 2: 0}, set()), ({}, set())]
)
def test_whoever_has_most_points_leads(scores: dict[int, int], ahead: set[int]) -> None:
    assert rules.leading(scores) == ahead

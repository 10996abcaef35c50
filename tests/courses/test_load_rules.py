"""The load of a programme by day: every lesson once, prerequisites first, nothing new before a gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.rules.load import FREE, GATE, REVIEW, STUDY, Cut, Move, Piece, Step, advice, in_order, plan
from lms.pace.rules import Caps

CAPS = Caps()
TEN = (Step(1, 10, gate=True),)


def pieces(*points: int, step: int = 0, minutes: int = 4) -> list[Piece]:
    return [Piece(f"c{step}/{n:02}", p, minutes, step) for n, p in enumerate(points, 1)]


def test_a_stage_is_spread_over_its_study_days_as_lightly_as_can_be() -> None:
    made = plan(pieces(*[4] * 14), TEN, CAPS)
    assert [day.points for day in made.days] == [8] * 7 + [0] * 3
    assert [day.kind for day in made.days] == [STUDY] * 7 + [REVIEW, REVIEW, GATE]
    assert made.over == ()
    assert made.missing_days == 0


def test_a_calendar_goes_on_after_the_last_stage() -> None:
    made = plan([], (Step(2, 3),), CAPS, days=5)
    assert [day.kind for day in made.days] == [FREE, STUDY, STUDY, FREE, FREE]


def test_without_stages_there_is_nothing_to_plan() -> None:
    assert plan(pieces(3), (), CAPS).days == ()


def test_where_a_gate_leaves_no_day_the_first_one_must_do() -> None:
    made = plan(pieces(3), (Step(1, 2, gate=True),), CAPS)
    assert [day.points for day in made.days] == [3, 0]


def test_minutes_count_as_well_as_points() -> None:
    made = plan(pieces(1, 1, 1, 1, minutes=60), (Step(1, 2),), CAPS)
    assert [day.minutes for day in made.days] == [120, 120]
    assert len(made.over) == 2
    assert made.missing_days == 2
    assert advice(made) == (Cut(1, 0, 30), Cut(2, 0, 30))


def test_a_lesson_waits_for_what_it_builds_on_even_into_a_later_stage() -> None:
    later = Piece("b/01", 3, 4, 1)
    waits = Piece("a/01", 3, 4, 0, ("b/01",))
    made = plan([waits, later], (Step(1, 2), Step(3, 4)), CAPS)
    assert (made.day_of("b/01"), made.day_of("a/01")) == (3, 4)
    assert made.day_of("no/01") is None


def test_circles_are_cut_and_unknown_names_are_passed_over() -> None:
    one, two = Piece("a/01", 3, 4, 0, ("a/02", "x/09")), Piece("a/02", 3, 4, 0, ("a/01",))
    assert [piece.key for piece in in_order([one, two])] == ["a/02", "a/01"]


def test_what_is_too_much_for_a_day_goes_to_a_later_one_with_room() -> None:
    early = [*pieces(9, 9), *pieces(4, step=1)]
    made = plan(early, (Step(1, 1), Step(2, 2)), CAPS)
    assert made.over == (made.days[0],)
    assert advice(made) == (Move(early[0], 1, 2, 9, 13),)


def test_nothing_is_moved_past_what_builds_on_it() -> None:
    base = Piece("a/01", 9, 4, 0)
    other = Piece("a/02", 9, 4, 0, ("a/01",))
    needs = Piece("b/01", 4, 4, 1, ("a/02",))
    made = plan([base, other, needs], (Step(1, 1), Step(2, 2)), CAPS)
    assert advice(made) == (Cut(1, 2, 0),)


def test_a_lesson_that_is_too_large_for_any_day_is_cut() -> None:
    made = plan(pieces(20), (Step(1, 3),), CAPS)
    assert advice(made) == (Cut(1, 4, 0),)


@st.composite
def programmes(draw: st.DrawFn) -> tuple[list[Piece], tuple[Step, ...]]:
    steps, first = [], 1
    for _ in range(draw(st.integers(1, 4))):
        last = first + draw(st.integers(0, 8))
        steps.append(Step(first, last, draw(st.booleans())))
        first = last + 1
    keys = [f"c/{n}" for n in range(draw(st.integers(0, 25)))]
    made = []
    for n, key in enumerate(keys):
        before = draw(st.lists(st.sampled_from(keys[:n]), max_size=3, unique=True)) if n else []
        made.append(
            Piece(
                key,
                draw(st.integers(0, 9)),
                draw(st.integers(1, 9)),
                draw(st.integers(0, len(steps) - 1)),
                tuple(before),
            )
        )
    return draw(st.permutations(made)), tuple(steps)


@given(programmes())
def test_every_point_is_placed_once_prerequisites_first_and_nothing_new_before_a_gate(
    drawn: tuple[list[Piece], tuple[Step, ...]],
) -> None:
    given_pieces, steps = drawn
    made = plan(given_pieces, steps, CAPS)
    order = [piece.key for day in made.days for piece in day.pieces]
    assert sorted(order) == sorted(piece.key for piece in given_pieces)
    assert sum(day.points for day in made.days) == sum(piece.points for piece in given_pieces)
    for piece in given_pieces:
        assert all(order.index(key) < order.index(piece.key) for key in piece.prerequisites)
    for step in steps:
        if len(step.study_days) > 1:
            assert all(
                not day.pieces
                for day in made.days
                if day.kind in (REVIEW, GATE) and step.first_day <= day.number <= step.last_day
            )
    assert plan(given_pieces, steps, CAPS) == made
    for said in advice(made):
        if isinstance(said, Move):
            there = made.days[said.to_day - 1]
            assert there.points + said.piece.points == said.there <= CAPS.new_points


@pytest.mark.parametrize("count", [480])
def test_a_whole_programme_is_planned_at_once(count: int) -> None:
    made = plan(pieces(*[3] * (count // 3)), (Step(1, 40, gate=True),), CAPS)
    assert max(day.points for day in made.days) <= CAPS.new_points

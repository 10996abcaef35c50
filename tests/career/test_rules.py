from datetime import date

import pytest

from lms.career import rules
from lms.career.rules import Facts

TODAY = date(2026, 3, 17)


def text(value: str) -> dict[str, str]:
    return {"zh": value, "en": value}


def raw(slug: str, *criteria: dict[str, object], stars: int = 1) -> dict[str, object]:
    return {"slug": slug, "stars": stars, "title": text(slug), "criteria": list(criteria)}


GATE = {"kind": "gate", "gate": "go-live", "title": text("gate")}
THREE_MONTHS = {"kind": "months", "count": 3, "title": text("months")}
JUDGED = {"kind": "text", "title": text("judged")}
LADDER = [
    raw("new", JUDGED, stars=0),
    raw("one", GATE),
    raw("two", GATE, THREE_MONTHS, stars=2),
    raw("three", GATE, JUDGED, stars=3),
]
RUNGS = [rules.rung(one) for one in LADDER]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2025, 12, 17), TODAY, 3),
        (date(2025, 12, 18), TODAY, 2),
        (date(2026, 4, 1), TODAY, 0),
    ],
)
def test_months_count_when_they_are_whole(start: date, end: date, months: int) -> None:
    assert rules.months_between(start, end) == months


@pytest.mark.parametrize(
    ("facts", "here"),
    [
        pytest.param(Facts(TODAY), "new", id="the first rung is everybody's"),
        pytest.param(Facts(TODAY, frozenset({"go-live"}), TODAY), "one", id="the gate gives the first star"),
        pytest.param(
            Facts(TODAY, frozenset({"go-live"}), date(2025, 1, 1)),
            "two",
            id="what people judge is never taken for granted",
        ),
        pytest.param(
            Facts(TODAY, frozenset(), date(2025, 1, 1)), "new", id="months without the gate count for nothing"
        ),
    ],
)
def test_one_stands_on_the_last_rung_reached_in_turn(facts: Facts, here: str) -> None:
    assert RUNGS[rules.standing(RUNGS, facts)].slug == here


def test_progress_counts_months_up_to_what_is_asked() -> None:
    months = rules.progress(RUNGS[2].criteria[1], Facts(TODAY, live_since=date(2026, 1, 1)))
    assert (months.have, months.need, months.percent, months.met) == (2, 3, 66, False)
    assert rules.progress(RUNGS[2].criteria[1], Facts(TODAY)).have == 0
    assert rules.progress(RUNGS[2].criteria[1], Facts(TODAY, live_since=date(2020, 1, 1))).have == 3
    judged = rules.progress(RUNGS[3].criteria[1], Facts(TODAY))
    assert (judged.met, judged.percent) == (False, 0)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Agent", ("Agent",)),
        ("Intermediate agent", ("Intermediate", "agent")),
        ("首席客服代表", ("首席客服代表",)),
        ("Unbreakablelongword", ("Unbreakablelongword",)),
        ("Agent of the year", ("Agent of", "the year")),
    ],
)
def test_a_long_title_breaks_in_two(title: str, lines: tuple[str, ...]) -> None:
    assert rules.title_lines(title) == lines


def branches(*starts: str) -> list[rules.Branch]:
    rungs = [raw("a"), raw("b"), raw("c")]
    return [
        rules.branch({"slug": f"b{n}", "from": start, "title": text(f"b{n}"), "rungs": rungs})
        for n, start in enumerate(starts)
    ]


@pytest.mark.parametrize(
    "starts",
    [(), ("three",), ("two",), ("two", "one"), ("two", "one", "three"), ("one", "one", "two", "two"), ("gone",)],
)
@pytest.mark.parametrize("here", [0, 1, 3])
def test_everything_of_the_map_lies_on_the_map(starts: tuple[str, ...], here: int) -> None:
    drawing = rules.draw(RUNGS, branches(*starts), here, "en")
    assert len(drawing.nodes) == 4 + 3 * len(starts)
    assert len({(node.x, node.y) for node in drawing.nodes}) == len(drawing.nodes)
    for node in drawing.nodes:
        assert 0 < node.x < drawing.width
        assert node.y > 0
        assert node.stars_y < drawing.height
    assert [node.state for node in drawing.nodes].count("here") == 1
    assert drawing.pin_x >= 14
    assert drawing.pin_path.startswith("M")
    assert 0 < drawing.pin_y < drawing.height


def test_the_road_behind_is_solid_and_the_one_ahead_dotted() -> None:
    def main(here: int) -> list[str]:
        return [kind for kind, _data in rules.draw(RUNGS, [], here, "en").roads]

    assert main(0) == ["gone", "main"]
    assert main(2) == ["gone", "gone", "main"]
    assert main(3) == ["gone", "gone"]


def test_a_track_of_one_rung_and_an_empty_one_are_drawn_too() -> None:
    assert [kind for kind, _data in rules.draw(RUNGS[:1], [], 0, "en").roads] == ["gone"]
    assert rules.draw([], [], 0, "en").nodes == ()

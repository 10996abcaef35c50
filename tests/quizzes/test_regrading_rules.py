"""What rulings and marks by hand make of an attempt."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.kinds import KINDS, Asked
from lms.quizzes.rules.regrading import (
    Outcome,
    Place,
    Question,
    Ruling,
    Verdict,
    Worth,
    likeness,
    outcome,
    rescored,
    token,
    worth,
)

SINGLE = Question("single", {"ids": ["a"]})
SEVERAL = Question("multiple", {"ids": ["a", "c"]}, body={"partial": True})
TYPED = Question("short_text", {"accept": {"zh": ["九十分钟"], "en": ["ninety minutes"]}})
NUMBER = Question("numeric", {"value": 45, "tolerance": 0}, units=("分钟", "minutes"))
GAPS = Question("cloze", {"gaps": [{"accept": {"zh": ["45"], "en": ["45"]}}, {"accept": {"zh": ["90"], "en": ["90"]}}]})
ORDER = Question("ordering", {"order": ["a", "b", "c"]})

VOID = Ruling(1, Verdict.VOID)
FULL = Ruling(1, Verdict.FULL_CREDIT)


def accept(*responses: Any, version_id: int = 1) -> Ruling:
    return Ruling(version_id, Verdict.ACCEPT, responses)


def place(question: Question = SINGLE, response: Any = "b", **more: Any) -> Place:
    return Place(**{"version_id": 1, "question": question, "response": response} | more)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        pytest.param(TYPED, "Ninety  Minutes", "ninetyminutes", id="case and spaces of what is typed"),
        pytest.param(TYPED, "９０ min", "90 MIN", id="width of what is typed"),
        pytest.param(NUMBER, "45.0 minutes", 45, id="a number, however it is typed"),
        pytest.param(NUMBER, "-0", "0", id="no number below nothing"),
        pytest.param(SEVERAL, ["c", "a"], ["a", "c"], id="choices in any order"),
        pytest.param(GAPS, ["４５", "Ninety "], ["45", "ninety"], id="each gap as it is compared"),
        pytest.param(SINGLE, "b", "b", id="the same option"),
    ],
)
def test_the_same_answer_is_known_again(question: Question, one: Any, other: Any) -> None:
    assert likeness(question, one) == likeness(question, other)
    assert token(question, one) == token(question, other)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        pytest.param(TYPED, "ninety", "nineteen", id="another text"),
        pytest.param(TYPED, 90, "90 minutes", id="what is no text"),
        pytest.param(NUMBER, "45", "45.01", id="another number"),
        pytest.param(NUMBER, "45", "many", id="what is no number"),
        pytest.param(SEVERAL, ["a"], ["a", "b"], id="fewer choices"),
        pytest.param(GAPS, ["45", "90"], ["90", "45"], id="gaps the other way about"),
        pytest.param(ORDER, ["a", "b", "c"], ["b", "a", "c"], id="another order"),
        pytest.param(SINGLE, "b", "c", id="another option"),
    ],
)
def test_another_answer_is_another_one(question: Question, one: Any, other: Any) -> None:
    assert likeness(question, one) != likeness(question, other)


@pytest.mark.parametrize(
    ("asked", "rulings", "expected"),
    [
        pytest.param(place(response="a"), [], Worth(1, 1), id="what the key takes is whole"),
        pytest.param(place(), [], Worth(0, 1), id="what it does not take is nothing"),
        pytest.param(place(), [VOID], Worth(0, 0), id="void counts for nobody"),
        pytest.param(place(response="a"), [VOID], Worth(0, 0), id="void counts not for those who had it right either"),
        pytest.param(place(), [FULL], Worth(1, 1), id="full credit for a wrong answer"),
        pytest.param(place(response=None), [FULL], Worth(1, 1), id="full credit without an answer"),
        pytest.param(place(), [accept("b")], Worth(1, 1), id="accepted besides"),
        pytest.param(place(response="c"), [accept("b")], Worth(0, 1), id="another answer stays wrong"),
        pytest.param(place(response=None), [accept("b", None)], Worth(0, 1), id="no answer is never accepted"),
        pytest.param(place(), [accept("b", version_id=2)], Worth(0, 1), id="a ruling on another version says nothing"),
        pytest.param(place(SEVERAL, ["c", "b"]), [accept(["b", "c"])], Worth(1, 1), id="a set of choices accepted"),
        pytest.param(place(SEVERAL, ["a"]), [accept(["b"])], Worth(0.5, 1), id="a share is kept"),
        pytest.param(place(TYPED, "９０ Min"), [accept("90 min")], Worth(1, 1), id="typed text accepted in any width"),
        pytest.param(place(held=Worth(0, 0)), [FULL], Worth(0, 0), id="what was void stays void"),
        pytest.param(place(held=Worth(1, 1)), [], Worth(1, 1), id="what was held is held"),
        pytest.param(place(response="a", by_hand=0.0), [], Worth(1, 1), id="a hand takes nothing from the key"),
        pytest.param(place(TYPED, "90", by_hand=0.5), [], Worth(0.5, 1), id="half by hand"),
        pytest.param(place(TYPED, "90", by_hand=0.5, held=Worth(1, 1)), [], Worth(0.5, 1), id="marked anew, lower"),
        pytest.param(place(TYPED, "90", by_hand=0.0), [accept("90")], Worth(1, 1), id="a ruling goes before a hand"),
    ],
)
def test_a_place_is_worth(asked: Place, rulings: list[Ruling], expected: Worth) -> None:
    assert worth(asked, rulings) == expected


def test_void_takes_the_question_out_of_both_sums() -> None:
    places = [place(response="a", version_id=2), place(version_id=1), place(response="a", version_id=3)]
    worths, came_to = rescored(places, [VOID], 80)
    assert worths == (Worth(1, 1), Worth(0, 0), Worth(1, 1))
    assert came_to == Outcome(2, 2, passed=True)


@pytest.mark.parametrize("passed", [True, False])
def test_with_every_question_void_a_pass_stays_what_it_was(passed: bool) -> None:  # a parameter of pytest
    assert rescored([place()], [VOID], 80, passed=passed)[1] == Outcome(0, 0, passed=passed)


def test_an_attempt_of_which_nothing_is_left_and_that_was_never_judged_is_not_passed() -> None:
    assert outcome([], 0) == Outcome(0, 0, passed=False)


def test_thirds_add_up_to_the_same_in_any_order() -> None:
    worths = [Worth(1 / 3, 1), Worth(1, 1), Worth(1 / 3, 1), Worth(1 / 3, 1), Worth(0.1, 1)]
    assert outcome(worths, 50) == outcome(worths[::-1], 50)


texts = st.sampled_from(["a", "b", "c", "d", "90", "ninety minutes", "九十分钟", "４５", "45.0", "x" * 30])
responses = st.one_of(st.none(), texts, st.integers(0, 99), st.lists(texts, max_size=4))
questions = st.sampled_from([SINGLE, SEVERAL, TYPED, NUMBER, GAPS, ORDER])
places = st.builds(
    Place,
    st.integers(1, 3),
    questions,
    responses,
    st.sampled_from([None, Worth(0, 1), Worth(0.5, 1), Worth(1, 1), Worth(0, 0)]),
    st.sampled_from([None, 0.0, 0.5, 1.0]),
)
rulings = st.builds(
    Ruling, st.integers(1, 3), st.sampled_from(list(Verdict)), st.lists(responses, max_size=3).map(tuple)
)
sheets = st.lists(places, max_size=8)
decided = st.lists(rulings, max_size=5)


@given(sheets, decided, st.integers(0, 100), st.booleans())
def test_nothing_leaves_its_bounds(
    sheet: list[Place],
    made: list[Ruling],
    percent: int,
    passed: bool,  # drawn
) -> None:
    worths, came_to = rescored(sheet, made, percent, passed=passed)
    assert all(0 <= each.marks <= each.weight <= 1 for each in worths)
    assert 0 <= came_to.score <= came_to.max_score <= len(sheet)


@given(sheets, decided, st.integers(0, 100))
def test_doing_it_again_changes_nothing(sheet: list[Place], made: list[Ruling], percent: int) -> None:
    worths, came_to = rescored(sheet, made, percent)
    again = [
        Place(each.version_id, each.question, each.response, held, each.by_hand)
        for each, held in zip(sheet, worths, strict=True)
    ]
    assert rescored(again, made, percent, passed=came_to.passed) == (worths, came_to)


@given(sheets, st.data(), st.integers(0, 100))
def test_the_order_of_rulings_and_of_places_does_not_matter(
    sheet: list[Place], data: st.DataObject, percent: int
) -> None:
    made = data.draw(decided)
    other = data.draw(st.permutations(made))
    assert rescored(sheet, made, percent)[0] == rescored(sheet, other, percent)[0]
    assert rescored(sheet, made, percent)[1] == rescored(sheet[::-1], made, percent)[1]


@given(sheets, decided, rulings.filter(lambda ruling: ruling.verdict is not Verdict.VOID), st.integers(0, 100))
def test_to_accept_and_to_give_full_credit_take_nothing_from_anybody(
    sheet: list[Place], made: list[Ruling], more: Ruling, percent: int
) -> None:
    before, was = rescored(sheet, made, percent)
    after, now = rescored(sheet, [*made, more], percent)
    assert all(new.marks >= old.marks and new.weight == old.weight for old, new in zip(before, after, strict=True))
    assert now.score >= was.score
    assert now.passed >= was.passed


@given(st.sampled_from(sorted(KINDS)), responses)
def test_every_kind_knows_whatever_was_stored_again(kind: str, response: Any) -> None:
    assert KINDS[kind].likeness(response, Asked()) == KINDS[kind].likeness(response, Asked())

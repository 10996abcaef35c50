from datetime import UTC, datetime, timedelta

import fsrs
import pytest

from lms.courses.rules.lesson_source import parse_lesson
from lms.reviews import memory
from lms.reviews.memory import Known, reviewed
from lms.reviews.rules.choice import (
    Candidate,
    card_seconds,
    chosen,
    counted_seconds,
    due,
    minutes_for,
    percent_in_memory,
)
from lms.reviews.rules.prompts import prompt
from lms.reviews.rules.recall import DAY, LADDER, MET_STABILITY, Memory, Rating, climbed, counts, recall, rung

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)


def test_the_curve_is_that_of_fsrs() -> None:
    for stability in (0.5, 3, 40):
        for days in (0, 1, 7, 100):
            card = fsrs.Card(card_id=1, state=fsrs.State.Review, stability=stability, difficulty=5, due=NOW)
            card.last_review = NOW
            theirs = memory.SCHEDULER.get_card_retrievability(card, NOW + timedelta(days=days))
            assert recall(timedelta(days=days), stability) == pytest.approx(theirs, abs=1e-6)


def test_recall_is_down_to_ninety_percent_after_its_stability_and_never_above_one() -> None:
    assert recall(3 * DAY, 3) == pytest.approx(0.9)
    assert recall(-DAY, 3) == 1
    assert recall(DAY, MET_STABILITY) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("known", "state", "chance"),
    [
        (Memory(), "new", 0.0),
        (Memory(met_at=NOW - DAY), "new", 0.8),
        (Memory(3, NOW - DAY, NOW - 9 * DAY), "ok", 0.954),
        (Memory(3, NOW - 4 * DAY), "warn", 0.882),
        (Memory(3, NOW, lapsed=True), "warn", 0.85),
    ],
    ids=["not met", "met, not reviewed", "sits", "wobbles", "just not recalled"],
)
def test_a_point_sits_wobbles_or_is_new(known: Memory, state: str, chance: float) -> None:
    assert known.state(NOW) == state
    assert known.recall(NOW) == pytest.approx(chance, abs=0.01)


@pytest.mark.parametrize(
    ("stability", "rating", "days"),
    [
        (None, Rating.GOOD, 1),
        (None, Rating.HARD, 1),
        (None, Rating.AGAIN, 1),
        (1, Rating.GOOD, 3),
        (3, Rating.EASY, 7),
        (7, Rating.HARD, 7),
        (14, Rating.AGAIN, 1),
        (28, Rating.GOOD, 28),
        (5.5, Rating.GOOD, 7),
    ],
)
def test_the_ladder_is_climbed_rung_by_rung(stability: float | None, rating: Rating, days: int) -> None:
    assert climbed(stability, rating) == days
    known = None if stability is None else Known(stability, None, NOW, NOW)
    after = reviewed(known, rating, now=NOW, ladder=True)
    assert (after.due_at, after.stability, after.difficulty) == (NOW + timedelta(days=days), days, None)


def test_rungs_are_counted_from_nought() -> None:
    assert [rung(stability) for stability in (None, 0.3, 1, 2, 28, 400)] == [-1, -1, 0, 0, len(LADDER) - 1, 4]


def test_a_good_review_lasts_longer_than_a_hard_one_and_a_lapse_comes_back_soon() -> None:
    first = {rating: reviewed(None, rating, now=NOW) for rating in Rating}
    assert [first[r].stability for r in Rating] == sorted(first[r].stability for r in Rating)
    later = NOW + timedelta(days=3)
    known = first[Rating.GOOD]
    good, again = reviewed(known, Rating.GOOD, now=later), reviewed(known, Rating.AGAIN, now=later)
    assert good.stability > known.stability > again.stability
    assert again.due_at - later == DAY
    assert good.last_review_at == later


def test_a_card_may_change_between_ladder_and_fsrs() -> None:
    rungs = reviewed(None, Rating.GOOD, now=NOW, ladder=True)
    assert reviewed(rungs, Rating.GOOD, now=NOW + 2 * DAY).difficulty is not None
    curve = reviewed(None, Rating.GOOD, now=NOW)
    assert reviewed(curve, Rating.GOOD, now=NOW + 2 * DAY, ladder=True).stability == 3


def test_the_same_answers_give_the_same_plan() -> None:
    assert reviewed(None, Rating.GOOD, now=NOW) == reviewed(None, Rating.GOOD, now=NOW)


def test_a_recall_right_after_the_last_one_does_not_count() -> None:
    assert counts(None, NOW)
    assert not counts(NOW - timedelta(minutes=9), NOW)
    assert counts(NOW - timedelta(minutes=10), NOW)


@pytest.mark.parametrize(
    ("seconds", "typical"), [([], 12), ([20, 30, 40], 30), ([1, 1], 4), ([500], 60), ([10, 13], 12)]
)
def test_a_card_takes_what_it_took_before(seconds: list[int], typical: int) -> None:
    assert card_seconds(seconds) == typical


def test_time_on_one_card_counts_up_to_three_times_the_median() -> None:
    assert [counted_seconds(s, 12) for s in (-5, 10, 36, 500)] == [0, 10, 36, 36]


def wobbly(n: int, days: float, criticality: int = 1) -> Candidate:
    return Candidate(n, Memory(3, NOW - timedelta(days=days)), criticality)


def test_a_session_holds_the_worthiest_points_that_fit_its_minutes() -> None:
    found = [wobbly(1, 5), wobbly(2, 40), wobbly(3, 5, 3), wobbly(4, 0.1), wobbly(5, 5)]
    assert chosen(found, minutes=1, typical=12, at=NOW) == (2, 3, 1, 5)
    assert chosen(found, minutes=1, typical=30, at=NOW) == (2, 3)
    assert chosen(found, minutes=1, typical=60, at=NOW) == (2,)
    assert chosen([], minutes=5, typical=12, at=NOW) == ()
    assert len(chosen([wobbly(n, 9) for n in range(500)], minutes=60, typical=4, at=NOW)) == 120


def test_minutes_are_offered_never_a_debt() -> None:
    found = [wobbly(1, 5), wobbly(2, 40), wobbly(4, 0.1)]
    assert due(found, NOW) == 2
    assert [minutes_for(n, 12) for n in (0, 1, 6, 212)] == [1, 1, 2, 3]
    assert percent_in_memory([one.memory for one in found], NOW) == 33
    assert percent_in_memory([], NOW) == 0


LESSON = """---
title: "Promises"
minutes: 3
competencies: [cb-open]
---
Before anything. The crew is there in ==45 minutes== in the city. Say so.

## In time
==Pick up within four rings==. Headset on, then the button is near. More text here.

- ==Only this==
- Another line

- One more ==thing== here

::: key
The caller hangs up first.
? Who hangs up first?
:::
"""


@pytest.mark.parametrize(
    ("number", "heading", "before", "after", "question", "answer"),
    [
        (1, "Promises", "The crew is there in", " in the city.", None, "45 minutes"),
        (2, "In time", "", ". Headset on, then the button is near.", None, "Pick up within four rings"),
        (3, "In time", "", "", None, "Only this"),
        (4, "In time", "One more", " here", None, "thing"),
        (5, "In time", "", "", "Who hangs up first?", "The caller hangs up first."),
    ],
)
def test_a_point_is_asked_by_its_sentence_without_it_or_by_its_question(
    number: int, heading: str, before: str, after: str, question: str | None, answer: str
) -> None:
    asked = prompt(parse_lesson(LESSON), number)
    assert asked is not None
    assert (asked.heading, asked.before, asked.after) == (heading, before, after)
    assert (asked.question, asked.answer) == (question, answer)


def test_a_point_in_the_middle_takes_the_sentence_before_along() -> None:
    source = LESSON.replace("Before anything. The crew", "One. Before anything. ==All of it==. After. The crew")
    asked = prompt(parse_lesson(source), 1)
    assert asked is not None
    assert (asked.before, asked.after) == ("Before anything.", ". After.")


def test_a_sentence_ends_after_its_closing_quote() -> None:
    source = LESSON.replace("in the city. Say so.", "in the city. “Till then.” More.").replace("==45", "==All 45")
    source = source.replace("The crew is there in ", "").replace(" in the city.", ".")
    asked = prompt(parse_lesson(source), 1)
    assert asked is not None
    assert (asked.before, asked.after) == ("Before anything.", ". “Till then.”")


def test_a_lesson_without_this_point_has_no_card() -> None:
    assert prompt(parse_lesson(LESSON), 9) is None


def test_a_box_without_a_question_is_asked_by_its_heading() -> None:
    asked = prompt(parse_lesson(LESSON.replace("? Who hangs up first?\n", "")), 5)
    assert asked is not None
    assert (asked.heading, asked.question, asked.before) == ("In time", None, "")

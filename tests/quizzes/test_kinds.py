# ruff: noqa: E501  # tables have one case a line
"""The twelve kinds of question: what holds for all of them, and tables of what each takes and marks."""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes.rules import marks, responses
from lms.quizzes.rules.kinds import KINDS, Asked, Flaw, kind_of
from lms.quizzes.rules.kinds.base import Parts
from tests.quizzes.samples import read

TEXTS = st.text(max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | TEXTS
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
EVERY = pytest.mark.parametrize("name", list(KINDS))


def parts_of(name: str, **more: Any) -> Parts:
    """Return the example of a kind as it is stored; `more` changes its part of the file."""
    if not more:
        return deepcopy(_example(name))
    parts, findings = read(name, deepcopy(KINDS[name].example) | more)
    assert findings == [], [each.sentence() for each in findings]
    return parts


@cache
def _example(name: str) -> Parts:
    parts, findings = read(name, KINDS[name].example)
    assert findings == [], [each.sentence() for each in findings]
    return parts


def asked_of(parts: Parts) -> Asked:
    return Asked([option["id"] for option in parts.options], tuple(parts.unit.values()), parts.body)


@cache
def near(name: str) -> st.SearchStrategy[Any]:
    """Return what might be sent to the example of a kind: anything at all, and what looks much like an answer."""
    asked = asked_of(parts_of(name))
    prompts = [each["id"] for each in asked.body.get("prompts", ())] + [
        each["id"] for each in asked.body.get("criteria", ())
    ]
    words = st.sampled_from(
        [
            *asked.options,
            *prompts,
            "0",
            "3",
            "true",
            "45",
            "九十",
            "",
            " ",
            "=",
            *(f"{each}=1" for each in asked.options),
        ]
    )
    pairs = st.lists(words | st.integers(0, 4), min_size=1, max_size=3)
    joined = st.builds(lambda left, right: f"{left}={right}", words, words)
    likely = (
        words
        | st.lists(words, max_size=6)
        | st.permutations(list(asked.options))
        | st.lists(pairs | joined, max_size=5)
    )
    return likely | ANYTHING


@EVERY
@settings(deadline=None)
@given(data=st.data())
def test_whatever_is_sent_is_taken_or_refused_and_never_raises(name: str, data: st.DataObject) -> None:
    asked, sent = asked_of(parts_of(name)), data.draw(near(name))
    kept, flaw = KINDS[name].accepted(sent, asked)
    assert flaw is None or (kept is None and flaw in set(Flaw))


@EVERY
@settings(deadline=None)
@given(data=st.data())
def test_what_was_kept_is_kept_again_as_it_is(name: str, data: st.DataObject) -> None:
    kind, asked = KINDS[name], asked_of(parts_of(name))
    kept, flaw = kind.accepted(data.draw(near(name)), asked)
    if flaw is None:
        assert kind.accepted(kept, asked) == (kept, None)


@EVERY
@settings(deadline=None)
@given(data=st.data())
def test_what_was_kept_goes_through_a_form_and_comes_back(name: str, data: st.DataObject) -> None:
    kind, asked = KINDS[name], asked_of(parts_of(name))
    kept, flaw = kind.accepted(data.draw(near(name)), asked)
    if flaw is None:
        typed = kind.typed(kept)
        again, refused = kind.accepted(typed, asked)
        assert all(isinstance(each, str) for each in typed)
        assert refused is None
        assert again == kept or str(again) == str(kept)  # a number is typed as a text


@EVERY
@settings(deadline=None)
@given(data=st.data())
def test_a_share_lies_between_nothing_and_the_whole_for_whatever_was_stored(name: str, data: st.DataObject) -> None:
    parts = parts_of(name)
    units = tuple(parts.unit.values())
    worth = marks.share(name, parts.key, data.draw(near(name)), units, parts.body)
    assert 0.0 <= worth <= marks.WHOLE


@EVERY
def test_the_right_answer_is_worth_the_whole_mark_and_none_is_worth_nothing(name: str) -> None:
    kind, parts = KINDS[name], parts_of(name)
    asked = asked_of(parts)
    right = kind.right(parts.key, asked)
    assert kind.accepted(right, asked) == (right, None)
    assert marks.share(name, parts.key, right, asked.units, parts.body) == marks.WHOLE
    assert marks.correct(name, parts.key, right, asked.units, parts.body)
    assert marks.share(name, parts.key, None, asked.units, parts.body) == 0


@EVERY
@settings(deadline=None)
@given(data=st.data())
def test_whatever_is_kept_can_be_said_in_both_languages(name: str, data: st.DataObject) -> None:
    kind, parts = KINDS[name], parts_of(name)
    kept, _flaw = kind.accepted(data.draw(near(name)), asked_of(parts))
    for text in (
        *kind.words(kept, parts.options, parts.body),
        *kind.right_words(parts.key, asked_of(parts), parts.options),
    ):
        assert set(text) == {"zh", "en"}
        assert all(isinstance(each, str) and each for each in text.values())


@EVERY
def test_no_answer_has_no_words(name: str) -> None:
    parts = parts_of(name)
    assert KINDS[name].words(None, parts.options, parts.body) == ()


@EVERY
def test_what_is_written_reads_back_equal(name: str) -> None:
    parts = parts_of(name)
    again, findings = read(name, KINDS[name].written(parts))
    assert (again, findings) == (parts, [])


@EVERY
def test_what_a_paper_shows_holds_no_key(name: str) -> None:
    """The public part is the same whatever the key says, but for the order in which options are stored."""
    shown = parts_of(name)
    other = deepcopy(KINDS[name].example)
    for rows, key in (("options", "correct"), ("sentences", "correct"), ("lines", "worth"), ("criteria", "score")):
        for row in other.get(rows, ()):
            row.pop(key, None)
    for row in (*other.get("prompts", ()), *other.get("gaps", ())):
        if "answer" in row:
            row["answer"] = "m45"
    for step in other.get("steps", ()):
        step.pop("with_previous", None)
    other |= {"accept": {"zh": ["乙"], "en": ["z"]}} if "accept" in other else {}
    other |= {"answer": not other["answer"]} if isinstance(other.get("answer"), bool) else {}
    without, _findings = read(name, other)
    assert without.body == shown.body
    assert [set(option) for option in shown.options] == [{"id", "text"}] * len(shown.options)
    assert without.options == shown.options


def test_kinds_are_found_by_their_files_in_the_order_of_their_ranks() -> None:
    ranks = [kind.rank for kind in KINDS.values()]
    assert ranks == sorted(set(ranks))
    assert len(KINDS) == 12
    assert all(kind_of(name).name == name for name in KINDS)


def test_what_stands_in_order_is_offered_out_of_order() -> None:
    offers = [(name, {"zh": name, "en": name}) for name in "abc"]
    for name, kind in KINDS.items():
        for seed in map(str, range(40)):
            offered = kind.offered(offers, seed)
            assert sorted(offered) == offers
            assert (list(offered) == offers) is not kind.ordered, name


def share(kind: str, response: Any, **more: Any) -> float:
    parts = parts_of(kind, **more)
    return marks.share(kind, parts.key, response, tuple(parts.unit.values()), parts.body)


def kept(kind: str, sent: Any, **more: Any) -> Any:
    parts = parts_of(kind, **more)
    options = [option["id"] for option in parts.options]
    response, flaw = responses.accepted(kind, sent, options, tuple(parts.unit.values()), parts.body)
    return flaw or response


WORDS = {
    "words": [{"id": each, "text": {"zh": each * 2, "en": each * 3}} for each in ("a", "b", "c")],
    "gaps": [{"answer": "a"}, {"answer": "b"}],
}
OPTIONS = "place danger extent"
STEPS = ["open", "listen", "place", "danger", "save"]


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        pytest.param("single", ["a"], "a", id="a form sends a list of one"),
        pytest.param("single", ["a", "b"], Flaw.NOT_AN_OPTION, id="two of one"),
        pytest.param("single", "", None, id="nothing chosen"),
        pytest.param("multiple", ["b", "a", "b"], ["a", "b"], id="each once, sorted"),
        pytest.param("multiple", "a", ["a"], id="one alone"),
        pytest.param("multiple", ["a", "z"], Flaw.NOT_AN_OPTION, id="one unknown"),
        pytest.param("true_false", True, "true", id="a boolean"),
        pytest.param("true_false", [False], "false", id="a boolean in a list"),
        pytest.param("true_false", "yes", Flaw.NOT_AN_OPTION, id="another word"),
        pytest.param("numeric", " 45分钟 ", "45分钟", id="with its unit"),
        pytest.param("numeric", "4５", "4５", id="a wide digit"),
        pytest.param("numeric", "soon", Flaw.NOT_A_NUMBER, id="a word"),
        pytest.param("numeric", True, Flaw.NOT_A_NUMBER, id="true is no number"),
        pytest.param("numeric", "1" * 41, Flaw.TOO_LONG, id="too long a number"),
        pytest.param("numeric", float("inf"), Flaw.NOT_A_NUMBER, id="infinite"),
        pytest.param("short_text", "  restate ", "restate", id="white space goes"),
        pytest.param("short_text", "   ", None, id="white space alone"),
        pytest.param("short_text", 5, Flaw.NOT_A_TEXT, id="a number is no text"),
        pytest.param("short_text", "a" * 501, Flaw.TOO_LONG, id="too long a text"),
        pytest.param("short_text", "a" * 500, "a" * 500, id="the longest text"),
        pytest.param("cloze", ["45", ""], ["45", ""], id="an open gap"),
        pytest.param("cloze", ["", " "], None, id="all gaps open"),
        pytest.param("cloze", ["45"], Flaw.NOT_A_TEXT, id="a gap is missing"),
        pytest.param("cloze", ["45", "90", "1"], Flaw.NOT_A_TEXT, id="a gap too many"),
        pytest.param("cloze", ["45", 90], Flaw.NOT_A_TEXT, id="a number in a gap"),
        pytest.param("cloze", ["45", "9" * 501], Flaw.TOO_LONG, id="a gap too long"),
        pytest.param("matching", ["city=m45", "suburb="], [["city", "m45"]], id="a line is open"),
        pytest.param("matching", [["suburb", "m90"], ["city", "m45"]], [["city", "m45"], ["suburb", "m90"]], id="sorted"),
        pytest.param("matching", ["city=", "suburb="], None, id="all lines open"),
        pytest.param("matching", [["city", "m45"], ["city", "m90"]], Flaw.NOT_PAIRS, id="two for one line"),
        pytest.param("matching", [["city", "m45"], ["city", "m45"]], [["city", "m45"]], id="the same twice"),
        pytest.param("matching", [["city", "m45", "x"]], Flaw.NOT_PAIRS, id="three make no pair"),
        pytest.param("matching", "city=m45", [["city", "m45"]], id="one alone"),
        pytest.param("matching", [["m45", "city"]], Flaw.NOT_PAIRS, id="the wrong way round"),
        pytest.param("ordering", OPTIONS.split(), OPTIONS.split(), id="all in order"),
        pytest.param("ordering", ["danger=2", "place=1", "extent=3"], OPTIONS.split(), id="by their places"),
        pytest.param("ordering", ["danger=", "place=", "extent="], None, id="no places"),
        pytest.param("ordering", ["danger=1", "place=1", "extent=3"], Flaw.NOT_AN_ORDER, id="two at one place"),
        pytest.param("ordering", ["danger=1", "place=", "extent=3"], Flaw.NOT_AN_ORDER, id="one without a place"),
        pytest.param("ordering", ["danger=100", "place=1", "extent=2"], Flaw.NOT_AN_ORDER, id="a place of three digits"),
        pytest.param("ordering", ["place", "danger"], Flaw.NOT_AN_ORDER, id="one is missing"),
        pytest.param("ordering", "place", Flaw.NOT_AN_ORDER, id="one alone"),
        pytest.param("ordering", ["place", "place", "extent"], Flaw.NOT_AN_ORDER, id="one twice"),
        pytest.param("hot_list", ["s2", "s1"], ["s1", "s2"], id="sorted"),
        pytest.param("hot_list", ["s9"], Flaw.NOT_AN_OPTION, id="no such sentence"),
        pytest.param("next_line", "care", "care", id="a line"),
        pytest.param("next_line", "shout", Flaw.NOT_AN_OPTION, id="no such line"),
        pytest.param("call_steps", STEPS, STEPS, id="all steps"),
        pytest.param("listen_score", [["opening", 2]], [["opening", "2"]], id="a number is taken for its digit"),
        pytest.param("listen_score", ["opening=3"], [["opening", "3"]], id="as a form sends it"),
        pytest.param("listen_score", [["opening", 4]], Flaw.NOT_PAIRS, id="beyond the scale"),
        pytest.param("listen_score", [["opening", True]], Flaw.NOT_PAIRS, id="true is no score"),
        pytest.param("listen_score", [["closing", 1]], Flaw.NOT_PAIRS, id="no such criterion"),
    ],
)  # fmt: skip
def test_what_is_kept(kind: str, sent: Any, expected: Any) -> None:
    assert kept(kind, sent) == expected


def test_a_gap_with_a_list_of_words_takes_those_alone() -> None:
    assert kept("cloze", ["a", ""], **WORDS) == ["a", ""]
    assert kept("cloze", ["a", "z"], **WORDS) == Flaw.NOT_AN_OPTION
    assert share("cloze", ["a", "c"], **WORDS) == 0.5
    parts = parts_of("cloze", **WORDS)
    assert KINDS["cloze"].right(parts.key, asked_of(parts)) == ["a", "b"]
    said = KINDS["cloze"].right_words(parts.key, asked_of(parts), parts.options)
    assert said == ({"zh": "aa", "en": "aaa"}, {"zh": "bb", "en": "bbb"})
    assert KINDS["cloze"].words(["a", ""], parts.options, parts.body)[1] == {"zh": "—", "en": "—"}
    assert read("cloze", KINDS["cloze"].written(parts))[0] == parts


ALL = {"all_or_nothing": True}
WHOLE = {"partial": False}
CRITICAL = {
    "criteria": [
        {"id": each, "title": {"zh": each, "en": each}, "pass": {"zh": "好", "en": "good"},
         "fail": {"zh": "差", "en": "bad"}, "score": 2, "critical": each == "b"}
        for each in ("a", "b")
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "response", "more", "expected"),
    [
        pytest.param("single", "a", {}, 1, id="single: right"),
        pytest.param("single", "b", {}, 0, id="single: wrong"),
        pytest.param("multiple", ["a", "b"], {}, 1, id="multiple: both"),
        pytest.param("multiple", ["a"], {}, 0.5, id="multiple: one of two"),
        pytest.param("multiple", ["a", "c"], {}, 0, id="multiple: one right, one wrong"),
        pytest.param("multiple", ["a", "b", "c"], {}, 0.5, id="multiple: all ticked"),
        pytest.param("multiple", ["c"], {}, 0, id="multiple: never below nothing"),
        pytest.param("multiple", ["a"], WHOLE, 0, id="multiple: all or nothing"),
        pytest.param("multiple", ["a", "b"], WHOLE, 1, id="multiple: all"),
        pytest.param("true_false", "true", {}, 1, id="true"),
        pytest.param("true_false", "false", {}, 0, id="false"),
        pytest.param("numeric", "45", {}, 1, id="numeric: exact"),
        pytest.param("numeric", 45.0, {}, 1, id="numeric: a float"),
        pytest.param("numeric", "４５分钟", {}, 1, id="numeric: wide, with its unit"),
        pytest.param("numeric", "44.99", {}, 0, id="numeric: nearly"),
        pytest.param("numeric", "43", {"tolerance": 2}, 1, id="numeric: the lower end"),
        pytest.param("numeric", "47", {"tolerance": 2}, 1, id="numeric: the upper end"),
        pytest.param("numeric", "47.01", {"tolerance": 2}, 0, id="numeric: past the upper end"),
        pytest.param("short_text", "ＲＥＳＴＡＴＥ", {}, 1, id="short text: wide and upper case"),
        pytest.param("short_text", "复述 诉求", {}, 1, id="short text: with a space"),
        pytest.param("short_text", "restat", {}, 0, id="short text: nearly"),
        pytest.param("cloze", ["45", "九十"], {}, 1, id="cloze: both, one in words"),
        pytest.param("cloze", ["45", "45"], {}, 0.5, id="cloze: one"),
        pytest.param("cloze", ["90", "45"], {}, 0, id="cloze: changed places"),
        pytest.param("cloze", ["45", ""], ALL, 0, id="cloze: all or nothing"),
        pytest.param("cloze", ["45", "90"], ALL, 1, id="cloze: all"),
        pytest.param("matching", [["city", "m45"], ["suburb", "m90"]], {}, 1, id="matching: both"),
        pytest.param("matching", [["city", "m45"], ["suburb", "m45"]], {}, 0.5, id="matching: one"),
        pytest.param("matching", [["city", "m45"]], ALL, 0, id="matching: all or nothing"),
        pytest.param("matching", [["city", "m45"], ["suburb", "m90"]], ALL, 1, id="matching: all"),
        pytest.param("ordering", ["place", "danger", "extent"], {}, 1, id="ordering: right"),
        pytest.param("ordering", ["extent", "place", "danger"], {}, 0.5, id="ordering: two follow one another"),
        pytest.param("ordering", ["extent", "danger", "place"], {}, 0, id="ordering: the wrong way round"),
        pytest.param("ordering", ["extent", "place", "danger"], WHOLE, 0, id="ordering: all or nothing"),
        pytest.param("ordering", ["place", "danger"], {}, 0, id="ordering: one is missing"),
        pytest.param("hot_list", ["s2"], {}, 1, id="hot list: right"),
        pytest.param("hot_list", ["s1", "s2"], {}, 0, id="hot list: one right, one wrong"),
        pytest.param("hot_list", ["s2"], ALL, 1, id="hot list: all"),
        pytest.param("next_line", "care", {}, 1, id="next line: the best"),
        pytest.param("next_line", "ask", {}, 0.5, id="next line: it will do"),
        pytest.param("next_line", "wait", {}, 0, id="next line: it will not"),
        pytest.param("call_steps", STEPS, {}, 1, id="call steps: as written"),
        pytest.param("call_steps", ["open", "listen", "danger", "place", "save"], {}, 1, id="call steps: within a stretch"),
        pytest.param("call_steps", ["listen", "open", "place", "danger", "save"], {}, 8 / 9, id="call steps: one pair"),
        pytest.param("call_steps", ["listen", "open", "place", "danger", "save"], WHOLE, 0, id="call steps: too early"),
        pytest.param("call_steps", [*STEPS[:4], "open"], {}, 0, id="call steps: one twice"),
        pytest.param("call_steps", list(reversed(STEPS)), {}, 0, id="call steps: the wrong way round"),
        pytest.param("listen_score", [["opening", "0"]], {}, 1, id="score: as the experts"),
        pytest.param("listen_score", [["opening", "1"]], {}, 0.5, id="score: one off"),
        pytest.param("listen_score", [["opening", "2"]], {}, 0, id="score: two off"),
        pytest.param("listen_score", [["a", "1"], ["b", "2"]], CRITICAL, 0.75, id="score: one off, critical exact"),
        pytest.param("listen_score", [["a", "2"], ["b", "3"]], CRITICAL, 0.5, id="score: critical one off"),
        pytest.param("listen_score", [["a", "2"]], CRITICAL, 0.5, id="score: one left open"),
    ],
)  # fmt: skip
def test_what_it_is_worth(kind: str, response: Any, more: dict[str, Any], expected: float) -> None:
    assert share(kind, response, **more) == pytest.approx(expected)
    assert marks.correct(
        kind, parts_of(kind, **more).key, response, ("分钟", "minutes"), parts_of(kind, **more).body
    ) is (expected == 1)


def both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"x{n}", "text": both(f"text {n}")} | more for n in range(count)]


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        pytest.param("single", {"options": rows(3)}, "Exactly one option is “correct: true”.", id="single without a key"),
        pytest.param("single", {"options": rows(3, correct=True)}, "Exactly one option", id="single with three"),
        pytest.param("single", {"options": rows(1, correct=True)}, "A question has 2 to 6 options.", id="one option"),
        pytest.param("single", {"options": rows(7)}, "A question has 2 to 6 options.", id="seven options"),
        pytest.param("multiple", {"options": rows(3, correct=True)}, "at least one is not", id="multiple with all"),
        pytest.param("multiple", {"options": rows(2) * 2}, "Two options have the same id.", id="twice the same"),
        pytest.param("multiple", {"options": [*rows(2), *rows(1, id="y")]}, "Two options read the same (zh).", id="the same words"),
        pytest.param("cloze", {"gaps": []}, "The text has each gap once", id="cloze without gaps"),
        pytest.param("cloze", {"gaps": [], "text": both("none")}, "A text has 1 to 8 gaps.", id="cloze without any"),
        pytest.param("cloze", {"text": both("[[1]] [[1]] [[2]]")}, "The text has each gap once", id="a gap twice"),
        pytest.param("cloze", WORDS | {"gaps": [{"answer": "a"}, {"answer": "zz"}]}, "names no option", id="no such word"),
        pytest.param("cloze", {"gaps": [{"accept": {"zh": [], "en": ["a"]}}] * 2}, "No answer is accepted in “zh”.", id="no form"),
        pytest.param("short_text", {"accept": {"zh": ["a"], "en": []}}, "No answer is accepted in “en”.", id="no English form"),
        pytest.param("matching", {"prompts": [{**each, "answer": "zz"} for each in rows(2)]}, "names no option", id="no such option"),
        pytest.param("matching", {"prompts": [{**each, "answer": "m45"} for each in rows(7)]}, "2 to 6 options", id="too many lines"),
        pytest.param("ordering", {"options": rows(11)}, "A question has 2 to 10 options.", id="too much to order"),
        pytest.param("hot_list", {"sentences": rows(3)}, "At least one sentence is to be picked", id="nothing to pick"),
        pytest.param("hot_list", {"sentences": rows(3, correct=True)}, "at least one is not", id="all to pick"),
        pytest.param("hot_list", {"sentences": rows(13)}, "A question has 2 to 12 options.", id="too many sentences"),
        pytest.param("next_line", {"turns": []}, "A call has 1 to 12 turns before the line.", id="no turn"),
        pytest.param("next_line", {"turns": [{"speaker": "robot", "text": both("hm")}]}, "A speaker is “agent” or “caller”.", id="a robot"),
        pytest.param("next_line", {"lines": rows(3)}, "Exactly one line is “worth: best”", id="no best line"),
        pytest.param("next_line", {"lines": rows(3, worth="best")}, "Exactly one line is “worth: best”", id="three best lines"),
        pytest.param("next_line", {"lines": [*rows(2), {"id": "b", "text": both("b"), "worth": "best"}, {"id": "c", "text": both("c"), "worth": "poor"}]}, "Exactly one line", id="another worth"),
        pytest.param("call_steps", {"steps": rows(1)}, "A question has 2 to 10 options.", id="one step"),
        pytest.param("listen_score", {"turns": []}, "The call is written out too", id="a call without words"),
        pytest.param("listen_score", {"criteria": []}, "A call is scored on 1 to 6 criteria, each once.", id="no criterion"),
        pytest.param("listen_score", {"criteria": CRITICAL["criteria"][:1] * 2}, "A call is scored on 1 to 6 criteria", id="twice the same criterion"),
    ],
)  # fmt: skip
def test_what_a_file_gets_wrong_is_told(kind: str, more: dict[str, Any], sentence: str) -> None:
    _parts, findings = read(kind, deepcopy(KINDS[kind].example) | more)
    assert sentence in "\n".join(each.sentence() for each in findings)


@EVERY
def test_a_file_that_says_nothing_is_told_so_and_still_read(name: str) -> None:
    _parts, findings = read(name, {})
    assert findings

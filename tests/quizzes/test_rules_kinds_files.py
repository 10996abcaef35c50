# ruff: noqa: E501  # tables have one case a line
"""What a questions.yaml may say of each kind, on the edges: how much, how long, which flags, and what comes of it."""

from copy import deepcopy
from typing import Any

import pytest

from lms.quizzes.rules.kinds import KINDS
from lms.quizzes.rules.kinds.base import Parts
from tests.quizzes.samples import read, written

Rows = list[dict[str, Any]]


def both(text: str) -> dict[str, str]:
    return {"zh": f"{text}了", "en": text}


def rows(count: int, **first: Any) -> Rows:
    """So many things with an id and a text, the first of them with `first` besides."""
    return [{"id": f"x{n}", "text": both(f"text {n}")} | (first if n == 0 else {}) for n in range(count)]


def turns(count: int) -> Rows:
    return [{"speaker": ("agent", "caller")[n % 2], "text": both(f"turn {n}")} for n in range(count)]


def criteria(count: int, score: int = 3) -> Rows:
    texts = {name: both(name) for name in ("title", "pass", "fail")}
    return [{"id": f"x{n}", **texts, "score": score} for n in range(count)]


def gaps(count: int, words: int = 0) -> dict[str, Any]:
    """A text with so many gaps, each with a word of the list where there is one."""
    text = " ".join(f"[[{n}]]" for n in range(1, count + 1)) or "none"
    filled: Rows = [{"answer": "x0"} if words else {"accept": {"zh": ["一"], "en": ["one"]}} for _ in range(count)]
    return {"gaps": filled, "text": both(text)} | ({"words": rows(words)} if words else {})


def said(kind: str, part: dict[str, Any]) -> tuple[Parts, list[str]]:
    """Return what is made of the example of a kind with `part` in it, and all that is wrong with it."""
    parts, findings = read(kind, deepcopy(KINDS[kind].example) | part)
    return parts, [each.sentence() for each in findings]


def told_at(kind: str, part: dict[str, Any]) -> list[str]:
    """Return the keys in whose lines the faults of the same are told."""
    whole = deepcopy(KINDS[kind].example) | part
    lines = written(whole).splitlines()
    return [lines[each.line - 1].strip(" -").partition(":")[0] for each in read(kind, whole)[1]]


OPTIONS = "A question has 2 to {most} options."
SIZES = [
    pytest.param("single", lambda n: {"options": rows(n, correct=True)}, 2, 6, OPTIONS, id="options of single"),
    pytest.param("multiple", lambda n: {"options": rows(n, correct=True)}, 2, 6, OPTIONS, id="options of multiple"),
    pytest.param("hot_list", lambda n: {"sentences": rows(n, correct=True)}, 2, 12, OPTIONS, id="sentences"),
    pytest.param("ordering", lambda n: {"options": rows(n)}, 2, 10, OPTIONS, id="options of ordering"),
    pytest.param("call_steps", lambda n: {"steps": rows(n)}, 2, 10, OPTIONS, id="steps"),
    pytest.param(
        "matching",
        lambda n: {"options": rows(n), "prompts": [each | {"answer": "x0"} for each in rows(2)]},
        *(2, 10, OPTIONS),
        id="options of matching",
    ),
    pytest.param(
        "matching", lambda n: {"prompts": [each | {"answer": "m45"} for each in rows(n)]}, 2, 6, OPTIONS, id="prompts"
    ),
    pytest.param("next_line", lambda n: {"lines": rows(n, worth="best")}, 2, 6, OPTIONS, id="lines"),
    pytest.param(
        *("next_line", lambda n: {"turns": turns(n)}, 1, 12, "A call has 1 to {most} turns before the line."),
        id="turns before a line",
    ),
    pytest.param(
        *("listen_score", lambda n: {"turns": turns(n)}, 1, 30),
        "The call is written out too, for whoever cannot hear it, in 1 to {most} turns.",
        id="turns of a call",
    ),
    pytest.param(
        *("listen_score", lambda n: {"criteria": criteria(n)}, 1, 6),
        "A call is scored on 1 to {most} criteria, each once.",
        id="criteria",
    ),
    pytest.param("cloze", gaps, 1, 8, "A text has 1 to {most} gaps.", id="gaps"),
    pytest.param("cloze", lambda n: {"words": rows(n)} | gaps(2, n), 2, 12, OPTIONS, id="words"),
]


@pytest.mark.parametrize(("kind", "made", "least", "most", "sentence"), SIZES)
def test_there_may_be_so_many_and_no_more(kind: str, made: Any, least: int, most: int, sentence: str) -> None:
    assert said(kind, made(least))[1] == []
    assert said(kind, made(most))[1] == []
    assert sentence.format(most=most) in said(kind, made(least - 1))[1][0]
    assert sentence.format(most=most) in said(kind, made(most + 1))[1][0]
    assert told_at(kind, made(least - 1)) == told_at(kind, made(most + 1)) == [next(iter(made(least)))]


LENGTHS = [
    pytest.param("single", lambda text: {"options": [*rows(1, correct=True), row(text)]}, 500, id="an option"),
    pytest.param("call_steps", lambda text: {"steps": [row(text), *rows(1)]}, 500, id="a step"),
    pytest.param(
        "matching", lambda text: {"prompts": [row(text) | {"answer": "m45"}, rows(1)[0] | {"answer": "h2"}]}, 500, id="line"
    ),
    pytest.param("next_line", lambda text: {"turns": [turns(1)[0] | {"text": text}]}, 500, id="a turn before"),
    pytest.param("next_line", lambda text: {"lines": [*rows(1, worth="best"), row(text)]}, 500, id="a line"),
    pytest.param("listen_score", lambda text: {"turns": [turns(1)[0] | {"text": text}]}, 500, id="a turn"),
    pytest.param("listen_score", lambda text: {"criteria": [criteria(1)[0] | {"title": text}]}, 500, id="a title"),
    pytest.param("listen_score", lambda text: {"audio": text["en"]}, 200, id="a recording"),
    pytest.param("numeric", lambda text: {"unit": text}, 40, id="a unit"),
    pytest.param("cloze", lambda text: {"text": {name: f"[[1]][[2]]{each[10:]}" for name, each in text.items()}}, 2000, id="a text"),
]  # fmt: skip


def row(text: dict[str, str]) -> dict[str, Any]:
    return {"id": "long", "text": text}


@pytest.mark.parametrize(("kind", "made", "most"), LENGTHS)
def test_a_text_may_be_so_long_and_no_longer(kind: str, made: Any, most: int) -> None:
    assert said(kind, made({"zh": "长" * most, "en": "l" * most}))[1] == []
    found = said(kind, made({"zh": "长" * most, "en": "l" * (most + 1)}))[1]
    assert any(f"longer than {most} characters" in each for each in found)


@pytest.mark.parametrize("kind", ["multiple", "ordering", "call_steps"])
@pytest.mark.parametrize(("stated", "kept"), [(None, {}), (False, {}), (True, {"partial": True})])
def test_shares_are_given_where_a_file_says_so(kind: str, stated: bool | None, kept: dict[str, bool]) -> None:
    parts, wrong = said(kind, {"partial": stated})
    assert (parts.body, wrong) == (kept, [])
    assert {key: value for key, value in KINDS[kind].written(parts).items() if key == "partial"} == kept


@pytest.mark.parametrize("kind", ["cloze", "matching", "hot_list"])
@pytest.mark.parametrize(("stated", "partial"), [(None, True), (False, True), (True, False)])
def test_shares_are_given_unless_a_file_says_otherwise(kind: str, stated: bool | None, partial: bool) -> None:
    parts, wrong = said(kind, {"all_or_nothing": stated})
    assert (parts.body["partial"], wrong) == (partial, [])
    written = KINDS[kind].written(parts)
    assert written.get("all_or_nothing") is (None if partial else True)
    assert said(kind, written) == (parts, [])


@pytest.mark.parametrize(
    ("kind", "traits"),
    [
        ("single", (10, True, False, False)),
        ("multiple", (20, True, False, False)),
        ("true_false", (30, False, False, False)),
        ("numeric", (40, True, False, False)),
        ("short_text", (50, True, False, True)),
        ("cloze", (60, True, True, False)),
        ("matching", (70, True, True, False)),
        ("ordering", (80, True, True, False)),
        ("hot_list", (90, False, False, False)),
        ("next_line", (100, True, False, False)),
        ("call_steps", (110, True, True, False)),
        ("listen_score", (120, True, False, False)),
    ],
)
def test_a_kind_says_what_it_is(kind: str, traits: tuple[int, bool, bool, bool]) -> None:
    found = KINDS[kind]
    assert (found.rank, found.shuffles, found.ordered, found.by_hand) == traits


PICKED = "Of several options at least one is correct and at least one is not."
HOT = "At least one sentence is to be picked, and at least one is not."
BEST = "Exactly one line is “worth: best”; others may be “worth: fair”."
ACCEPT = "No answer is accepted in “{}”."


def worth(*of_lines: str) -> dict[str, Rows]:
    lines = rows(len(of_lines))
    return {"lines": [line | ({"worth": each} if each else {}) for line, each in zip(lines, of_lines, strict=True)]}


def marked(name: str, count: int, right: int) -> dict[str, Rows]:
    return {name: [each | {"correct": n < right} for n, each in enumerate(rows(count))]}


@pytest.mark.parametrize(
    ("kind", "part", "sentences"),
    [
        pytest.param("single", marked("options", 3, 0), ["Exactly one option is “correct: true”."], id="none is right"),
        pytest.param("single", marked("options", 3, 2), ["Exactly one option is “correct: true”."], id="two are right"),
        pytest.param("multiple", marked("options", 3, 0), [PICKED], id="nothing to choose"),
        pytest.param("multiple", marked("options", 3, 2), [], id="all but one to choose"),
        pytest.param("multiple", marked("options", 3, 3), [PICKED], id="all to choose"),
        pytest.param("multiple", marked("options", 2, 2), [PICKED], id="both to choose"),
        pytest.param("hot_list", marked("sentences", 3, 0), [HOT], id="nothing to pick"),
        pytest.param("hot_list", marked("sentences", 3, 2), [], id="all but one to pick"),
        pytest.param("hot_list", marked("sentences", 2, 2), [HOT], id="both to pick"),
        pytest.param("next_line", worth("best", "fair", "fair"), [], id="two that do"),
        pytest.param("next_line", worth("best", "", ""), [], id="only the best"),
        pytest.param("next_line", worth("fair", "", ""), [BEST], id="no best"),
        pytest.param("next_line", worth("best", "best"), [BEST], id="two best"),
        pytest.param("next_line", worth("best", "good"), [BEST], id="a worth that there is not"),
        pytest.param("next_line", {"turns": [turns(1)[0] | {"speaker": "robot"}]},
                     ["A speaker is “agent” or “caller”."], id="a robot"),
        pytest.param("short_text", {"accept": {"zh": ["一"], "en": []}}, [ACCEPT.format("en")], id="no English"),
        pytest.param("short_text", {"accept": {"zh": [], "en": ["one"]}}, [ACCEPT.format("zh")], id="no Chinese"),
        pytest.param("cloze", gaps(1) | {"gaps": [{"accept": {"zh": [], "en": ["one"]}}]}, [ACCEPT.format("zh")], id="gap"),
        pytest.param("cloze", gaps(1, 2) | {"gaps": [{"answer": "zz"}]}, ["An “answer” names no option."], id="no such word"),
        pytest.param("cloze", gaps(2) | {"text": {"zh": "[[1]][[2]]", "en": "[[1]][[3]]"}},
                     ["The text has each gap once, as [[1]], [[2]] … (en)."], id="a gap of another number"),
        pytest.param("cloze", gaps(2) | {"text": {"zh": "[[2]][[1]]", "en": "[[1]] then [[2]]"}}, [], id="gaps in any order"),
        pytest.param("matching", {"prompts": [each | {"answer": "zz"} for each in rows(2)]},
                     ["An “answer” names no option."], id="what belongs to nothing"),
        pytest.param("listen_score", {"criteria": criteria(2)[:1] * 2},
                     ["A call is scored on 1 to 6 criteria, each once."], id="a criterion twice"),
        pytest.param("listen_score", {"criteria": criteria(1, score=0)}, [], id="the lowest score"),
        pytest.param("single", {"options": [*rows(1, correct=True), {"id": "y", "text": both("text 0")}]},
                     ["Two options read the same (zh).", "Two options read the same (en)."], id="the same words"),
        pytest.param("single", {"options": [*rows(1, correct=True), {"id": "x0", "text": both("other")}]},
                     ["Two options have the same id."], id="the same id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_else(kind: str, part: dict[str, Any], sentences: list[str]) -> None:
    found = said(kind, part)[1]
    assert len(found) == len(sentences), found
    assert all(sentence in each for sentence, each in zip(sentences, found, strict=True)), found
    assert told_at(kind, part) == [where(kind, sentence, part) for sentence in sentences]


def where(kind: str, sentence: str, part: dict[str, Any]) -> str:
    """Return the key in whose line a fault is told: the one it is about, else that of the list."""
    if sentence.startswith("No answer"):
        return "accept"
    if "speaker" in sentence:
        return "speaker"
    if "each gap once" in sentence:
        return "text"
    return "answer" if kind == "cloze" else next(iter(part))


def test_a_number_without_tolerance_is_written_with_none() -> None:
    assert KINDS["numeric"].written(Parts(key={"value": 3})) == {"answer": 3, "tolerance": 0}


def test_a_score_lies_within_the_scale() -> None:
    assert said("listen_score", {"criteria": criteria(1, score=4)})[1]
    assert said("listen_score", {"criteria": criteria(1, score=-1)})[1]


@pytest.mark.parametrize(
    ("kind", "part", "key"),
    [
        ("single", marked("options", 3, 1), {"ids": ["x0"]}),
        ("multiple", marked("options", 3, 2), {"ids": ["x0", "x1"]}),
        ("true_false", {"answer": True}, {"ids": ["true"]}),
        ("true_false", {"answer": False}, {"ids": ["false"]}),
        ("numeric", {"answer": 3, "tolerance": 0.5}, {"value": 3, "tolerance": 0.5}),
        ("numeric", {"answer": 3, "tolerance": None}, {"value": 3, "tolerance": 0}),
        ("short_text", {"accept": {"zh": ["一", "壹"], "en": ["one"]}}, {"accept": {"zh": ["一", "壹"], "en": ["one"]}}),
        ("cloze", gaps(1), {"gaps": [{"accept": {"zh": ["一"], "en": ["one"]}}]}),
        ("cloze", gaps(2, 3), {"gaps": [{"id": "x0"}, {"id": "x0"}]}),
        ("ordering", {"options": rows(3)}, {"order": ["x0", "x1", "x2"]}),
        ("hot_list", marked("sentences", 3, 1), {"ids": ["x0"]}),
        ("next_line", worth("fair", "best", ""), {"ids": ["x1"], "fair": ["x0"]}),
        ("call_steps", {"steps": [each | {"with_previous": n == 1} for n, each in enumerate(rows(3))]},
         {"stretches": [["x0", "x1"], ["x2"]]}),
        ("call_steps", {"steps": rows(2, with_previous=True)}, {"stretches": [["x0"], ["x1"]]}),
        ("listen_score", {"criteria": criteria(2, score=1)}, {"scores": {"x0": 1, "x1": 1}}),
    ],
)  # fmt: skip
def test_the_key_is_what_the_file_says_and_is_written_as_it_was_read(
    kind: str, part: dict[str, Any], key: dict[str, Any]
) -> None:
    parts, wrong = said(kind, part)
    assert (parts.key, wrong) == (key, [])
    assert read(kind, KINDS[kind].written(parts)) == (parts, [])


def test_a_call_keeps_its_recording_its_scorecard_its_words_and_what_is_critical() -> None:
    scored = criteria(2)
    scored[1]["critical"] = True
    parts, wrong = said(
        "listen_score", {"audio": "a.opus", "scorecard": "service", "turns": turns(1), "criteria": scored}
    )
    assert wrong == []
    texts = {name: both(name) for name in ("title", "pass", "fail")}
    assert parts.body == {
        "audio": "a.opus",
        "scorecard": "service",
        "turns": turns(1),
        "criteria": [{"id": "x0", **texts, "critical": False}, {"id": "x1", **texts, "critical": True}],
    }
    written = KINDS["listen_score"].written(parts)
    assert written["criteria"] == [{**scored[0]}, {**scored[1]}]
    assert (written["audio"], written["scorecard"]) == ("a.opus", "service")
    assert read("listen_score", written) == (parts, [])
    plain, _wrong = read("listen_score", {"turns": turns(1), "criteria": criteria(1)})
    assert set(plain.body) == {"turns", "criteria"}


def test_what_is_public_stands_in_the_body_and_in_options() -> None:
    line = said("next_line", {"turns": turns(2)} | worth("best", ""))[0]
    assert (line.body, [each["id"] for each in line.options]) == ({"turns": turns(2)}, ["x0", "x1"])
    text = said("cloze", gaps(2, 3))[0]
    assert text.body == {"text": both("[[1]] [[2]]") | {"zh": "[[1]] [[2]]了"}, "gaps": 2, "partial": True}
    assert list(text.options) == rows(3)
    pairs = said("matching", {"prompts": [each | {"answer": "m45"} for each in rows(2)]})[0]
    assert pairs.body == {"prompts": rows(2), "partial": True}
    assert pairs.key == {"pairs": {"x0": "m45", "x1": "m45"}}
    unit = said("numeric", {"unit": both("min")})[0]
    assert (unit.unit, unit.options) == (both("min"), ())
    assert "unit" not in KINDS["numeric"].written(said("numeric", {"unit": None})[0])

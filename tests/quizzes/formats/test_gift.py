"""GIFT as its documentation describes it, and as people break it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes.rules.formats.foreign import ForeignQuestion
from lms.quizzes.rules.formats.gift import read_gift


def only(text: str) -> ForeignQuestion:
    found = read_gift(text)
    assert found.findings == ()
    (question,) = found.questions
    return question


def shares(question: ForeignQuestion) -> list[tuple[str, float]]:
    return [(answer.text, answer.percent) for answer in question.answers]


def test_single_choice_has_one_right_answer_and_says_why_the_others_are_wrong() -> None:
    question = only("::Rings:: Answer within {=four rings#Yes. ~ten rings#Too late. ~one ring}")
    assert (question.kind, question.title, question.stem) == ("single", "Rings", "Answer within")
    assert shares(question) == [("four rings", 100.0), ("ten rings", 0.0), ("one ring", 0.0)]
    assert [answer.feedback for answer in question.answers] == ["Yes.", "Too late.", ""]


def test_shares_without_a_whole_one_make_it_multiple() -> None:
    question = only("Which two? {~%50%name ~%50%number ~%-100%mood}")
    assert question.kind == "multiple"
    assert shares(question) == [("name", 50.0), ("number", 50.0), ("mood", -100.0)]


@pytest.mark.parametrize("word", ["T", "TRUE", "true", "t"])
def test_true(word: str) -> None:
    question = only(f"The customer hangs up first.{{{word}#No.#Yes.}}")
    assert question.kind == "true_false"
    assert shares(question) == [("true", 100.0), ("false", 0.0)]
    assert [answer.feedback for answer in question.answers] == ["Yes.", "No."]


@pytest.mark.parametrize("word", ["F", "FALSE", "false"])
def test_false(word: str) -> None:
    question = only(f"Transfer first.{{{word}#No.#Yes.}}")
    assert shares(question) == [("true", 0.0), ("false", 100.0)]
    assert [answer.feedback for answer in question.answers] == ["No.", "Yes."]


def test_only_right_answers_make_it_a_short_text() -> None:
    question = only("Say it in words: 90 {=ninety =%50%nine-ty}")
    assert question.kind == "short_text"
    assert shares(question) == [("ninety", 100.0), ("nine-ty", 50.0)]


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("{#45}", "45", 0.0),
        ("{#45:5}", "45", 5.0),
        ("{# -3.5 : .5 }", "-3.5", 0.5),
        ("{#40..50}", "45", 5.0),
        ("{#1e3}", "1e3", 0.0),
        ("{#=45:0}", "45", 0.0),
    ],
)
def test_numbers(text: str, value: str, tolerance: float) -> None:
    question = only(f"How many minutes in the city? {text}")
    assert question.kind == "numeric"
    assert (question.answers[0].text, question.answers[0].tolerance) == (value, tolerance)


def test_several_numbers_each_earn_their_share() -> None:
    question = only("Minutes? {#=45:0#Right. =%50%45:5#Nearly. ~#Look again.}")
    assert shares(question) == [("45", 100.0), ("45", 50.0)]
    assert [answer.tolerance for answer in question.answers] == [0.0, 5.0]


def test_matching() -> None:
    question = only("Match. {=city -> 45 =suburb -> 90 =remote -> 120}")
    assert question.kind == "matching"
    assert [(answer.text, answer.match) for answer in question.answers] == [
        ("city", "45"),
        ("suburb", "90"),
        ("remote", "120"),
    ]


def test_a_gap_in_the_sentence_is_shown_as_one() -> None:
    assert only("The crew is there within {=45 ~90} minutes.").stem == "The crew is there within _____ minutes."


def test_general_feedback_follows_four_signs() -> None:
    question = only("Q {=a ~b ####Because.}")
    assert question.feedback == "Because."
    assert shares(question) == [("a", 100.0), ("b", 0.0)]


def test_escaped_signs_are_text() -> None:
    question = only(r"What does \{x\} \= 1 mean\: a \\ b\n? {=a \~ b ~c \# d}")
    assert question.stem == "What does {x} = 1 mean: a \\ b\n?"
    assert shares(question) == [("a ~ b", 100.0), ("c # d", 0.0)]


@pytest.mark.parametrize("markup", ["html", "markdown", "plain", "moodle"])
def test_the_markup_is_kept(markup: str) -> None:
    assert only(f"::T::[{markup}]Text {{=a ~b}}").markup == markup


def test_categories_ids_and_tags_belong_to_what_follows() -> None:
    text = "$CATEGORY: a/b\n\n// [id:q-1] [tag:fault] [tag:city]\nQ1 {=a ~b}\n\nQ2 {T}\n\n$CATEGORY: c\nQ3 {F}\n"
    first, second, third = read_gift(text).questions
    assert (first.category, first.ref, first.tags) == ("a/b", "q-1", ("fault", "city"))
    assert (second.category, second.ref, second.tags) == ("a/b", "", ())
    assert (third.category, third.line) == ("c", 8)


def test_comments_inside_a_question_are_left_out() -> None:
    assert shares(only("Q {\n=a\n// not this =c\n~b\n}")) == [("a", 100.0), ("b", 0.0)]


def test_any_end_of_line_and_a_byte_order_mark_are_read() -> None:
    assert [q.stem for q in read_gift("\ufeffA {T}\r\n\r\nB {F}\r\rC {T}").questions] == ["A", "B", "C"]


@pytest.mark.parametrize("text", ["Only words.", "Write an essay. {}", "Write. {####What is looked for.}"])
def test_what_cannot_be_marked_is_left_out_and_said(text: str) -> None:
    found = read_gift(text)
    assert found.questions == ()
    assert [finding.level for finding in found.findings] == ["warning"]


@pytest.mark.parametrize(
    "text",
    [
        "Q {=a ~b",
        "Q {=a {b}}",
        "Q }",
        "Q {=a} and {=b}",
        "{=a ~b}",
        "Q {a, b}",
        "Q {~a ~b}",
        "Q {= ~b}",
        "Q {=a ->  =b -> c}",
        "Q {=a -> b}",
        "Q {=a -> b =c}",
        "Q {#five}",
        "Q {#5:-1}",
        "Q {#9..1}",
        "Q {#}",
        "Q {~%150%a ~%50%b}",
        "Q {#1e999}",
    ],
)
def test_what_is_broken_is_refused_by_line_and_the_rest_is_taken(text: str) -> None:
    found = read_gift(f"Before {{T}}\n\n{text}\n\nAfter {{F}}")
    assert [question.stem for question in found.questions] == ["Before", "After"]
    assert [(finding.line, finding.level) for finding in found.findings] == [(3, "error")]


def test_a_file_that_is_too_long_is_refused() -> None:
    assert [finding.line for finding in read_gift("x" * 2_000_001).findings] == [1]


@given(st.text(alphabet="ab{}~=#:\\%5.-> \n/$[]T\r", max_size=80))
@settings(max_examples=300, deadline=None)
def test_nothing_breaks_it(text: str) -> None:
    found = read_gift(text)
    assert all(question.stem and question.answers for question in found.questions)


ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "~=#{}:\\"})
WORDS = st.text(alphabet="ab~=#{}:\\ 工单", min_size=1, max_size=12).map(lambda t: " ".join(t.split())).filter(bool)


@given(WORDS, WORDS, WORDS)
@settings(deadline=None)
def test_whatever_is_escaped_comes_back(stem: str, right: str, wrong: str) -> None:
    text = f"::T:: [plain] {stem.translate(ESCAPES)} {{={right.translate(ESCAPES)} ~{wrong.translate(ESCAPES)}}}"
    question = only(text)
    assert (question.stem, shares(question)) == (stem, [(right, 100.0), (wrong, 0.0)])

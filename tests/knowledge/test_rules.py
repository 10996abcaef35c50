# ruff: noqa: E501  # names are sentences and tables have one case a line
"""Words, marks, readings, terms, misses and bodies of pages, as tables."""

import pytest

from lms.knowledge.rules import marking, misses, stored
from lms.knowledge.rules.glossary import occurring, pattern
from lms.knowledge.rules.manual import findings, lead, parse
from lms.knowledge.rules.ranking import Ranked, ordered
from lms.knowledge.rules.words import Word, indexed, normal, question, stem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("身份", ["身", "份", "身份"], id="pairs and single characters"),
        pytest.param("CRM 工单", ["crm", "工", "单", "工单"], id="both languages"),
        pytest.param("ＣＲＭ１２", ["crm12"], id="full width"),
        pytest.param("Café callers", ["cafe", "caller"], id="accents and plurals"),
        pytest.param("45分钟", ["45", "分", "钟", "分钟"], id="figures stand alone"),
        pytest.param("a_b—c", ["a", "b", "c"], id="marks cut"),
        pytest.param("x" * 90, ["x" * 40], id="no word is longer than an index takes"),
        pytest.param("!?", [], id="nothing"),
    ],
)
def test_a_text_is_indexed_by_its_words(text: str, words: list[str]) -> None:
    assert list(indexed(text)) == words


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("orders", "order"),
        ("enquiries", "enquiry"),
        ("class", "class"),
        ("status", "status"),
        ("this", "this"),
        ("gas", "gas"),
        ("95598", "95598"),
    ],
)
def test_the_s_of_a_plural_is_left_out(word: str, said: str) -> None:
    assert stem(word) == said


@pytest.mark.parametrize(
    ("text", "every", "loose"),
    [
        pytest.param("身份", ["身份"], ["身份"], id="a word"),
        pytest.param("客户投诉", ["客户", "户投", "投诉"], ["客户", "投诉"], id="two words written together"),
        pytest.param("验", ["验"], ["验"], id="one character"),
        pytest.param("投诉怎么办", ["投诉"], ["投诉"], id="a filler is left out"),
        pytest.param("怎么", ["怎么"], ["怎么"], id="unless there is nothing else"),
        pytest.param("how do I verify the caller", ["verify", "caller*"], ["verify", "caller*"], id="English fillers"),
        pytest.param("caller ", ["caller"], ["caller"], id="a finished word is no beginning"),
        pytest.param("c", ["c"], ["c"], id="one letter begins too much"),
        pytest.param("  ", [], [], id="nothing"),
    ],
)
def test_a_question_is_cut_into_what_to_look_for(text: str, every: list[str], loose: list[str]) -> None:
    asked = question(text)
    assert [w.text + "*" * w.prefix for w in asked.every] == every
    assert [w.text + "*" * w.prefix for w in asked.loose] == loose
    assert asked.is_empty == (not every)


def hits(text: str, *words: Word) -> str:
    return "".join(f"[{part.text}]" if part.hit else part.text for part in marking.marked(text, words))


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        pytest.param("先核实身份", [Word("核实"), Word("身份")], "先[核实身份]", id="neighbours are one mark"),
        pytest.param("Callers and calls", [Word("caller")], "[Callers] and calls", id="with its plural"),
        pytest.param("transformers", [Word("tran", prefix=True)], "[transformers]", id="the whole word of a beginning"),
        pytest.param("household", [Word("hold")], "household", id="not inside a word"),
        pytest.param("用ＣＲＭ查", [Word("crm")], "用[ＣＲＭ]查", id="full width stays as it is written"),
        pytest.param(
            "ﬁne café", [Word("cafe")], "ﬁne [café]", id="characters that fold into two do not shift the rest"
        ),
        pytest.param("<b>身份</b>", [Word("身份")], "<b>[身份]</b>", id="markup is text"),
        pytest.param("", [Word("x")], "", id="nothing"),
    ],
)
def test_what_was_asked_for_is_marked(text: str, words: list[Word], shown: str) -> None:
    assert hits(text, *words) == shown


def test_an_excerpt_begins_near_the_first_hit_and_never_inside_a_word() -> None:
    body = "Nothing here.\n" + "word " * 40 + "the caller waits " + "more " * 60
    shown = "".join(part.text for part in marking.excerpt(body, [Word("caller")]))
    assert shown.startswith("…word ")
    assert "caller" in shown
    assert shown.endswith("more…")
    assert len(shown) <= marking.LONGEST + 2
    long = "字" * 400
    assert "".join(p.text for p in marking.excerpt(long, [Word("x")])) == "字" * marking.LONGEST + "…"
    assert marking.passage("a\nb c\nc", [Word("c"), Word("b")]) == "b c"


def test_stored_html_is_read_back_as_lines_and_aids() -> None:
    html = (
        '<p>Say <mark class="key"><sup>1</sup>the &lt;place&gt;</mark> first.<br>Then wait.</p><hr>'
        '<section class="block mnemonic"><h3>To remember it</h3><p>Place &amp; <section>danger</section></p></section>'
        '<section class="block case"><h3>A call</h3><ol class="turns"><li><span class="who">Caller · 0:01</span>Hello</li></ol></section>'
        '<figure class="flow"><ol><li class="ask"><b>Dark?</b><span class="then">yes → go</span></li></ol></figure></i>'
    )
    reading = stored.read(
        [
            {"heading": "Head", "pieces": [{"html": html}, {"check": {}}]},
            {"heading": None, "pieces": [{"html": "<p>x"}]},
        ]
    )
    assert reading.lines == [
        "Head",
        "Say the <place> first.",
        "Then wait.",
        "Place &",
        "danger",
        "Hello",
        "Dark?yes → go",
        "x",
    ]
    assert [(aid.kind, aid.block) for aid in reading.aids] == [("mnemonic", 0), ("flow", 0)]
    assert (
        reading.aids[0].html
        == '<section class="block mnemonic"><h3>To remember it</h3><p>Place &amp; <section>danger</section></p></section>'
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("开一张工单。", (1,), id="Chinese anywhere"),
        pytest.param("Two work orders", (1,), id="a plural"),
        pytest.param("frameworks order", (), id="not inside words"),
        pytest.param("On hold, then a ticket", (2, 1), id="in the order of occurrence"),
        pytest.param("nothing", (), id="nothing"),
    ],
)
def test_terms_are_found_in_a_text(text: str, found: tuple[int, ...]) -> None:
    terms = [(1, pattern(["工单", "Work order", "ticket"])), (2, pattern(["保持", "On hold"])), (3, pattern([" "]))]
    assert occurring(text, terms) == found


@pytest.mark.parametrize("spelling", ["\u0301", "\u00a8", " "])
def test_a_spelling_that_is_nothing_but_an_accent_finds_nothing(spelling: str) -> None:
    assert occurring("an answer", [(1, pattern([spelling]))]) == ()
    assert occurring("an answer", [(1, pattern([spelling, "answer"]))]) == (1,)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("  CRM　Login ", "crm login", id="evened"),
        pytest.param("过户", "过户", id="Chinese"),
        pytest.param("13800138000", None, id="a telephone number is not kept"),
        pytest.param("户号 4071 2291", None, id="nor an account number"),
        pytest.param("zhou@example.org", None, id="nor an address"),
        pytest.param("a", None, id="too short"),
        pytest.param("??", None, id="no word"),
        pytest.param("x" * 61, None, id="too long"),
        pytest.param("95598", "95598", id="a short number is a word"),
    ],
)
def test_what_is_kept_of_a_search(text: str, kept: str | None) -> None:
    assert misses.noted(text) == kept


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        pytest.param("The answer.\n\n## More\nText.\n", [], id="good"),
        pytest.param(" \n", ["1: The page has no text."], id="empty"),
        pytest.param(
            "## Head\nText.\n",
            ["1: A page begins with its answer: one paragraph, before the first heading."],
            id="no answer",
        ),
        pytest.param(
            "::: mnemonic\nx\n:::\n",
            ["1: A page begins with its answer: one paragraph, before the first heading."],
            id="a box is no answer",
        ),
        pytest.param(
            "x" * 700, ["1: The first paragraph is longer than 600 characters; say it shorter."], id="a long answer"
        ),
        pytest.param("x" * 12_001, ["1: The page is longer than 12000 characters; make two of it."], id="too long"),
        pytest.param(
            "A.\n\n::: check a-b\n:::\n",
            ["3: A manual page asks no questions; leave “::: check” out."],
            id="a question",
        ),
        pytest.param(
            "A [b](media/x.png).\n",
            ["1: A link of a manual page begins with “https:”, “mailto:” or “tel:”."],
            id="a file",
        ),
        pytest.param("A.\n\n[b](javascript:x)\n", ["3: A link may not begin with “javascript:”."], id="a script"),
        pytest.param(
            "A.\n\n```mermaid\nnothing\n```\n",
            ["4: A flow begins with “flowchart LR” or “flowchart TD”."],
            id="a flow that cannot be read",
        ),
    ],
)
def test_what_is_wrong_with_a_page(body: str, sentences: list[str]) -> None:
    assert [f"{found.line}: {found.sentence()}" for found in findings(body)] == sentences


def test_the_lead_is_the_first_paragraph_without_markup() -> None:
    assert lead(parse("The **answer**,\nin two lines.\n\nMore.\n")) == "The answer, in two lines."
    assert lead(parse("")) == ""


def test_one_lesson_does_not_crowd_out_the_rest_and_the_exact_title_is_first() -> None:
    rows = [Ranked("point", f"p{n}", 1, float(n)) for n in range(5)] + [
        Ranked("term", "工单", None, 99.0),
        Ranked("lesson", "l", 2, 4.0),
    ]
    assert [row.title for row in ordered(rows, "工单 ", 10)] == ["工单", "p0", "p1", "p2", "l"]
    assert len(ordered(rows, "x", 2)) == 2


def test_texts_are_compared_alike() -> None:
    assert normal("ＡＢ é") == "ab e"

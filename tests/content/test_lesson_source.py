"""How the text of a lesson reads: every part with its line, every mistake with its line."""

import time

import pytest

from lms.courses.rules import front_matter, inline
from lms.courses.rules.boxes import Case, Check, Drawing, KeyBox, Words
from lms.courses.rules.findings import error
from lms.courses.rules.lesson_source import LessonSource, parse_lesson
from lms.courses.rules.outline import outline, short
from lms.courses.rules.reading import lesson_seconds, minutes, reading_seconds

HEAD = '---\ntitle: "Title"\nminutes: 3\ncompetencies: [a-b]\n---\n'  # five lines
WHOLE = """Intro with ==a first point==.

## One
Text with `==no point==` and

```
## no heading
==no point==
::: key
```

::: key
A **box** point.
? What is it?
:::

### Under
- item ==in a list==

::: mnemonic
Line to ==remember==

More.
:::

## Two
::: story
A story.
:::

::: case A *dark* house
caller 0:21 | It is dark.
agent 1:05 | I see.
+ Good.
! Careful.

:::

::: check q-1
:::

```mermaid
flowchart LR
%% a remark
a[Place] --> b{Danger?}
b -->|yes| c([Go])
b -->|no| d[Stay] --> c;
```
"""


def parsed(body: str) -> LessonSource:
    return parse_lesson(HEAD + body)


def sentences(lesson: LessonSource, level: str = "error") -> list[tuple[int, str]]:
    return [(finding.line, finding.sentence()) for finding in lesson.findings if finding.level == level]


def test_a_whole_lesson_reads_without_a_finding() -> None:
    lesson = parsed(WHOLE)
    assert lesson.findings == ()
    assert [block.heading for block in lesson.blocks] == [None, "One", "Two"]
    assert [(p.number, p.line, p.block, p.under, p.text, p.question) for p in lesson.points] == [
        (1, 6, 0, None, "a first point", None),
        (2, 17, 1, None, "A box point.", "What is it?"),
        (3, 23, 1, "Under", "in a list", None),
        (4, 26, 1, "Under", "remember", None),
    ]
    assert [type(part) for part in lesson.blocks[1].parts] == [Words, KeyBox, Words, Words]
    assert [type(part) for part in lesson.blocks[2].parts] == [Words, Case, Check, Drawing]
    assert lesson.checks == (Check(44, "q-1"),)
    case = lesson.blocks[2].parts[1]
    assert isinstance(case, Case)
    assert case.title == "A dark house"
    assert [(turn.line, turn.who, turn.time, turn.text) for turn in case.turns] == [
        (37, "caller", "0:21", "It is dark."),
        (38, "agent", "1:05", "I see."),
    ]
    assert [(remark.good, remark.text) for remark in case.turns[1].remarks] == [(True, "Good."), (False, "Careful.")]


def test_a_flow_is_read_in_the_order_of_its_steps() -> None:
    drawing = parsed(WHOLE).blocks[2].parts[3]
    assert isinstance(drawing, Drawing)
    assert [(step.name, step.kind) for step in drawing.flow.steps] == [
        ("a", "step"),
        ("b", "ask"),
        ("d", "step"),
        ("c", "end"),
    ]
    assert [(edge.to, edge.label) for edge in drawing.flow.steps[1].edges] == [("c", "yes"), ("d", "no")]


@pytest.mark.parametrize(
    ("rows", "fault", "line"),
    [
        ("graph", "A flow begins with", 12),
        ("", "A flow begins with", 12),
        ("flowchart LR", "no steps", 12),
        ("flowchart LR\nsubgraph x", "cannot be read", 13),
        ("flowchart LR\na[A] ---> b[B]", "cannot be read", 13),
        ("flowchart LR\n[A]", "cannot be read", 13),
        ("flowchart LR\na[A] --> ", "cannot be read", 13),
        ("flowchart LR\nclick a javascript", "cannot be read", 13),
        ("flowchart LR\na[A] --> b", "“b” of the flow has no text", 12),
        ("flowchart LR\na[A] --> b[B]\nb[C] --> c[D]", "“b” of the flow is written twice", 14),
        ("flowchart LR\na[A] --> b[B]\nb --> a", "circle", 12),
        ("flowchart LR\n" + "\n".join(f"a{n}[x]" for n in range(10)), "10 steps", 12),
    ],
)
def test_a_flow_beyond_our_part_of_mermaid_is_reported(rows: str, fault: str, line: int) -> None:
    lesson = parsed(f"a\n\n## B\nb\n\n```mermaid\n{rows}\n```\n" if rows else "a\n\n## B\nb\n\n```mermaid\n```\n")
    assert any(fault in text and abs(found - line) <= 1 for found, text in sentences(lesson)), sentences(lesson)


@pytest.mark.parametrize(
    ("body", "line", "fault"),
    [
        ("a\n\n# Title\nb", 8, "A heading is"),
        ("a\n\n##Title\nb", 8, "A heading is"),
        ("a\n\n#### Deep\nb", 8, "A heading is"),
        ("a\n\n##\nb", 8, "A heading is"),
        ("a\n\nTitle\n=====\nb", 9, "Headings are written"),
        ("a\n\n## Empty\n\n## Next\nb", 8, "nothing under this heading"),
        ("a ==open\n\nb", 6, "no partner"),
        ("a\n==open\n==shut== b==", 8, "no partner"),
        ("a ==**== b", 6, "no words"),
        ("::: key\ntext\n:::\n", 6, "exactly one line"),
        ("::: key\ntext\n? a\n? b\n:::\n", 6, "exactly one line"),
        ("::: key\n? a\n:::\n", 6, "no words"),
        ("::: story\n\n:::\n", 6, "empty"),
        ("::: story\ntext", 6, "never closed"),
        ("::: story\ntext\n::: key\nx\n? y\n:::\n", 8, "begins in line 6 must end"),
        ("::: story\ntext\n## Next\nx", 8, "begins in line 6 must end"),
        ("::: video x\n:::\n", 6, "no kind of box"),
        (":::\ntext", 6, "closes nothing"),
        ("::: case\ncaller 0:01 | a\n:::\n", 6, "needs a title"),
        ("::: case T\n:::\n", 6, "empty"),
        ("::: case T\n+ nobody spoke\n:::\n", 7, "A line of a call"),
        ("::: case T\ncaller 0:01 | a\nboss 0:02 | b\n:::\n", 8, "A line of a call"),
        ("::: check\n:::\n", 6, "A check names"),
        ("::: check Bad ID\n:::\n", 6, "A check names"),
        ("::: check q-1\ntext\n:::\n", 6, "A check holds nothing"),
        ("a\n```\n## never closed\n", 7, "never closed"),
        ("[x](javascript:alert)", 6, "may not begin with “javascript:”"),
        ("a\n\n![x](data:image/png;base64,xx)", 8, "may not begin with “data:”"),
        ("[x]: vbscript:foo", 6, "may not begin with “vbscript:”"),
    ],
)
def test_a_mistake_is_reported_with_its_line(body: str, line: int, fault: str) -> None:
    found = sentences(parsed(body))
    assert any(number == line and fault in text for number, text in found), found


@pytest.mark.parametrize(
    ("head", "line", "fault"),
    [
        ("", 1, "begins with a head"),
        ("---\ntitle: x\n", 1, "begins with a head"),
        ("---\n---\n", 1, "lacks “title”"),
        ('---\ntitle: "a\nminutes: 3\ncompetencies: []\n---\n', 2, "title must be one line"),
        ("---\ntitle: 'a\n---\n", 2, "title must be one line"),
        ("---\ntitle: {zh: a}\n---\n", 2, "title must be one line"),
        ('---\ntitle: "a\\u0000b"\n---\n', 2, "title must be one line"),
        (f"---\ntitle: {'x' * 201}\n---\n", 2, "longer than 200"),
        ("---\ntitle:\n  - a\n---\n", 2, "title must be one line"),
        ("---\nminutes: soon\n---\n", 2, "whole number from 1 to 60"),
        ("---\nminutes: 61\n---\n", 2, "whole number from 1 to 60"),
        ("---\ncompetencies: a\n---\n", 2, "must be a list of names"),
        ("---\ncompetencies: [A_B]\n---\n", 2, "must be a list of names"),
        ("---\ncompetencies:\nminutes: 3\n---\n", 1, "lacks “title”"),
        ("---\ncompetencies: [a, a]\n---\n", 2, "names something twice"),
        ("---\nprerequisites: [fault-repair]\n---\n", 2, "must be a list of names"),
        ("---\ncolour: red\n---\n", 2, "not part of a lesson's head"),
        ("---\nminutes: 3\nminutes: 4\n---\n", 3, "written twice"),
        ("---\nwhat is this\n---\n", 2, "cannot be read"),
    ],
)
def test_a_head_that_cannot_be_read_is_reported(head: str, line: int, fault: str) -> None:
    found = sentences(parse_lesson(head + "text\n"))
    assert any(number == line and fault in text for number, text in found), found


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ('"a \\"b\\" c"', 'a "b" c'),
        ("'it''s'", "it's"),
        ("bare: text # remark", "bare: text"),
        ('"地点：先问"', "地点：先问"),
    ],
)
def test_a_title_is_read_as_yaml_reads_it(raw: str, title: str) -> None:
    head, _ = front_matter.read([f"title: {raw}", "", "# remark", "minutes: 3", "competencies:", "  - a-b", "  - 'c'"])
    assert (head.title, head.minutes, head.competencies) == (title, 3, ("a-b", "c"))


@pytest.mark.parametrize(
    "part",
    [
        "`",
        "==a ",
        "== ",
        "[",
        "![](",
        "**",
        "```\n",
        "~~~x\n",
        "::: key\n",
        "_a",
        "<b ",
        "<!--",
        "    \n",
        "  x\n\n",
        "\\`",
        "- ",
    ],
)
@pytest.mark.real_time
def test_a_hostile_text_is_read_in_no_time(part: str) -> None:
    began = time.process_time()
    lesson = parsed(part * (19_000 // len(part)))
    lesson_seconds(lesson)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "source", ["a\x00b", "a\ud800b", "x" * 20_001], ids=["NUL", "half a character", "far too long"]
)
def test_what_cannot_be_stored_is_refused_before_anything_is_read(source: str) -> None:
    lesson = parse_lesson(source)
    assert len(lesson.findings) == 1
    assert lesson.blocks == ()


def test_a_box_may_hold_code_with_the_signs_of_other_boxes() -> None:
    lesson = parsed("a\n\n## B\n::: story\n```\n:::\n## no\n```\nafter\n:::\nend")
    assert lesson.findings == ()
    story = lesson.blocks[1].parts[0]
    assert isinstance(story, Words)
    assert story.text.endswith("after")


def test_one_block_is_few() -> None:
    assert "1 blocks" in sentences(parsed("a"), "warning")[0][1]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("a == b and c == d", []),
        ("`a ==b== c` and ==d==", ["d"]),
        ("``a ` ==b==`` ==c==", ["c"]),
        ("~~~\n==b==\n~~~\n==c==", ["c"]),
        ("text\n\n    ==b==\n\n==c==", ["c"]),
        ("    ==b==\n\n==c==", ["c"]),
        ("- item\n\n  ==b==", ["b"]),
        ("- item\n  more\n\n  ==b==", ["b"]),
        ("==two\nlines==", ["two\nlines"]),
        ("=== a ===", []),
        ("==a== ==b==", ["a", "b"]),
        ("==a=b==", ["a=b"]),
    ],
)
def test_only_marks_outside_code_are_key_points(text: str, points: list[str]) -> None:
    assert [mark.text for mark in inline.marks(text)] == points


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**bold** and *italic* and _more_ and snake_case", "bold and italic and more and snake_case"),
        ("a [link](https://x.y) and ![a picture](media/x.png)", "a link and a picture"),
        ("`code *stays*` &amp; <b>tag</b>", "code *stays* & tag"),
        ("## A ==key== heading", "A key heading"),
        ("- one\n- two", "one two"),
        (r"\*not bold\*", "*not bold*"),
        ("《清河》 2 * 3", "《清河》 2 3"),
    ],
)
def test_plain_text_is_what_a_reader_sees(text: str, plain: str) -> None:
    assert inline.plain(text) == plain


def test_links_are_found_with_their_line_and_not_in_code() -> None:
    text = "[a](one)\n`[b](two)`\n![c](<three four>)\n\n[d]: https://five\n"
    assert [(link.line, link.target, link.image) for link in inline.links(text)] == [
        (0, "one", False),
        (2, "three four", True),
        (4, "https://five", False),
    ]


@pytest.mark.parametrize(
    ("text", "checks", "seconds"),
    [
        ("word " * 180, 0, 60),
        ("字" * 300, 0, 60),
        ("word " * 90 + "字" * 150, 1, 90),
        ("it's 99.5 state-of-the-art", 0, 1),
    ],
)
def test_reading_time_follows_words_and_characters(text: str, checks: int, seconds: float) -> None:
    assert round(reading_seconds(text, checks=checks)) == seconds


def test_minutes_are_rounded_and_never_none() -> None:
    assert [minutes(s) for s in (1, 89, 90, 150, 299)] == [1, 1, 2, 3, 5]


def test_everything_in_a_lesson_takes_time() -> None:
    # 46 words at 180 a minute, and one check
    assert lesson_seconds(parsed(WHOLE)) == pytest.approx(46 / 3 + 30)


def test_the_map_hangs_points_on_the_nearest_heading() -> None:
    tree = outline(parsed(WHOLE))
    assert (tree["kind"], tree["text"]) == ("lesson", "Title")
    assert [(child["kind"], child["text"]) for child in tree["children"]] == [
        ("key", "a first point"),
        ("heading", "One"),
        ("heading", "Two"),
    ]
    one = tree["children"][1]["children"]
    assert [(child["kind"], child["text"]) for child in one] == [("key", "A box point."), ("heading", "Under")]
    assert [(child["number"], child["text"]) for child in one[1]["children"]] == [(3, "in a list"), (4, "remember")]


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("a sentence, that is long", 14, "a sentence…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("先问地点再听经过", 16, "先问地点再听经过"),
        ("先问地点，再听经过吧", 10, "先问地点…"),
    ],
)
def test_a_node_of_the_map_is_cut_at_a_word(text: str, width: int, cut: str) -> None:
    assert short(text, width) == cut


def test_a_sentence_is_translated_before_it_is_filled() -> None:
    finding = error(3, "There are %(count)s.", count=2).within("a.md")
    assert finding.sentence(lambda text: text.replace("There are", "共")) == "共 2."
    assert finding.file == "a.md"

"""Texts of other systems in our Markdown, and what rarely happens to readers, a case each."""

import pytest

from lms.quizzes.rules.formats import reading, showing, wording
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignQuestion
from lms.quizzes.rules.formats.items import to_item
from lms.quizzes.rules.formats.moodle_xml import read_moodle_xml
from lms.quizzes.rules.formats.qti import read_qti
from lms.quizzes.rules.formats.qti12 import read_qti12
from lms.quizzes.rules.formats.sheet import read_csv, read_rows
from lms.quizzes.rules.formats.wording import Notes, to_markdown, to_plain
from lms.quizzes.rules.formats.xlsx import read_xlsx
from lms.quizzes.rules.formats.xmltree import XmlRefusedError, read_xml
from tests.quizzes.formats.test_readers import canvas, declared, listed, moodle, only, qti, workbook


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ol><li>one<li>two</ol></ul>", "1. one\n2. two"),
        ("<ul><li>a</li><li></li></ul><p>b</p>", "- a\n\nb"),
        ("x<sup>2</sup> <code>a*b</code></code> <tt>y", "x<sup>2</sup> `a*b` `y`"),
        ("1.5 hours<br>- not a list", "1.5 hours  \n\\- not a list".replace("1.5", "&#49;.5")),
        ('<a href="https://a.b/(c d)">see</a></a> <a href="javascript:x">no', "[see](https://a.b/%28c%20d%29) no"),
        ('<a href="https://a.b/c">open', "[open](<https://a.b/c>)"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<svg><b>x</b><img src=y></svg><embed src=z>after", "after"),
        ("<b> spaced </b>word<i></i>", "**spaced** word"),
    ],
)
def test_html_becomes_our_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html, wording.HTML, Notes()) == markdown


@pytest.mark.parametrize(
    ("text", "markup", "plain"),
    [
        ("a\n b", wording.PLAIN, "a b"),
        ("**a** `b` [c](https://d.e)", wording.MARKDOWN, "a b c"),
        ("<b>a</b> &lt; b", wording.HTML, "a < b"),
        ("a\nb", wording.MOODLE, "a b"),
    ],
)
def test_formatting_is_left_off_where_there_is_none(text: str, markup: str, plain: str) -> None:
    assert to_plain(text, markup, Notes()) == plain


def test_lines_stay_lines() -> None:
    assert to_markdown("a\n12) b", wording.PLAIN, Notes()) == "a  \n1&#50;) b"
    assert to_markdown("a\nb", wording.MOODLE, Notes()) == "a  \nb"


def test_languages_other_than_ours_are_read_where_there_is_nothing_else() -> None:
    assert wording.by_language('<span lang="fr" class="multilang">oui</span>') == {"en": "oui"}
    assert wording.marked_up('<span lang="zh" class="multilang">*</span>', wording.PLAIN).count("span") == 2


def test_what_is_crossed_loses_its_formatting_and_stays_well_formed() -> None:
    assert showing.to_html("**a *b** c*") == "a b c"
    assert showing.to_html("*a **b* c**") in ("a b c", "<em>a **b</em> c**")
    assert showing.to_html("<sup>a") == "a"


FULL, HALF, ZERO = (
    (f'<answer fraction="{share}"><text>{text}</text></answer>') for share, text in ((100, "1"), (50, "2"), (0, "3"))
)


def notes(data: bytes) -> int:
    (question,) = read_moodle_xml(data).questions
    item, told = to_item(question)
    assert item is not None
    return len(told)


@pytest.mark.parametrize(
    "data",
    [
        moodle("multichoice", "<single>false</single>" + FULL + HALF + ZERO),
        moodle("numerical", FULL + HALF),
        moodle("numerical", FULL.replace(">1<", ">3.14159265358979<")),
        moodle("shortanswer", "".join(FULL.replace(">1<", f">{n}<") for n in range(25))),
        moodle("shortanswer", FULL + ZERO + HALF),
        moodle("cloze", "", "{1:MC:=a~b} {2:MC:=a~b}"),
        moodle("cloze", "", "{1:MC:=a~b} {1:MC:=c~d}"),
    ],
)
def test_each_loss_is_told_once(data: bytes) -> None:
    assert notes(data) == 1


def test_all_or_nothing_and_other_formats_of_answers_are_read() -> None:
    answers = (
        '<answer fraction="100" format="plain_text"><text>a &lt; b</text>'
        '</answer><answer fraction="0" format="markdown"><text>**c**</text></answer>'
    )
    item = only(read_moodle_xml(moodle("multichoiceset", answers + "<category/>")))
    assert (item.parts.body, [each["text"]["en"] for each in item.parts.options]) == ({}, ["a < b", "c"])
    item = only(
        read_moodle_xml(
            moodle("multichoice", "<single>1</single>" + answers).replace(b'format="html"', b'format="markdown"')
        )
    )
    assert [each["text"]["en"] for each in item.parts.options] == ["a < b", "c"]
    item = only(
        read_moodle_xml(
            moodle("multichoice", "<single>1</single>" + answers).replace(b'format="html"', b'format="plain_text"')
        )
    )
    assert [each["text"]["en"] for each in item.parts.options] == ["a < b", "c"]


def test_categories_go_with_their_questions_and_an_empty_file_says_so() -> None:
    data = moodle("truefalse", FULL.replace(">1<", ">true<")).replace(
        b"<quiz>", (b'<quiz><question type="category"><category><text>A/B</text></category></question>')
    )
    assert read_moodle_xml(data).questions[0].category == "A/B"
    assert [finding.level for finding in read_moodle_xml(b"<quiz/>").findings] == ["warning"]
    assert (
        read_moodle_xml(
            moodle("numerical", ('<answer fraction="100"><text>1</text><tolerance>inf</tolerance></answer>'))
        ).questions
        == ()
    )


def test_gaps_that_cannot_be_ours() -> None:
    word = ForeignAnswer("x", 100.0)
    gone = ForeignQuestion(1, "cloze", "[[1]] [[1]]", (word, ForeignAnswer("y")), gaps=((word,), (word,)))
    wrong = ForeignQuestion(1, "cloze", "[[1]]", (word, ForeignAnswer("y")), gaps=((ForeignAnswer("z", 100.0),),))
    essay = ForeignQuestion(1, "essay", "x")
    assert [to_item(each)[0] for each in (gone, wrong, essay)] == [None] * 3


def test_rare_tables() -> None:
    assert read_csv(b'<?xml version="1.0" encoding="no-such"?>').findings
    assert read_csv(b"question\n" + b"x\n" * 5_001).questions == ()
    assert len(read_rows([(1, ["question", "kind", "a", "b", "answer"]), (2, ["x" * 20_001])]).findings) == 1
    rows = [
        (1, ["question", "kind", "a_zh", "a_en", "b_zh", "b_en", "answer", "extra"]),
        (2, ["Q", "判断", "对", "", "错", "", "B"]),
        (3, ["Q", "判断", "", "", "", "", "perhaps"]),
        (4, ["Q", "matching", "甲->一", "A->1", "乙->二", "B->2"]),
        (5, ["Q", "matching", "甲", "A"]),
    ]
    found = read_rows(rows)
    assert [(finding.line, finding.level) for finding in found.findings] == [(1, "warning"), (3, "error"), (5, "error")]
    item, _told = to_item(found.questions[1])
    assert item is not None
    assert item.parts.options[0]["text"] == {"zh": "一", "en": "1"}


def test_rare_workbooks() -> None:
    sheet = (
        b'<worksheet><row><c t="inlineStr"><is><t>question</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>answer</t></is></c><c r="ZZ1"><v>1</v></c></row>'
        b'<row><c t="inlineStr"><is><t>Q</t></is></c><c t="b"><v>1</v></c></row></worksheet>'
    )
    rel = b'<Relationships><Relationship Id="r1" Target="%s"/></Relationships>'
    book = b'<workbook xmlns:r="x"><sheets><sheet r:id="r1"/></sheets></workbook>'
    for target, name in ((b"/xl/a.xml", "xl/a.xml"), (b"b/c.xml", "xl/b/c.xml")):
        files = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rel % target, name: sheet}
        assert only(read_xlsx(files)).kind == "true_false"
    assert read_xlsx({"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rel % b"gone.xml"}).questions == ()
    assert read_xlsx(workbook([["question"]] * 5_002)).questions == ()


def test_rare_items_of_qti() -> None:
    entry = '<p>Say <textEntryInteraction responseIdentifier="RESPONSE" format="cloze"/></p>'
    assert only(read_qti(qti(entry, declared(["x"], "string")))).kind == "cloze"
    tolerant = '<responseProcessing><equal toleranceMode="absolute" tolerance="wide"/></responseProcessing>'
    exact = '<responseProcessing><equal toleranceMode="exact"/></responseProcessing>'
    assert read_qti(qti(entry, declared(["3"], "float"), tolerant)).questions == ()
    assert only(read_qti(qti(entry, declared(["3"], "float"), exact))).parts.key == {"value": 3, "tolerance": 0}
    infinite = declared(["A"], mapping='<mapping><mapEntry mapKey="A" mappedValue="inf"/></mapping>')
    assert read_qti(qti(entry, infinite)).questions == ()
    twice = '<gapMatchInteraction responseIdentifier="RESPONSE"/>' * 2
    assert read_qti(qti(twice, declared(["A B"]))).questions == ()
    assert read_qti({"imsmanifest.xml": b"<broken", **qti(entry, declared(["x"], "string"))}).questions


def test_rare_items_of_version_1_2() -> None:
    files = canvas(
        listed("r", ["x", "y"]).replace("<material>", "<material><matimage/>"), '<varequal respident="r">1</varequal>'
    )
    (question,) = read_qti(files).questions
    assert to_item(question)[1] != ()
    lost = canvas(listed("r", ["x", "y"]), '<varequal respident="r">1</varequal>')["q.xml"].replace(b">100<", b">much<")
    assert read_qti12(read_xml(lost)).questions == ()


def test_files_whose_letters_cannot_be_read() -> None:
    assert reading.read_bank(reading.GIFT, b'<?xml version="1.0" encoding="no-such"?>').questions == ()
    with pytest.raises(XmlRefusedError):
        read_xml(b"<a>\x00<b \xed\xa0\x80></a>")


def test_choices_that_belong_to_nothing_come_last_wherever_a_file_has_them() -> None:
    def pair(left: str, right: str) -> str:
        return f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"

    spare_first = moodle("matching", pair("", "Nobody") + pair("Lease", "Tenant") + pair("House", "Owner"))
    spare_last = moodle("matching", pair("Lease", "Tenant") + pair("House", "Owner") + pair("", "Nobody"))
    items = [to_item(read_moodle_xml(each).questions[0])[0] for each in (spare_first, spare_last)]
    assert [item.parts if item else None for item in items] == [items[0].parts if items[0] else None] * 2
    assert [option["text"]["en"] for option in items[0].parts.options] == ["Tenant", "Owner", "Nobody"]  # type: ignore[union-attr]  # it was taken

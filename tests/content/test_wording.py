"""How a lesson reads: long sentences, headings, and what an agent says to be rid of a caller."""

import pytest

from lms.content.rules.wording import check, sentences
from lms.courses.rules.lesson_source import parse_lesson
from tests.content.shelf import Shelf
from tests.content.test_standard import HELLO, HELLO_ZH, told

LONG = " ".join(["word"] * 31)
LANG = "字" * 46


def found(body: str, language: str = "en") -> list[str]:
    head = '---\ntitle: "T"\nminutes: 1\ncompetencies: []\n---\n'
    return [f"{f.line - 5}: {f.level}: {f.sentence()}" for f in check(parse_lesson(head + body), language)]


@pytest.mark.parametrize(
    ("body", "language", "expected"),
    [
        (f"## A\n{LONG}.", "en", "2: warning: A sentence of 31 words; 30 are enough: “word word"),
        (f"## A\n{LONG[5:]}.", "en", ""),
        (f"## A\nOne.\n{LONG}.", "en", "3: warning: A sentence of 31 words"),
        (f"## A\n- {LONG[5:]}\n- {LONG[5:]}", "en", ""),
        (f"## A\n{LONG[75:]}\n\n{LONG[75:]}", "en", ""),
        (f"## A\n{LONG[75:]}\n{LONG[75:]}", "en", "2: warning: A sentence of 32 words"),
        (f"## A\n```\n{LONG}\n```", "en", ""),
        (f"## A\n**{LONG}?**", "en", "2: warning: A sentence of 31 words"),
        (f"## A\nHe said “{LONG[75:]}.” She said {LONG[75:]}.", "en", ""),
        (f"## 甲\n{LANG}。", "zh", "2: warning: A sentence of 46 characters; 45 are enough: “字字"),
        (f"## 甲\n{LANG[1:]}。{LANG[1:]}！", "zh", ""),
        (f"## 甲\n{LANG[20:]}；{LANG[20:]}……{LANG[20:]}", "zh", ""),
        (f"## A\n::: key\n{LONG}.\n? Why?\n:::", "en", "2: warning: A sentence of 31 words"),
        (f"## A\n::: case C\nagent 0:01 | {LONG}\n:::", "en", "3: warning: A sentence of 31 words"),
        (f"## A\n::: case C\nagent 0:01 | Yes.\n+ {LONG}\n:::", "en", "4: warning: A sentence of 31 words"),
        ("Only text.", "en", "1: warning: No heading stands in the text"),
        ("Text.\n\n### Small\nText.\n\n## Large\nText.", "en", "3: warning: “###” stands below no “##”"),
        ("Text.\n\n## Large\nText.\n\n### Small\nText.", "en", ""),
        ("Two words. " * 95 + "\n\n## More\nText.", "en", "1: warning: The text above the first heading takes"),
        ("::: mnemonic\nShort.\n:::\n\n## More\nText.", "en", ""),
        ("", "en", ""),
    ],
)
def test_what_might_read_better_is_said_by_line(body: str, language: str, expected: str) -> None:
    got = found(body, language)
    assert got[0].startswith(expected) if expected else got == [], got


@pytest.mark.parametrize(
    ("said", "language", "phrase"),
    [
        ("agent 0:01 | That is our rule, madam.", "en", "that is our rule"),
        ("agent 0:01 | I don’t know.", "en", "i don't know"),
        ("agent 0:01 | That is our rule.\n+ Calm voice.", "en", "that is our rule"),
        ("agent 0:01 | That is our rule.\n! A closed door.", "en", ""),
        ("caller 0:01 | I don't know what to do.", "en", ""),
        ("agent 0:01 | Let me look.", "en", ""),
        ("agent 0:01 | 这是规定，没法改。", "zh", "这是规定"),
        ("agent 0:01 | 大声点！\n! 换成“线路有点弱”。", "zh", ""),
    ],
)
def test_an_agent_who_brushes_off_needs_a_remark(said: str, language: str, phrase: str) -> None:
    got = found(f"## A\n::: case C\n{said}\n:::", language)
    assert len(got) == 1 and got[0].startswith(f"3: warning: “{phrase}”") if phrase else got == [], got


def test_sentences_keep_their_lines() -> None:
    assert list(sentences("One. Two\nthree.\n\n> Four!", "en")) == [
        (0, "One."),
        (0, "Two\nthree."),
        (3, "> Four!"),
    ]


def test_the_standard_hears_it_in_both_languages(shelf: Shelf) -> None:
    shelf.swap(HELLO, "Intro text.", "## Intro\n\n::: case C\nagent 0:01 | Speak up!\n:::")
    shelf.swap(HELLO_ZH, "开场白。", "## 开场\n\n::: case C\nagent 0:01 | 说重点。\n:::")
    assert f"{HELLO}:10: warning: “speak up” brushes the caller off." in told(shelf)
    assert f"{HELLO_ZH}:10: warning: “说重点” brushes the caller off." in told(shelf)

"""What is written comes back: import(export(x)) == x for what the format carries; what it cannot carry is listed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes.rules.formats import wording
from lms.quizzes.rules.formats.foreign import ForeignFile, ForeignQuestion
from lms.quizzes.rules.formats.gift import read_gift
from lms.quizzes.rules.formats.gift_writing import write_gift
from lms.quizzes.rules.formats.items import UNTRANSLATED, Item, to_item
from lms.quizzes.rules.formats.moodle_xml import read_moodle_xml
from lms.quizzes.rules.formats.moodle_xml_writing import write_moodle_xml
from lms.quizzes.rules.formats.outgoing import FORMATS, GIFT, MOODLE_XML, QTI_21, outgoing, to_foreign
from lms.quizzes.rules.formats.qti import read_qti
from lms.quizzes.rules.formats.qti_writing import write_qti
from lms.quizzes.rules.kinds.base import Parts
from tests.quizzes.formats.cast import ITEMS, WHY, both, options


def through_gift(questions: tuple[ForeignQuestion, ...]) -> ForeignFile:
    return read_gift(write_gift(questions))


def through_moodle_xml(questions: tuple[ForeignQuestion, ...]) -> ForeignFile:
    return read_moodle_xml(write_moodle_xml(questions).encode())


def through_qti(questions: tuple[ForeignQuestion, ...]) -> ForeignFile:
    return read_qti({name: text.encode() for name, text in write_qti(questions).items()})


DOORS: dict[str, Callable[[Any], ForeignFile]] = {
    GIFT: through_gift,
    MOODLE_XML: through_moodle_xml,
    QTI_21: through_qti,
}
CASES = [(form, name) for form, each in FORMATS.items() for name, item in ITEMS.items() if item.kind in each.kinds]


def back(item: Item, form: str, language: str = "both") -> Item:
    made = outgoing([item], form, language)
    found = DOORS[form](made.questions)
    assert found.findings == ()
    (question,) = found.questions
    read, _notes = to_item(question)
    assert read is not None
    return read


def carried(item: Item, form: str) -> Item:
    """What of an item a format carries: the list of `outgoing.FORMATS` in the form of a function."""
    parts = item.parts
    if form != MOODLE_XML:
        parts = replace(parts, unit={})
    if form == QTI_21 and item.kind == "ordering":
        parts = replace(parts, body={})
    stem = item.stem
    if item.kind == "cloze":
        stem = both(item.stem["zh"], UNTRANSLATED["en"] + item.stem["zh"])
        parts = replace(parts, body=parts.body | {"text": both(parts.body["text"]["zh"])})
        parts = replace(parts, options=options(*(both(option["text"]["zh"]) for option in parts.options)))
    return replace(item, parts=parts, stem=stem)


def facts(item: Item) -> tuple[Any, ...]:
    return (item.kind, item.stem, item.parts, item.explanation, item.level, item.competency, item.tags)


@pytest.mark.parametrize(("form", "name"), CASES)
def test_what_a_format_carries_comes_back(form: str, name: str) -> None:
    item = ITEMS[name]
    read = back(item, form)
    assert facts(read) == facts(carried(item, form))
    assert read.ref == item.ref or not item.ref


@pytest.mark.parametrize(("form", "name"), CASES)
def test_it_comes_back_in_one_language_marked_as_not_translated(form: str, name: str) -> None:
    item = ITEMS[name]
    read = back(item, form, "en")
    assert read.stem["en"] == item.stem["en"]
    assert read.stem["zh"] == UNTRANSLATED["zh"] + item.stem["en"]
    assert back(read, form).stem == read.stem, "the mark itself never travels"


@pytest.mark.parametrize(
    ("form", "name", "whole"),
    [
        (GIFT, "ordering", True),
        (GIFT, "typed gaps", True),
        (GIFT, "arrow", True),
        (GIFT, "unit", False),
        (QTI_21, "unit", False),
        (QTI_21, "ordering by shares", False),
        (MOODLE_XML, "typed gaps", False),
    ],
)
def test_what_is_left_out_is_listed(form: str, name: str, whole: bool) -> None:
    arrow = replace(ITEMS["short_text"], parts=Parts(key={"accept": {"zh": ["a -> b"], "en": ["a -> b"]}}))
    (left,) = outgoing([replace((ITEMS | {"arrow": arrow})[name], ref="x-1")], form).left
    assert (left.ref, left.whole) == ("x-1", whole)


def test_the_other_language_and_pictures_are_listed_as_left_out() -> None:
    item = replace(ITEMS["single"], stem=both("![图](media/a.png) 甲", "![p](media/a.png) A"))
    assert len(outgoing([item], GIFT, "zh").left) == 2


def test_kinds_that_only_we_have_are_left_out_whole() -> None:
    item = Item("call_steps", both("x"), Parts(), WHY, ref="h-1")
    for form in (GIFT, MOODLE_XML, QTI_21):
        made = outgoing([item], form)
        assert made.questions == ()
        assert made.left[0].whole


def test_formatting_that_html_of_an_item_has_not_is_listed_for_qti() -> None:
    item = replace(ITEMS["false"], stem=both("| a | b |\n|---|---|\n| 1 | 2 |\n\n# 三"))
    assert outgoing([item], MOODLE_XML).left == ()
    assert outgoing([item], QTI_21).left != ()


TEXT = st.text(alphabet="ab 一二=~#{}:\\%\"'<>&*_`[]()->.!|/", min_size=1, max_size=25).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TEXT.filter(bool), min_size=4, max_size=4, unique=True), form=st.sampled_from(list(DOORS)))
def test_any_signs_in_plain_texts_come_back(texts: list[str], form: str) -> None:
    stem, *words = texts
    item = Item(
        "single",
        both(wording.to_markdown(stem, wording.PLAIN, wording.Notes())),
        Parts(options(*map(both, words)), key={"ids": ["b"]}),
        WHY,
    )
    read = back(item, form)
    assert read.parts == item.parts
    assert wording.to_plain(read.stem["en"], wording.MARKDOWN, wording.Notes()) == stem


@settings(max_examples=150, deadline=None)
@given(forms=st.lists(TEXT.filter(bool), min_size=1, max_size=3, unique=True), form=st.sampled_from(list(DOORS)))
def test_any_signs_in_accepted_forms_come_back(forms: list[str], form: str) -> None:
    forms = [each for each in forms if not {"\\", "["} & set(each) and "->" not in each]
    item = Item("short_text", both("x"), Parts(key={"accept": {"zh": forms or ["y"], "en": forms or ["y"]}}), WHY)
    assert back(item, form).parts == item.parts


def test_a_foreign_question_has_its_marks_only_once() -> None:
    assert to_foreign(ITEMS["single"]).tags == ("level:2", "competency:greet-well", "t1", "a b")

"""Files made to keep a reader busy: none takes longer than its length explains, and none fills the memory."""

import io
import time
import tracemalloc
import zipfile

import pytest

from lms.authoring.bankfiles import open_bank
from lms.quizzes.rules.formats import cutting, gift
from lms.quizzes.rules.formats.items import to_item
from lms.quizzes.rules.formats.reading import read_bank

LONG = 95_000
SECONDS = 8.0  # of this processor alone; each took minutes, or hours, before it was looked through in one pass
PIECES = {
    "spans that never end": '<span class="multilang" lang="en">',
    "a span of languages": "lang=aa ",
    "tags that never end": "<a ",
    "comments that never end": "<!--",
    "quotes that never end": '<a href="',
    "quotes of both kinds": "<p \"<p\" '<p' ",
    "cells": "<td>",
    "bold blanks": "<b> </b>",
    "breaks": "<br>",
    "blanks": " ",
    "gaps": "_____ </p>",
}


def item_of(form: str, body: str) -> float:
    """Return the seconds that reading a file and making its questions ours takes."""
    begun = time.process_time()
    for question in read_bank(form, body.encode()).questions:
        to_item(question)
    return time.process_time() - begun


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_html_that_keeps_a_reader_busy(piece: str) -> None:
    stem = "<span multilang " * (piece == "lang=aa ") + piece * (LONG // len(piece)) + "x"
    question = (
        '<quiz><question type="shortanswer"><questiontext format="html"><text><![CDATA[x '
        f'{stem}]]></text></questiontext><answer fraction="100"><text>x</text></answer></question></quiz>'
    )
    assert item_of("moodle_xml", question) < SECONDS


@pytest.mark.parametrize("piece", ["**x ", "*x ", " _x", "`x ``y ", "[x](", "\n"])
def test_markdown_and_tables_that_keep_a_reader_busy(piece: str) -> None:
    cell = "x" + (piece * 20_000)[:19_000] + "x"
    rows = "".join(f'q{n},A|B,"{cell}",b -> c,{kind}\n' for n, kind in enumerate(("single", "matching", "short text")))
    assert item_of("csv", f"question,answer,a,b,kind\n{rows}") < SECONDS
    assert item_of("gift", "[markdown]q {=" + cell.replace("\n", " ") + " ~b}") < SECONDS


@pytest.mark.parametrize(
    "text", ["// " + "[tag:" * 40_000 + "x", "// [id:\x01" * 20_000, "$CATEGORY: \n" * 100_000, "a\n\n" * 300_000]
)
def test_gift_that_keeps_a_reader_busy(text: str) -> None:
    assert item_of("gift", text) < SECONDS


def test_gift_stops_after_so_many_questions() -> None:
    read = gift.read_gift("a\n\n" * (gift.MOST + 5))
    assert len(read.findings) == gift.MOST + 1
    assert "5,000" in read.findings[-1].template


@pytest.mark.parametrize("form", ["gift", "aiken"])
def test_a_text_that_is_far_too_long_is_refused(form: str) -> None:
    read = read_bank(form, b"A. x\n" * 500_000)
    assert [finding.template for finding in read.findings] == ["The file is too long: at most 2,000,000 characters."]


def test_a_text_of_a_table_that_every_cell_names_is_kept_once() -> None:
    """A workbook whose only long text, of 3 MB, stands in 400 cells once took 1.2 GB."""
    shared = f'<sst><si><t xml:space="preserve"> {"x" * 3_000_000} </t></si><si><t>question</t></si></sst>'
    cells = "".join(f'<row r="{n}"><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' for n in range(2, 202))
    sheet = f'<worksheet><sheetData><row r="1"><c t="s"><v>1</v></c></row>{cells}</sheetData></worksheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr("xl/sharedStrings.xml", shared)
        made.writestr("xl/worksheets/sheet1.xml", sheet)
    tracemalloc.start()
    report = open_bank("x.xlsx", packed.getvalue(), "", (), ())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {line.findings[0].template for line in report.lines} == {"A cell of this row is too long."}
    assert most < 80_000_000


def test_what_is_cut_reads_as_before() -> None:
    assert cutting.whole_tags('<p title="a > b">x</p><!-- y -->') == '<p title="a > b">x</p>'
    assert cutting.whole_tags("a < b <x> <b> <!-- <a href='") == "a &lt; b &lt;x> <b> &lt;!-- &lt;a href='"
    assert (
        cutting.whole_tags(f'<img src="data:image/png;base64,{"A" * 300}" alt="x < y">') == '<img src="" alt="x < y">'
    )
    assert cutting.whole_tags(f"<b {'x' * cutting.LONGEST_TAG}>").startswith("&lt;b")
    spans = (
        '<span lang="zh_cn" class="multilang">中</span> <div class="multilang" lang=en>a</div><span lang="en">b</span>'
    )
    assert [(each.language, each.inside) for each in cutting.spans(spans)] == [("zh", "中"), ("en", "a")]
    assert cutting.without_spans(spans) == '中 a<span lang="en">b</span>'

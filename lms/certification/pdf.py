"""The certificate on one A4 sheet, Chinese and English side by side, with its address as a QR code."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import cast

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from lms import paths

FONT = paths.FONTS / "NotoSansSC.ttf"
INK, QUIET, ACCENT = (34, 34, 30), (96, 94, 86), (13, 91, 100)
WIDTH, HEIGHT, EDGE = 297, 210, 24
NO_GLYPH = "□"
SCOPES = {
    "study": ("业务学习", "Study"),
    "shadow": ("线上听线", "Listening in on live calls"),
    "nesting": ("指定队列接听", "Calls from listed queues"),
    "full": ("独立接听全部来电", "All calls, on their own"),
}


@dataclass(frozen=True)
class Paper:
    """What the sheet says."""

    number: str
    holder: str
    latin_name: str | None
    title_zh: str
    title_en: str
    scope: str
    certified_on: date
    valid_until: date
    issuer: str
    address: str


def printable(text: str, characters: Container[int]) -> str:
    """Return `text` with a box in place of every character that the font does not have (it has all of GBK)."""
    return "".join(char if ord(char) in characters else NO_GLYPH for char in text)


def sheet(paper: Paper) -> bytes:
    """Return the PDF."""
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_title(f"Certificate {paper.number}")
    pdf.set_lang("zh-CN")
    pdf.set_auto_page_break(auto=False)
    pdf.add_font("noto", fname=str(FONT))
    pdf.add_page()
    _frame(pdf)
    _words(pdf, paper)
    _code(pdf, paper)
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*ACCENT)
    pdf.set_line_width(0.9)
    pdf.rect(10, 10, WIDTH - 20, HEIGHT - 20)
    pdf.set_line_width(0.25)
    pdf.rect(12.5, 12.5, WIDTH - 25, HEIGHT - 25)
    pdf.set_line_width(1.6)  # two posts and a lintel: the gate
    pdf.polyline([(EDGE, 40), (EDGE, 28), (EDGE + 14, 28), (EDGE + 14, 40)])


def _line(pdf: FPDF, y: float, size: float, text: str, ink: tuple[int, int, int] = INK, width: float = 190) -> None:
    """Write one line, made smaller where it would not fit."""
    text = printable(text, cast(TTFFont, pdf.fonts["noto"]).cmap)
    pdf.set_text_color(*ink)
    pdf.set_font("noto", size=size)
    while pdf.get_string_width(text) > width and size > 6:  # noqa: PLR2004  # points: the smallest that is read
        size -= 0.5
        pdf.set_font("noto", size=size)
    pdf.text(EDGE, y, text)


def _words(pdf: FPDF, paper: Paper) -> None:
    pdf.set_text_color(*ACCENT)
    pdf.set_font("noto", size=15)
    pdf.text(EDGE + 20, 34, "上岗认证证书")
    pdf.set_font("noto", size=11)
    pdf.text(EDGE + 20, 40, "Certificate of readiness")
    _line(pdf, 66, 32, paper.holder)
    if paper.latin_name and paper.latin_name != paper.holder:
        _line(pdf, 77, 15, paper.latin_name, QUIET)
    _line(pdf, 96, 14, f"已通过“{paper.title_zh}”，可从事：{SCOPES[paper.scope][0]}")
    _line(pdf, 104, 12, f"has passed {paper.title_en} and may do: {SCOPES[paper.scope][1]}", QUIET)
    facts = (
        ("证书编号 / Number", paper.number),
        ("认证日期 / Certified on", f"{_zh(paper.certified_on)} / {_en(paper.certified_on)}"),
        ("有效期至（含当日） / Last valid day", f"{_zh(paper.valid_until)} / {_en(paper.valid_until)}"),
        ("签发人 / Certified by", paper.issuer),
    )
    y = 126.0
    for label, value in facts:
        _line(pdf, y, 9, label, QUIET)
        _line(pdf, y + 6.5, 13, value)
        y += 16


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _en(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _code(pdf: FPDF, paper: Paper) -> None:
    """Draw the QR code as squares, so that it prints sharp at any size."""
    rows = [list(row) for row in segno.make(paper.address, error="m", micro=False).matrix]
    side = 46 / len(rows)
    left, top = WIDTH - EDGE - 46, 118
    pdf.set_fill_color(*INK)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, top + y * side, side, side, style="F")
    pdf.set_text_color(*QUIET)
    pdf.set_font("noto", size=8)
    pdf.text(left, top + 52, "扫码核验今日状态")
    pdf.text(left, top + 56.5, "Scan to see whether it holds today")

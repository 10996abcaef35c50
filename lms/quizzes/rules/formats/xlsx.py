"""Reads the first sheet of a workbook, ECMA-376 Part 1, out of its unpacked files: texts and numbers, nothing else."""

import re
from collections.abc import Mapping
from posixpath import normpath

from lms.courses.rules.findings import N_, error
from lms.quizzes.rules.formats.foreign import ForeignFile
from lms.quizzes.rules.formats.sheet import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, read_rows
from lms.quizzes.rules.formats.xmltree import Node, XmlRefusedError, below, child, children, read_xml, said

PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
WHOLE = re.compile(r"-?\d+\.0+")


def is_workbook(files: Mapping[str, bytes]) -> bool:
    """Say whether unpacked files are a workbook."""
    return "xl/workbook.xml" in files


def read_xlsx(files: Mapping[str, bytes]) -> ForeignFile:
    """Return the questions of the first sheet, by row; formulas count as what they last came to."""
    try:
        shared = _shared(files)
        sheet = read_xml(files[_first(files)])
    except XmlRefusedError as refused:
        return ForeignFile(findings=(refused.finding,))
    except KeyError:
        return ForeignFile(findings=(error(1, N_("There is no sheet in this workbook.")),))
    rows = []
    for n, row in enumerate(below(sheet, "row"), 1):
        stated = row.get("r") or ""
        number = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 8 else n  # noqa: PLR2004  # rows
        rows.append((number, _cells(row, shared)))
        if len(rows) > MOST_ROWS:
            return ForeignFile(findings=(error(number, N_("A table has at most 5,000 questions.")),))
    return read_rows(rows)


def _shared(files: Mapping[str, bytes]) -> list[str]:
    if "xl/sharedStrings.xml" not in files:
        return []
    texts = (_text(each).strip() for each in children(read_xml(files["xl/sharedStrings.xml"]), "si"))
    return [text[: LONGEST_CELL + 1] for text in texts]  # a long one may be named by every cell


def _text(element: Node) -> str:
    """Return the text of a cell: its runs joined, how they are read aloud left out."""
    aside = {id(each) for reading in below(element, "rPh") for each in below(reading, "t")}
    return "".join(each.text or "" for each in below(element, "t") if id(each) not in aside)


def _first(files: Mapping[str, bytes]) -> str:
    """Return the file of the first sheet as the workbook lists them."""
    links = {}
    if "xl/_rels/workbook.xml.rels" in files:
        for each in below(read_xml(files["xl/_rels/workbook.xml.rels"]), "Relationship"):
            links[each.get("Id") or ""] = each.get("Target") or ""
    for sheet in below(read_xml(files["xl/workbook.xml"]), "sheet"):
        name = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        if name in links:
            target = links[name]
            return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
    return "xl/worksheets/sheet1.xml"


def _cells(row: Node, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in children(row, "c"):
        found = PLACE.fullmatch(cell.get("r") or "")
        place = _number(found.group(1)) if found else len(cells)
        if place >= MOST_COLUMNS:
            break
        cells += [""] * (place - len(cells))
        cells[place:] = [_value(cell, shared)]
    return cells


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - ord("A") + 1
    return value - 1


def _value(cell: Node, shared: list[str]) -> str:
    kind, value = cell.get("t") or "n", said(child(cell, "v"))
    if kind == "inlineStr":
        return _text(cell)
    if kind == "s":
        place = int(value) if value.isascii() and value.isdigit() and len(value) < 8 else -1  # noqa: PLR2004  # places
        return shared[place] if 0 <= place < len(shared) else ""
    if kind == "b":
        return "true" if value == "1" else "false"
    return value.partition(".")[0] if WHOLE.fullmatch(value) else value

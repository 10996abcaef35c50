"""Keeps what a file of questions holds as JSON, so that the file is read once and its report as often as it is seen."""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from typing import Any

from lms.authoring.bankfiles import Line, Report
from lms.content.rules.library import Both, Question
from lms.courses.rules.findings import Finding
from lms.quizzes.rules.formats.foreign import Picture


def report_text(report: Report) -> bytes:
    """Return a report as it is kept, without its pictures."""
    return json.dumps({"form": report.form, "lines": [_line(line) for line in report.lines]}).encode()


def report_of(text: bytes) -> Report:
    """Return the report that was kept."""
    held = json.loads(text)
    return Report(held["form"], tuple(_read(line) for line in held["lines"]))


def pictures_text(report: Report) -> bytes:
    """Return the pictures of a report as they are kept, by the places of their lines; nothing where there are none."""
    held = {
        line.place: [[picture.name, b64encode(picture.data).decode()] for picture in line.pictures]
        for line in report.lines
        if line.pictures
    }
    return json.dumps(held).encode() if held else b""


def with_pictures(lines: Iterable[Line], text: bytes) -> list[Line]:
    """Return lines with the pictures that were kept for them."""
    held: dict[str, list[list[str]]] = json.loads(text) if text else {}
    return [
        replace(line, pictures=tuple(Picture(name, b64decode(data)) for name, data in held.get(str(line.place), ())))
        for line in lines
    ]


def chosen_of(report: Report, places: Collection[int]) -> list[Line]:
    """Return the lines at `places` whose questions can be taken."""
    return [line for line in report.taken if line.place in places]


def _line(line: Line) -> dict[str, Any]:
    question = line.question
    return {
        "place": line.place,
        "line": line.line,
        "file": line.file,
        "is_here": line.is_here,
        "findings": [asdict(each) for each in line.findings],
        "question": None if question is None else asdict(replace(question, lines={})) | {"place": None},
    }


def _read(held: dict[str, Any]) -> Line:
    findings = tuple(
        Finding(**each | {"values": tuple((name, value) for name, value in each["values"])})
        for each in held["findings"]
    )
    row = held["question"]
    return Line(held["place"], held["line"], held["file"], _question(row) if row else None, findings, held["is_here"])


def _question(row: dict[str, Any]) -> Question:
    texts = {name: Both(**row[name]) for name in ("stem", "explanation")}
    unit = Both(**row["unit"]) if row["unit"] else None
    options = tuple((name, Both(**text)) for name, text in row["options"])
    kept = {name: value for name, value in row.items() if name not in ("lines", "place")}
    return Question(**kept | texts | {"unit": unit, "options": options})

"""Tables for a spreadsheet: UTF-8 with its mark, and no cell that a spreadsheet would compute."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Answer with `rows` as a file called `name`; None is an empty cell, numbers stay numbers."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_lines(rows), mimetype="text/csv", headers=headers)


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "\ufeff"
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([_cell(value) for value in row])
        yield line.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, int | float):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text

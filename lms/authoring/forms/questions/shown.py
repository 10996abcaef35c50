"""The rows of a form as its page shows them: those filled, a few to fill, the rest when asked for."""

from dataclasses import dataclass
from typing import Any

from lms.authoring.forms.questions.rows import SPARE, Choose, Rows, Texts, Tick


@dataclass(frozen=True)
class Cell:
    """What stands in one column of a row: its fields, two of them for a text."""

    column: Texts | Tick | Choose
    fields: tuple[Any, ...]

    @property
    def is_text(self) -> bool:
        """Say whether it is a text in both languages."""
        return isinstance(self.column, Texts)


@dataclass(frozen=True)
class Line:
    """A row of a form."""

    name: str
    cells: tuple[Cell, ...]
    ids: tuple[Any, ...]

    @property
    def texts(self) -> tuple[Cell, ...]:
        """Return the cells with words."""
        return tuple(cell for cell in self.cells if cell.is_text)

    @property
    def controls(self) -> tuple[Any, ...]:
        """Return the boxes and choices that stand before the words."""
        return tuple(field for cell in self.cells if not cell.is_text for field in cell.fields)


@dataclass(frozen=True)
class Group:
    """The rows of one list of a form; `more` are shown when asked for."""

    rows: Rows
    lines: tuple[Line, ...]
    more: tuple[Line, ...]


def shown(form: Any, rows: Rows) -> Group:
    """Return the rows of `form`; all that are filled or wrong are shown at once, and a few empty ones."""
    used = [n for n, _row in rows.filled(form.data)]
    used += [n for n in range(rows.most) if any(form[rows.field(n, name)].errors for name in rows.names)]
    open_ones = max(rows.least + 1, max(used, default=-1) + 1 + SPARE)
    lines = [
        Line(
            str(rows.each) % {"number": n + 1},
            tuple(Cell(column, _fields(form, rows, n, column)) for column in rows.columns),
            tuple(form[rows.field(n, name)] for name in rows.ids),
        )
        for n in range(rows.most)
    ]
    return Group(rows, tuple(lines[:open_ones]), tuple(lines[open_ones:]))


def _fields(form: Any, rows: Rows, n: int, column: Texts | Tick | Choose) -> tuple[Any, ...]:
    names = column.fields if isinstance(column, Texts) else (column.name,)
    return tuple(form[rows.field(n, name)] for name in names)

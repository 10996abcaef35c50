"""What is sent of a blueprint: its cells, line by line, and what goes with it."""

from flask import request
from flask_babel import lazy_gettext as _l

from lms.quizzes.actions.blueprints import LONGEST_REASON, MOST_BORDERLINE, MOST_WAIT_HOURS, Forms
from lms.quizzes.rules.blueprint import LEVELS, Cell
from lms.web.forms import Form, text, whole

MOST_CELLS = 120
MOST_COUNT = 500


def _number(text: str, most: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else 0
    return number if number <= most else 0


class BlueprintForm(Form):
    """A blueprint; the cells come as three lists of one length."""

    borderline_percent = whole(
        _l("A second form decides within"),
        least=0,
        most=MOST_BORDERLINE,
        description=_l("Points of percentage to either side of the pass mark; 0 for no second form."),
    )
    retake_wait_hours = whole(
        _l("Hours between two attempts"), least=0, most=MOST_WAIT_HOURS, description=_l("0 for no wait.")
    )
    reason = text(_l("Why"), most=LONGEST_REASON)

    def cells(self) -> tuple[Cell, ...]:
        """Return the cells that were sent; a line without a competency is none, one without a number counts 0."""
        sent = (request.form.getlist(name)[:MOST_CELLS] for name in ("competency", "level", "count"))
        return tuple(
            Cell(name[:80], _number(level, max(LEVELS)), _number(count, MOST_COUNT))
            for name, level, count in zip(*sent, strict=False)
            if name
        )

    def value(self) -> Forms:
        """Return what is decided."""
        return Forms(self.cells(), self.borderline_percent.data or 0, self.retake_wait_hours.data or 0)

"""What is sent about a cut score: the kind of sheet, a judge, ratings, the decision."""

import re

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from lms.quizzes.actions.cutscores import LONGEST_REASON
from lms.web.forms import Form, line, options, required, text

ROW_ID = re.compile(r"[0-9]{1,9}")
WHOLE_BANK = "bank"
PREFIX = "percent-"


class SheetForm(Form):
    """What judges will rate."""

    source = RadioField(
        _l("What judges rate"),
        choices=options(
            [("form", _l("One form, as a learner would get it")), (WHOLE_BANK, _l("All that forms are drawn from"))]
        ),
        default="form",
        validators=required(),
    )

    def value(self) -> bool:
        """Say whether the whole bank is meant."""
        return bool(self.source.data == WHOLE_BANK)


class JudgeForm(Form):
    """Who is invited."""

    employee_no = line(_l("Employee number"), most=40)


class CutForm(Form):
    """Why the cut is taken."""

    reason = text(_l("Why"), most=LONGEST_REASON, optional=False)


class RatingForm(Form):
    """The ratings of a part of a sheet: a field for each question, empty ones left out."""

    def typed(self) -> dict[int, str]:
        """Return what was typed, by version."""
        names = [name for name in request.form if name.startswith(PREFIX)]
        typed = {name.removeprefix(PREFIX): request.form[name].strip() for name in names}
        return {int(each): text for each, text in typed.items() if ROW_ID.fullmatch(each)}

    def wrong(self) -> list[int]:
        """Return the versions whose field holds no whole number from 0 to 100."""
        return [version for version, text in self.typed().items() if text and not _percent(text)]

    def value(self) -> dict[int, int]:
        """Return the ratings in per cent."""
        return {version: int(text) for version, text in self.typed().items() if _percent(text)}


def _percent(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= 100  # noqa: PLR2004  # per cent

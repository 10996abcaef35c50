"""What staff send about days: how a class is quizzed, and on which days nobody works."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from lms.pace.actions import HolidayValue
from lms.quizzes.actions.daily import PlanValue
from lms.quizzes.models import DailyPlan
from lms.web.forms import Form, StopValidation, day, line, whole

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _clock(_form: Any, field: StringField) -> None:
    """Refuse what is no time of day as HH:MM."""
    if not CLOCK.fullmatch((field.data or "").strip()):
        raise StopValidation(_("Please give a time of day such as 08:00."))
    field.data = (field.data or "").strip()


class PlanForm(Form):
    """How a class is quizzed on its working days."""

    is_on = BooleanField(_l("A quiz on every working day"))
    questions = whole(_l("How many questions"), least=1, most=60)
    minutes = whole(_l("How many minutes"), least=1, most=120)
    pass_percent = whole(_l("Pass from, in per cent"), least=0, most=100)
    opens = StringField(_l("Opens at"), [InputRequired(), _clock])
    closes = StringField(_l("Ends for everybody at"), [InputRequired(), _clock])
    pauses_allowed = whole(_l("Pauses for calls"), least=0, most=10)
    pause_minutes = whole(_l("Longest pause, in minutes"), least=1, most=60)

    @classmethod
    def of(cls, plan: DailyPlan | None) -> "PlanForm":
        """Return the form filled with a plan; a class that has none is offered the small one, switched off."""
        default = PlanValue(is_on=False, questions=10, minutes=8, pass_percent=80, opens="08:00", closes="20:00")
        return cls(formdata=None, **{name: getattr(plan or default, name) for name in PlanValue.__dataclass_fields__})

    def value(self) -> PlanValue:
        """Return the plan."""
        return PlanValue(
            bool(self.is_on.data),
            self.questions.data or 1,
            self.minutes.data or 1,
            self.pass_percent.data or 0,
            self.opens.data or "",
            self.closes.data or "",
            self.pauses_allowed.data or 0,
            self.pause_minutes.data or 1,
        )


class HolidayForm(Form):
    """A day that is not like its weekday."""

    day = day(_l("Which day"))
    works = BooleanField(_l("Worked all the same, in exchange for another day"))
    name_zh = line(_l("Name in Chinese"), most=80)
    name_en = line(_l("Name in English"), most=80)

    def value(self) -> HolidayValue:
        """Return the day."""
        return HolidayValue(
            self.day.data or date.min, bool(self.works.data), self.name_zh.data or "", self.name_en.data or ""
        )

"""What staff send about days off of a person."""

from datetime import date

from flask_babel import lazy_gettext as _l

from lms.pace.actions import DaysOffValue
from lms.pace.rules import Span
from lms.web.forms import Form, day, line

MOST_WHY = 200

SENTENCES = {
    "backwards": _l("The last day lies before the first."),
    "long_ago": _l("That is more than a month ago; what was then stays as it was."),
    "far_ahead": _l("That is more than a year ahead. Please enter it nearer to the time."),
    "too_long": _l("At most 92 days at once. Whoever is away for longer leaves the class and joins a later one."),
}


class DaysOffForm(Form):
    """Days on which somebody does not work; without a last day it is one day."""

    first = day(_l("First day off"))
    last = day(_l("Last day off, if there are more"), optional=True)
    why = line(_l("Why, if it is to be known later"), most=MOST_WHY, optional=True)

    def value(self) -> DaysOffValue:
        """Return the days."""
        first = self.first.data or date.min
        return DaysOffValue(Span(first, self.last.data or first), self.why.data or "")


class SpanForm(Form):
    """Which days are meant."""

    first = day(_l("First day off"))
    last = day(_l("Last day off"))

    def value(self) -> Span:
        """Return the days."""
        return Span(self.first.data or date.min, self.last.data or date.min)

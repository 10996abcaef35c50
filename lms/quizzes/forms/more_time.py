"""What staff send about time: more of it for a person, or for one attempt."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lms.quizzes.actions import MoreTime
from lms.quizzes.actions.deadlines import LONGEST_REASON
from lms.quizzes.rules.spans import MOST_EXTRA_MINUTES, Allowance
from lms.web.forms import Form, choice, options, text, whole

NO_LIMIT = "no_limit"
KINDS = options(
    [
        ("1.25", _l("A quarter more (× 1.25)")),
        ("1.5", _l("Half as much again (× 1.5)")),
        ("1", _l("Only the extra minutes below")),
        (NO_LIMIT, _l("No time limit")),
    ]
)


class AccommodationForm(Form):
    """More time for a person in every quiz."""

    kind = choice(_l("Time in quizzes"), choices=KINDS)
    extra_minutes = whole(_l("Extra minutes in each quiz"), least=0, most=MOST_EXTRA_MINUTES, default=0)
    reason = text(_l("Reason (seen by HR only)"), most=LONGEST_REASON, optional=False)

    def value(self) -> MoreTime:
        """Return what is granted."""
        kind, extra = self.kind.data, self.extra_minutes.data or 0
        unlimited = kind == NO_LIMIT
        allowance = Allowance(1.0 if unlimited else float(kind), extra, unlimited)
        return MoreTime(allowance, self.reason.data or "")


@dataclass(frozen=True)
class Extension:
    """Minutes for one attempt, and why."""

    minutes: int
    reason: str


class ExtensionForm(Form):
    """More minutes for one attempt that is under way."""

    minutes = whole(_l("Extra minutes"), least=1, most=MOST_EXTRA_MINUTES)
    reason = text(_l("Reason (on the attempt's log)"), most=LONGEST_REASON, optional=False)

    def value(self) -> Extension:
        """Return what is given."""
        return Extension(self.minutes.data or 0, self.reason.data or "")

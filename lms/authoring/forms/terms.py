"""What is sent of a quiz's time, its attempts and its pauses."""

from flask_babel import lazy_gettext as _l

from lms.quizzes.actions.blueprints import LONGEST_REASON
from lms.quizzes.actions.terms import LONGEST_PAUSE, MOST_ATTEMPTS, MOST_MINUTES, MOST_PAUSES, QuizTerms
from lms.web.forms import Form, text, whole


class TermsForm(Form):
    """How long, how often, how many pauses."""

    limit_minutes = whole(_l("Minutes allowed"), least=1, most=MOST_MINUTES)
    attempts_allowed = whole(
        _l("Attempts"), least=0, most=MOST_ATTEMPTS, description=_l("0 for as often as one likes.")
    )
    pauses_allowed = whole(_l("Pauses for calls"), least=0, most=MOST_PAUSES)
    pause_minutes = whole(_l("Minutes a pause may last"), least=1, most=LONGEST_PAUSE)
    reason = text(_l("Why"), most=LONGEST_REASON)

    def value(self) -> QuizTerms:
        """Return what is decided."""
        return QuizTerms(
            self.limit_minutes.data or 0,
            self.attempts_allowed.data or None,
            self.pauses_allowed.data or 0,
            self.pause_minutes.data or 0,
        )

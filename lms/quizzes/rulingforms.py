"""What trainers send about questions after the end: a decision, and marks for answers that no form took."""

import re

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms.validators import Length, Optional

from lms.quizzes.actions.deadlines import LONGEST_REASON
from lms.quizzes.queries.ruling_pages import MOST_GROUPS, Decision, RulingAsked
from lms.web.forms import Form, text

TOKEN = re.compile(r"[0-9a-f]{16}")


def ruling_asked(sent: MultiDict[str, str]) -> RulingAsked:
    """Return the decision that an address or a form names; what no form of ours would send is left out."""
    named = [each for each in sent.getlist("accept")[:MOST_GROUPS] if TOKEN.fullmatch(each)]
    return RulingAsked(sent.get("verdict", "")[:20], tuple(dict.fromkeys(named)))


class RulingForm(Form):
    """The reason for a decision, with the seal of what was seen; the decision itself stands beside it."""

    seal = HiddenField(validators=[Optional(), Length(max=64)])
    reason = text(_l("Reason (learners read it)"), most=LONGEST_REASON, optional=False)

    def decision(self, asked: RulingAsked) -> Decision:
        """Return what is confirmed."""
        return Decision(asked, self.seal.data or "", self.reason.data or "")

"""What trainers send about questions after the end: a decision, and marks for answers that no form took."""

import re

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length, Optional

from lms.quizzes.actions.deadlines import LONGEST_REASON
from lms.quizzes.actions.marking import MarkValue
from lms.quizzes.queries.ruling_pages import MOST_GROUPS, Decision, RulingAsked
from lms.web.forms import Form, required, text

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


class MarkForm(Form):
    """A mark for equal answers, by the button that was pressed."""

    marks = StringField(validators=required())
    comment = text(_l("Remark"), most=LONGEST_REASON)
    everybody = BooleanField(_l("Accept this form for everybody, from now on too"))

    def value(self) -> MarkValue:
        """Return the mark; one that no button gives is none."""
        given = {"0": 0.0, "0.5": 0.5, "1": 1.0}.get(self.marks.data or "", -1.0)
        return MarkValue(given, self.comment.data or "", everybody=bool(self.everybody.data))

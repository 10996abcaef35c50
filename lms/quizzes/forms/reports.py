"""What trainers send about what answers say: what came of a key in doubt, or of a hint."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.validators import Regexp

from lms.quizzes.actions.keys import LONGEST_NOTE
from lms.web.forms import Form, options, required, text

KEY_VERDICTS = options(
    [
        ("kept", _l("The key is right; it stays")),
        ("withheld", _l("Withhold the question until its key is mended")),
        ("mended", _l("A newer version with the right key is published")),
    ]
)
HINT_VERDICTS = options(
    [
        ("nothing", _l("Nothing in it")),
        ("talked", _l("We talked about it")),
        ("sit_again", _l("They sit it again, and I arrange that")),
    ]
)


@dataclass(frozen=True)
class KeyVerdict:
    """What came of looking at a key."""

    version: int
    verdict: str
    note: str


class KeyForm(Form):
    """What came of looking at the key of one version."""

    version = HiddenField(validators=[*required(), Regexp(r"^\d{1,6}$")])
    verdict = RadioField(_l("What came of it"), choices=KEY_VERDICTS, validators=required())
    note = text(_l("Why"), most=LONGEST_NOTE, optional=False)

    def value(self) -> KeyVerdict:
        """Return what was decided."""
        return KeyVerdict(int(self.version.data or 0), str(self.verdict.data or ""), self.note.data or "")


@dataclass(frozen=True)
class HintVerdict:
    """What came of looking into a hint."""

    verdict: str
    note: str


class HintForm(Form):
    """What came of looking into a hint of unfair answers."""

    verdict = RadioField(_l("What came of it"), choices=HINT_VERDICTS, validators=required())
    note = text(_l("What you saw or talked about"), most=LONGEST_NOTE, optional=False)

    def value(self) -> HintVerdict:
        """Return what was found."""
        return HintVerdict(str(self.verdict.data or ""), self.note.data or "")

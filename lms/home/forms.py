"""What is sent to the first pages: the choice of a language."""

from dataclasses import dataclass

from wtforms import HiddenField
from wtforms.validators import AnyOf, Length

from lms.web.forms import Form
from lms.web.i18n import LOCALES


@dataclass(frozen=True)
class LocaleValue:
    """A language, and where to go back to."""

    locale: str
    next: str


class LocaleForm(Form):
    """The language switch of every page."""

    locale = HiddenField(validators=[AnyOf(LOCALES)])
    next = HiddenField(validators=[Length(max=2000)])

    def value(self) -> LocaleValue:
        """Return what was chosen."""
        return LocaleValue(str(self.locale.data), str(self.next.data or ""))

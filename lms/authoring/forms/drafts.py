"""What writers send: a part of a draft, a new lesson, a way back."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, Length, Regexp

from lms.authoring.queries.history import NAMED
from lms.authoring.rules.drafts import LONGEST, PARTS
from lms.web.forms import Form, line, whole

MOST_VERSIONS = 2**31 - 2


@dataclass(frozen=True)
class PartValue:
    """A text, the part it is of, and the version it was written from."""

    part: str
    text: str
    version: int


@dataclass(frozen=True)
class RestoreValue:
    """Which text is to come back, and the version that was looked at."""

    part: str
    name: str
    version: int


class PartForm(Form):
    """One part of a draft; its text is taken as it is."""

    part = HiddenField(validators=[AnyOf(PARTS)])
    version = whole(_l("Version"), least=1, most=MOST_VERSIONS)
    text = TextAreaField(_l("Text"), [Length(max=LONGEST * 2)])

    def value(self) -> PartValue:
        """Return what was sent."""
        return PartValue(self.part.data or "", self.text.data or "", int(self.version.data or 1))


class RestoreForm(Form):
    """A text by its name, as the list of revisions has it."""

    part = HiddenField(validators=[AnyOf(PARTS)])
    name = HiddenField(validators=[Regexp(NAMED)])
    version = whole(_l("Version"), least=1, most=MOST_VERSIONS)

    def value(self) -> RestoreValue:
        """Return what was sent."""
        return RestoreValue(self.part.data or "", self.name.data or "", int(self.version.data or 1))


class RemovalForm(Form):
    """The version of the list that a question is taken from."""

    version = whole(_l("Version"), least=1, most=MOST_VERSIONS)


class NewLessonForm(Form):
    """The two titles a lesson begins with."""

    title_zh = line(_l("Title in Chinese"), most=200)
    title_en = line(_l("Title in English"), most=200)

    def value(self) -> dict[str, str]:
        """Return the titles by language."""
        return {"zh": self.title_zh.data or "", "en": self.title_en.data or ""}

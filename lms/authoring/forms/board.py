"""What is sent from the board: a course's facts, an order, a note, a reason."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField
from wtforms.validators import AnyOf, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from lms.authoring.actions.board import CourseValue
from lms.authoring.actions.publishing import HandIn
from lms.authoring.rules.drafts import LANGUAGES, LONGEST
from lms.web.forms import Form, choice, day, line, options, required, text, whole

MOST_SECTIONS = 200
MOST_LESSONS = 500


class CourseForm(Form):
    """The facts of a course; `slug` is asked for only while it is new."""

    title_zh = line(_l("Title in Chinese"), most=200)
    title_en = line(_l("Title in English"), most=200)
    summary_zh = text(_l("Summary in Chinese"), most=1000, optional=False)
    summary_en = text(_l("Summary in English"), most=1000, optional=False)
    owner = line(_l("Owner"), description=_l("Who answers for it: a person or a desk."))
    review_by = day(_l("Read again by"), description=_l("By this day somebody must read every lesson again."))
    posts = SelectMultipleField(
        _l("For whom"), validators=required(), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    stage = choice(_l("Taught in"), default="")
    slug = line(
        _l("Name in addresses"),
        most=60,
        optional=True,
        check=[Regexp(r"^[a-z0-9]+(?:-[a-z0-9]+)*$", message=_l("Lower-case Latin words joined by hyphens, please."))],
        description=_l("Left empty, it is made of the English title. It stays for good."),
    )

    note = text(
        _l("Why another stage"),
        most=500,
        description=_l("Only where you change the stage: a gate asks for this course, so a second trainer must agree."),
    )

    def __init__(self, posts: Sequence[tuple[str, str]], stages: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(**more)
        self.posts.choices = options(posts)
        self.stage.choices = options([("", _l("No programme yet")), *stages])

    def value(self) -> CourseValue:
        """Return the course as it was written."""
        names = ("title_zh", "title_en", "summary_zh", "summary_en", "owner", "review_by")
        return CourseValue(
            **{name: getattr(self, name).data for name in names},
            posts=tuple(self.posts.data or ()),
            stage=self.stage.data or "",
            slug=(self.slug.data or "") if "slug" in self else "",
            note=(self.note.data or "") if "note" in self else "",
        )


class MoveForm(Form):
    """By how many places a lesson is moved."""

    by = whole(_l("Steps up or down"), least=-MOST_LESSONS, most=MOST_LESSONS)


class HandInForm(Form):
    """What its writer says of a draft."""

    note = text(_l("What changed, and why"), most=500, optional=False)
    agrees = BooleanField(_l("Both languages say the same"))
    replaces = BooleanField(_l("I have compared them; my draft replaces the newer text"))

    def value(self) -> HandIn:
        """Return what was said."""
        return HandIn(self.note.data or "", agrees=bool(self.agrees.data), replaces=bool(self.replaces.data))


class AskForm(Form):
    """Why something is asked for that a second trainer must agree to."""

    note = text(_l("Why"), most=500, optional=False)


class ReasonForm(Form):
    """Why something is sent back."""

    reason = text(_l("What should be different"), most=1000, optional=False)


class TranslationForm(Form):
    """A translation as its blocks, and the versions that were looked at."""

    part = HiddenField(validators=[AnyOf(LANGUAGES)])
    version = whole(_l("Version"), least=1, most=2**31 - 2)
    against = whole(_l("Version"), least=1, most=2**31 - 2)
    confirm = HiddenField(validators=[Optional(), AnyOf(["", "1"])])


__all__ = [
    "LONGEST",
    "MOST_SECTIONS",
    "AskForm",
    "CourseForm",
    "HandInForm",
    "MoveForm",
    "ReasonForm",
    "TranslationForm",
]

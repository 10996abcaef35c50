"""Base of all forms: CSRF, texts trimmed, lengths bounded, messages in the reader's language."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

YEARS = range(2000, 2100)
LINE = 120
TEXT = 4000


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form of ours; `value()` of each subclass returns one frozen value for an action."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' own messages in the reader's language."""

        @property
        def locales(self) -> list[str]:
            """Return the locale that WTForms' messages are looked up in."""
            return ["zh" if str(get_locale()).startswith("zh") else "en"]

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return what a form sent; JSON is none, and its numbers and lists are no texts that fields could take."""
            if not isinstance(formdata, MultiDict) and request.is_json:
                return MultiDict()
            return super().wrap_formdata(form, formdata)


def required() -> list[Any]:
    """Return the validators of a field that must be filled."""
    return [InputRequired(_l("Please fill this in."))]


def _written() -> list[Any]:
    """Return the validators of a text that must say something: blanks alone are nothing."""
    return [DataRequired(_l("Please fill this in."))]


def line(
    label: Any, *, most: int = LINE, optional: bool = False, check: Sequence[Any] = (), **kwargs: Any
) -> StringField:
    """Return a one-line text field, trimmed, of at most `most` characters; `check` holds further validators."""
    presence = [Optional()] if optional else _written()
    limit = Length(max=most, message=_l("At most %(max)d characters."))
    return StringField(label, [*presence, limit, *check], filters=[_trimmed], **kwargs)


def text(
    label: Any, *, most: int = TEXT, optional: bool = True, check: Sequence[Any] = (), **kwargs: Any
) -> TextAreaField:
    """Return a field for several lines, trimmed, of at most `most` characters; `check` holds further validators."""
    presence = [Optional()] if optional else _written()
    limit = Length(max=most, message=_l("At most %(max)d characters."))
    return TextAreaField(label, [*presence, limit, *check], filters=[_trimmed], **kwargs)


def secret(label: Any, **kwargs: Any) -> PasswordField:
    """Return a password field; nothing of it is trimmed or shown again."""
    return PasswordField(label, [*required(), Length(max=400, message=_l("At most %(max)d characters."))], **kwargs)


def whole(label: Any, *, least: int, most: int, **kwargs: Any) -> IntegerField:
    """Return a field for a whole number between `least` and `most`."""
    limit = NumberRange(least, most, _l("A whole number from %(min)s to %(max)s, please."))
    return IntegerField(label, [*required(), limit], **kwargs)


def day(label: Any, *, optional: bool = False, **kwargs: Any) -> DateField:
    """Return a field for a calendar day of YEARS: with one at the end of time no plan can be reckoned."""
    return DateField(label, [*([Optional()] if optional else required()), _in_years], **kwargs)


def _in_years(_form: Any, field: DateField) -> None:
    if field.data is not None and field.data.year not in YEARS:
        raise StopValidation(_l("A day such as 2026-03-17, please."))


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return (value, label) pairs as the options of a choice."""
    return [SelectChoice(value, label) for value, label in pairs]


def choice(label: Any, **kwargs: Any) -> SelectField:
    """Return a choice whose options the view fills in; a value that is not among them is refused."""
    return SelectField(label, validate_choice=True, **kwargs)


def refuse(field: Any, message: str) -> None:
    """Put `message` at `field`, as an action's LmsError names it."""
    field.errors = [*field.errors, message]


__all__ = [
    "Form",
    "StopValidation",
    "choice",
    "day",
    "line",
    "options",
    "refuse",
    "required",
    "secret",
    "text",
    "whole",
]

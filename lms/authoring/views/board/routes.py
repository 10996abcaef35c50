"""The blueprint that the modules of this package add their routes to, and what they share."""

from datetime import date, datetime

from flask import Blueprint, flash
from flask_babel import to_user_timezone
from wtforms import Field

from lms import clock
from lms.authoring.words.board import sentence
from lms.errors import LmsError
from lms.web.forms import Form, refuse

blueprint = Blueprint("authoring", __name__)


def explain(form: Form, error: LmsError) -> None:
    """Put an error's sentence at the field it names, or above the form."""
    field: Field | None = form._fields.get(error.field or "")  # WTForms' own mapping of names
    if field is None:
        flash(sentence(error), "bad")
    else:
        refuse(field, sentence(error))


def today() -> date:
    """Return the site's day."""
    local: datetime = to_user_timezone(clock.now())
    return local.date()

"""The blueprint that the modules of this package add their routes to, and what they share."""

from flask import Blueprint, flash
from wtforms import Field

from lms.accounts.forms import SENTENCES
from lms.errors import LmsError
from lms.web.forms import Form, refuse

blueprint = Blueprint("accounts", __name__)


def sentence(error: LmsError) -> str:
    """Return what an error of our actions says, in the reader's language."""
    return str(SENTENCES[error.code]) if error.code in SENTENCES else error.text


def explain(form: Form, error: LmsError) -> None:
    """Put an error's sentence at the field it names, or above the form."""
    field: Field | None = form._fields.get(error.field or "")  # WTForms' own mapping of names
    if field is None:
        flash(sentence(error), "bad")
    else:
        refuse(field, sentence(error))

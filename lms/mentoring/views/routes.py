"""The blueprint that the modules of this package add their routes to, and what they share."""

from collections.abc import Iterable

from flask import Blueprint, flash

from lms.errors import LmsError
from lms.mentoring.models import Scorecard
from lms.mentoring.words import sentence
from lms.web.filters import local
from lms.web.forms import Form, refuse

blueprint = Blueprint("mentoring", __name__)


def explain(form: Form, error: LmsError) -> None:
    """Put an error's sentence at the field it names, or above the page."""
    if error.field in form:
        refuse(form[error.field], sentence(error))
    else:
        flash(sentence(error), "bad")


def card_choices(cards: Iterable[Scorecard]) -> list[tuple[str, str]]:
    """Return scorecards as the options of a choice."""
    return [(str(card.id), local(card)) for card in cards]

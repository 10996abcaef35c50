"""The blueprint that the pages of the bank hang on, and the words they share."""

from typing import Any

from flask import Blueprint

from lms.authoring.words.bank import ACTS, FORMATS, KINDS, LEVELS, STATES
from lms.quizzes.queries.bank import LIVE, Wanted

blueprint = Blueprint("bank", __name__)
WORDS: dict[str, Any] = {"kinds": KINDS, "states": STATES, "levels": LEVELS, "acts": ACTS, "formats": FORMATS}
UNPROCESSABLE = 422


def asked(wanted: Wanted) -> dict[str, Any]:
    """Return filters as the query of an address, without those that ask for nothing."""
    facts = {
        "course": wanted.course,
        "lesson": wanted.lesson,
        "competency": wanted.competency,
        "level": wanted.level,
        "kind": wanted.kind,
        "tag": wanted.tag,
        "state": wanted.state,
        "retired": "" if wanted.retired == LIVE else wanted.retired,
        "untranslated": "1" if wanted.untranslated else "",
        "never_drawn": "1" if wanted.never_drawn else "",
        "q": wanted.words,
    }
    return {name: value for name, value in facts.items() if value}

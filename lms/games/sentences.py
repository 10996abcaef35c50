"""The reasons of actions, as the person who meets them reads them."""

from flask_babel import lazy_gettext as _l

from lms.errors import LmsError
from lms.quizzes.rules.responses import Flaw

SENTENCES = {
    "no_questions": _l("Choose at least one course that has questions."),
    "busy": _l("Several games start at once. Please try again."),
    "too_many_tries": _l("Too many wrong codes. Please wait five minutes, or ask your trainer for the code."),
    "nobody_joined": _l("Nobody has joined yet. The code is on your screen."),
    "not_open": _l("This question is not open any more."),
    "in_open_attempt": _l("The quiz you have open asks this too, so your team answers without you this time."),
    "nothing_given": _l("Choose an answer first."),
    Flaw.NOT_AN_OPTION: _l("Please choose from the options of this question."),
}


def sentence(error: LmsError) -> str:
    """Return the sentence for an error of a game."""
    return str(SENTENCES.get(error.code or "", ""))

"""Why there is nothing to review, as a learner reads it."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l

from lms.errors import LmsError

SENTENCES = {
    "nothing_met": _l("There is nothing to refresh here yet: read a lesson first, then its points come back here."),
    "all_safe": _l("Everything here sits. Nothing to refresh just now; that is a good place to be."),
}


def sentence(code: str | None) -> str:
    """Return the sentence for a reason, or nothing for one that has none."""
    return str(SENTENCES[code]) if code in SENTENCES else ""


@contextmanager
def in_words() -> Iterator[None]:
    """Give errors that pass through their sentence; they stay the errors they are."""
    try:
        yield
    except LmsError as error:
        error.text = error.text or sentence(error.code)
        raise

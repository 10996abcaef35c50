"""What refusals of authoring say to their reader; actions name them by code."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l

from lms.errors import LmsError

SENTENCES = {
    "too_long": _l("This text is far too long for a lesson. Please make two of it."),
    "bad_name": _l("A lesson’s name is its number and lower-case Latin words, such as 04-what-we-promise."),
    "name_taken": _l("There is a lesson of this name already."),
    "changed_meanwhile": _l("Somebody saved meanwhile. Look at what is there now, then try again."),
    "file_shown": _l(
        "The published lesson shows this file, so it stays. Take it out of the text and publish that first."
    ),
    "file_waits": _l("A text that waits for approval shows this file, so it stays until that is decided."),
    "mend_yaml": _l("The list of questions cannot be read as it is. Please mend the marked lines first."),
}


@contextmanager
def worded() -> Iterator[None]:
    """Give an error of an action, which has a code, its sentence in the reader's language."""
    try:
        yield
    except LmsError as error:
        if error.code in SENTENCES and not error.text:
            raise type(error)(str(SENTENCES[error.code]), field=error.field, code=error.code) from None
        raise

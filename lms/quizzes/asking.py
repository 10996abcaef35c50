"""Questions as pages ask them: in the reader's language, with what was given as controls of forms send it."""

from typing import Any

from lms.courses.rules.languages import in_language
from lms.courses.rules.media import media_base, with_sound
from lms.quizzes.actions.answers import Given
from lms.quizzes.queries.attempts import Item
from lms.quizzes.rules.kinds import kind_of
from lms.web.filters import local
from lms.web.i18n import language

PLACE = "response"  # what ids of the controls begin with
STEM = "stem"  # the id of what they answer


def body_of(item: Item) -> dict[str, Any]:
    """Return what the kind asks besides, in the reader's language, its recording with its address."""
    return body_in(item, language())


def body_in(item: Item, reads: str) -> dict[str, Any]:
    """Return the same for who reads the language `reads`."""
    if not item.body:
        return {}
    body: dict[str, Any] = in_language(item.body, reads)
    return with_sound(body, media_base(item.lesson_id))


def asked(item: Item, unsaved: Given | None = None, *, disabled: bool = False) -> dict[str, Any]:
    """Return what the template of a kind shows; `unsaved` is what a form has just sent and could not be saved."""
    sent = unsaved.response if unsaved else None
    return {
        "kind": item.kind,
        "options": [{"id": option["id"], "text": local(option["text"])} for option in item.options],
        "body": body_of(item),
        "unit": local(item.unit) if item.unit else "",
        "given": sent if isinstance(sent, list) else kind_of(item.kind).typed(item.given),
        "place": PLACE,
        "described": STEM,
        "disabled": disabled,
    }

"""What may be sent as a response to each kind of question, and the form in which it is kept. None is "no answer"."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from lms.quizzes.rules.kinds import BOOLEANS, TEXT_MOST, Asked, Flaw, Response, kind_of
from lms.quizzes.rules.kinds.texts import NUMBER_MOST, folded, number


class Kind(StrEnum):
    """The kinds that code outside of `kinds` names."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"


class Confidence(StrEnum):
    """How sure somebody is of an answer."""

    SURE = "sure"
    UNSURE = "unsure"


def confidence(said: object) -> str | None:
    """Return what somebody said of how sure they are; anything else is nothing said."""
    return said if isinstance(said, str) and said in set(Confidence) else None


def accepted(
    kind: str,
    sent: object,
    options: Sequence[str],
    units: Sequence[str] = (),
    body: Mapping[str, Any] | None = None,
) -> tuple[Response, Flaw | None]:
    """Return what is to be kept of `sent`, or the flaw in it.

    `options` are the ids offered, `units` what may follow a number, `body` what the kind asks besides.
    """
    return kind_of(kind).accepted(sent, Asked(options, units, body or {}))


__all__ = ["BOOLEANS", "NUMBER_MOST", "TEXT_MOST", "Confidence", "Flaw", "Kind", "Response"]
__all__ += ["accepted", "confidence", "folded", "number"]

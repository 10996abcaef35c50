"""What may be sent as a response to each kind of question, and the form in which it is kept. None is "no answer"."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum

TEXT_MOST = 500
NUMBER_MOST = 40
LARGEST = 10**15
BOOLEANS = ("true", "false")

Response = str | int | float | list[str] | None


class Kind(StrEnum):
    """The five kinds of question."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"


class Flaw(StrEnum):
    """Why something sent is no response to this question."""

    NOT_AN_OPTION = "not_an_option"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_TEXT = "not_a_text"
    TOO_LONG = "too_long"


def accepted(
    kind: str, sent: object, options: Sequence[str], units: Sequence[str] = ()
) -> tuple[Response, Flaw | None]:
    """Return what is to be kept of `sent`, or the flaw in it.

    `options` are the ids offered, `units` what may follow a number.
    """
    if sent is None or sent == "" or sent == []:
        return None, None
    if kind == Kind.MULTIPLE:
        return _options(sent, options)
    if isinstance(sent, list) and len(sent) == 1:
        sent = sent[0]
    if kind == Kind.SINGLE:
        return _one_of(sent, options)
    if kind == Kind.TRUE_FALSE:
        return _one_of(str(sent).lower() if isinstance(sent, bool) else sent, BOOLEANS)
    if kind == Kind.NUMERIC:
        return _number(sent, units)
    return _text(sent)


def _one_of(sent: object, options: Sequence[str]) -> tuple[Response, Flaw | None]:
    if isinstance(sent, str) and sent in options:
        return sent, None
    return None, Flaw.NOT_AN_OPTION


def _options(sent: object, options: Sequence[str]) -> tuple[Response, Flaw | None]:
    chosen = [sent] if isinstance(sent, str) else sent
    if not isinstance(chosen, list) or not all(isinstance(item, str) and item in options for item in chosen):
        return None, Flaw.NOT_AN_OPTION
    return sorted(set(chosen)), None


def _number(sent: object, units: Sequence[str]) -> tuple[Response, Flaw | None]:
    if isinstance(sent, str) and len(sent) > NUMBER_MOST:
        return None, Flaw.TOO_LONG
    if isinstance(sent, bool) or not isinstance(sent, str | int | float) or number(sent, units) is None:
        return None, Flaw.NOT_A_NUMBER
    return (sent.strip() if isinstance(sent, str) else sent), None


def _text(sent: object) -> tuple[Response, Flaw | None]:
    if not isinstance(sent, str):
        return None, Flaw.NOT_A_TEXT
    if len(sent) > TEXT_MOST:
        return None, Flaw.TOO_LONG
    return sent.strip() or None, None


def number(given: object, units: Sequence[str] = ()) -> Decimal | None:
    """Return the number that `given` states in any width of digits, its unit and thousands commas left off, or None."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return Decimal(str(given)) if -LARGEST < given < LARGEST else None
    if not isinstance(given, str) or len(given) > NUMBER_MOST:
        return None
    text = folded(given)
    for unit in sorted(map(folded, units), key=len, reverse=True):
        if unit and text.endswith(unit):
            text = text.removesuffix(unit)
            break
    try:
        value = Decimal(_without_thousands(text).replace("_", "?"))
    except InvalidOperation:
        return None
    return value if value.is_finite() and -LARGEST < value < LARGEST else None


def _without_thousands(text: str) -> str:
    head, *groups = text.partition(".")[0].split(",")
    if groups and head.lstrip("+-") and all(len(group) == 3 for group in groups):  # noqa: PLR2004  # thousands
        return text.replace(",", "", len(groups))
    return text


def folded(text: str) -> str:
    """Return a text as it is compared: without regard to width, case and spaces.

    Unicode 16, D146 (compatibility caseless matching), and all white space left out.
    """
    for form in ("NFD", "NFKD"):
        text = "".join(unicodedata.normalize(form, text).casefold().split())
    return unicodedata.normalize("NFKD", text)

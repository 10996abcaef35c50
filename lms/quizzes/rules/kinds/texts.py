"""How typed answers are compared: numbers in any width of digits, texts without regard to width, case and spaces."""

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

NUMBER_MOST = 40
LARGEST = 10**15


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


def matches(given: object, forms: Iterable[str]) -> bool:
    """Say whether a text equals one of the accepted forms, width, case and spaces aside; an empty form is none."""
    return isinstance(given, str) and folded(given) in {folded(form) for form in forms} - {""}

"""A word or a short phrase, in one of the accepted forms; what no form takes may be marked by a person."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from lms.courses.rules.findings import N_
from lms.quizzes.rules.kinds.base import (
    TEXT_MOST,
    Asked,
    Flaw,
    Key,
    Kind,
    Parts,
    Response,
    Row,
    alone,
    canonical,
    nothing,
)
from lms.quizzes.rules.kinds.texts import folded, matches


class ShortText(Kind):
    """Key: {accept: {zh: […], en: […]}}. Response: the text."""

    name: ClassVar[str] = "short_text"
    rank: ClassVar[int] = 50
    by_hand: ClassVar[bool] = True
    example: ClassVar[dict[str, Any]] = {"accept": {"zh": ["复述", "复述诉求"], "en": ["restate", "restating"]}}

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return the text without white space around it."""
        del asked
        given = alone(sent)
        if nothing(given):
            return None, None
        if not isinstance(given, str):
            return None, Flaw.NOT_A_TEXT
        if len(given) > TEXT_MOST:
            return None, Flaw.TOO_LONG
        return given.strip() or None, None

    def likeness(self, response: object, asked: Asked) -> str:
        """Return the text as it is compared."""
        del asked
        return folded(response) if isinstance(response, str) else canonical(response)

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 for an accepted form of either language."""
        del asked
        return float(matches(response, [form for forms in key["accept"].values() for form in forms]))

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the first accepted form."""
        del asked
        return next((forms[0] for forms in key["accept"].values() if forms), None)

    def right_words(self, key: Key, asked: Asked, options: Sequence[Mapping[str, Any]]) -> tuple[dict[str, str], ...]:
        """Return the first accepted form of each language."""
        del asked, options
        return ({language: forms[0] for language, forms in key["accept"].items() if forms},)

    def read(self, row: Row) -> Parts:
        """Return the forms accepted in each language."""
        accept = row.table("accept")
        accepted = {language: list(accept.texts(language)) for language in ("zh", "en")}
        for language, texts in accepted.items():
            if accept.sound and not texts:
                row.wrong("accept", N_("No answer is accepted in “%(language)s”."), language=language)
        accept.done()
        return Parts(key={"accept": accepted})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same."""
        return {"accept": {language: parts.key["accept"][language] for language in ("zh", "en")}}


KIND = ShortText()

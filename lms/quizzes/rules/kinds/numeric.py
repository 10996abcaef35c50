"""A number, within a tolerance, with a unit that may be typed behind it."""

from decimal import Decimal
from typing import Any, ClassVar

from lms.quizzes.rules.kinds.base import Asked, Flaw, Key, Kind, Parts, Response, Row, alone, canonical, nothing, pair
from lms.quizzes.rules.kinds.texts import NUMBER_MOST, number


class Numeric(Kind):
    """Key: {value, tolerance}, both ends of it included. Response: the number, or the text that states it."""

    name: ClassVar[str] = "numeric"
    rank: ClassVar[int] = 40
    example: ClassVar[dict[str, Any]] = {
        "answer": 45,
        "tolerance": 0,
        "unit": {"zh": "分钟", "en": "minutes"},
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return the number as it was sent."""
        given = alone(sent)
        if nothing(given) or (isinstance(given, str) and not given.strip()):
            return None, None
        if isinstance(given, str) and len(given) > NUMBER_MOST:
            return None, Flaw.TOO_LONG
        if isinstance(given, bool) or not isinstance(given, str | int | float) or number(given, asked.units) is None:
            return None, Flaw.NOT_A_NUMBER
        return (given.strip() if isinstance(given, str) else given), None

    def likeness(self, response: object, asked: Asked) -> str:
        """Return the number, however it was typed."""
        found = number(response, asked.units)
        return canonical(response) if found is None else f"{found.normalize() + 0:f}"

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 within the tolerance."""
        given = number(response, asked.units)
        if given is None:
            return 0.0
        return float(abs(given - Decimal(str(key["value"]))) <= Decimal(str(key.get("tolerance", 0))))

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the right number."""
        del asked
        value: Response = key["value"]
        return value

    def read(self, row: Row) -> Parts:
        """Return `answer`, `tolerance` and `unit`."""
        tolerance = row.number("tolerance", 0) if row.has("tolerance") else 0
        unit = pair(row.both("unit", 40)) if row.has("unit") else {}
        return Parts(key={"value": row.number("answer"), "tolerance": tolerance}, unit=unit)

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same."""
        answer = {"answer": parts.key["value"], "tolerance": parts.key.get("tolerance", 0)}
        return answer | ({"unit": parts.unit} if parts.unit else {})


KIND = Numeric()

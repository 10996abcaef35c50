"""A sentence is true or false."""

from typing import Any, ClassVar

from lms.quizzes.rules.kinds.base import BOOLEANS, Asked, Flaw, Key, Kind, Parts, Response, Row, alone, one_of


class TrueFalse(Kind):
    """Key: {ids: ["true"]} or {ids: ["false"]}. Response: "true" or "false"; a boolean is taken too."""

    name: ClassVar[str] = "true_false"
    rank: ClassVar[int] = 30
    shuffles: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"answer": True}

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return which was chosen."""
        del asked
        chosen = alone(sent)
        return one_of(str(chosen).lower() if isinstance(chosen, bool) else chosen, BOOLEANS)

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 for the right one."""
        del asked
        return float(isinstance(response, str) and response in key["ids"])

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the right one."""
        del asked
        return str(key["ids"][0]) if key["ids"] else None

    def read(self, row: Row) -> Parts:
        """Return what `answer` says."""
        return Parts(key={"ids": ["true" if row.flag("answer") else "false"]})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the answer."""
        return {"answer": parts.key["ids"] == ["true"]}


KIND = TrueFalse()

"""One option is right."""

from typing import Any, ClassVar

from lms.courses.rules.findings import N_
from lms.quizzes.rules.kinds.base import (
    Asked,
    Flaw,
    Key,
    Kind,
    Parts,
    Response,
    Row,
    one_of,
    options_of,
    options_written,
)


class Single(Kind):
    """Key: {ids: [the right one]}. Response: the id chosen."""

    name: ClassVar[str] = "single"
    rank: ClassVar[int] = 10
    example: ClassVar[dict[str, Any]] = {
        "options": [
            {
                "id": "a",
                "text": {"zh": "先复述诉求，等客户说“对”", "en": "Restate the problem and wait for a yes"},
                "correct": True,
            },
            {"id": "b", "text": {"zh": "先保存工单，再慢慢问", "en": "Save the ticket first and ask later"}},
            {"id": "c", "text": {"zh": "直接转给专家", "en": "Pass it to an expert at once"}},
        ]
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return the option chosen."""
        return one_of(sent, asked.options)

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 for the right option."""
        del asked
        return float(isinstance(response, str) and response in key["ids"])

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the right option."""
        del asked
        return str(key["ids"][0]) if key["ids"] else None

    def read(self, row: Row) -> Parts:
        """Return options of which exactly one is marked correct."""
        options, right = options_of(row)
        if len(right) != 1:
            row.wrong("options", N_("Exactly one option is “correct: true”."))
        return Parts(tuple(options), key={"ids": right})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the options."""
        return {"options": options_written(parts, parts.key["ids"])}


KIND = Single()

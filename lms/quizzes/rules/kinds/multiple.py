"""Several options are right; all or nothing, or a share of the mark for each right one less the wrong ones."""

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
    Tally,
    canonical,
    listed,
    nothing,
    options_of,
    options_written,
    share_of,
)


class Multiple(Kind):
    """Key: {ids: [the right ones]}. Body: {partial: true} for shares. Response: the ids chosen, sorted."""

    name: ClassVar[str] = "multiple"
    rank: ClassVar[int] = 20
    example: ClassVar[dict[str, Any]] = {
        "partial": True,
        "options": [
            {"id": "a", "text": {"zh": "来电号码", "en": "The caller’s number"}, "correct": True},
            {"id": "b", "text": {"zh": "来电时间", "en": "The time of the call"}, "correct": True},
            {"id": "c", "text": {"zh": "客户的口音", "en": "The caller’s accent"}},
        ],
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return the options chosen, each once."""
        if nothing(sent):
            return None, None
        chosen = [sent] if isinstance(sent, str) else sent
        if not isinstance(chosen, list) or not all(isinstance(item, str) and item in asked.options for item in chosen):
            return None, Flaw.NOT_AN_OPTION
        return sorted(set(chosen)), None

    def likeness(self, response: object, asked: Asked) -> str:
        """Return what was chosen, in whatever order."""
        del asked
        return canonical(sorted({str(each) for each in listed(response)}))

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 for all right options and no other, or for each right one less the wrong ones, never below 0."""
        if not isinstance(response, list):
            return 0.0
        return share_of(_counted(key, response), partial=bool(asked.body.get("partial")))

    def tally(self, key: Key, response: object, asked: Asked) -> Tally | None:
        """Return how many of the right ones were chosen, and how many wrong ones."""
        return _counted(key, response) if asked.body.get("partial") else None

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the right options."""
        del asked
        return sorted(key["ids"])

    def read(self, row: Row) -> Parts:
        """Return options of which at least one is right and one is not."""
        options, right = options_of(row)
        if not 1 <= len(right) < max(len(options), 2):
            row.wrong("options", N_("Of several options at least one is correct and at least one is not."))
        body = {"partial": True} if row.has("partial") and row.flag("partial") else {}
        return Parts(tuple(options), body, {"ids": right})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the options, and whether shares are given."""
        partial = {"partial": True} if parts.body.get("partial") else {}
        return partial | {"options": options_written(parts, parts.key["ids"])}


def _counted(key: Key, response: object) -> Tally:
    right, chosen = set(key["ids"]), {each for each in listed(response) if isinstance(each, str)}
    return Tally(len(chosen & right), len(right), len(chosen - right))


KIND = Multiple()

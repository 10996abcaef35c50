"""Things are put in their order."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar

from lms.quizzes.rules.kinds.base import (
    Asked,
    Flaw,
    Key,
    Kind,
    Parts,
    Response,
    Row,
    Tally,
    listed,
    nothing,
    options_of,
)

MOST_STEPS = 10


class Ordering(Kind):
    """Key: {order: [ids]}. Body: {partial}: each neighbour in its order earns a share. Response: all ids, in order.

    A form without scripts sends "id=place" for each; two at one place are no order.
    """

    name: ClassVar[str] = "ordering"
    rank: ClassVar[int] = 80
    ordered: ClassVar[bool] = True
    example: ClassVar[dict[str, Any]] = {
        "partial": True,
        "options": [
            {"id": "place", "text": {"zh": "问清地点", "en": "Ask where it is"}},
            {"id": "danger", "text": {"zh": "问有没有险情", "en": "Ask about danger"}},
            {"id": "extent", "text": {"zh": "问是一户还是一片", "en": "Ask: one house or the street?"}},
        ],
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return all ids in the order given."""
        if nothing(sent):
            return None, None
        if not isinstance(sent, list) or not all(isinstance(each, str) for each in sent):
            return None, Flaw.NOT_AN_ORDER
        if any("=" in each for each in sent):
            if all(each.endswith("=") for each in sent):
                return None, None
            sent = _placed(sent)
        if sorted(sent) != sorted(asked.options):
            return None, Flaw.NOT_AN_ORDER
        return list(sent), None

    def typed(self, response: Response) -> list[str]:
        """Return each id with its place."""
        return [f"{slug}={place}" for place, slug in enumerate(listed(response), 1)]

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 for the right order, else the share of steps that directly follow their own predecessor."""
        order = key["order"]
        if not isinstance(response, list) or len(response) != len(order):
            return 0.0
        if response == order:
            return 1.0
        found = self.tally(key, response, asked)
        return found.hits / found.of if found is not None and found.of else 0.0

    def tally(self, key: Key, response: object, asked: Asked) -> Tally | None:
        """Return how many steps directly follow their own predecessor."""
        if not asked.body.get("partial"):
            return None
        follows = set(pairwise(key["order"]))
        pairs = pairwise(each if isinstance(each, str) else "" for each in listed(response))
        return Tally(sum(each in follows for each in pairs), len(follows))

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the right order."""
        del asked
        return list(key["order"])

    def read(self, row: Row) -> Parts:
        """Return the options, which stand in the right order in the file."""
        options, _none = options_of(row, most=MOST_STEPS)
        body = {"partial": True} if row.has("partial") and row.flag("partial") else {}
        return Parts(tuple(options), body, {"order": [option["id"] for option in options]})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the options in their right order."""
        texts = {option["id"]: option["text"] for option in parts.options}
        partial = {"partial": True} if parts.body.get("partial") else {}
        return partial | {"options": [{"id": each, "text": texts[each]} for each in parts.key["order"]]}


def _placed(sent: Sequence[str]) -> list[str]:
    """Return ids by the place each was given, or nothing where that is no order."""
    places: dict[int, str] = {}
    for each in sent:
        slug, _between, place = each.partition("=")
        if not (place.isascii() and place.isdigit()) or len(place) > 2 or int(place) in places:  # noqa: PLR2004  # two digits
            return []
        places[int(place)] = slug
    return [places[place] for place in sorted(places)]


KIND = Ordering()

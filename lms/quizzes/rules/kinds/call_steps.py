"""The steps of a call in their order; steps of one stretch may change places, and what comes too early is wrong."""

from typing import Any, ClassVar

from lms.quizzes.rules.kinds.base import OPTION_MOST, Asked, Key, Parts, Response, Row, Tally, list_faults, pair
from lms.quizzes.rules.kinds.ordering import MOST_STEPS, Ordering


class CallSteps(Ordering):
    """Key: {stretches: [[ids], …]}: those of one stretch may stand in any order. Response: all ids, in order.

    With `partial` the share is of pairs of steps from different stretches that stand in their order.
    """

    name: ClassVar[str] = "call_steps"
    rank: ClassVar[int] = 110
    example: ClassVar[dict[str, Any]] = {
        "partial": True,
        "steps": [
            {"id": "open", "text": {"zh": "问好，报中心和工号", "en": "Greet, name the centre and your number"}},
            {"id": "listen", "text": {"zh": "听客户说完", "en": "Let the caller finish"}},
            {"id": "place", "text": {"zh": "问清地点", "en": "Ask where it is"}},
            {"id": "danger", "text": {"zh": "问有没有险情", "en": "Ask about danger"}, "with_previous": True},
            {"id": "save", "text": {"zh": "复述，等客户确认后保存", "en": "Restate, hear yes, save"}},
        ],
    }

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 for an order that keeps every stretch before the next."""
        found = _kept(key, response)
        if found is None:
            return 0.0
        if found.hits == found.of:
            return 1.0
        return found.hits / found.of if asked.body.get("partial") else 0.0

    def tally(self, key: Key, response: object, asked: Asked) -> Tally | None:
        """Return how many pairs of steps from different stretches stand the right way round."""
        return _kept(key, response) if asked.body.get("partial") else None

    def right(self, key: Key, asked: Asked) -> Response:
        """Return one right order."""
        del asked
        return [step for steps in key["stretches"] for step in steps]

    def read(self, row: Row) -> Parts:
        """Return the steps, in a right order in the file; `with_previous` joins one to the stretch before it."""
        steps: list[dict[str, Any]] = []
        stretches: list[list[str]] = []
        for each in row.tables("steps"):
            joined = each.has("with_previous") and each.flag("with_previous")
            slug = each.slug("id")
            steps.append({"id": slug, "text": pair(each.both("text", OPTION_MOST))})
            if joined and stretches:
                stretches[-1].append(slug)
            else:
                stretches.append([slug])
            each.done()
        for template, values in list_faults(steps, MOST_STEPS):
            row.wrong("steps", template, **values)
        body = {"partial": True} if row.has("partial") and row.flag("partial") else {}
        return Parts(tuple(steps), body, {"stretches": stretches})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the steps in a right order."""
        texts = {option["id"]: option["text"] for option in parts.options}
        steps = [
            {"id": step, "text": texts[step]} | ({"with_previous": True} if n else {})
            for stretch in parts.key["stretches"]
            for n, step in enumerate(stretch)
        ]
        partial = {"partial": True} if parts.body.get("partial") else {}
        return partial | {"steps": steps}


def _kept(key: Key, response: object) -> Tally | None:
    """Return the same; None where the response is no order of these steps."""
    stretch = {step: number for number, steps in enumerate(key["stretches"]) for step in steps}
    if not isinstance(response, list) or not all(isinstance(step, str) for step in response):
        return None
    if sorted(response) != sorted(stretch):
        return None
    places = [stretch[step] for step in response]
    pairs = [(one, other) for n, one in enumerate(places) for other in places[n + 1 :] if one != other]
    return Tally(sum(one < other for one, other in pairs), len(pairs))


KIND = CallSteps()

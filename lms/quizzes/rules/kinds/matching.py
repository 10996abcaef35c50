"""What belongs to what: each prompt gets one of the options; there may be more options than prompts."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from lms.courses.rules.findings import N_
from lms.quizzes.rules.kinds.base import (
    MOST_OPTIONS,
    OPTION_MOST,
    Asked,
    Flaw,
    Key,
    Kind,
    Parts,
    Response,
    Row,
    Tally,
    Text,
    list_faults,
    options_of,
    options_written,
    pair,
    same,
    share_of,
)
from lms.quizzes.rules.kinds.pairs import accepted_pairs, stored_pairs, typed_pairs

MOST_CHOICES = 10


class Matching(Kind):
    """Body: {prompts: [{id, text}], partial}. Key: {pairs: {prompt: option}}. Response: [[prompt, option], …].

    Each right pair earns its share, unless `all_or_nothing` is stated.
    """

    name: ClassVar[str] = "matching"
    rank: ClassVar[int] = 70
    ordered: ClassVar[bool] = True  # what belongs to the first is often written first
    example: ClassVar[dict[str, Any]] = {
        "prompts": [
            {"id": "city", "text": {"zh": "城区", "en": "City"}, "answer": "m45"},
            {"id": "suburb", "text": {"zh": "郊区", "en": "Suburb"}, "answer": "m90"},
        ],
        "options": [
            {"id": "m45", "text": {"zh": "45 分钟", "en": "45 minutes"}},
            {"id": "m90", "text": {"zh": "90 分钟", "en": "90 minutes"}},
            {"id": "h2", "text": {"zh": "2 小时", "en": "2 hours"}},
        ],
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return the pairs in the order of the prompts."""
        return accepted_pairs(sent, [each["id"] for each in asked.body.get("prompts", ())], asked.options)

    def typed(self, response: Response) -> list[str]:
        """Return the pairs as “left=right”."""
        return typed_pairs(response)

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return the share of prompts that got what belongs to them."""
        return share_of(_counted(key, response), partial=bool(asked.body.get("partial")))

    def tally(self, key: Key, response: object, asked: Asked) -> Tally | None:
        """Return how many pairs are right."""
        return _counted(key, response) if asked.body.get("partial") else None

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the right pairs."""
        return [[each["id"], key["pairs"][each["id"]]] for each in asked.body.get("prompts", ())]

    def words(
        self, response: Response, options: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
    ) -> tuple[Text, ...]:
        """Return each pair as “prompt – option”."""
        given = stored_pairs(response)
        texts = {option["id"]: option["text"] for option in options}
        return tuple(
            joined(prompt["text"], texts.get(given[prompt["id"]]) or same(given[prompt["id"]]))
            for prompt in body.get("prompts", ())
            if prompt["id"] in given
        )

    def read(self, row: Row) -> Parts:
        """Return prompts, each with what belongs to it, and the options."""
        options, _none = options_of(row, most=MOST_CHOICES)
        prompts: list[dict[str, Any]] = []
        pairs: dict[str, str] = {}
        for each in row.tables("prompts"):
            slug = each.slug("id")
            prompts.append({"id": slug, "text": pair(each.both("text", OPTION_MOST))})
            pairs[slug] = each.slug("answer")
            each.done()
        for template, values in list_faults(prompts, MOST_OPTIONS):
            row.wrong("prompts", template, **values)
        if not set(pairs.values()) <= {option["id"] for option in options}:
            row.wrong("prompts", N_("An “answer” names no option."))
        whole = row.has("all_or_nothing") and row.flag("all_or_nothing")
        return Parts(tuple(options), {"prompts": prompts, "partial": not whole}, {"pairs": pairs})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same."""
        prompts = [
            {"id": each["id"], "text": each["text"], "answer": parts.key["pairs"][each["id"]]}
            for each in parts.body["prompts"]
        ]
        whole = {} if parts.body.get("partial") else {"all_or_nothing": True}
        return whole | {"prompts": prompts, "options": options_written(parts)}


def _counted(key: Key, response: object) -> Tally:
    given, right = stored_pairs(response), key["pairs"]
    return Tally(sum(given.get(prompt) == option for prompt, option in right.items()), len(right))


def joined(left: Text, right: Text) -> Text:
    """Return “left – right” in both languages."""
    return {language: f"{left[language]} – {right[language]}" for language in ("zh", "en")}


KIND = Matching()

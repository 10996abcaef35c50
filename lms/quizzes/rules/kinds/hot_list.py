"""The wrong sentences of a text, or of what an agent said, are picked out; they keep their order."""

from typing import Any, ClassVar

from lms.courses.rules.findings import N_
from lms.quizzes.rules.kinds.base import Parts, Row, options_of, options_written
from lms.quizzes.rules.kinds.multiple import Multiple

MOST_SENTENCES = 12


class HotList(Multiple):
    """Key: {ids: [those to be picked]}. Body: {partial}. Response: the ids picked, sorted."""

    name: ClassVar[str] = "hot_list"
    rank: ClassVar[int] = 90
    shuffles: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {
        "sentences": [
            {"id": "s1", "text": {"zh": "您好，很高兴为您服务。", "en": "Good morning, how can I help you?"}},
            {
                "id": "s2",
                "text": {"zh": "这是规定，我也没办法。", "en": "That is our rule, I can do nothing."},
                "correct": True,
            },
            {"id": "s3", "text": {"zh": "我跟您核对一下地址。", "en": "Let me check the address with you."}},
        ]
    }

    def read(self, row: Row) -> Parts:
        """Return the sentences; those to be picked are marked `correct: true`."""
        options, right = options_of(row, "sentences", most=MOST_SENTENCES)
        if not 1 <= len(right) < max(len(options), 2):
            row.wrong("sentences", N_("At least one sentence is to be picked, and at least one is not."))
        whole = row.has("all_or_nothing") and row.flag("all_or_nothing")
        return Parts(tuple(options), {"partial": not whole}, {"ids": right})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same."""
        whole = {} if parts.body.get("partial") else {"all_or_nothing": True}
        return whole | {"sentences": options_written(parts, parts.key["ids"])}


KIND = HotList()

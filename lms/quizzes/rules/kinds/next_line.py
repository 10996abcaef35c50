"""A call stands at a turn: which line comes next? One is best; others may do, for half the mark."""

from typing import Any, ClassVar

from lms.courses.rules.findings import N_
from lms.quizzes.rules.kinds.base import (
    OPTION_MOST,
    Asked,
    Flaw,
    Key,
    Kind,
    Parts,
    Response,
    Row,
    list_faults,
    one_of,
    pair,
)

HALF = 0.5
MOST_TURNS = 12
MOST_LINES = 6
SPEAKERS = ("agent", "caller")


class NextLine(Kind):
    """Body: {turns: [{speaker, text}]}. Key: {ids: [best], fair: [ids that do]}. Response: the id chosen."""

    name: ClassVar[str] = "next_line"
    rank: ClassVar[int] = 100
    example: ClassVar[dict[str, Any]] = {
        "turns": [
            {
                "speaker": "agent",
                "text": {"zh": "您好，请问有什么可以帮您？", "en": "Good morning, how can I help you?"},
            },
            {
                "speaker": "caller",
                "text": {"zh": "我家停电了，锅里还炖着肉！", "en": "My power is out and dinner is on the stove!"},
            },
        ],
        "lines": [
            {
                "id": "care",
                "text": {
                    "zh": "正做着饭停电，确实着急。您家在哪个位置？",
                    "en": "In the middle of cooking, that is hard. Where do you live?",
                },
                "worth": "best",
            },
            {"id": "ask", "text": {"zh": "请说一下您的地址。", "en": "Please tell me your address."}, "worth": "fair"},
            {"id": "wait", "text": {"zh": "您先等等吧。", "en": "Please just wait a while."}},
        ],
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return the line chosen."""
        return one_of(sent, asked.options)

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return 1 for the best line, a half for one that does."""
        del asked
        if not isinstance(response, str):
            return 0.0
        return 1.0 if response in key["ids"] else HALF * (response in key.get("fair", ()))

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the best line."""
        del asked
        return str(key["ids"][0]) if key["ids"] else None

    def read(self, row: Row) -> Parts:
        """Return the turns so far and the lines to choose from: one `worth: best`, others `worth: fair` or nothing."""
        turns: list[dict[str, Any]] = []
        for each in row.tables("turns"):
            speaker = each.slug("speaker")
            if speaker not in SPEAKERS:
                each.wrong("speaker", N_("A speaker is “agent” or “caller”."))
            turns.append({"speaker": speaker, "text": pair(each.both("text", OPTION_MOST))})
            each.done()
        if not 1 <= len(turns) <= MOST_TURNS:
            row.wrong("turns", N_("A call has 1 to %(most)s turns before the line."), most=MOST_TURNS)
        lines: list[dict[str, Any]] = []
        worth: dict[str, list[str]] = {"best": [], "fair": []}
        for each in row.tables("lines"):
            slug = each.slug("id")
            lines.append({"id": slug, "text": pair(each.both("text", OPTION_MOST))})
            if each.has("worth"):
                worth.setdefault(each.slug("worth"), []).append(slug)
            each.done()
        for template, values in list_faults(lines, MOST_LINES):
            row.wrong("lines", template, **values)
        if len(worth["best"]) != 1 or len(worth) > 2:  # noqa: PLR2004  # best and fair
            row.wrong("lines", N_("Exactly one line is “worth: best”; others may be “worth: fair”."))
        return Parts(tuple(lines), {"turns": turns}, {"ids": worth["best"], "fair": worth["fair"]})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same."""
        worth = dict.fromkeys(parts.key.get("fair", ()), "fair") | dict.fromkeys(parts.key["ids"], "best")
        lines = [
            {"id": each["id"], "text": each["text"]} | ({"worth": worth[each["id"]]} if each["id"] in worth else {})
            for each in parts.options
        ]
        return {"turns": parts.body["turns"], "lines": lines}


KIND = NextLine()

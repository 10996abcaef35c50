"""A recorded call is listened to (or read) and scored on criteria of a real scorecard, 0 to 3 each."""

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
    pair,
    same,
)
from lms.quizzes.rules.kinds.matching import joined
from lms.quizzes.rules.kinds.pairs import accepted_pairs, stored_pairs, typed_pairs

POINTS = ("0", "1", "2", "3")
HALF = 0.5
MOST_TURNS = 30


class ListenScore(Kind):
    """Body: {audio, turns: [{speaker, text}], scorecard, criteria: [{id, title, pass, fail, critical}]}.

    Key: {scores: {criterion: points}}. Response: [[criterion, points], …]. A criterion scored as the experts did earns
    its share, one point off earns half of it; a critical one only when it is the same.
    """

    name: ClassVar[str] = "listen_score"
    rank: ClassVar[int] = 120
    example: ClassVar[dict[str, Any]] = {
        "scorecard": "service-call",
        "turns": [
            {"speaker": "agent", "text": {"zh": "喂，讲。", "en": "Yes?"}},
            {
                "speaker": "caller",
                "text": {"zh": "你好，我想问一下电费。", "en": "Hello, I have a question about my bill."},
            },
        ],
        "criteria": [
            {
                "id": "opening",
                "title": {"zh": "开场", "en": "Opening"},
                "pass": {
                    "zh": "按时段问候，报清中心和工号。",
                    "en": "Greets by the hour, names the centre and own number.",
                },
                "fail": {"zh": "只说“喂”或“讲”。", "en": "Says only “hello” or “yes?”."},
                "score": 0,
            }
        ],
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return the points given, in the order of the criteria; a number is taken for its digit."""
        if isinstance(sent, list):
            sent = [
                [each[0], str(each[1])] if isinstance(each, list) and len(each) == 2 and type(each[1]) is int else each  # noqa: PLR2004  # a pair
                for each in sent
            ]
        return accepted_pairs(sent, [each["id"] for each in asked.body.get("criteria", ())], POINTS)

    def typed(self, response: Response) -> list[str]:
        """Return the pairs as “left=right”."""
        return typed_pairs(response)

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return the mean over the criteria."""
        found = _worths(key, response, asked)
        return sum(found) / len(found) if found else 0.0

    def tally(self, key: Key, response: object, asked: Asked) -> Tally | None:
        """Return how many criteria got the experts’ points, and how many earned half of theirs."""
        found = _worths(key, response, asked)
        return Tally(found.count(1.0), len(found), found.count(HALF))

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the points that the experts gave."""
        return [[each["id"], str(key["scores"][each["id"]])] for each in asked.body.get("criteria", ())]

    def words(
        self, response: Response, options: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
    ) -> tuple[Text, ...]:
        """Return each criterion with its points."""
        del options
        given = stored_pairs(response)
        return tuple(
            joined(each["title"], same(given[each["id"]])) for each in body.get("criteria", ()) if each["id"] in given
        )

    def read(self, row: Row) -> Parts:
        """Return the call, its words, and the criteria with the points that the experts agreed on."""
        body: dict[str, Any] = {"audio": row.text("audio", 200)} if row.has("audio") else {}
        if row.has("scorecard"):
            body["scorecard"] = row.slug("scorecard")
        turns: list[dict[str, Any]] = []
        for each in row.tables("turns"):
            turns.append({"speaker": each.slug("speaker"), "text": pair(each.both("text", OPTION_MOST))})
            each.done()
        if not 1 <= len(turns) <= MOST_TURNS:
            row.wrong(
                "turns",
                N_("The call is written out too, for whoever cannot hear it, in 1 to %(most)s turns."),
                most=MOST_TURNS,
            )
        criteria: list[dict[str, Any]] = []
        scores: dict[str, int] = {}
        for each in row.tables("criteria"):
            slug = each.slug("id")
            texts = {name: pair(each.both(name, OPTION_MOST)) for name in ("title", "pass", "fail")}
            critical = each.has("critical") and each.flag("critical")
            criteria.append({"id": slug, **texts, "critical": critical})
            scores[slug] = each.whole("score", 0, len(POINTS) - 1)
            each.done()
        if not 1 <= len(criteria) <= MOST_OPTIONS or len(scores) < len(criteria):
            row.wrong("criteria", N_("A call is scored on 1 to %(most)s criteria, each once."), most=MOST_OPTIONS)
        return Parts(body=body | {"turns": turns, "criteria": criteria}, key={"scores": scores})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same."""
        body = parts.body
        criteria = [
            {name: each[name] for name in ("id", "title", "pass", "fail")}
            | ({"critical": True} if each["critical"] else {})
            | {"score": parts.key["scores"][each["id"]]}
            for each in body["criteria"]
        ]
        head = {name: body[name] for name in ("audio", "scorecard") if name in body}
        return head | {"turns": body["turns"], "criteria": criteria}


def _worths(key: Key, response: object, asked: Asked) -> list[float]:
    given = stored_pairs(response)
    critical = {each["id"] for each in asked.body.get("criteria", ()) if each.get("critical")}
    return [_near(given.get(each), points, exact=each in critical) for each, points in key["scores"].items()]


def _near(given: str | None, points: int, *, exact: bool) -> float:
    if given not in POINTS:
        return 0.0
    off = abs(int(given) - points)
    if off == 0:
        return 1.0
    return HALF if off == 1 and not exact else 0.0


KIND = ListenScore()

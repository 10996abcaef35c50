"""A text with gaps: each is typed, or, where there is a list of words, picked from it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from lms.courses.rules.findings import N_
from lms.quizzes.rules.kinds.base import (
    TEXT_MOST,
    Asked,
    Flaw,
    Key,
    Kind,
    Parts,
    Response,
    Row,
    Tally,
    Text,
    canonical,
    listed,
    nothing,
    options_of,
    options_written,
    pair,
    same,
    share_of,
)
from lms.quizzes.rules.kinds.texts import folded, matches

GAP = re.compile(r"\[\[(\d{1,2})\]\]")
MOST_GAPS = 8
MOST_WORDS = 12
LONGEST = 2000


class Cloze(Kind):
    """Body: {text: {zh, en} with [[1]], [[2]] …, gaps: n, partial}. Response: a text (or an option's id) for each gap.

    Key: {gaps: [{accept: {zh: […], en: […]}}, …]}, or {gaps: [{id}, …]} where there are options. A gap left open is "".
    """

    name: ClassVar[str] = "cloze"
    rank: ClassVar[int] = 60
    ordered: ClassVar[bool] = True  # what belongs to the first is often written first
    example: ClassVar[dict[str, Any]] = {
        "text": {
            "zh": "城区 [[1]] 分钟到场，郊区 [[2]] 分钟到场。",
            "en": "In the city the crew is there in [[1]] minutes, in a suburb in [[2]] minutes.",
        },
        "gaps": [
            {"accept": {"zh": ["45", "四十五"], "en": ["45", "forty-five"]}},
            {"accept": {"zh": ["90", "九十"], "en": ["90", "ninety"]}},
        ],
    }

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return a text for each gap, those left open as ""."""
        if nothing(sent):
            return None, None
        given = [sent] if isinstance(sent, str) else sent
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            return None, Flaw.NOT_A_TEXT
        if len(given) != asked.body.get("gaps"):
            return None, Flaw.NOT_A_TEXT
        if any(len(each) > TEXT_MOST for each in given):
            return None, Flaw.TOO_LONG
        kept = [each.strip() for each in given]
        if asked.options and not all(each in asked.options for each in kept if each):
            return None, Flaw.NOT_AN_OPTION
        return (kept if any(kept) else None), None

    def likeness(self, response: object, asked: Asked) -> str:
        """Return what was put into the gaps as it is compared; an option's id is compared likewise."""
        del asked
        return canonical([folded(str(each)) for each in listed(response)])

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return the share of gaps that were filled rightly; or all or nothing."""
        return share_of(_counted(key, response), partial=bool(asked.body.get("partial")))

    def tally(self, key: Key, response: object, asked: Asked) -> Tally | None:
        """Return how many gaps were filled rightly."""
        return _counted(key, response) if asked.body.get("partial") else None

    def right(self, key: Key, asked: Asked) -> Response:
        """Return what fills the gaps, in the first form that is accepted."""
        del asked
        return [str(gap["id"]) if "id" in gap else _first(gap) for gap in key["gaps"]]

    def right_words(self, key: Key, asked: Asked, options: Sequence[Mapping[str, Any]]) -> tuple[Text, ...]:
        """Return what fills each gap, in both languages."""
        texts = {option["id"]: option["text"] for option in options}
        del asked
        return tuple(
            texts.get(gap["id"], same(gap["id"]))
            if "id" in gap
            else {lang: f[0] for lang, f in gap["accept"].items() if f}
            for gap in key["gaps"]
        )

    def words(
        self, response: Response, options: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
    ) -> tuple[Text, ...]:
        """Return what was put into each gap; one left open is a dash."""
        del body
        texts = {option["id"]: option["text"] for option in options}
        given = response if isinstance(response, list) else []
        return tuple(texts.get(str(each)) or same(each or "—") for each in given)

    def read(self, row: Row) -> Parts:
        """Return the text, its gaps in order, and the list of words where there is one."""
        options = options_of(row, "words", most=MOST_WORDS)[0] if row.has("words") else []
        text = pair(row.both("text", LONGEST))
        gaps = [_gap(each, {option["id"] for option in options}) for each in row.tables("gaps")]
        for language in ("zh", "en"):
            if sorted(map(int, GAP.findall(text[language]))) != list(range(1, len(gaps) + 1)):
                row.wrong(
                    "text", N_("The text has each gap once, as [[1]], [[2]] … (%(language)s)."), language=language
                )
        if not 1 <= len(gaps) <= MOST_GAPS:
            row.wrong("gaps", N_("A text has 1 to %(most)s gaps."), most=MOST_GAPS)
        whole = row.has("all_or_nothing") and row.flag("all_or_nothing")
        body = {"text": text, "gaps": len(gaps), "partial": not whole}
        return Parts(tuple(options), body, {"gaps": gaps})

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same."""
        gaps = [{"answer": gap["id"]} if "id" in gap else {"accept": gap["accept"]} for gap in parts.key["gaps"]]
        whole = {} if parts.body.get("partial") else {"all_or_nothing": True}
        words = {"words": options_written(parts)} if parts.options else {}
        return whole | {"text": parts.body["text"]} | words | {"gaps": gaps}


def _gap(row: Row, words: set[str]) -> dict[str, Any]:
    if words:
        answer = row.slug("answer")
        if answer not in words:
            row.wrong("answer", N_("An “answer” names no option."))
        row.done()
        return {"id": answer}
    accept = row.table("accept")
    accepted = {language: list(accept.texts(language)) for language in ("zh", "en")}
    for language, texts in accepted.items():
        if accept.sound and not texts:
            row.wrong("accept", N_("No answer is accepted in “%(language)s”."), language=language)
    accept.done()
    row.done()
    return {"accept": accepted}


def _counted(key: Key, response: object) -> Tally:
    gaps = key["gaps"]
    if not isinstance(response, list) or len(response) != len(gaps):
        return Tally(0, len(gaps))
    return Tally(sum(_fits(gap, given) for gap, given in zip(gaps, response, strict=True)), len(gaps))


def _fits(gap: Mapping[str, Any], given: object) -> bool:
    if "id" in gap:
        return bool(given == gap["id"])
    return matches(given, [form for forms in gap["accept"].values() for form in forms])


def _first(gap: Mapping[str, Any]) -> str:
    return next((forms[0] for forms in gap["accept"].values() if forms), "")


KIND = Cloze()

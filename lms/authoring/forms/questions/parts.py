"""Rows of a form and the part of a question file they stand for: there and back again, kind by kind."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lms.authoring.forms.questions.rows import ROWS, Sent, both, spread

Part = dict[str, Any]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LISTS = {  # kinds made of one list: its name in the file, what a ticked row says there, how many rows there are
    "single": ("options", "correct", 6),
    "multiple": ("options", "correct", 6),
    "ordering": ("options", "", 10),
    "hot_list": ("sentences", "correct", 12),
    "call_steps": ("steps", "with_previous", 10),
}
WHOLE_IF_UNSAID = frozenset({"multiple", "ordering", "call_steps"})  # other kinds give shares unless they say not
MOST_ANSWERS = 20


def part_of(kind: str, sent: Sent, before: Sequence[str] = ()) -> Part:
    """Return the part of a file that the fields of a kind stand for; `before` are the ids of its options so far."""
    if kind in LISTS:
        return _sharing(kind, sent) | {LISTS[kind][0]: _listed(kind, sent)}
    made: dict[str, Callable[[Sent, Sequence[str]], Part]] = {
        "matching": _matching,
        "cloze": _cloze,
        "next_line": _next_line,
        "listen_score": _listen_score,
    }
    return made[kind](sent, before)


def fields_of(kind: str, part: Part) -> dict[str, Any]:
    """Return what the fields of a kind hold for its part of a file."""
    if kind in LISTS:
        return _list_fields(kind, part)
    made = {"matching": _pairs, "cloze": _gaps, "next_line": _lines, "listen_score": _criteria}
    return made[kind](part)


def lines(value: str) -> list[str]:
    """Return the answers of a field that holds one a line."""
    return [each.strip() for each in (value or "").splitlines() if each.strip()][:MOST_ANSWERS]


def gathered(claims: Iterable[tuple[str, dict[str, str]]], before: Sequence[str]) -> tuple[list[Part], list[str]]:
    """Return one option for each text that is claimed with its old id, if any, and the id each claim has now.

    Those that were there `before` keep their order; new ones follow.
    """
    asked = [(slug, (text["zh"], text["en"])) for slug, text in claims]
    named: dict[tuple[str, str], str] = {}
    for slug, text in asked:
        if slug and text not in named and slug not in named.values():
            named[text] = slug
    free = (letter for letter in LETTERS if letter not in {*named.values(), *before})
    for _slug, text in asked:
        named[text] = named.get(text) or next(free)
    options = [{"id": slug, "text": {"zh": text[0], "en": text[1]}} for text, slug in named.items()]
    places = {slug: place for place, slug in enumerate(before)}
    options.sort(key=lambda option: places.get(str(option["id"]), len(places)))
    return options, [named[text] for _slug, text in asked]


def _with_ids(rows: Iterable[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return rows that all have an id: their own, or the next free letter."""
    filled = [row for _n, row in rows]
    free = (letter for letter in LETTERS if letter not in {row["id"] for row in filled})
    return [row | {"id": row["id"] or next(free)} for row in filled]


def _sharing(kind: str, sent: Sent) -> Part:
    """Return what a file says of parts of the mark; nothing where it need not."""
    partial = bool(sent.get("partial"))
    if kind in WHOLE_IF_UNSAID:
        return {"partial": True} if partial else {}
    return {} if partial or kind == "single" else {"all_or_nothing": True}


def _listed(kind: str, sent: Sent) -> list[Part]:
    ticked = LISTS[kind][1]
    return [
        {"id": row["id"], "text": both(row)} | ({ticked: True} if ticked and row["right"] else {})
        for row in _with_ids(ROWS[kind][0].filled(sent))
    ]


def _list_fields(kind: str, part: Part) -> dict[str, Any]:
    name, ticked, _most = LISTS[kind]
    rows = [spread(row["text"]) | {"id": row["id"], "right": bool(row.get(ticked))} for row in part[name]]
    return ROWS[kind][0].given(rows)


def _matching(sent: Sent, before: Sequence[str]) -> Part:
    pairs, others = ROWS["matching"]
    rows = _with_ids(pairs.filled(sent))
    claims = [(row["answer"], both(row, "right_")) for row in rows]
    claims += [(row["id"], both(row)) for _n, row in others.filled(sent)]
    options, ids = gathered(claims, before)
    prompts = [
        {"id": row["id"], "text": both(row, "left_"), "answer": answer}
        for row, answer in zip(rows, ids, strict=False)  # the ids of the others follow
    ]
    return _sharing("matching", sent) | {"prompts": prompts, "options": options}


def _pairs(part: Part) -> dict[str, Any]:
    pairs, others = ROWS["matching"]
    texts = {option["id"]: option["text"] for option in part["options"]}
    rows = [
        spread(each["text"], "left_")
        | spread(texts[each["answer"]], "right_")
        | {"id": each["id"], "answer": each["answer"]}
        for each in part["prompts"]
    ]
    return pairs.given(rows) | others.given(_left_over(part["options"], {each["answer"] for each in part["prompts"]}))


def _left_over(options: Iterable[Part], used: set[str]) -> list[dict[str, Any]]:
    """Return the rows of options that nothing was matched with."""
    return [spread(each["text"]) | {"id": each["id"]} for each in options if each["id"] not in used]


def _cloze(sent: Sent, before: Sequence[str]) -> Part:
    gaps, others = ROWS["cloze"]
    head = _sharing("cloze", sent) | {"text": {"zh": sent["text_zh"] or "", "en": sent["text_en"] or ""}}
    rows = [row for _n, row in gaps.filled(sent)]
    if not sent.get("picked"):
        accepted = ({language: lines(row[language]) for language in ("zh", "en")} for row in rows)
        return head | {"gaps": [{"accept": accept} for accept in accepted]}
    claims = [(row["id"], both(row)) for row in rows] + [(row["id"], both(row)) for _n, row in others.filled(sent)]
    options, ids = gathered(claims, before)
    return head | {"words": options, "gaps": [{"answer": slug} for slug in ids[: len(rows)]]}


def _gaps(part: Part) -> dict[str, Any]:
    gaps, others = ROWS["cloze"]
    head = {"text_zh": part["text"]["zh"], "text_en": part["text"]["en"], "picked": "words" in part}
    if "words" not in part:
        rows = [{name: "\n".join(texts) for name, texts in gap["accept"].items()} for gap in part["gaps"]]
        return head | gaps.given(rows)
    texts = {option["id"]: option["text"] for option in part["words"]}
    rows = [spread(texts[gap["answer"]]) | {"id": gap["answer"]} for gap in part["gaps"]]
    return head | gaps.given(rows) | others.given(_left_over(part["words"], {gap["answer"] for gap in part["gaps"]}))


def _turns(kind: str, sent: Sent) -> list[Part]:
    return [{"speaker": row["speaker"], "text": both(row)} for _n, row in ROWS[kind][0].filled(sent)]


def _turn_fields(kind: str, part: Part) -> dict[str, Any]:
    return ROWS[kind][0].given([spread(turn["text"]) | {"speaker": turn["speaker"]} for turn in part["turns"]])


def _next_line(sent: Sent, _before: Sequence[str]) -> Part:
    said = [
        {"id": row["id"], "text": both(row)} | ({"worth": row["worth"]} if row["worth"] else {})
        for row in _with_ids(ROWS["next_line"][1].filled(sent))
    ]
    return {"turns": _turns("next_line", sent), "lines": said}


def _lines(part: Part) -> dict[str, Any]:
    rows = [spread(each["text"]) | {"id": each["id"], "worth": each.get("worth", "")} for each in part["lines"]]
    return _turn_fields("next_line", part) | ROWS["next_line"][1].given(rows)


def _listen_score(sent: Sent, _before: Sequence[str]) -> Part:
    head = {name: sent[name] for name in ("audio", "scorecard") if sent.get(name)}
    criteria = [
        {"id": row["id"]}
        | {name: both(row, f"{name}_") for name in ("title", "pass", "fail")}
        | ({"critical": True} if row["critical"] else {})
        | {"score": int(row["score"] or 0)}
        for row in _with_ids(ROWS["listen_score"][1].filled(sent))
    ]
    return head | {"turns": _turns("listen_score", sent), "criteria": criteria}


def _criteria(part: Part) -> dict[str, Any]:
    rows = [
        spread(each["title"], "title_")
        | spread(each["pass"], "pass_")
        | spread(each["fail"], "fail_")
        | {"id": each["id"], "critical": bool(each.get("critical")), "score": str(each["score"])}
        for each in part["criteria"]
    ]
    head = {name: part.get(name, "") for name in ("audio", "scorecard")}
    return head | _turn_fields("listen_score", part) | ROWS["listen_score"][1].given(rows)

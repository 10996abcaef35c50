"""Makes the stored form of a lesson: blocks of safe HTML and of checks that hold neither key nor explanation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from lms import markup
from lms.courses.rules.boxes import Case, Check, Drawing, KeyBox, Part, Turn, Words
from lms.courses.rules.flow import Flow, Step
from lms.courses.rules.languages import in_language
from lms.courses.rules.lesson_source import LessonSource
from lms.courses.rules.media import with_sound
from lms.media.rules.medium import EMPTY, Album
from lms.media.rules.tags import name_in, sound

# Words that stand inside stored HTML, which is kept for each language.
LABELS = {
    "zh": {
        "key": "要点",
        "mnemonic": "记一句",
        "story": "一个故事，帮你挂住要点",
        "case": "听一通电话：{title}",
        "caller": "用户",
        "agent": "客服",
        "to": "{label}：{text}",
        "back": "上一句",
        "next": "下一句",
        "remark": "下一条点评",
        "speed": "语速",
        "keys": "空格播放或暂停，J 和 L 前后跳一句，方向键跳 5 秒，R 到下一条点评",
        "from": "从 {time} 播放",
        "broken": "录音暂时听不了，文字都在下面。",
    },
    "en": {
        "key": "Key point",
        "mnemonic": "To remember it",
        "story": "A story to hang it on",
        "case": "A call to learn from: {title}",
        "caller": "Caller",
        "agent": "Agent",
        "to": "{label}: {text}",
        "back": "Turn before",
        "next": "Next turn",
        "remark": "Next remark",
        "speed": "Speed",
        "keys": "Space plays and pauses, J and L go a turn back and on, arrows 5 seconds, R to the next remark",
        "from": "Play from {time}",
        "broken": "The sound cannot be played now. Everything that is said stands below.",
    },
}


CALL_WORDS = ("back", "next", "remark", "speed", "keys", "from", "broken")


@dataclass(frozen=True)
class PublicQuestion:
    """A question as a lesson may show it, without key and explanation, in both languages; `stem` is stored HTML.

    `body` is what its kind asks besides, such as the turns of a call.
    """

    question_id: int
    ref: str
    kind: str
    stem: Mapping[str, str]
    options: tuple[tuple[str, Mapping[str, str]], ...]
    unit: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)


def blocks(
    lesson: LessonSource, locale: str, questions: Mapping[str, PublicQuestion], album: Album = EMPTY
) -> list[dict[str, Any]]:
    """Return what is stored of the blocks of `lesson`: `[{heading, pieces: [{html} | {check}], points: [numbers]}]`.

    A check whose question is not in `questions` is left out; whoever publishes refuses it before. `album` holds the
    lesson's pictures and recordings and says where they are found.
    """
    return [
        {
            "heading": block.heading,
            "pieces": _pieces(block.parts, locale, questions, album),
            "points": [point.number for point in lesson.points if point.block == number],
        }
        for number, block in enumerate(lesson.blocks)
    ]


def _pieces(
    parts: tuple[Part, ...], locale: str, questions: Mapping[str, PublicQuestion], album: Album
) -> list[dict[str, Any]]:
    """Return the pieces of a block; text that stands together is one piece."""
    pieces: list[dict[str, Any]] = []
    for part in parts:
        if isinstance(part, Check):
            if part.ref in questions:
                pieces.append({"check": check(questions[part.ref], locale, album)})
            continue
        html = _heard(part, markup.with_media(_html(part, locale), album, locale), album, locale)
        if pieces and "html" in pieces[-1]:
            pieces[-1]["html"] += "\n" + html
        else:
            pieces.append({"html": html})
    return pieces


def stem(source: str, locale: str, album: Album = EMPTY) -> str:
    """Return what is stored of the text of a question: one line, or blocks with pictures and players."""
    if "media/" not in source:
        return markup.inline(source)
    return markup.with_media(markup.markdown(source), album, locale).strip()


def check(question: PublicQuestion, locale: str, album: Album = EMPTY) -> dict[str, Any]:
    """Return a question as stored inside a lesson, in the language of the lesson."""
    body = with_sound(in_language(dict(question.body), locale), album.base)
    return ({"body": body} if body else {}) | {
        "ref": question.ref,
        "question_id": question.question_id,
        "kind": question.kind,
        "stem": question.stem[locale],
        "options": [{"id": name, "text": text[locale]} for name, text in question.options],
        "unit": question.unit.get(locale, ""),
    }


def _html(part: Words | KeyBox | Case | Drawing, locale: str) -> str:
    if isinstance(part, Words):
        return _words(part, locale)
    if isinstance(part, KeyBox):
        inside = f'<p><mark class="key"><sup>{part.number}</sup>{markup.inline(part.text)}</mark></p>'
        return _box("keypoint", LABELS[locale]["key"], inside)
    if isinstance(part, Case):
        turns = "".join(_turn(turn, locale) for turn in part.turns)
        return _box("case", LABELS[locale]["case"].format(title=part.title), f'<ol class="turns">{turns}</ol>')
    return markup.clean(_flow(part.flow, locale))


def _heard(part: Part, html: str, album: Album, locale: str) -> str:
    """Return the `html` of a call with its sound beside the transcript, where it has one; of anything else as it is."""
    name = name_in(part.sound) if isinstance(part, Case) and part.sound else None
    medium = album.files.get(name or "")
    if name is None or medium is None or medium.kind not in ("audio", "video"):
        return html
    return markup.heard(html, sound(name, medium, album), {word: LABELS[locale][word] for word in CALL_WORDS})


def _words(part: Words, locale: str) -> str:
    html = markup.markdown(_marked(part))
    return html if part.kind == "prose" else _box(part.kind, LABELS[locale][part.kind], html)


def _marked(part: Words) -> str:
    """Return the Markdown of `part` with its key marks as HTML; the parser leaves inline tags where they are."""
    text, at = "", 0
    for number, mark in enumerate(part.marks, part.first):
        text += part.text[at : mark.start] + f'<mark class="key"><sup>{number}</sup>{mark.text}</mark>'
        at = mark.end
    return text + part.text[at:]


def _box(kind: str, heading: str, html: str) -> str:
    return markup.clean(f'<section class="block {kind}"><h3>{escape(heading)}</h3>{html}</section>')


def _turn(turn: Turn, locale: str) -> str:
    verdicts = {remark.good for remark in turn.remarks}
    classes = ["agent"] if turn.who == "agent" else []
    if verdicts:
        classes.append("ok" if verdicts == {True} else "warn")
    remarks = "".join(
        f'<span class="remark {"ok" if remark.good else "warn"}">{markup.inline(remark.text)}</span>'
        for remark in turn.remarks
    )
    opened = f'<li class="{" ".join(classes)}">' if classes else "<li>"
    who = f'<span class="who">{LABELS[locale][turn.who]} · {turn.time}</span>'
    return f"{opened}{who}{markup.inline(turn.text)}{remarks}</li>"


def _flow(flow: Flow, locale: str) -> str:
    items = [
        _step(
            flow,
            step,
            before=flow.steps[n - 1] if n else None,
            after=flow.steps[n + 1] if n + 1 < len(flow.steps) else None,
            locale=locale,
        )
        for n, step in enumerate(flow.steps)
    ]
    return f'<figure class="flow"><ol>{"".join(items)}</ol></figure>'


def _step(flow: Flow, step: Step, *, before: Step | None, after: Step | None, locale: str) -> str:
    """Return one step; where its way does not simply go on to the next one, it says where it goes."""
    classes = [step.kind] if step.kind != "step" else []
    if before and not any(edge.to == step.name for edge in before.edges):
        classes.append("branch")
    ways = []
    if len(step.edges) > 1 or any(edge.label or after is None or edge.to != after.name for edge in step.edges):
        for edge in step.edges:
            text = flow.text(edge.to)
            way = LABELS[locale]["to"].format(label=edge.label, text=text) if edge.label else f"→ {text}"
            ways.append(f'<span class="then">{escape(way)}</span>')
    opened = f'<li class="{" ".join(classes)}">' if classes else "<li>"
    return f"{opened}<b>{escape(step.text)}</b>{'<br>'.join(ways)}</li>"

"""How a lesson reads: sentences one can say in a breath, headings in their order, and nothing that brushes callers off.

All of it are warnings: whoever writes may know better.
"""

import re
from collections.abc import Iterator

from lms.courses.rules import inline
from lms.courses.rules.boxes import Case, KeyBox, Part, Turn, Words
from lms.courses.rules.findings import N_, Finding, warning
from lms.courses.rules.lesson_source import Block, LessonSource
from lms.courses.rules.reading import HANZI, WORD, reading_seconds

LONGEST = {"zh": 45, "en": 30}  # 汉字 or words of a sentence
LONGEST_OPENING = 60  # seconds of reading above the first heading
MOST_TOLD = 60  # characters of a sentence that a finding repeats

UNIT_ENDS = re.compile(r"^[ \t]*(?:$|#{1,6}[ \t]|[-*+][ \t]|\d+[.)][ \t]|>|\||:::)")
SENTENCE_ENDS = {
    "zh": re.compile(r"[。！？!?；;…]+[”’」』）)\"']*"),
    "en": re.compile(r"(?:[.!?;…]+[”’)\"'*_=]*(?=\s|$))"),
}
SUBHEADING = re.compile(r"^###[ \t]")

# What an agent says to be rid of a caller: to brush off, to blame, to hurry. Matched in small letters.
BRUSHING_OFF = {
    "zh": (
        "这是规定",
        "我们的规定",
        "规定就是这样",
        "我不知道",
        "不归我管",
        "不归我们管",
        "别再打",
        "不要再打",
        "大声点",
        "声音大点",
        "说重点",
        "快点说",
        "您怎么不",
        "你怎么不",
        "没办法",
        "爱莫能助",
        "不可能",
    ),
    "en": (
        "that is our rule",
        "that's our rule",
        "those are the rules",
        "it is our policy",
        "it's our policy",
        "i don't know",
        "i do not know",
        "not my job",
        "not my department",
        "don't call again",
        "do not call again",
        "stop calling",
        "speak up",
        "louder",
        "get to the point",
        "hurry up",
        "calm down",
        "why didn't you",
        "nothing i can do",
    ),
}


def check(source: LessonSource, language: str, file: str = "") -> Iterator[Finding]:
    """Yield what might read better in `source`, which is written in `language` (`zh` or `en`)."""
    yield from _headings(source, file)
    for block in source.blocks:
        for part in block.parts:
            for line, text in _passages(part):
                yield from _sentences(text, line, language, file)
            if isinstance(part, Case):
                yield from _phrases(part, language, file)


def _headings(source: LessonSource, file: str) -> Iterator[Finding]:
    if source.blocks and all(block.heading is None for block in source.blocks):
        yield warning(
            source.blocks[0].line, N_("No heading stands in the text; a “## heading” says what comes."), file=file
        )
        return
    for block in source.blocks:
        if block.heading is None:
            yield from _opening(block, file)


def _opening(block: Block, file: str) -> Iterator[Finding]:
    """Yield what is wrong with the text above the first heading."""
    words = [part for part in block.parts if isinstance(part, Words)]
    for part in words:
        for number, row in enumerate(inline.masked(part.text).split("\n")):
            if SUBHEADING.match(row):
                yield warning(part.line + number, N_("“###” stands below no “##”: a level is missing."), file=file)
    if reading_seconds("\n".join(inline.plain(part.text) for part in words)) > LONGEST_OPENING:
        yield warning(
            block.line, N_("The text above the first heading takes over a minute; give it a heading."), file=file
        )


def _passages(part: Part) -> Iterator[tuple[int, str]]:
    """Yield line and text of everything that is read as sentences."""
    if isinstance(part, Words | KeyBox):
        yield part.line, part.text
    elif isinstance(part, Case):
        for turn in part.turns:
            yield turn.line, turn.text
            for number, remark in enumerate(turn.remarks, 1):
                yield turn.line + number, remark.text


def _sentences(text: str, line: int, language: str, file: str) -> Iterator[Finding]:
    for first, sentence in sentences(text, language):
        plain = inline.plain(sentence)
        count = len(HANZI.findall(plain)) if language == "zh" else len(WORD.findall(HANZI.sub(" ", plain)))
        if count > LONGEST[language]:
            yield warning(
                line + first,
                N_("A sentence of %(count)s characters; %(most)s are enough: “%(sentence)s”")
                if language == "zh"
                else N_("A sentence of %(count)s words; %(most)s are enough: “%(sentence)s”"),
                file=file,
                count=count,
                most=LONGEST[language],
                sentence=plain[:MOST_TOLD] + ("…" if len(plain) > MOST_TOLD else ""),
            )


def sentences(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence of Markdown `text` with its line, from 0; list items and rows end one, code has none."""
    for first, unit in _units(text):
        at = 0
        ends = [found.end() for found in SENTENCE_ENDS[language].finditer(unit)]
        for end in (*ends, len(unit)):
            sentence = unit[at:end]
            if sentence.strip():
                lead = len(sentence) - len(sentence.lstrip())
                yield first + unit.count("\n", 0, at + lead), sentence.strip()
            at = end


def _units(text: str) -> Iterator[tuple[int, str]]:
    """Yield runs of lines that read on, with the line they begin in."""
    begun, rows = 0, list[str]()
    for number, row in enumerate(inline.masked(text).split("\n")):
        if UNIT_ENDS.match(row) and rows:
            yield begun, "\n".join(rows)
            rows = []
        if not rows:
            begun = number
        rows.append(row)
    yield begun, "\n".join(rows)


def _phrases(case: Case, language: str, file: str) -> Iterator[Finding]:
    """Yield what the agent of a call says to be rid of the caller, where no remark tells the reader not to copy it."""
    for turn in case.turns:
        phrase = brushing_off(turn, language)
        if phrase and not any(not remark.good for remark in turn.remarks):
            yield warning(
                turn.line,
                N_("“%(phrase)s” brushes the caller off. A bad example? Then add a remark “! …”, lest it is copied."),
                file=file,
                phrase=phrase,
            )


def brushing_off(turn: Turn, language: str) -> str | None:
    """Return the phrase by which the agent is rid of the caller in `turn`, or None."""
    if turn.who != "agent":
        return None
    said = inline.plain(turn.text).lower().replace("’", "'")  # the typographic apostrophe is meant
    return next((phrase for phrase in BRUSHING_OFF[language] if phrase in said), None)

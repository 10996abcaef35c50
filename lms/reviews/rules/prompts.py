"""How a key point is asked for: its own question, or its sentence with the point left out."""

import re
from dataclasses import dataclass

from lms.courses.rules import inline
from lms.courses.rules.boxes import KeyBox, Words
from lms.courses.rules.lesson_source import LessonSource

PARAGRAPH = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])")
SENTENCE_END = re.compile(r"[。！？][”’」』）]*|[.!?][”’\"')]*(?=\s|$)")
ENOUGH = 6  # characters of a sentence that are left, so that it asks for something
HOLE = "\x02"


@dataclass(frozen=True)
class Prompt:
    """What a card shows before and after it is opened; where `question` is None, `before` ▁▁▁ `after` asks."""

    heading: str
    before: str
    after: str
    question: str | None
    answer: str


def prompt(lesson: LessonSource, number: int) -> Prompt | None:
    """Return the card of key point `number`, or None where the lesson has no such point."""
    point = next((point for point in lesson.points if point.number == number), None)
    if point is None:
        return None
    heading = point.under or lesson.blocks[point.block].heading or lesson.title
    if point.question:
        return Prompt(heading, "", "", point.question, point.text)
    for part in lesson.blocks[point.block].parts:
        if isinstance(part, Words) and part.first <= number < part.first + len(part.marks):
            before, after = _around(part, number - part.first)
            return Prompt(heading, before, after, None, point.text)
        if isinstance(part, KeyBox) and part.number == number:
            break
    return Prompt(heading, "", "", None, point.text)


def _around(part: Words, index: int) -> tuple[str, str]:
    """Return the text before and after a mark: its sentence, and its neighbours where it fills the sentence."""
    mark = part.marks[index]
    start = max((m.end() for m in PARAGRAPH.finditer(part.text, 0, mark.start)), default=0)
    found = PARAGRAPH.search(part.text, mark.end)
    end = found.start() if found else len(part.text)
    before, after = part.text[start : mark.start], part.text[mark.end : end]
    ends = [0, *(m.end() for m in SENTENCE_END.finditer(before)), len(before)]
    closes = [m.end() for m in SENTENCE_END.finditer(after)] or [len(after)]
    first = max(n for n in ends[:-1])
    near = before[first:], after[: closes[0]]
    if len(_plain(*near).replace(HOLE, "").strip(" .,;:!?。，；：！？”“'\"")) < ENOUGH:
        wider = ends[-3] if len(ends) > 2 and ends[-2] == first else 0  # noqa: PLR2004  # one sentence further back
        near = before[wider:], after[: closes[1] if len(closes) > 1 else len(after)]
    left, _hole, right = _plain(*near).partition(HOLE)
    return left.strip(), right.rstrip()


def _plain(before: str, after: str) -> str:
    return inline.plain(f"{before}{HOLE}{after}")

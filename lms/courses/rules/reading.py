"""How long a lesson takes: 180 words or 300 汉字 a minute, and 30 seconds for each check."""

import re
from collections.abc import Iterator

from lms.courses.rules.boxes import Case, Drawing, KeyBox, Part, Words
from lms.courses.rules.inline import plain
from lms.courses.rules.lesson_source import LessonSource

WORDS_A_MINUTE = 180
HANZI_A_MINUTE = 300
SECONDS_A_CHECK = 30
HANZI = re.compile("[㐀-䶿一-鿿豈-﫿]")
WORD = re.compile(r"[^\W_]+(?:['’.,:-][^\W_]+)*")


def reading_seconds(text: str, *, checks: int = 0) -> float:
    """Return the seconds that reading `text` and answering `checks` questions takes."""
    hanzi = len(HANZI.findall(text))
    words = len(WORD.findall(HANZI.sub(" ", text)))
    return 60 * (words / WORDS_A_MINUTE + hanzi / HANZI_A_MINUTE) + SECONDS_A_CHECK * checks


def minutes(seconds: float) -> int:
    """Return whole minutes, rounded half up, at least one."""
    return max(1, int(seconds / 60 + 0.5))


def lesson_seconds(lesson: LessonSource) -> float:
    """Return the seconds that `lesson` takes with everything that stands in it."""
    texts = [lesson.title]
    for block in lesson.blocks:
        texts.append(block.heading or "")
        for part in block.parts:
            texts.extend(_texts(part))
    return reading_seconds("\n".join(texts), checks=len(lesson.checks))


def _texts(part: Part) -> Iterator[str]:
    if isinstance(part, Words | KeyBox):
        yield plain(part.text)
    elif isinstance(part, Case):
        yield part.title
        for turn in part.turns:
            yield from (plain(turn.text), *(plain(remark.text) for remark in turn.remarks))
    elif isinstance(part, Drawing):
        yield from (step.text for step in part.flow.steps)

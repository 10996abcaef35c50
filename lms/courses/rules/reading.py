"""How long a lesson takes: 180 words or 300 汉字 a minute, 30 seconds for each check, and what its recordings play."""

import re
from collections.abc import Iterator, Mapping

from lms.courses.rules.boxes import Case, Drawing, KeyBox, Part, Words
from lms.courses.rules.inline import plain
from lms.courses.rules.lesson_source import LessonSource
from lms.media.rules.tags import name_in

NOTHING: Mapping[str, float] = {}
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


def lesson_seconds(lesson: LessonSource, recordings: Mapping[str, float] = NOTHING) -> float:
    """Return the seconds that `lesson` takes with everything that stands in it.

    `recordings` are the seconds of its sounds and films by name. Each counts once; a call that is heard is not read.
    """
    texts, heard = [lesson.title], {name_in(link.target) for link in lesson.links}
    for block in lesson.blocks:
        texts.append(block.heading or "")
        for part in block.parts:
            if isinstance(part, Case) and part.sound and name_in(part.sound) in recordings:
                texts.append(part.title)
            else:
                texts.extend(_texts(part))
    playing = sum(recordings.get(name or "", 0) for name in heard)
    return reading_seconds("\n".join(texts), checks=len(lesson.checks)) + playing


def _texts(part: Part) -> Iterator[str]:
    if isinstance(part, Words | KeyBox):
        yield plain(part.text)
    elif isinstance(part, Case):
        yield part.title
        for turn in part.turns:
            yield from (plain(turn.text), *(plain(remark.text) for remark in turn.remarks))
    elif isinstance(part, Drawing):
        yield from (step.text for step in part.flow.steps)

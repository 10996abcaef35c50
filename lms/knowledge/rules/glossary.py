"""Which terms of the glossary a text holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lms.knowledge.rules.words import IS_CJK, LETTER, normal

LONGEST_TERM = 120
LONGEST_TEXT = 1000
MOST_SPELLINGS = 12


@dataclass(frozen=True)
class Term:
    """A term of the glossary as its file or its form states it."""

    slug: str
    term_zh: str
    term_en: str
    also: tuple[str, ...]
    text_zh: str
    text_en: str
    place: Any = field(default=None, compare=False)

    def spellings(self) -> tuple[str, ...]:
        """Return every way to write it, each once."""
        return tuple(dict.fromkeys((self.term_zh, self.term_en, *self.also)))


def pattern(spellings: Iterable[str]) -> re.Pattern[str]:
    """Return what finds a term in a normal text: Chinese anywhere, other words whole, with the s of a plural."""
    ways = sorted({normal(spelling).strip() for spelling in spellings} - {""}, key=len, reverse=True)
    return re.compile("|".join(_way(way) for way in ways) or r"(?!)")


def _way(way: str) -> str:
    found = re.escape(way)
    before = "" if IS_CJK.match(way[0]) else f"(?<!{LETTER})"
    after = "" if IS_CJK.match(way[-1]) else f"(?:e?s)?(?!{LETTER})"
    return f"{before}{found}{after}"


def occurring(text: str, terms: Iterable[tuple[int, re.Pattern[str]]]) -> tuple[int, ...]:
    """Return the ids of those of `terms` (id, pattern) that `text` holds, in the order of their first occurrence."""
    plain = normal(text)
    found = [(match.start(), number) for number, known in terms if (match := known.search(plain))]
    return tuple(number for _at, number in sorted(found))

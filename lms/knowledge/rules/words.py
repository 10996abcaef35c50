"""Cuts texts and questions into the words that both full-text indexes know: NFKC, lower case, CJK in pairs.

SQLite's own tokenizers find nothing for a Chinese word of two characters, and PostgreSQL has none for Chinese; pairs of
neighbouring characters (and single ones) find every word of Chinese with the same code on both.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

CJK = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
LETTER = rf"[^\W_{CJK}]"  # of what is written with spaces between words
IS_CJK = re.compile(rf"[{CJK}]")
# What people type around what they look for; it says nothing about it.
FILLERS = re.compile(
    "为什么|什么时候|怎么样|怎么办|怎么|什么|如何|怎样|是不是|能不能|可不可以|请问|一下|[吗呢吧啊的了]"
    r"|\b(?:the|an?|of|to|is|are|do|does|did|i|we|how|what|when|why|who|my|in|on|for|and|or|it|be|can|should)\b"
)
ACCENTS = re.compile("[\u0300-\u036f]")
LONGEST_WORD = 40
MOST_WORDS = 14
LONGEST_QUESTION = 80
LEAST_PREFIX = 2
LEAST_STEM = 4


@dataclass(frozen=True)
class Word:
    """One thing to look for; `prefix`: words that begin so count too."""

    text: str
    prefix: bool = False


@dataclass(frozen=True)
class Question:
    """A question as the indexes are asked: `every` word of it; or, between words written together, the `loose` ones."""

    text: str
    every: tuple[Word, ...]
    loose: tuple[Word, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to look for."""
        return not self.every


def normal(text: str) -> str:
    """Return `text` as it is compared: full width as half width, lower case, without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", ACCENTS.sub("", plain))


def stem(word: str) -> str:
    """Return an English word without the s of a plural or a verb; others as they are."""
    if len(word) < LEAST_STEM or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def indexed(text: str) -> Iterator[str]:
    """Yield the words of `text` in their order: pairs and single characters of Chinese, stems of others."""
    for run in RUN.findall(normal(text)):
        if not IS_CJK.match(run):
            yield stem(run[:LONGEST_WORD])
            continue
        yield from run
        yield from (run[n : n + 2] for n in range(len(run) - 1))


def question(text: str) -> Question:
    """Return what `text` asks for; of a very long one only the beginning is looked at.

    The last word may be unfinished, so that one finds while typing.
    """
    said = " ".join(text[:LONGEST_QUESTION].split())
    plain = normal(said)
    runs = RUN.findall(FILLERS.sub(" ", plain)) or RUN.findall(plain)
    every: list[Word] = []
    loose: list[Word] = []
    for n, run in enumerate(runs):
        if IS_CJK.match(run):
            pairs = [run[at : at + 2] for at in range(max(len(run) - 1, 1))]
            every += map(Word, pairs)
            loose += map(Word, pairs[::2] if len(run) % 2 == 0 else pairs)
            continue
        last = n == len(runs) - 1 and plain.endswith(run) and not text[:LONGEST_QUESTION].endswith(" ")
        word = Word(stem(run[:LONGEST_WORD]), prefix=last and len(run) >= LEAST_PREFIX)
        every.append(word)
        loose.append(word)
    return Question(said, _first(every), _first(loose))


def _first(words: list[Word]) -> tuple[Word, ...]:
    return tuple(dict.fromkeys(words))[:MOST_WORDS]

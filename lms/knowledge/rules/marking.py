"""Shows where the words of a question stand in a text: parts to be marked, and the passage worth showing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.knowledge.rules.words import IS_CJK, LETTER, Word, normal

AROUND = 28  # characters before the first hit
LONGEST = 150
LONGEST_PASSAGE = 600
CHUNK = re.compile(r"[^\s]")


@dataclass(frozen=True)
class Part:
    """A piece of a text; `hit`: it is what was asked for."""

    text: str
    hit: bool = False


def _folded(text: str) -> tuple[str, list[int]]:
    """Return `text` as it is compared, and for each of its characters the place in `text` that it came from."""
    whole = normal(text)
    if len(whole) == len(text):
        return whole, list(range(len(text)))
    folded, places = [], []
    for at, character in enumerate(text):
        plain = normal(character)
        folded.append(plain)
        places += [at] * len(plain)
    return "".join(folded), places


def _spans(text: str, words: Iterable[Word]) -> list[tuple[int, int]]:
    folded, places = _folded(text)
    spans = []
    for word in words:
        if IS_CJK.match(word.text):
            pattern = re.escape(word.text)
        else:
            pattern = rf"(?<!{LETTER}){re.escape(word.text)}" + (
                f"{LETTER}*" if word.prefix else f"(?:e?s)?(?!{LETTER})"
            )
        spans += [(places[m.start()], places[m.end() - 1] + 1) for m in re.finditer(pattern, folded) if m.group()]
    return sorted(spans)


def marked(text: str, words: Iterable[Word]) -> tuple[Part, ...]:
    """Return `text` cut into parts, those that `words` stand in marked as hits."""
    parts: list[Part] = []
    at = 0
    for start, end in _merged(_spans(text, words)):
        if start > at:
            parts.append(Part(text[at:start]))
        parts.append(Part(text[start:end], hit=True))
        at = end
    if at < len(text):
        parts.append(Part(text[at:]))
    return tuple(parts)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def passage(body: str, words: Sequence[Word]) -> str:
    """Return the line of `body` that holds most of `words`, the first of several; the first line where none does."""
    best, most = "", -1
    for line in body.split("\n"):
        folded = normal(line)
        found = sum(word.text in folded for word in words)
        if line and found > most:
            best, most = line, found
    return best[:LONGEST_PASSAGE]


def excerpt(body: str, words: Sequence[Word]) -> tuple[Part, ...]:
    """Return a short piece of `body` around what was asked for, marked."""
    line = passage(body, words)
    spans = _spans(line, words)
    start = max(spans[0][0] - AROUND, 0) if spans else 0
    if start and not IS_CJK.match(line[start]):
        start = line.rfind(" ", 0, start) + 1  # never in the middle of a word
    cut = line[start : start + LONGEST]
    if start + LONGEST < len(line):
        cut = (cut.rsplit(" ", 1)[0] if " " in cut[-20:] else cut) + "…"
    return marked(("…" if start else "") + cut, words)

"""Which questions ask nearly the same: Jaccard likeness of the shingles of their folded stems, in either language.

Candidates by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Xiao et al. 2008): two sets as alike as the threshold
share one of their few rarest shingles, so most pairs are never compared.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from math import ceil

from lms.quizzes.rules.kinds.texts import folded

LEAST, USUAL = 0.5, 0.6
LANGUAGES = ("zh", "en")
TAG = re.compile(r"<[^<>]*>")
NO_LETTER = re.compile(r"[\W_]+")
TOKEN = re.compile(r"[^\W_㐀-䶿一-鿿豈-﫿]+|[㐀-䶿一-鿿豈-﫿]")
MOST_COMPARED = 6_000_000  # some seconds; more only where thousands of stems hardly differ
MOST_PAIRS = 1_000
SIGNATURE = 2_048
SLACK = 1e-9


@dataclass(frozen=True)
class Stem:
    """What a question asks, by language; HTML or plain."""

    id: int
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Pair:
    """Two questions and how alike their stems are, from 0 to 1, in the language in which they are most alike."""

    one: int
    other: int
    likeness: float
    language: str


@dataclass(frozen=True)
class Found:
    """Pairs, the most alike first; `complete` is false where there were too many to look at all."""

    pairs: tuple[Pair, ...]
    complete: bool


def core(text: str) -> str:
    """Return the letters and digits of a text, folded: what makes two stems the same."""
    return NO_LETTER.sub("", folded(unescape(TAG.sub(" ", text))))


def shingles(text: str) -> frozenset[str]:
    """Return the words of a text, and each two of its words or 汉字 that stand side by side; folded."""
    plain = unicodedata.normalize("NFKC", unescape(TAG.sub(" ", text))).casefold()
    tokens = TOKEN.findall(plain)
    made = {token for token in tokens if len(token) > 1 or len(tokens) == 1}
    made.update(f"{one} {other}" for one, other in pairwise(tokens))
    return frozenset(made)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of all shingles of two texts that both have (Jaccard 1912)."""
    both = len(one & other)
    union = len(one) + len(other) - both
    return both / union if union else 0.0


def near_pairs(stems: Sequence[Stem], threshold: float = USUAL) -> Found:
    """Return the pairs of stems that are at least as alike as `threshold` (LEAST to 1) in one language or the other."""
    threshold = min(max(threshold, LEAST), 1.0)
    best: dict[tuple[int, int], Pair] = {}
    complete = True
    for language in LANGUAGES:
        texts = {stem.id: stem.texts[language] for stem in stems if stem.texts.get(language)}
        found, whole = _near(texts, threshold)
        complete &= whole
        for one, other, share in found:
            key = (min(one, other), max(one, other))
            if key not in best or best[key].likeness < share:
                best[key] = Pair(*key, share, language)
    pairs = sorted(best.values(), key=lambda pair: (-pair.likeness, pair.one, pair.other))
    return Found(tuple(pairs[:MOST_PAIRS]), complete and len(pairs) <= MOST_PAIRS)


def _near(texts: Mapping[int, str], threshold: float) -> tuple[list[tuple[int, int, float]], bool]:
    """Return pairs by id; those that are the same are paired with the first of them, and only that one goes on."""
    found: list[tuple[int, int, float]] = []
    first: dict[str, int] = {}
    sets: dict[int, frozenset[str]] = {}
    for number, text in texts.items():
        letters = core(text)
        if not letters:
            continue
        if letters in first:
            found.append((first[letters], number, 1.0))
        else:
            first[letters] = number
            sets[number] = shingles(text)
    if threshold >= 1.0:
        return found, True
    near, whole = _joined(sets, threshold)
    return found + near, whole


def _joined(sets: Mapping[int, frozenset[str]], threshold: float) -> tuple[list[tuple[int, int, float]], bool]:
    common = Counter(shingle for each in sets.values() for shingle in each)
    bits = {shingle: 1 << (n % SIGNATURE) for n, shingle in enumerate(common)}
    signs = {number: _signature(each, bits) for number, each in sets.items()}
    ordered = sorted(sets, key=lambda number: len(sets[number]))
    index: defaultdict[str, list[int]] = defaultdict(list)
    found: list[tuple[int, int, float]] = []
    compared = 0
    for number in ordered:  # from the shortest: what is in the index is never longer
        own, sign = sets[number], signs[number]
        least = threshold * len(own)
        rarest = _rarest(own, common, len(own) - ceil(least) + 1)
        near = set[int]()
        near.update(*(index[shingle] for shingle in rarest))
        compared += len(near)
        for other in near:
            theirs = sets[other]
            if len(theirs) < least:
                continue
            both = threshold * (len(own) + len(theirs)) / (1 + threshold)  # so many shingles they must share
            if len(theirs) - (signs[other] & ~sign).bit_count() < both - SLACK:
                continue
            share = likeness(own, theirs)
            if share >= threshold:
                found.append((other, number, share))
        if compared > MOST_COMPARED:
            return found, False
        for shingle in rarest:
            index[shingle].append(number)
    return found, True


def _signature(shingle_set: Iterable[str], bits: Mapping[str, int]) -> int:
    """Return a set as bits; a bit that another lacks is a shingle that it lacks, which bounds what both share."""
    made = 0
    for shingle in shingle_set:
        made |= bits[shingle]
    return made


def _rarest(shingle_set: Iterable[str], common: Mapping[str, int], count: int) -> list[str]:
    return sorted(shingle_set, key=lambda shingle: (common[shingle], shingle))[:count]

"""Questions that ask nearly the same are found, in Chinese and in English, and quickly among thousands."""

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes.rules.duplicates import Found, Stem, core, likeness, near_pairs, shingles


def pairs(*texts: str, threshold: float = 0.7, language: str = "en") -> list[tuple[int, int]]:
    found = near_pairs([Stem(n, {language: text}) for n, text in enumerate(texts)], threshold)
    return [(pair.one, pair.other) for pair in found.pairs]


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Within how many rings do you answer?", "within how many rings  do you answer", "en"),
        ("<p>Within how many rings do you answer?</p>", "Within how many rings must you answer?", "en"),
        ("电话响几声之内必须接听？", "电话响几声之内要接听？", "zh"),
        ("２４小时内回复客户", "24 小时内回复客户。", "zh"),
        ("A &amp; B", "A & B", "en"),
    ],
)
def test_the_same_in_other_words_signs_or_widths_is_found(one: str, other: str, language: str) -> None:
    assert pairs(one, other, threshold=0.5, language=language) == [(0, 1)]


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Within how many rings do you answer?", "What do you say first on a transfer?", "en"),
        ("电话响几声之内必须接听？", "客户情绪激动时先做什么？", "zh"),
        ("?!", "…", "en"),
    ],
)
def test_what_asks_for_something_else_is_not(one: str, other: str, language: str) -> None:
    assert pairs(one, other, threshold=0.5, language=language) == []


def test_one_language_alike_is_enough_and_the_more_alike_one_is_told() -> None:
    stems = [
        Stem(1, {"zh": "先说什么？", "en": "What first, please?"}),
        Stem(2, {"zh": "先说什么？", "en": "Whatever"}),
    ]
    (pair,) = near_pairs(stems).pairs
    assert (pair.one, pair.other, pair.likeness, pair.language) == (1, 2, 1.0, "zh")


def test_a_thousand_of_the_same_are_each_paired_with_the_first() -> None:
    found = near_pairs([Stem(n, {"en": "The same question again"}) for n in range(900)])
    assert len(found.pairs) == 899
    assert {pair.one for pair in found.pairs} == {0}
    assert not near_pairs([Stem(n, {"en": "The same question again"}) for n in range(1_200)]).complete


def test_likeness_of_nothing_is_none() -> None:
    assert likeness(frozenset(), frozenset()) == 0.0
    assert shingles("") == frozenset()


def test_at_the_highest_threshold_only_the_same_count() -> None:
    assert pairs("Same words here", "same words, here", "Same words here too", threshold=1.0) == [(0, 1)]


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(st.text(alphabet="ab   ", min_size=1, max_size=20), min_size=2, max_size=9, unique=True),
    threshold=st.sampled_from([0.5, 0.6, 0.75, 0.9]),
)
def test_no_pair_is_missed_that_comparing_all_would_find(texts: list[str], threshold: float) -> None:
    different = list({core(text): text for text in texts if core(text)}.values())
    stems = [Stem(n, {"en": text}) for n, text in enumerate(different)]
    found = {(pair.one, pair.other) for pair in near_pairs(stems, threshold).pairs}
    sets = [shingles(text) for text in different]
    every = itertools.combinations(range(len(sets)), 2)
    assert found == {pair for pair in every if likeness(sets[pair[0]], sets[pair[1]]) >= threshold}


def bank(size: int, seed: int = 7) -> list[Stem]:
    """Stems of the words of a contact centre, hundreds of them, so that many share some."""
    draw = random.Random(seed)
    syllables = [
        "cus",
        "to",
        "mer",
        "call",
        "trans",
        "fer",
        "hold",
        "gre",
        "et",
        "in",
        "voice",
        "li",
        "ne",
        "fau",
        "lt",
        "rule",
    ]
    words = ["".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(600)]
    signs = [chr(0x4E00 + draw.randrange(3000)) for _ in range(400)]
    return [
        Stem(n, {"en": " ".join(draw.choices(words, k=14)), "zh": "".join(draw.choices(signs, k=24))})
        for n in range(size)
    ]


def test_five_thousand_questions_take_less_than_five_seconds() -> None:
    stems = bank(5_000)
    stems[4_999] = Stem(4_999, dict(stems[17].texts))
    began = time.process_time()
    found = near_pairs(stems)
    assert time.process_time() - began < 5
    assert found == Found(found.pairs, complete=True)
    assert (17, 4_999) in {(pair.one, pair.other) for pair in found.pairs}

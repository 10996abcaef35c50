"""Answers that a person may want to look into: much alike, or faster than one can read. A hint, never a proof.

Nothing is read but answers and the moments at which they were saved. Under the least numbers nothing is listed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import exp, log
from statistics import median

LEAST_SHEETS = 20  # attempts at a quiz before anything is listed
LEAST_WRONG = 10  # wrong answers to a question before it says how often two agree by chance
LEAST_SHARED = 5  # the same wrong answers in two sheets
FALSE_ALARM = 0.01  # the chance that any pair is listed where nobody copied
SAME_ERRORS = 0.05
LEAST_FAST = 5
FAST_SHARE = 0.5  # of the answers of a sheet
SMALLEST = 1e-9  # chance that is told
OF_MEDIAN = 1 / 3  # of what others took
CHARACTERS_A_SECOND = {"zh": 8.5, "en": 47.0}  # twice as fast as adults read for meaning
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Given:
    """One answer: `choice` as a text that is equal for equal answers, `seconds` since the one before."""

    version_id: int
    choice: str
    wrong: bool
    seconds: float | None


@dataclass(frozen=True)
class Paper:
    """The answers of one attempt; papers of one `group` are compared with each other."""

    attempt_id: int
    group: int | None
    given: tuple[Given, ...]


@dataclass(frozen=True)
class Alike:
    """Two papers more alike than chance makes them: `same` of `common` answers, `shared` where both were wrong."""

    first: int
    second: int
    shared: int
    both_wrong: int
    expected: float  # of those shared, by chance
    same: int
    common: int
    chance: float

    @property
    def odds(self) -> int:
        """Return one in how many pairs agrees as much by chance, in round figures."""
        digits = len(str(int(1 / max(self.chance, SMALLEST)))) - 1
        return int(f"1{'0' * digits}")


@dataclass(frozen=True)
class Fast:
    """A paper with many answers faster than reading and than others; `right` of the `fast` ones were right."""

    attempt_id: int
    fast: int
    answered: int
    right: int
    median_seconds: float
    others_seconds: float


def seconds_of(started_at: datetime, saved: Mapping[int, datetime]) -> dict[int, float]:
    """Return by position how long after the answer before (or the start) each answer was saved last."""
    found: dict[int, float] = {}
    before = started_at
    for position, at in sorted(saved.items(), key=lambda each: (each[1], each[0])):
        found[position] = max(0.0, (at - before).total_seconds())
        before = at
    return found


def alike(papers: Sequence[Paper]) -> tuple[Alike, ...]:
    """Return pairs within a group that are more alike than chance explains, the least likely first.

    A pair is listed where two things hold: more answers agree than those of two people of their strength would, and,
    among what both got wrong, more wrong answers are the same than SAME_ERRORS of pairs have by chance; so that knowing
    the same is no sign. The first is the generalised binomial test of van der Linden & Sotaridona (2006), Detecting
    answer copying when the regular response process follows a known response model, with the Rasch model by logits
    (Cohen 1979, PROX) and Σ q² for the same wrong answer; its bound is FALSE_ALARM divided by the number of pairs
    (Bonferroni). The second is Bellezza & Bellezza (1989), error similarity analysis, with unequal coins.
    """
    if len(papers) < LEAST_SHEETS:
        return ()
    facts = _facts(papers)
    groups: dict[int, list[Paper]] = defaultdict(list)
    for paper in papers:
        if paper.group is not None:
            groups[paper.group].append(paper)
    pairs = sum(len(members) * (len(members) - 1) // 2 for members in groups.values())
    found = [
        _pair(first, second, facts, FALSE_ALARM / pairs)
        for members in groups.values()
        for first, second in combinations(members, 2)
    ]
    return tuple(sorted((each for each in found if each), key=lambda each: (each.chance, each.first, each.second)))


@dataclass(frozen=True)
class _Facts:
    """What all papers say: how often wrong answers agree by question, the answers and chances to be right by paper."""

    agree: Mapping[int, float]
    given: Mapping[int, Mapping[int, Given]]
    right: Mapping[int, Mapping[int, float]]


def _facts(papers: Sequence[Paper]) -> _Facts:
    agree = _agreement(papers)
    given = {
        paper.attempt_id: {each.version_id: each for each in paper.given if each.version_id in agree}
        for paper in papers
    }
    right: Counter[int] = Counter()
    asked: Counter[int] = Counter()
    for answers in given.values():
        for version, each in answers.items():
            asked[version] += 1
            right[version] += not each.wrong
    ease = {version: _logit(right[version], n) for version, n in asked.items()}
    middle = sum(ease.values()) / len(ease) if ease else 0.0
    chances: dict[int, dict[int, float]] = {}
    for attempt_id, answers in given.items():
        strength = _logit(sum(not each.wrong for each in answers.values()), len(answers))
        chances[attempt_id] = {version: 1 / (1 + exp(middle - strength - ease[version])) for version in answers}
    return _Facts(agree, given, chances)


def _logit(some: int, n: int) -> float:
    """Return the log odds of a share, drawn a little to the middle so that none and all have one."""
    return log((some + 0.5) / (n - some + 0.5))


def _agreement(papers: Iterable[Paper]) -> dict[int, float]:
    """Return for each question how often two wrong answers to it are the same, where enough were wrong to say."""
    chosen: dict[int, Counter[str]] = defaultdict(Counter)
    for paper in papers:
        for given in paper.given:
            if given.wrong:
                chosen[given.version_id][given.choice] += 1
    counted = {version: (counts.total(), counts.values()) for version, counts in chosen.items()}
    return {
        version: sum(count * count for count in counts) / (n * n)
        for version, (n, counts) in counted.items()
        if n >= LEAST_WRONG
    }


def _pair(first: Paper, second: Paper, facts: _Facts, bound: float) -> Alike | None:
    one, other = facts.given[first.attempt_id], facts.given[second.attempt_id]
    common = sorted(one.keys() & other.keys())
    same = [version for version in common if one[version].choice == other[version].choice]
    wrong = [version for version in common if one[version].wrong and other[version].wrong]
    shared = sum(one[version].wrong for version in same)
    errors = [facts.agree[version] for version in wrong]
    if shared < LEAST_SHARED or at_least(shared, errors) >= SAME_ERRORS:
        return None
    mine, theirs = facts.right[first.attempt_id], facts.right[second.attempt_id]
    coins = [mine[v] * theirs[v] + (1 - mine[v]) * (1 - theirs[v]) * facts.agree[v] for v in common]
    chance = at_least(len(same), coins)
    if chance >= bound:
        return None
    return Alike(first.attempt_id, second.attempt_id, shared, len(wrong), sum(errors), len(same), len(common), chance)


def at_least(least: int, coins: Sequence[float]) -> float:
    """Return the chance that `least` or more of unequal coins fall on heads; exact."""
    chances = [1.0]
    for coin in coins:
        chances = [
            without * (1 - coin) + with_ * coin for without, with_ in zip([*chances, 0.0], [0.0, *chances], strict=True)
        ]
    return min(1.0, sum(chances[least:]))


def reading_seconds(texts: Mapping[str, str]) -> float:
    """Return how long a question takes at twice the speed at which adults read for meaning, in its quicker language.

    Brysbaert (2019), How many words do we read per minute? (238 words of English, about 1,400 characters);
    Trauzettel-Klosinski & Dietz (2012), Standardized assessment of reading performance (255 characters of Chinese).
    """
    times = [len(TAG.sub("", text)) / CHARACTERS_A_SECOND[language] for language, text in texts.items() if text]
    return min(times, default=0.0)


def fast(papers: Sequence[Paper], reading: Mapping[int, float]) -> tuple[Fast, ...]:
    """Return papers of which at least half the answers, and five, came faster than reading and than others.

    An answer is fast where it took less than `reading` (by question) and less than a third of the others' median, of at
    least twenty: a normative threshold as Wise & Ma (2012), Setting response time thresholds for a CAT item pool.
    """
    if len(papers) < LEAST_SHEETS:
        return ()
    usual = _usual(papers)
    found = [_fast(paper, usual, reading) for paper in papers]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: (-each.fast, each.attempt_id)))


def _usual(papers: Iterable[Paper]) -> dict[int, float]:
    took: dict[int, list[float]] = defaultdict(list)
    for paper in papers:
        for given in paper.given:
            if given.seconds is not None:
                took[given.version_id].append(given.seconds)
    return {version: median(seconds) for version, seconds in took.items() if len(seconds) >= LEAST_SHEETS}


def _fast(paper: Paper, usual: Mapping[int, float], reading: Mapping[int, float]) -> Fast | None:
    timed = [each for each in paper.given if each.seconds is not None and each.version_id in usual]
    quick = [each for each in timed if (each.seconds or 0.0) < _bound(each, usual, reading)]
    if len(quick) < LEAST_FAST or len(quick) < FAST_SHARE * len(timed):
        return None
    return Fast(
        attempt_id=paper.attempt_id,
        fast=len(quick),
        answered=len(timed),
        right=sum(not each.wrong for each in quick),
        median_seconds=median(each.seconds or 0.0 for each in quick),
        others_seconds=median(usual[each.version_id] for each in quick),
    )


def _bound(given: Given, usual: Mapping[int, float], reading: Mapping[int, float]) -> float:
    return min(reading.get(given.version_id, 0.0), OF_MEDIAN * usual[given.version_id])

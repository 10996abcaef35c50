"""How two texts differ: by line, with the words that changed inside a line. Pages escape the pieces."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINES = 1500  # beyond, comparing costs seconds; the texts are shown whole
MOST_WORDS = 600
AROUND = 3  # lines shown around a change
TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
ALIKE = 0.3

Pieces = tuple[tuple[str, bool], ...]  # (text, whether it changed)


@dataclass(frozen=True)
class Row:
    """A pair of lines: `kind` is same, gone, new, changed, or gap (`count` equal lines left out)."""

    kind: str
    old_line: int | None = None
    new_line: int | None = None
    old: Pieces = ()
    new: Pieces = ()
    count: int = 0


def rows(old: str, new: str) -> tuple[Row, ...]:
    """Return how `new` differs from `old`, equal stretches shortened to AROUND lines on either side."""
    before, after = old.split("\n"), new.split("\n")
    if old == new:
        return ()
    if max(len(before), len(after)) > MOST_LINES:
        return tuple(_replaced(before, after, 0, 0))
    return tuple(_shortened(list(_all(before, after))))


def _all(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            for n in range(b - a):
                plain = ((before[a + n], False),)
                yield Row("same", a + n + 1, c + n + 1, plain, plain)
        else:
            yield from _replaced(before[a:b], after[c:d], a, c)


def _replaced(before: Sequence[str], after: Sequence[str], a: int, c: int) -> Iterator[Row]:
    """Yield lines that were replaced, side by side as far as both go; `a` and `c` are where they begin, from 0."""
    for n in range(max(len(before), len(after))):
        if n >= len(after):
            yield Row("gone", old_line=a + n + 1, old=((before[n], False),))
        elif n >= len(before):
            yield Row("new", new_line=c + n + 1, new=((after[n], False),))
        else:
            old, new = words(before[n], after[n])
            yield Row("changed", a + n + 1, c + n + 1, old, new)


def words(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Return the pieces of two lines, those that differ marked; lines with little in common are marked whole."""
    ours, theirs = TOKEN.findall(old), TOKEN.findall(new)
    whole = (((old, True),) if old else (), ((new, True),) if new else ())
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return whole
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    if matcher.ratio() < ALIKE:
        return whole
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        for side, tokens in ((left, ours[a:b]), (right, theirs[c:d])):
            if tokens:
                side.append(("".join(tokens), tag != "equal"))
    return tuple(left), tuple(right)


def _shortened(found: list[Row]) -> Iterator[Row]:
    """Yield rows with long equal stretches replaced by a gap."""
    near = [False] * len(found)
    for n, row in enumerate(found):
        if row.kind != "same":
            for m in range(max(0, n - AROUND), min(len(found), n + AROUND + 1)):
                near[m] = True
    skipped = 0
    for row, shown in zip(found, near, strict=True):
        if not shown:
            skipped += 1
            continue
        if skipped:
            yield Row("gap", count=skipped)
            skipped = 0
        yield row
    if skipped:
        yield Row("gap", count=skipped)

"""Blank maps: which leaves are taken out, in which order they are offered, and how their placing is graded."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

LEAST_GAPS, MOST_GAPS = 3, 12
SHARE = 2  # every second leaf is taken out


@dataclass(frozen=True)
class Gap:
    """A place whose words were taken out; `node` is the id of the node that belongs there."""

    node: str
    text: str
    key_point_id: int | None = None


@dataclass(frozen=True)
class Blank:
    """A map with gaps: the tree with numbers from 1 in place of words, the gaps, and the words in a new order."""

    branches: tuple[dict[str, Any], ...]
    gaps: tuple[Gap, ...]
    pool: tuple[Gap, ...]


@dataclass(frozen=True)
class Placed:
    """One gap after grading: what belongs there, what was put there, where that would have belonged."""

    number: int
    gap: Gap
    put: Gap | None
    right: bool
    belongs: int | None = field(default=None)  # number of the gap that `put` belongs to, where it is wrong


def seed(*parts: object) -> int:
    """Return the seed for one person, map, day and try; the same parts give the same gaps on every machine."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def blank(branches: Sequence[Mapping[str, Any]], seed_: int) -> Blank:
    """Return the map with some of its leaves taken out; key points are taken, or leaves where there are none.

    Leaves that say the same count as one word: either may stand in either place.
    """
    leaves = [node for node in _leaves(branches) if node["text"]]
    keys = [node for node in leaves if node.get("kind") == "key"]
    found = keys if len(keys) >= LEAST_GAPS else leaves
    luck = Random(seed_)  # noqa: S311  # gaps need no secrecy, only the same draw for the same seed
    wanted = min(max(len(found) // SHARE, LEAST_GAPS), MOST_GAPS, len(found))
    taken = {node["id"] for node in luck.sample(found, wanted)}
    gaps = tuple(Gap(node["id"], node["text"], node.get("key_point_id")) for node in found if node["id"] in taken)
    numbers = {gap.node: number for number, gap in enumerate(gaps, 1)}
    pool = list(gaps)
    luck.shuffle(pool)
    return Blank(tuple(_without(node, numbers) for node in branches), gaps, tuple(pool))


def graded(blank_: Blank, placement: Mapping[int, str]) -> tuple[Placed, ...]:
    """Return each gap with whether what was put there (a node's id by the gap's number) belongs there.

    A gap that was left empty, or got something that is not in the pool, is wrong; every word may be used once, and
    counts where it was first put.
    """
    by_node = {gap.node: (number, gap) for number, gap in enumerate(blank_.gaps, 1)}
    placed, used = [], set[str]()
    for number, gap in enumerate(blank_.gaps, 1):
        node = placement.get(number, "")
        home, put = by_node.get(node, (None, None))
        if node in used:
            home, put = None, None
        used.add(node)
        right = put is not None and put.text == gap.text
        placed.append(Placed(number, gap, put, right, None if right else home))
    return tuple(placed)


def _leaves(branches: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for node in branches:
        found += _leaves(node["children"]) if node["children"] else [node]
    return found


def _without(node: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any]:
    made = {name: node[name] for name in ("id", "text", "kind", "number") if name in node}
    if node["id"] in numbers:  # its id would tell which word belongs here
        number = numbers[node["id"]]
        made = {"id": f"gap-{number}", "text": "", "kind": "gap", "gap": number}
    return made | {"children": [_without(child, numbers) for child in node["children"]]}

"""What is true of a career track: the rung one stands on, how far the next one is, and where each is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

Text = Mapping[str, str]


@dataclass(frozen=True)
class Criterion:
    """One thing that a rung asks; `text` is judged by people, the other kinds are counted."""

    kind: str
    title: Text
    gate: str = ""
    count: int = 0


@dataclass(frozen=True)
class Rung:
    """One level of the track."""

    slug: str
    title: Text
    summary: Text
    stars: int = 0
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Branch:
    """A road that forks off rung `start`."""

    slug: str
    start: str
    title: Text
    rungs: tuple[Rung, ...]


@dataclass(frozen=True)
class Facts:
    """What is known of one person: gates held today, and since when they may take calls on their own."""

    today: date
    gates_held: frozenset[str] = frozenset()
    live_since: date | None = None


@dataclass(frozen=True)
class Progress:
    """How far one criterion is; `need` 0: it is judged by people and nothing is counted."""

    criterion: Criterion
    have: int = 0
    need: int = 0

    @property
    def met(self) -> bool:
        """Say whether it is counted and reached."""
        return 0 < self.need <= self.have

    @property
    def percent(self) -> int:
        """Return 0 to 100."""
        return min(100 * self.have // self.need, 100) if self.need else 0


def rung(raw: Mapping[str, Any]) -> Rung:
    """Return a rung as its file states it."""
    return Rung(
        slug=str(raw["slug"]),
        title=raw["title"],
        summary=raw.get("summary") or {},
        stars=int(raw.get("stars") or 0),
        criteria=tuple(
            Criterion(
                kind=str(one.get("kind", "text")),
                title=one["title"],
                gate=str(one.get("gate") or ""),
                count=int(one.get("count") or 0),
            )
            for one in raw.get("criteria") or ()
        ),
    )


def branch(raw: Mapping[str, Any]) -> Branch:
    """Return a branch as its file states it."""
    return Branch(str(raw["slug"]), str(raw["from"]), raw["title"], tuple(rung(one) for one in raw["rungs"]))


def months_between(start: date, end: date) -> int:
    """Return the whole months from `start` to `end`; none where `end` lies before."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(months - (end.day < start.day), 0)


def progress(criterion: Criterion, facts: Facts) -> Progress:
    """Return how far `facts` reach for a criterion."""
    if criterion.kind == "gate":
        return Progress(criterion, int(criterion.gate in facts.gates_held), 1)
    if criterion.kind == "months":
        months = months_between(facts.live_since, facts.today) if facts.live_since else 0
        return Progress(criterion, min(months, criterion.count), criterion.count)
    return Progress(criterion)


def reached(one: Rung, facts: Facts) -> bool:
    """Say whether a rung is held by counting alone; what people judge is never taken for granted."""
    return bool(one.criteria) and all(progress(asked, facts).met for asked in one.criteria)


def standing(rungs: Sequence[Rung], facts: Facts) -> int:
    """Return the index of the rung one stands on: the first is everybody's, each further one is reached in turn."""
    here = 0
    while here + 1 < len(rungs) and reached(rungs[here + 1], facts):
        here += 1
    return here


@dataclass(frozen=True)
class Node:
    """A rung on the map: its place, the lines of its title, and `done`, `here`, `aim` or nothing."""

    x: float
    y: float
    lines: tuple[str, ...]
    stars: int = 0
    state: str = ""

    @property
    def label_y(self) -> float:
        """Return the baseline of the first line below the circle."""
        return self.y + 36

    @property
    def stars_y(self) -> float:
        """Return the baseline of the stars below the title."""
        return self.label_y + LINE * len(self.lines)


@dataclass(frozen=True)
class Direction:
    """The words over a branch."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """The map: its size, roads as (class, path data), rungs, the words of directions, and the pin's place."""

    width: int
    height: int
    roads: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...]
    directions: tuple[Direction, ...]
    pin: Node

    @property
    def pin_x(self) -> float:
        """Return the left edge of the words "You are here"; never off the map."""
        return max(self.pin.x - PIN_WIDTH / 2, 14)

    @property
    def pin_y(self) -> float:
        """Return the upper edge of these words: below a rung on the ramp, above one whose title stands below it."""
        return self.pin.y + 39 if not self.pin.lines else self.pin.y - 73

    @property
    def pin_path(self) -> str:
        """Return the path of the pin's tip."""
        x, y = self.pin.x, self.pin.y
        return f"M{x - 12:g} {y + 41:g}l12-16 12 16z" if not self.pin.lines else f"M{x - 12:g} {y - 41:g}l12 16 12-16z"


PIN_WIDTH = 118
WIDTH, MARGIN, LINE = 1000, 60, 18
RAMP_X, FIRST_X, LAST_X = 58, 150, 640
MAIN_Y, LANE = 220, 150
WRAP_AT = 12


def title_lines(text: str) -> tuple[str, ...]:
    """Return a title in one line, or cut in two at the space nearest its middle where it is long."""
    cuts = [n for n, character in enumerate(text) if character == " "]
    if len(text) <= WRAP_AT or not cuts:
        return (text,)
    cut = min(cuts, key=lambda n: abs(n - len(text) / 2))
    return text[:cut], text[cut + 1 :]


def _spread(first: float, last: float, count: int) -> list[float]:
    step = (last - first) / max(count - 1, 1)
    return [round(first + step * n, 1) for n in range(count)]


def draw(rungs: Sequence[Rung], branches: Sequence[Branch], here: int, language: str) -> Drawing:
    """Return the map of a track for one who stands on rung `here`, titles in `language`.

    The first rung lies on the ramp, the others on the main road; a branch of the last rung goes straight on, the others
    leave upwards and downwards in turn, in the order of the file.
    """
    straight = next((one for one in branches if rungs and one.start == rungs[-1].slug), None)
    aside = [one for one in branches if one is not straight]
    above, below = ceil(len(aside) / 2), len(aside) // 2
    main_y = MAIN_Y + LANE * max(above - 1, 0)
    height = main_y + 60 + LANE * max(below, 1)
    end = LAST_X if straight else WIDTH - MARGIN
    places: dict[str, tuple[float, float]] = {rungs[0].slug: (RAMP_X, main_y + 77)} if rungs else {}
    places |= {
        one.slug: (x, float(main_y)) for one, x in zip(rungs[1:], _spread(FIRST_X, end, len(rungs) - 1), strict=True)
    }
    nodes = [
        Node(*places[one.slug], _title(one, language) if n else (), one.stars, _state(n, here))
        for n, one in enumerate(rungs)
    ]
    roads = _main_roads(nodes, here, main_y)
    directions = []
    lanes = [(one, main_y + LANE * (n // 2 + 1) * (1 if n % 2 else -1)) for n, one in enumerate(aside)]
    for one, y in lanes + ([(straight, main_y)] if straight else []):
        road, found, words = _branch(one, places.get(one.start, (FIRST_X, main_y)), y, language)
        roads.append(road)
        nodes.extend(found)
        directions.append(words)
    pin = nodes[here] if nodes else Node(RAMP_X, main_y, ())
    return Drawing(WIDTH, height, tuple(roads), tuple(nodes), tuple(directions), pin)


def _title(one: Rung, language: str) -> tuple[str, ...]:
    return title_lines(one.title.get(language) or one.title.get("en", ""))


def _state(n: int, here: int) -> str:
    if n == here:
        return "here"
    return "done" if n < here else "aim" if n == here + 1 else ""


def _main_roads(nodes: Sequence[Node], here: int, main_y: int) -> list[tuple[str, str]]:
    """Return the ramp up to the first star and the road: solid behind, dotted ahead."""
    start = f"M16 {main_y + 102}C34 {main_y + 102} 44 {main_y + 96} 56 {main_y + 80}"
    if len(nodes) < 2:  # noqa: PLR2004  # nothing but the ramp
        return [("gone", start)]
    ramp = f"M66 {main_y + 66}C84 {main_y + 30} 92 {main_y} {nodes[1].x:g} {main_y}"
    if here == 0:
        return [("gone", start), ("main", f"{ramp}H{nodes[-1].x:g}")]
    roads = [("gone", start), ("gone", f"{ramp}H{nodes[here].x:g}")]
    if here + 1 < len(nodes):
        roads.append(("main", f"M{nodes[here].x + 20:g} {main_y}H{nodes[-1].x:g}"))
    return roads


def _branch(
    one: Branch, start: tuple[float, float], y: float, language: str
) -> tuple[tuple[str, str], list[Node], Direction]:
    x, from_y = start
    title = one.title.get(language) or one.title.get("en", "")
    if y == from_y:
        places = _spread(x + 122, WIDTH - MARGIN, len(one.rungs))
        road = ("core", f"M{x + 20:g} {y:g}H{places[-1]:g}")
        words = Direction(places[0] - 40, y - 32, title)
    else:
        lift = -6 if y < from_y else 6
        places = _spread(x + 150, WIDTH - MARGIN, len(one.rungs))
        bend = f"M{x + 38:g} {from_y + lift:g}C{x + 90:g} {from_y + 2 * lift:g} {x + 58:g} {y:g} {x + 120:g} {y:g}"
        road = ("up" if y < from_y else "side", f"{bend}H{places[-1]:g}")
        words = Direction(places[0] - 12, y - 32, title)
    return road, [Node(at, y, _title(each, language)) for each, at in zip(one.rungs, places, strict=True)], words

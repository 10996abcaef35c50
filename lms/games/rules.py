"""What is true of a quiz show: its states and moves, join codes, even teams, points of teams, what a class knew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without I, L, O, 0 and 1, which are read as one another
CODE_LENGTH = 6
ROUNDS = (1, 30)
SECONDS = (5, 120)
MOST_TEAMS = 4
KINDS = ("single", "multiple", "true_false")
TRIES = 10
TRY_WINDOW = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(hours=12)
POINTS = 100
KNOWN_PERCENT = 75


class State(StrEnum):
    """Where a game stands."""

    LOBBY = "lobby"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    FINISHED = "finished"


class Move(StrEnum):
    """What a host may do."""

    START = "start"
    CLOSE = "close"
    SKIP = "skip"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    END = "end"


MOVES: Mapping[Move, frozenset[State]] = {
    Move.START: frozenset({State.LOBBY}),
    Move.CLOSE: frozenset({State.OPEN}),
    Move.SKIP: frozenset({State.OPEN, State.PAUSED}),
    Move.PAUSE: frozenset({State.OPEN}),
    Move.RESUME: frozenset({State.PAUSED}),
    Move.NEXT: frozenset({State.CLOSED}),
    Move.END: frozenset({State.LOBBY, State.OPEN, State.PAUSED, State.CLOSED}),
}


@dataclass(frozen=True)
class Setup:
    """A game as its host asks for it; `teams` 0: as many as suit the class."""

    course_ids: tuple[int, ...]
    rounds: int
    seconds: int
    teams: int


def may(state: str, move: Move) -> bool:
    """Say whether `move` can be made in `state`."""
    return state in MOVES[move]


def time_over(state: str, deadline: datetime | None, now: datetime) -> bool:
    """Say whether an open question must be closed before anybody looks at it."""
    return state == State.OPEN and deadline is not None and now >= deadline


def code_from(numbers: Iterable[int]) -> str:
    """Return a join code made of random numbers."""
    return "".join(LETTERS[number % len(LETTERS)] for number in numbers)


def typed_code(text: str) -> str | None:
    """Return a typed code as it is stored (case, spaces and hyphens aside), or None where it cannot be one."""
    code = "".join(text.upper().replace("-", "").split())
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else None


def team_count(asked: int, learners: int) -> int:
    """Return how many teams play: as asked, else 2 up to 9 learners, 3 up to 17, 4 beyond."""
    if asked:
        return min(asked, MOST_TEAMS)
    return 2 + (learners > 9) + (learners > 17)  # noqa: PLR2004  # four or five make a team that talks


def team_to_join(sizes: Sequence[int]) -> int:
    """Return the number, from 1, of the smallest team; the first of several."""
    return sizes.index(min(sizes)) + 1


def team_points(right: int, players: int) -> int:
    """Return what a team gets for a round: its share of right answers of 100, so that sizes do not decide."""
    return (right * POINTS * 2 + players) // (2 * players) if players else 0


@dataclass(frozen=True)
class Known:
    """How a class did on one lesson: right answers of those that could have been given."""

    lesson_id: int
    right: int
    asked: int

    @property
    def percent(self) -> int:
        """Return the share of right answers, cut to a whole number."""
        return self.right * 100 // self.asked if self.asked else 0

    @property
    def sits(self) -> bool:
        """Say whether the class knew it."""
        return self.percent >= KNOWN_PERCENT


def known(tallies: Iterable[tuple[int, int, int]]) -> tuple[Known, ...]:
    """Return lessons from (lesson, right, asked) lines of rounds, summed, what needs most practice first."""
    sums: dict[int, tuple[int, int]] = {}
    for lesson_id, right, asked in tallies:
        before = sums.get(lesson_id, (0, 0))
        sums[lesson_id] = (before[0] + right, before[1] + asked)
    return tuple(sorted((Known(each, *sums[each]) for each in sums), key=lambda one: (one.percent, one.lesson_id)))


def leading(scores: Mapping[int, int]) -> frozenset[int]:
    """Return the teams with the most points; none while nobody has any."""
    most = max(scores.values(), default=0)
    return frozenset(team for team, points in scores.items() if most and points == most)

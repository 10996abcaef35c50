"""What happened, played in the order in which it happened, so that the record reads like one that grew."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

Act = Callable[[datetime], object]


@dataclass(frozen=True, order=True)
class Happening:
    """Something that is done at a moment and over at another; `number` keeps those of one moment in their order."""

    at: datetime
    number: int
    over_at: datetime = field(compare=False)
    act: Act = field(compare=False)


@dataclass
class Timeline:
    """Happenings, in any order until they are played."""

    happenings: list[Happening] = field(default_factory=list)

    def add(self, at: datetime, act: Act, *, over_at: datetime | None = None) -> None:
        """Note that `act` is done at `at`, with that moment as its argument."""
        self.happenings.append(Happening(at, len(self.happenings), over_at or at, act))

    def play(self, now: datetime, tell: Callable[[date], object] = lambda _day: None) -> int:
        """Do all that was over before `now`, oldest first, and return how many; `tell` hears every new month."""
        played, month = 0, (0, 0)
        for happening in sorted(self.happenings):
            if happening.over_at >= now:
                continue
            if (happening.at.year, happening.at.month) != month:
                month = happening.at.year, happening.at.month
                tell(happening.at.date())
            happening.act(happening.at)
            played += 1
        return played

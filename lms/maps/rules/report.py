"""What an import had to leave out, counted by kind, with the first example of each."""

from dataclasses import dataclass, field

MOST_SHOWN = 60  # characters of an example
KINDS = (
    "links_dropped",
    "icons",
    "images",
    "formatting",
    "connections",
    "attributes",
    "encrypted",
    "text_cut",
    "other",
)


@dataclass
class Losses:
    """Counts what is lost while a file is read."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, example: str = "") -> None:
        """Note one more of `kind`."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.examples.setdefault(kind, example[:MOST_SHOWN])

    def lines(self) -> tuple[tuple[str, int, str], ...]:
        """Return kind, number and first example, in a fixed order."""
        return tuple((kind, self.counts[kind], self.examples[kind]) for kind in KINDS if kind in self.counts)

"""What an import did: one change for each thing it touched, and sums of them."""

from collections import Counter
from dataclasses import dataclass, field

KINDS = ("course", "lesson", "question", "profile", "programme", "quiz", "gate", "scorecard", "track")
DEEDS = ("added", "revised", "changed", "retired", "revived", "refreshed", "kept")


@dataclass(frozen=True, order=True)
class Change:
    """One thing that was touched; `deed` is one of DEEDS. `kept`: gone from disk, left as it is."""

    kind: str
    slug: str
    deed: str
    detail: str = ""


@dataclass
class Report:
    """The changes of one import, in the order in which they were made."""

    changes: list[Change] = field(default_factory=list)

    def note(self, kind: str, slug: str, deed: str, detail: str = "") -> None:
        """Add a change."""
        self.changes.append(Change(kind, slug, deed, detail))

    @property
    def changed(self) -> bool:
        """Say whether anything was changed."""
        return any(change.deed != "kept" for change in self.changes)

    def sums(self) -> dict[str, dict[str, int]]:
        """Return how many of each kind were touched how, kinds and deeds in their order."""
        counted = Counter((change.kind, change.deed) for change in self.changes)
        return {
            kind: {deed: counted[kind, deed] for deed in DEEDS if counted[kind, deed]}
            for kind in KINDS
            if any(counted[kind, deed] for deed in DEEDS)
        }

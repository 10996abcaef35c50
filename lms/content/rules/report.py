"""What an import did: one change for each thing it touched, and sums of them."""

from collections import Counter
from dataclasses import dataclass, field

from lms.content.rules.gates import GateChange
from lms.content.rules.library import Lesson
from lms.courses.rules.findings import Finding

KINDS = (
    "course",
    "lesson",
    "question",
    "profile",
    "programme",
    "quiz",
    "gate",
    "scorecard",
    "track",
    "page",
    "term",
    "file",
)
DEEDS = ("added", "revised", "changed", "retired", "revived", "refreshed", "kept", "held")


@dataclass(frozen=True, order=True)
class Change:
    """One thing that was touched; `deed` is one of DEEDS; what is `kept` (gone from disk) or `held` stays as is."""

    kind: str
    slug: str
    deed: str
    detail: str = ""


@dataclass(frozen=True)
class Held:
    """A lesson whose new wording waits for a second person."""

    course: str
    lesson: Lesson


@dataclass
class Report:
    """The changes of one import, in the order in which they were made."""

    changes: list[Change] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    gates: list[GateChange] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()  # warnings: it was stored all the same

    def note(self, kind: str, slug: str, deed: str, detail: str = "") -> None:
        """Add a change."""
        self.changes.append(Change(kind, slug, deed, detail))

    def hold(self, waiting: Held) -> None:
        """Note a lesson that waits for a second person."""
        self.held.append(waiting)
        self.note("lesson", f"{waiting.course}/{waiting.lesson.slug}", "held")

    def note_gate(self, change: GateChange) -> None:
        """Note what a file would change of a gate's quiz; it stays as it is unless a second person agreed."""
        self.gates.append(change)
        self.note("quiz", change.slug, "changed" if change.approved_by else "held", change.words)

    @property
    def changed(self) -> bool:
        """Say whether anything was changed."""
        return any(change.deed not in ("kept", "held") for change in self.changes)

    def sums(self) -> dict[str, dict[str, int]]:
        """Return how many of each kind were touched how, kinds and deeds in their order."""
        counted = Counter((change.kind, change.deed) for change in self.changes)
        return {
            kind: {deed: counted[kind, deed] for deed in DEEDS if counted[kind, deed]}
            for kind in KINDS
            if any(counted[kind, deed] for deed in DEEDS)
        }

"""What an import would change of a gate's quiz: only what decides who passes asks for a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GATE = "gate"
DECIDES = (
    "purpose",
    "courses",
    "draw",
    "blueprint",
    "limit_minutes",
    "pass_percent",
    "borderline_percent",
    "attempts_allowed",
    "retake_wait_hours",
    "pauses_allowed",
    "pause_minutes",
    "at_end",
    "feedback",
)


@dataclass(frozen=True)
class GateChange:
    """What a file says of a gate's quiz and the database does not, by name; `approved_by` nobody: it stays as it is."""

    slug: str
    before: dict[str, Any]
    after: dict[str, Any]
    approved_by: str | None = None

    @property
    def words(self) -> str:
        """Return the changes in one line."""
        names = (name for name in DECIDES if name in self.after)
        return "; ".join(f"{name} {_said(self.before[name])} → {_said(self.after[name])}" for name in names)


def gate_change(slug: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> GateChange | None:
    """Return what `after` changes of a quiz that is a gate's `before`, or None; what it leaves out stays."""
    if before["purpose"] != GATE:
        return None
    changed = [name for name in DECIDES if name in after and after[name] != before[name]]
    if not changed:
        return None
    return GateChange(slug, {name: before[name] for name in changed}, {name: after[name] for name in changed})


def _said(value: Any) -> str:
    if not isinstance(value, list):
        return "none" if value is None else str(value)
    return ", ".join(_cell(each) if isinstance(each, dict) else str(each) for each in value) or "none"


def _cell(cell: Mapping[str, Any]) -> str:
    return f"{cell['count']} × {cell['competency']} level {cell['level']}"

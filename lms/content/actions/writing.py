"""Writes columns into rows and keeps account of what that changed."""

from collections.abc import Callable, Container, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.content.rules.report import Report
from lms.db import Base


class Desk:
    """What every part of an import needs: the session, the moment, the report, and whether what is gone is retired.

    Lessons of `withhold` (`course/lesson`) wait for a second person, and what readers see of them stays as it is. So do
    the quizzes of gates, unless `approved_by` agreed.
    """

    def __init__(  # what an import is told
        self,
        session: Session,
        *,
        now: datetime,
        retire_missing: bool,
        withhold: Container[str] = frozenset(),
        approved_by: str | None = None,
    ) -> None:
        self.session = session
        self.now = now
        self.retire_missing = retire_missing
        self.withhold = withhold
        self.approved_by = approved_by
        self.report_kept = True
        self.report = Report()

    def revive(self, row: Any, kind: str, slug: str) -> None:
        """Take a row back that had been retired."""
        if row.retired_at is not None:
            row.retired_at = None
            self.report.note(kind, slug, "revived")

    def retire(self, rows: Mapping[Any, Any], kind: str, slug: Callable[[Any], str]) -> None:
        """Retire `rows`, which are on disk no more; those retired before stay as they are."""
        if not self.retire_missing:
            return
        for row in rows.values():
            if row.retired_at is None:
                row.retired_at = self.now
                self.report.note(kind, slug(row), "retired")

    def keep(self, rows: Mapping[str, Any], kind: str) -> None:
        """Report `rows` that are on disk no more but have no way to be retired."""
        if not self.report_kept:
            return
        for slug in rows:
            self.report.note(kind, slug, "kept")


def assign(row: Base, columns: Mapping[str, Any]) -> bool:
    """Set the columns of `row` that differ and say whether any did."""
    differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)

"""Who may take calls at an instant: a pure function of the ledger's periods, which are never reset."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from lms.certification.rules import dates

SCOPES = ("study", "shadow", "nesting", "full")
CALLS = frozenset({"nesting", "full"})
WINDOW_DAYS = 60  # before the last valid day: from here on a renewal may be made, on evidence from here on
SOON_DAYS = 30


class Status(StrEnum):
    """What a ledger says at an instant; the first that applies."""

    SUSPENDED = "suspended"
    REVOKED = "revoked"
    VALID = "valid"
    IN_GRACE = "in_grace"
    LAPSED = "lapsed"
    NEVER = "never"


class Issue(StrEnum):
    """What certifying would do about the live period."""

    FIRST = "first"  # there is none
    KEEP = "keep"  # it stands, nothing is to be done
    RENEW = "renew"  # it is in its last days: the new one follows on
    AFTER_EXPIRY = "after_expiry"  # it has run out


class Period(Protocol):
    """A period as far as the ledger needs it."""

    @property
    def scope(self) -> str: ...  # noqa: D102  # attributes of a protocol
    @property
    def certified_at(self) -> datetime: ...  # noqa: D102
    @property
    def valid_from(self) -> date: ...  # noqa: D102
    @property
    def valid_until(self) -> date: ...  # noqa: D102
    @property
    def time_zone(self) -> str: ...  # noqa: D102
    @property
    def ended_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def ended_by(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True)
class Standing:
    """What holds at an instant, and the period that decides it."""

    status: Status
    period: Period | None = None

    @property
    def held(self) -> bool:
        """Say whether what was asked for is held."""
        return self.status in (Status.VALID, Status.IN_GRACE)


def begins(period: Period) -> datetime:
    """Return the first instant at which `period` is valid: its first day, but not before the certification itself."""
    return max(period.certified_at, dates.day_begins(period.valid_from, period.time_zone))


def ends(period: Period) -> datetime:
    """Return the first instant after the last valid day of `period`."""
    return dates.day_ends(period.valid_until, period.time_zone)


def cut_short(period: Period, at: datetime) -> bool:
    """Say whether `period` was revoked or suspended by `at`; being superseded takes no day from it."""
    return period.ended_by in ("revoked", "suspended") and period.ended_at is not None and period.ended_at <= at


def standing(
    periods: Iterable[Period], at: datetime, scopes: Collection[str] = CALLS, *, grace_days: int = 0
) -> Standing:
    """Return what the ledger says about `scopes` at `at`: suspended > revoked > valid > in grace > lapsed > never.

    A suspension or revocation lasts until one of the scopes is certified anew.
    """
    known = [p for p in periods if p.scope in scopes and p.certified_at <= at]
    blocked = _block(known, at)
    if blocked is not None:
        return Standing(Status(str(blocked.ended_by)), blocked)
    open_ones = [p for p in known if not cut_short(p, at) and begins(p) <= at]
    for status, days in ((Status.VALID, 0), (Status.IN_GRACE, grace_days)):
        held = [p for p in open_ones if at < ends(p) + timedelta(days=days)]
        if held:
            return Standing(status, max(held, key=_rank))
    if open_ones:
        return Standing(Status.LAPSED, max(open_ones, key=lambda p: p.valid_until))
    return Standing(Status.NEVER)


def _block(known: Sequence[Period], at: datetime) -> Period | None:
    in_force = [
        p
        for p in known
        if cut_short(p, at) and not any(q is not p and q.certified_at >= p.ended_at for q in known if p.ended_at)
    ]
    for cause in ("suspended", "revoked"):
        for period in in_force:
            if period.ended_by == cause:
                return period
    return None


def _rank(period: Period) -> tuple[int, date]:
    return SCOPES.index(period.scope), period.valid_until


def highest_scope(periods: Sequence[Period], at: datetime) -> str:
    """Return the furthest scope held at `at`; everybody may study."""
    held = [scope for scope in SCOPES if standing(periods, at, (scope,)).held]
    return held[-1] if held else "study"


def may_take_calls(periods: Iterable[Period], at: datetime) -> bool:
    """Say whether live calls may be taken at `at`, be it in listed queues only."""
    return standing(periods, at).held


def expires_soon(state: Standing, at: datetime, days: int = SOON_DAYS) -> bool:
    """Say whether what is held at `at` runs out within `days`."""
    return state.held and state.period is not None and ends(state.period) <= at + timedelta(days=days)


def window_opens(period: Period) -> datetime:
    """Return the instant from which `period` may be renewed."""
    return dates.day_begins(period.valid_until - timedelta(days=WINDOW_DAYS - 1), period.time_zone)


def issue_step(live: Period | None, now: datetime) -> Issue:
    """Return what certifying at `now` would do, given the period that has no end written yet."""
    if live is None:
        return Issue.FIRST
    if now >= ends(live):
        return Issue.AFTER_EXPIRY
    return Issue.RENEW if now >= window_opens(live) else Issue.KEEP


def cycle_opens(periods: Iterable[Period], scope: str, at: datetime) -> datetime | None:
    """Return from when evidence counts for the next period of `scope`; None: no period yet, all counts.

    After a revocation or suspension only what was shown since; for a renewal only what was shown in its window.
    """
    known = [p for p in periods if p.scope == scope and p.certified_at <= at]
    if not known:
        return None
    last = max(known, key=lambda p: p.certified_at)
    if cut_short(last, at):
        return last.ended_at
    return min(window_opens(last), ends(last))

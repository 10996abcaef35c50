"""When one may start, save, hand in and settle. The server's clock at receipt decides; `now` is always that reading."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Refusal(StrEnum):
    """Why an act on a quiz or an attempt is refused."""

    RETIRED = "retired"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    NO_CONSENT = "no_consent"
    FINISHED = "finished"
    TIME_OVER = "time_over"
    MADE_AFTER_TIME = "made_after_time"
    LEASE_LOST = "lease_lost"
    STILL_RUNNING = "still_running"


@dataclass(frozen=True)
class Terms:
    """What a quiz says about time and tries: `last_start_at` is the last instant to begin, `hard_stop_at` ends all."""

    limit_minutes: int
    attempts_allowed: int | None = None
    opens_at: datetime | None = None
    last_start_at: datetime | None = None
    hard_stop_at: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True)
class Sitting:
    """What an attempt says about time."""

    started_at: datetime
    deadline: datetime
    grace_seconds: int
    finished_at: datetime | None = None

    @property
    def closes_at(self) -> datetime:
        """Return the last instant at which an answer made in time may still arrive."""
        return self.deadline + timedelta(seconds=self.grace_seconds)


@dataclass(frozen=True)
class Start:
    """Beginning an attempt, after `used` earlier ones; `consent`: to less time than the quiz states."""

    terms: Terms
    used: int
    consent: bool


@dataclass(frozen=True)
class Save:
    """Saving one answer; `client_time` is None where the browser states none."""

    sitting: Sitting
    client_time: datetime | None
    holds_lease: bool = True


@dataclass(frozen=True)
class Submit:
    """Handing in."""

    sitting: Sitting


@dataclass(frozen=True)
class Sweep:
    """Settling by time, on read or by the sweeper."""

    sitting: Sitting


Act = Start | Save | Submit | Sweep


def refusal(act: Act, now: datetime) -> Refusal | None:
    """Return why `act`, received at `now`, is refused, or None if it is not; the only judge of time there is.

    A hand-in is refused only when the attempt is finished: one that comes late settles it by time.
    """
    if isinstance(act, Start):
        return _start_refusal(act, now)
    if act.sitting.finished_at is not None:
        return Refusal.FINISHED
    if isinstance(act, Save):
        return _save_refusal(act, now)
    if isinstance(act, Sweep) and now <= act.sitting.closes_at:
        return Refusal.STILL_RUNNING
    return None


def _start_refusal(act: Start, now: datetime) -> Refusal | None:
    terms = act.terms
    if terms.retired_at is not None:
        return Refusal.RETIRED
    if terms.opens_at is not None and now < terms.opens_at:
        return Refusal.NOT_OPEN_YET
    if _past(terms.last_start_at, now) or (terms.hard_stop_at is not None and now >= terms.hard_stop_at):
        return Refusal.CLOSED
    if attempts_left(terms, act.used) == 0:
        return Refusal.NO_ATTEMPTS_LEFT
    if shortened(terms, now) and not act.consent:
        return Refusal.NO_CONSENT
    return None


def _past(end: datetime | None, now: datetime) -> bool:
    return end is not None and now > end


def _save_refusal(act: Save, now: datetime) -> Refusal | None:
    sitting = act.sitting
    if now > sitting.closes_at:
        return Refusal.TIME_OVER
    if not act.holds_lease:
        return Refusal.LEASE_LOST
    if late_received(sitting, now) and (act.client_time is None or act.client_time >= sitting.deadline):
        return Refusal.MADE_AFTER_TIME
    return None


def late_received(sitting: Sitting, now: datetime) -> bool:
    """Say whether `now` lies in the grace; only there does the browser's own time count, and only to accept."""
    return now > sitting.deadline


def deadline(
    started_at: datetime,
    limit_minutes: int,
    hard_stop_at: datetime | None,
    *,
    factor: float = 1,
    extra_minutes: int = 0,
) -> datetime:
    """Return min(started_at + limit × factor + extra, hard stop), of instants: a change to summer time adds nothing."""
    end = started_at + timedelta(minutes=limit_minutes) * factor + timedelta(minutes=extra_minutes)
    return end if hard_stop_at is None else min(end, hard_stop_at)


def extended(before: datetime, minutes: int, hard_stop_at: datetime | None) -> datetime:
    """Return a deadline moved by `minutes`, never past the hard stop and never to before where it was."""
    moved = before + timedelta(minutes=minutes)
    return moved if hard_stop_at is None else max(before, min(moved, hard_stop_at))


def shortened(terms: Terms, now: datetime) -> bool:
    """Say whether who starts `now` gets less time than the quiz states, because of its hard stop."""
    return deadline(now, terms.limit_minutes, terms.hard_stop_at) < deadline(now, terms.limit_minutes, None)


def minutes_available(terms: Terms, now: datetime) -> int:
    """Return the whole minutes that who starts `now` gets."""
    return max(0, (deadline(now, terms.limit_minutes, terms.hard_stop_at) - now) // timedelta(minutes=1))


def attempts_left(terms: Terms, used: int) -> int | None:
    """Return how many attempts are left, or None where there is no limit."""
    return None if terms.attempts_allowed is None else max(0, terms.attempts_allowed - used)


def overdue(sitting: Sitting, now: datetime) -> bool:
    """Say whether an open attempt waits to be settled by time."""
    return refusal(Sweep(sitting), now) is None


def finish(sitting: Sitting, now: datetime) -> tuple[datetime, str]:
    """Return the end of an attempt settled `now`, and what settled it: `submitted`, or `time` after the deadline.

    The end lies between start and deadline, whatever the clock did meanwhile.
    """
    by = "time" if now > sitting.deadline else "submitted"
    return max(sitting.started_at, min(now, sitting.deadline)), by


def bounded(client_time: datetime | None) -> datetime | None:
    """Return a browser's time as an instant that can be stored; a clock that is centuries off is cut to our range."""
    if client_time is None:
        return None
    if client_time.year <= EARLIEST.year:
        return EARLIEST
    return LATEST if client_time.year >= LATEST.year else client_time.astimezone(UTC)

"""When one may start, save, hand in and settle. The server's clock at receipt decides; `now` is always that reading."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from lms.quizzes.rules.spans import MINUTE, STANDARD, Allowance, deadline

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
GATE = "gate"  # the purpose of quizzes that stand alone


class Refusal(StrEnum):
    """Why an act on a quiz or an attempt is refused."""

    RETIRED = "retired"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    RETAKE_WAIT = "retake_wait"
    GATE_OPEN = "gate_open"
    OTHERS_OPEN = "others_open"
    NO_CONSENT = "no_consent"
    FINISHED = "finished"
    TIME_OVER = "time_over"
    MADE_AFTER_TIME = "made_after_time"
    LEASE_LOST = "lease_lost"
    STILL_RUNNING = "still_running"
    PAUSED = "paused"
    QUESTION_REPLACED = "question_replaced"
    NEVER_PAUSES = "never_pauses"
    NO_PAUSES_LEFT = "no_pauses_left"


ALONE = (Refusal.GATE_OPEN, Refusal.OTHERS_OPEN)  # what handing in another quiz mends


class AtEnd(StrEnum):
    """What happens to an attempt when its time ends."""

    SUBMIT = "submit"
    SUBMIT_IN_GRACE = "submit_in_grace"
    DISCARD = "discard"


@dataclass(frozen=True)
class Terms:
    """What a quiz says about time and tries: `last_start_at` is the last instant to begin, `hard_stop_at` ends all.

    `allowance` is what the person who asks gets besides.
    """

    limit_minutes: int
    attempts_allowed: int | None = None
    opens_at: datetime | None = None
    last_start_at: datetime | None = None
    hard_stop_at: datetime | None = None
    retired_at: datetime | None = None
    retake_wait_hours: int = 0
    allowance: Allowance = STANDARD


@dataclass(frozen=True)
class Sitting:
    """What an attempt says about time."""

    started_at: datetime
    deadline: datetime
    grace_seconds: int
    finished_at: datetime | None = None
    at_end: str = AtEnd.SUBMIT
    paused_at: datetime | None = None

    @property
    def closes_at(self) -> datetime:
        """Return the last instant at which anything of it may still arrive."""
        return self.deadline + timedelta(seconds=self.grace_seconds)

    @property
    def answers_until(self) -> datetime:
        """Return the last instant at which an answer made in time may still arrive."""
        return self.closes_at if self.at_end == AtEnd.SUBMIT else self.deadline


@dataclass(frozen=True)
class Start:
    """Beginning an attempt, after `used` earlier ones; `consent`: to less time than the quiz states.

    `beside` names the purposes of other quizzes that the learner has open: a gate stands alone, as the score of any
    other quiz that asks the same would tell whether an answer is right.
    """

    terms: Terms
    used: int
    consent: bool
    last_finished_at: datetime | None = None
    purpose: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Save:
    """Saving one answer; `client_time` is None where the browser states none.

    `same_question`: the place still asks what the answer was given to.
    """

    sitting: Sitting
    client_time: datetime | None
    holds_lease: bool = True
    same_question: bool = True


@dataclass(frozen=True)
class Submit:
    """Handing in."""

    sitting: Sitting


@dataclass(frozen=True)
class Sweep:
    """Settling by time, on read or by the sweeper."""

    sitting: Sitting


@dataclass(frozen=True)
class Pause:
    """Pausing because a call comes in; `allowed` is None where nobody counts."""

    sitting: Sitting
    allowed: int | None
    taken: int
    holds_lease: bool = True


Act = Start | Save | Submit | Sweep | Pause


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
    if isinstance(act, Pause):
        return _pause_refusal(act, now)
    if isinstance(act, Sweep) and now <= act.sitting.closes_at:
        return Refusal.STILL_RUNNING
    return None


def _first(reasons: Iterable[tuple[bool, Refusal]]) -> Refusal | None:
    return next((reason for holds, reason in reasons if holds), None)


def _start_refusal(act: Start, now: datetime) -> Refusal | None:
    terms, again = act.terms, retake_from(act.terms, act.last_finished_at)
    stopped = terms.hard_stop_at is not None and now >= terms.hard_stop_at
    reasons = (
        (terms.retired_at is not None, Refusal.RETIRED),
        (terms.opens_at is not None and now < terms.opens_at, Refusal.NOT_OPEN_YET),
        (_past(terms.last_start_at, now) or stopped, Refusal.CLOSED),
        (attempts_left(terms, act.used) == 0, Refusal.NO_ATTEMPTS_LEFT),
        (again is not None and now < again, Refusal.RETAKE_WAIT),
        (GATE in act.beside, Refusal.GATE_OPEN),
        (act.purpose == GATE and bool(act.beside), Refusal.OTHERS_OPEN),
        (shortened(terms, now) and not act.consent, Refusal.NO_CONSENT),
    )
    return _first(reasons)


def _past(end: datetime | None, now: datetime) -> bool:
    return end is not None and now > end


def _save_refusal(act: Save, now: datetime) -> Refusal | None:
    sitting, made = act.sitting, act.client_time
    too_late = late_received(sitting, now) and (made is None or made >= sitting.deadline)
    reasons = (
        (now > sitting.answers_until, Refusal.TIME_OVER),
        (not act.holds_lease, Refusal.LEASE_LOST),
        (sitting.paused_at is not None, Refusal.PAUSED),
        (not act.same_question, Refusal.QUESTION_REPLACED),
        (too_late, Refusal.MADE_AFTER_TIME),
    )
    return _first(reasons)


def _pause_refusal(act: Pause, now: datetime) -> Refusal | None:
    reasons = (
        (now > act.sitting.deadline, Refusal.TIME_OVER),
        (not act.holds_lease, Refusal.LEASE_LOST),
        (act.sitting.paused_at is not None, Refusal.PAUSED),
        (act.allowed == 0, Refusal.NEVER_PAUSES),
        (act.allowed is not None and act.taken >= act.allowed, Refusal.NO_PAUSES_LEFT),
    )
    return _first(reasons)


def late_received(sitting: Sitting, now: datetime) -> bool:
    """Say whether `now` lies in the grace; only there does the browser's own time count, and only to accept."""
    return now > sitting.deadline


def retake_from(terms: Terms, last_finished_at: datetime | None) -> datetime | None:
    """Return from when one may try again, or None where nothing has to be waited for."""
    if last_finished_at is None or not terms.retake_wait_hours:
        return None
    return last_finished_at + timedelta(hours=terms.retake_wait_hours)


def shortened(terms: Terms, now: datetime) -> bool:
    """Say whether who starts `now` gets less time than the quiz and their allowance state, because of its hard stop."""
    return not terms.allowance.unlimited and _end(terms, now) < _end(replace(terms, hard_stop_at=None), now)


def _end(terms: Terms, now: datetime) -> datetime:
    return deadline(now, terms.limit_minutes, terms.hard_stop_at, terms.allowance)


def minutes_available(terms: Terms, now: datetime) -> int:
    """Return the whole minutes that who starts `now` gets."""
    return max(0, (_end(terms, now) - now) // MINUTE)


def attempts_left(terms: Terms, used: int) -> int | None:
    """Return how many attempts are left, or None where there is no limit."""
    return None if terms.attempts_allowed is None else max(0, terms.attempts_allowed - used)


def overdue(sitting: Sitting, now: datetime) -> bool:
    """Say whether an open attempt waits to be settled by time."""
    return refusal(Sweep(sitting), now) is None


def finish(sitting: Sitting, now: datetime) -> tuple[datetime, str]:
    """Return the end of an attempt settled `now`, and what settled it: `submitted`, `time` or `discarded`.

    The end lies between start and deadline, whatever the clock did meanwhile. A hand-in in the grace counts as one
    only where the quiz says so; everywhere else the deadline was the end already.
    """
    in_time = sitting.closes_at if sitting.at_end == AtEnd.SUBMIT_IN_GRACE else sitting.deadline
    by_time = "discarded" if sitting.at_end == AtEnd.DISCARD else "time"
    by = "submitted" if now <= in_time else by_time
    return max(sitting.started_at, min(now, sitting.deadline)), by


def bounded(client_time: datetime | None) -> datetime | None:
    """Return a browser's time as an instant that can be stored; a clock that is centuries off is cut to our range."""
    if client_time is None:
        return None
    if client_time.year <= EARLIEST.year:
        return EARLIEST
    return LATEST if client_time.year >= LATEST.year else client_time.astimezone(UTC)

"""Who may listen to whose calls, and which calls still say something; places in a call are written 3:18."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.accounts.rules import Identity, Role

CALL_WITHIN = timedelta(days=14)  # an older recording shows who somebody was
CLOCK_SLACK = timedelta(minutes=5)  # the telephone's clock is not ours
LONGEST_CALL = 6 * 3600
LIVE_WITHIN = timedelta(hours=1)  # who opens the card later listens to a recording, with a clock of its own
PLACE = re.compile(r"(?:(\d{1,2})[:：])?(\d{1,3})[:：]([0-5]?\d)", re.ASCII)


@dataclass(frozen=True)
class CallValue:
    """Which call, and on which scorecard it is scored."""

    call_ref: str
    call_at: datetime
    scorecard_id: int


def may_observe(observer: Identity, learner_id: int, learner_site_id: int, mentor_id: int | None) -> bool:
    """Say whether `observer` may score this learner's calls.

    The learner's own mentor may, and so may every other mentor of the learner's site: a second pair of ears is wanted,
    and needs no pairing. Nobody scores themselves.
    """
    if observer.id == learner_id or not observer.holds(Role.MENTOR):
        return False
    return observer.id == mentor_id or observer.site_id == learner_site_id


def call_refusal(call_at: datetime, now: datetime) -> str | None:
    """Return why a call of that moment cannot be scored (`call_ahead`, `call_too_old`), or None if it can."""
    if call_at > now + CLOCK_SLACK:
        return "call_ahead"
    return "call_too_old" if call_at < now - CALL_WITHIN else None


def live_second(call_at: datetime, now: datetime) -> int | None:
    """Return how many seconds a call that is probably still going on has lasted; None for a recording."""
    lasted = max(now - call_at, timedelta(0))
    return int(lasted.total_seconds()) if lasted <= LIVE_WITHIN else None


def place_in_call(typed: str) -> int | None:
    """Return the second that `3:18` or `1:02:03` names; None where it is no place in a call."""
    found = PLACE.fullmatch(typed.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    second = hours * 3600 + minutes * 60 + seconds
    return second if second <= LONGEST_CALL else None


def place_text(second: int | None) -> str:
    """Return a second of a call as it is written, `3:18`; nothing for None."""
    return "" if second is None else f"{second // 60}:{second % 60:02}"

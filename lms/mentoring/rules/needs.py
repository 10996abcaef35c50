"""What of an apprentice needs the mentor: the most pressing thing first, never a verdict on a person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.pace.rules import MON_TO_FRI, study_day, working_days_back

CONTACT_WITHIN = timedelta(days=5)
SILENT_DAYS = 2  # whole working days without a lesson or a quiz
MISSED_WITHIN = timedelta(days=5)
URGENT = frozenset({"too_much", "failed_twice", "draft"})


@dataclass(frozen=True)
class Signs:
    """What is known of one apprentice at this moment."""

    learner_since: datetime  # of the pairing
    too_much: bool = False
    failed_quizzes: int = 0
    failed_cap: int = 2
    draft_id: int | None = None
    missed: int = 0
    last_seen_at: datetime | None = None
    last_contact_at: datetime | None = None
    meeting_at: datetime | None = None
    time_zone: str = "Asia/Shanghai"
    weekdays: frozenset[int] = MON_TO_FRI
    days_off: frozenset[date] = frozenset()  # own ones and holidays


@dataclass(frozen=True)
class Need:
    """The one thing a row shows; `kind` is `calm` where nothing waits."""

    kind: str

    @property
    def urgent(self) -> bool:
        """Say whether it needs the mentor now, rather than at the next talk."""
        return self.kind in URGENT


def need(signs: Signs, now: datetime) -> Need:
    """Return the most pressing need: a word for help, a call being scored, silence, then what to talk about."""
    found = {
        "too_much": signs.too_much,
        "failed_twice": signs.failed_quizzes >= signs.failed_cap,
        "draft": signs.draft_id is not None,
        "contact_late": contact_late(signs, now),
        "not_seen": not_seen(signs, now),
        "missed": signs.missed > 0,
        "no_meeting": signs.meeting_at is None,
    }
    return Need(next((kind for kind, is_so in found.items() if is_so), "calm"))


def contact_late(signs: Signs, now: datetime) -> bool:
    """Say whether the mentor has not talked or listened to the apprentice for five days, and no talk is arranged.

    Days that the apprentice was off are none of the five.
    """
    last = max(signs.learner_since, signs.last_contact_at or signs.learner_since)
    since, today = study_day(last, signs.time_zone), study_day(now, signs.time_zone)
    away = timedelta(days=sum(since < day <= today for day in signs.days_off))
    return signs.meeting_at is None and now - last > CONTACT_WITHIN + away


def not_seen(signs: Signs, now: datetime) -> bool:
    """Say whether two whole working days went by without a lesson or a quiz."""
    since = study_day(max(signs.learner_since, signs.last_seen_at or signs.learner_since), signs.time_zone)
    return since < silent_from(study_day(now, signs.time_zone), signs.weekdays, signs.days_off)


def silent_from(day: date, weekdays: frozenset[int], off: frozenset[date] = frozenset()) -> date:
    """Return the first of the two working days before `day`; who was seen on it or later is not silent."""
    return working_days_back(day - timedelta(days=1), SILENT_DAYS, weekdays, off)

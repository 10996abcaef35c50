"""What is true of lessons and courses on the board: their state, what feeds a gate, what readers really take."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

LEARNERS_TO_MEASURE = 10
WRITING_FOR = timedelta(minutes=15)  # after the last save somebody still counts as writing
REVIEW_SOON = timedelta(days=30)
LONGEST_SLUG = 60


@dataclass(frozen=True)
class Measured:
    """What those who finished a lesson took, in minutes: half of them less than the median, nine of ten than p90."""

    learners: int
    median: float
    p90: float


def measured(seconds: Sequence[int]) -> Measured | None:
    """Return the minutes that learners took, or None while fewer than LEARNERS_TO_MEASURE have finished.

    p90 by nearest rank: the smallest value that nine of ten do not exceed.
    """
    if len(seconds) < LEARNERS_TO_MEASURE:
        return None
    ordered = sorted(seconds)
    p90 = ordered[ceil(0.9 * len(ordered)) - 1]
    return Measured(len(ordered), round(median(ordered) / 60, 1), round(p90 / 60, 1))


@dataclass(frozen=True)
class Writing:
    """What is known of a draft without reading its texts; `handed_in` and what follows are of the last submission."""

    saved_at: datetime
    saves: int
    handed_in_at: datetime | None = None
    decision: str | None = None
    decided_at: datetime | None = None


def state(writing: Writing | None, *, published: bool, retired: bool = False) -> str:
    """Return `retired`, `waiting`, `sent_back`, `draft` or `published`: what somebody must do about a lesson."""
    if retired:
        return "retired"
    if writing is not None:
        if writing.handed_in_at is not None and writing.decided_at is None:
            return "waiting"
        if writing.decision == "sent_back" and writing.decided_at and writing.saved_at <= writing.decided_at:
            return "sent_back"
        if has_changes(writing) or not published:
            return "draft"
    return "published"


def has_changes(writing: Writing) -> bool:
    """Say whether something was written that is not published yet."""
    if writing.decision in ("published", "approved") and writing.handed_in_at is not None:
        return writing.saved_at > writing.handed_in_at
    return writing.saves > 0


def review_state(review_by: date, today: date) -> str:
    """Return `bad` where a course should have been read again, `warn` where that is due soon, else nothing."""
    if review_by < today:
        return "bad"
    return "warn" if review_by - today <= REVIEW_SOON else ""


@dataclass(frozen=True)
class Feed:
    """Why a lesson feeds a gate: `why` is lessons, quiz or coverage; the gate's title in both languages."""

    why: str
    gate_zh: str
    gate_en: str


@dataclass(frozen=True)
class GateFacts:
    """A gate as far as lessons feed it; `quiz_courses` are the courses that each of its quizzes draws from."""

    title_zh: str
    title_en: str
    requirements: tuple[Mapping[str, Any], ...]
    quiz_courses: Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Minimum:
    """A minimum point of a profile: the lessons that teach it and the questions that confirm it."""

    lessons: tuple[str, ...]
    questions: tuple[str, ...]


def feeds(
    course: str, lesson: str, refs: Collection[str], gates: Iterable[GateFacts], minimums: Iterable[Minimum]
) -> tuple[Feed, ...]:
    """Return the gates that a lesson feeds: its course is asked for, a quiz draws from it, or it confirms a point."""
    confirms = any(
        f"{course}/{lesson}" in point.lessons or not set(refs).isdisjoint(point.questions) for point in minimums
    )
    found = []
    for gate in gates:
        for asked in gate.requirements:
            if _asks_for(asked, course, gate.quiz_courses) or (asked["kind"] == "coverage" and confirms):
                found.append(Feed(asked["kind"], gate.title_zh, gate.title_en))
                break
    return tuple(found)


def _asks_for(asked: Mapping[str, Any], course: str, quiz_courses: Mapping[str, Collection[str]]) -> bool:
    if asked["kind"] == "lessons":
        return course in asked.get("courses", ())
    return asked["kind"] == "quiz" and course in quiz_courses.get(asked.get("quiz", ""), ())


def moved(order: Sequence[int], lesson_id: int, by: int) -> list[int]:
    """Return `order` with a lesson moved by so many places, no further than its ends."""
    left = [each for each in order if each != lesson_id]
    place = min(max(order.index(lesson_id) + by, 0), len(left))
    return [*left[:place], lesson_id, *left[place:]]


def too_early(order: Sequence[str], prerequisites: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Return for each lesson those that it builds on and that stand after it in `order`."""
    place = {key: n for n, key in enumerate(order)}
    late = {key: tuple(b for b in prerequisites.get(key, ()) if place.get(b, -1) > place[key]) for key in order}
    return {key: found for key, found in late.items() if found}


def course_slug(title: str) -> str:
    """Return the name of a course in addresses and on disk, made of the Latin words of its title; nothing for none."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower())[:6])[:LONGEST_SLUG].strip("-")


def in_circle(key: str, needs: Mapping[str, Collection[str]]) -> bool:
    """Say whether a lesson is, by way of others, a prerequisite of itself."""
    reached: set[str] = set()
    ahead = list(needs.get(key, ()))
    while ahead:
        other = ahead.pop()
        if other not in reached:
            reached.add(other)
            ahead.extend(needs.get(other, ()))
    return key in reached

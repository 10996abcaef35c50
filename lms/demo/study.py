"""Lets a learner read: lessons in the order of the path, a few a day, and the checks inside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from math import ceil
from random import Random

from lms.courses.actions.progress import save_progress
from lms.courses.rules.progress import PAUSE_SECONDS, Report
from lms.courses.rules.reader import Reader
from lms.demo.cast import Member
from lms.demo.centre import Centre, Reading, Shelf, chance
from lms.demo.responses import right_response, wrong_response
from lms.demo.timeline import Timeline
from lms.pace import actions as pace
from lms.pace.rules import study_day
from lms.quizzes.actions import answer_check
from lms.quizzes.models import QuestionVersion

BEGINS = ((9, 15), (10, 40), (14, 5), (15, 20))
INTERRUPTED, HALF_SECONDS = (11, 35), 75
LATEST = 20  # minutes that a lesson may begin later than planned
SLOW = {"behind": 1.6, "overloaded": 1.5, "fast": 0.8, "certified": 0.5, "about_to_certify": 0.9}
SURE = {"fast": 0.95, "steady": 0.85, "certified": 1.0, "about_to_certify": 1.0}
TYPICALLY_SURE = 0.75
REPORT_SECONDS = PAUSE_SECONDS - 5


@dataclass(frozen=True)
class Try:
    """A try at a check of a lesson."""

    lesson_id: int
    version: QuestionVersion
    right: bool


def read(centre: Centre, timeline: Timeline, shelf: Shelf, member: Member) -> None:
    """Plan the lessons of a learner, day by day."""
    days, story = centre.calendar(member.class_days), member.story
    luck = chance(member.employee_no, "read")
    readings = iter(shelf.readings)
    for number, count in enumerate(story.lessons, start=story.first_day):
        for begins, reading in zip(BEGINS[:count], readings, strict=False):
            at = days.at(number, *begins) + timedelta(seconds=luck.randrange(LATEST * 60))
            _lesson(centre, timeline, member, reading, at, luck)
    unread = next(readings, None)
    if story.begun is not None and unread is not None:
        half = Report(position=unread.blocks // 2, seconds=HALF_SECONDS)
        timeline.add(days.at(story.begun, *INTERRUPTED), partial(_save, centre, member, unread, half))
    if story.too_much is not None:
        timeline.add(days.at(story.too_much, 16, 5), partial(_too_much, centre, member))


def _too_much(centre: Centre, member: Member, at: datetime) -> None:
    pace.say_too_much(centre.session, centre.people[member.employee_no].id, day=_day(centre, at), now=at)


def _day(centre: Centre, at: datetime) -> date:
    return study_day(at, centre.cast.time_zone)


def _lesson(centre: Centre, timeline: Timeline, member: Member, reading: Reading, at: datetime, luck: Random) -> None:
    """Plan the reports of one lesson, as its page sends them, and after the last of them the checks."""
    seconds = round(reading.minutes * 60 * SLOW.get(member.kind, 1.0) * luck.uniform(0.8, 1.2))
    for report in reports(seconds, reading.blocks):
        at += timedelta(seconds=report.seconds)
        timeline.add(at, partial(_save, centre, member, reading, report))
    for version in reading.checks:
        sure = luck.random() < SURE.get(member.kind, TYPICALLY_SURE)
        at += timedelta(seconds=luck.randint(12, 40))
        tried = Try(reading.id, version, right=sure)
        timeline.add(at, partial(_check, centre, member, tried))


def reports(seconds: int, blocks: int) -> Iterator[Report]:
    """Yield what a page reports of a lesson read once through in so many seconds; the last one finishes it."""
    count = ceil(seconds / REPORT_SECONDS)
    for n in range(1, count + 1):
        yield Report(position=round((blocks - 1) * n / count), seconds=seconds // count, done=n == count)


def _save(centre: Centre, member: Member, reading: Reading, report: Report, at: datetime) -> None:
    learner_id = centre.people[member.employee_no].id
    save_progress(centre.session, learner_id, reading.id, report, now=at, day=_day(centre, at))


def _check(centre: Centre, member: Member, try_: Try, at: datetime) -> None:
    luck = chance(member.employee_no, "check", try_.version.id)
    sent = (right_response if try_.right else wrong_response)(try_.version, member.locale, luck)
    reader = Reader(centre.people[member.employee_no].id)
    answer_check(centre.session, try_.version.question_id, reader, lesson_id=try_.lesson_id, response=sent, now=at)

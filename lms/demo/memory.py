"""Lets the present class keep what it learned: cards now and then, recalls on maps, a note, a map of one's own."""

from datetime import datetime
from functools import partial

from sqlalchemy import select

from lms.courses import queries as courses
from lms.courses.models import KeyPoint
from lms.courses.rules.reader import Reader
from lms.courses.rules.tree import lesson_branches
from lms.demo.cast import Member
from lms.demo.centre import Centre, Shelf, chance
from lms.demo.days import TODAY
from lms.demo.study import SURE, TYPICALLY_SURE
from lms.demo.timeline import Timeline
from lms.errors import Refused
from lms.maps import actions as maps
from lms.maps.rules.personal import as_tree
from lms.pace.rules import study_day
from lms.reviews import actions as reviews
from lms.reviews.actions import Given
from lms.reviews.rules.recall import Rating

EVERY = 5  # working days from one session to the next
MOST_CARDS = 10
RECALLERS = 4  # of the class use maps: those whose sign-ins the demo names first
RECALLED = 3  # every third lesson is recalled on its map
AFTER = (1, 3, 6)  # working days after it was read
NOTES = {
    "zh": "我姑姑家就在水库后面，那儿算偏远。想起她家的水壶，就想起这个时限。",
    "en": "My aunt lives behind the reservoir, and that counts as remote. I think of her kettle.",
}


def remember(centre: Centre, timeline: Timeline, member: Member) -> None:
    """Plan a learner's cards: after lunch, every few days since the first week."""
    days = centre.calendar(member.class_days)
    for number in range(TODAY - 1, member.story.first_day + 1, -EVERY):
        timeline.add(days.at(number, 13, 10), partial(_session, centre, member))


def recall(centre: Centre, timeline: Timeline, books: Shelf, member: Member) -> None:
    """Plan recalls on the maps of some lessons, spaced ever wider, so that a part of what was read sits by now."""
    days, story = centre.calendar(member.class_days), member.story
    read_on = [number for number, count in enumerate(story.lessons, start=story.first_day) for _ in range(count)]
    for reading, number in list(zip(books.readings, read_on, strict=False))[::RECALLED]:
        for later in (number + days_after for days_after in AFTER if number + days_after < TODAY):
            timeline.add(days.at(later, 17, 5), partial(_recall, centre, member, reading.id))


def draw(centre: Centre, timeline: Timeline, books: Shelf, member: Member) -> None:
    """Plan a note on the first lesson, and a map made of it that the mentor may see."""
    days = centre.calendar(member.class_days)
    timeline.add(days.at(TODAY - 2, 16, 20), partial(_draw, centre, member, books.readings[0].id))


def _session(centre: Centre, member: Member, at: datetime) -> None:
    learner_id, luck = centre.people[member.employee_no].id, chance(member.employee_no, "cards", at.date())
    try:
        begun, _new = reviews.start_session(centre.session, learner_id, minutes=2, locale=member.locale, now=at)
    except Refused:
        return
    day = study_day(at, centre.cast.time_zone)
    for point in begun.key_points[:MOST_CARDS]:
        sure = luck.random() < SURE.get(member.kind, TYPICALLY_SURE)
        rating = luck.choice((Rating.GOOD, Rating.GOOD, Rating.HARD)) if sure else Rating.AGAIN
        given = Given(point, rating, "card", luck.randint(6, 18))
        reviews.answer(centre.session, begun.id, learner_id, given, now=at, day=day)
    begun.finished_at = at


def _recall(centre: Centre, member: Member, lesson_id: int, at: datetime) -> None:
    learner_id, luck = centre.people[member.employee_no].id, chance(member.employee_no, "recall", lesson_id, at.date())
    points = select(KeyPoint.id).where(KeyPoint.lesson_id == lesson_id, KeyPoint.retired_at.is_(None))
    for point in centre.session.scalars(points.order_by(KeyPoint.number)):
        rating = Rating.GOOD if luck.random() < SURE.get(member.kind, TYPICALLY_SURE) else Rating.AGAIN
        reviews.rate(centre.session, learner_id, Given(point, rating, "map"), now=at)


def _draw(centre: Centre, member: Member, lesson_id: int, at: datetime) -> None:
    learner_id = centre.people[member.employee_no].id
    point = centre.session.scalars(
        select(KeyPoint.id).where(KeyPoint.lesson_id == lesson_id, KeyPoint.number == 1)
    ).one()
    note = NOTES["zh" if member.locale == "zh" else "en"]
    maps.set_note(centre.session, Reader(learner_id), f"point-{point}", note, now=at)
    lesson, page = courses.lesson_map(centre.session, Reader(learner_id), lesson_id, member.locale)
    branches = lesson_branches(page.lessons[0], lambda *_place: "", personal=False)
    tree = as_tree(page.lessons[0].title, branches, node=f"lesson-{lesson.id}")
    made = maps.create_map(centre.session, learner_id, tree.text, tree, lesson_id=lesson_id, now=at)
    maps.share_map(centre.session, learner_id, made.id, now=at)

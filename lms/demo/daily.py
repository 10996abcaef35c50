"""Quizzes the present class on each of its latest days: a plan, who sat and who did not, a holiday, a day off."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from lms.demo.cast import Member
from lms.demo.cast import Sitting as Planned
from lms.demo.centre import Centre, Shelf, chance
from lms.demo.days import TODAY
from lms.demo.papers import PRACTICE, Paper
from lms.demo.quizzes import LATEST, SITS, Sitting, take
from lms.demo.timeline import Timeline
from lms.pace import actions as pace
from lms.pace.actions import DaysOffValue, HolidayValue
from lms.pace.rules import Span, study_day
from lms.quizzes.actions.daily import PlanValue, change_plan, make_daily_quizzes
from lms.quizzes.models import AttemptQuestion, Quiz
from lms.quizzes.queries.pools import pool
from lms.quizzes.rules.daily import LIGHT
from lms.quizzes.rules.draw import draw

DECIDED, FIRST = 9, 10  # working days: the adviser decides in the afternoon, the next morning there is one
HOLIDAY_AHEAD, SATURDAY = 7, 5
PASS_PERCENT = 80
TRIES = 60
PRACTISED = timedelta(minutes=75)  # after a quiz that was failed, what was missed is practised


def every_day(centre: Centre, timeline: Timeline, shelf: Shelf) -> None:
    """Plan the daily quizzes of the present class; a cast in which nobody sits one has no plan for them."""
    days, learners = centre.days, centre.cast.of("learner")
    if not any(member.story.class_quizzes for member in learners):
        return
    timeline.add(days.at(2, 9, 10), partial(_holidays, centre))
    timeline.add(days.at(DECIDED, 15, 0), partial(_decide, centre))
    for number in range(FIRST, TODAY + 1):
        timeline.add(days.at(number, 8, 0), partial(_make, centre))
    for member in learners:
        if member.story.day_off is not None:
            entered = days.at(min(member.story.day_off, TODAY) - 1, 17, 0)
            timeline.add(entered, partial(_give_off, centre, member, member.story.day_off))
        for planned in member.story.class_quizzes:
            luck = chance(member.employee_no, "class quiz", planned.day)
            at = days.at(planned.day, *SITS) + timedelta(seconds=luck.randrange(LATEST * 60))
            over = at + PRACTISED + timedelta(minutes=shelf.quizzes[PRACTICE].limit_minutes)
            timeline.add(at, partial(_sit, centre, shelf, member, planned), over_at=over)


def _holidays(centre: Centre, at: datetime) -> None:
    """Let HR set a day without work in the next weeks, and the Saturday that is worked for it."""
    off, hr = centre.days.day(TODAY + HOLIDAY_AHEAD), centre.first("hr")
    worked = off + timedelta(days=SATURDAY - off.weekday())
    for value in (
        HolidayValue(off, works=False, name_zh="中心成立纪念日", name_en="Anniversary of the centre"),
        HolidayValue(worked, works=True, name_zh="补班", name_en="Worked for the anniversary"),
    ):
        pace.set_holiday(centre.session, centre.site_id, value, actor=hr, now=at)


def _decide(centre: Centre, at: datetime) -> None:
    value = PlanValue(
        is_on=True,
        questions=LIGHT.questions,
        minutes=LIGHT.minutes,
        pass_percent=PASS_PERCENT,
        opens=LIGHT.opens,
        closes=LIGHT.closes,
    )
    change_plan(centre.session, centre.classes[0].id, value, actor=centre.first("adviser"), now=at)


def _make(centre: Centre, at: datetime) -> None:
    make_daily_quizzes(centre.session, now=at)


def _give_off(centre: Centre, member: Member, day: int, at: datetime) -> None:
    """Let the adviser enter a day off, the evening before or earlier."""
    off, person = centre.days.day(day), centre.people[member.employee_no]
    today, adviser = study_day(at, centre.cast.time_zone), centre.first("adviser")
    pace.enter_days_off(centre.session, person, DaysOffValue(Span(off, off)), actor=adviser, today=today, now=at)


def _sit(centre: Centre, shelf: Shelf, member: Member, planned: Planned, at: datetime) -> None:
    """Sit the class's quiz of the day; whoever fails it practises what was missed a little later."""
    luck = chance(member.employee_no, "class quiz", planned.day, "answers")
    found = select(Quiz).where(Quiz.class_id == centre.classes[0].id, Quiz.day == centre.days.day(planned.day))
    quiz = centre.session.scalars(found).one()
    right = luck.randint(*planned.right)
    sitting = Sitting(quiz, Paper(quiz.slug, luck.getrandbits(63)), quiz.draw - right, 0, timedelta(minutes=6))
    attempt_id = take(centre, member, sitting, at)
    if 100 * right < PASS_PERCENT * quiz.draw:
        _practise(centre, shelf, member, attempt_id, at + PRACTISED)


def _practise(centre: Centre, shelf: Shelf, member: Member, attempt_id: int, at: datetime) -> None:
    missed = set(
        centre.session.scalars(
            select(AttemptQuestion.version_id).where(
                AttemptQuestion.attempt_id == attempt_id, AttemptQuestion.marks < AttemptQuestion.weight
            )
        )
    )
    quiz = shelf.quizzes[PRACTICE]
    paper = Paper(PRACTICE, _asking(centre, quiz, missed, member))
    take(centre, member, Sitting(quiz, paper, 0, 0, timedelta(minutes=3)), at)


def _asking(centre: Centre, quiz: Quiz, wanted: Iterable[int], member: Member) -> int:
    """Return the seed, of many, whose draw asks most of the versions `wanted`."""
    candidates, luck, versions = pool(centre.session, quiz.id), chance(member.employee_no, "practises"), set(wanted)
    seeds = [luck.getrandbits(63) for _ in range(TRIES)]
    return max(seeds, key=lambda seed: len(versions & {one.version_id for one in draw(candidates, quiz.draw, seed)}))

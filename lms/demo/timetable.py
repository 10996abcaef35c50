"""Publishes dates ahead: two electives to sign up for, one of them full, and a session of the present class."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.accounts.models import Enrolment, Person, RoleGrant
from lms.accounts.rules import Grant, Identity, Role
from lms.courses.models import Course
from lms.demo.centre import Centre
from lms.timetable import actions
from lms.timetable.rules import RunValue

# course, days ahead, hour, minutes, seats, how many sign up, for the class
DATES = (
    ("staying-steady", 2, 16, 45, 4, 6, False),
    ("read-once", 5, 15, 60, 20, 5, False),
    ("staying-steady", 16, 16, 45, 12, 0, False),
    ("accounts-and-complaints", 3, 10, 90, None, 0, True),
)
PLACE = ("二楼培训教室", "Training room, second floor")


def publish(centre: Centre, trainer: str) -> None:
    """Publish the dates in the name of `trainer`, and let learners of the present class sign up; all as of now."""
    session, now = centre.session, centre.now
    by = session.scalars(select(Person).where(Person.employee_no == trainer)).one()
    learners = session.execute(
        select(Person, Enrolment.class_id)
        .join(Enrolment, Enrolment.learner_id == Person.id)
        .where(Enrolment.ended_on.is_(None), Person.site_id == centre.site_id)
        .where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == Role.LEARNER)))
        .order_by(Enrolment.class_id.desc(), Person.employee_no)
    ).all()
    for slug, ahead, hour, minutes, seats, come, of_class in DATES:
        course = session.scalar(select(Course.id).where(Course.slug == slug))
        if course is None or (of_class and not learners):
            continue
        starts = _at(now, ahead, hour, centre.cast.time_zone)
        value = RunValue(
            course_id=course,
            class_id=learners[0].class_id if of_class else None,
            trainer_id=by.id,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=minutes),
            place_zh=PLACE[0],
            place_en=PLACE[1],
            seats=seats,
            signup_opens_at=None,
            signup_closes_at=None,
        )
        run = actions.add_run(session, _identity(by, Role.TRAINER, centre), value, now=now)
        for person, _class_id in learners[3 : 3 + come]:
            actions.take_place(session, _identity(person, Role.LEARNER, centre), run.id, now=now)


def _at(now: datetime, ahead: int, hour: int, zone: str) -> datetime:
    day = (now.astimezone(ZoneInfo(zone)) + timedelta(days=ahead)).date()
    while day.isoweekday() > 5:  # noqa: PLR2004  # a Saturday or Sunday moves to Monday
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), ZoneInfo(zone))


def _identity(person: Person, role: Role, centre: Centre) -> Identity:
    return Identity(
        person.id,
        person.employee_no,
        person.name,
        person.latin_name,
        person.locale,
        person.site_id,
        centre.cast.time_zone,
        (Grant(role),),
    )

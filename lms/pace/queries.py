"""What is read of load and of days off: of one learner or of many, always in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.queries import advised, class_members
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.pace.models import DayOff, Holiday, StudyDay
from lms.pace.rules import LONGEST_OFF, OFF_LATEST_ENTRY, Caps, Load, Span, failed_lately, spans, week_start


def load_of(session: Session, person_id: int, day: date, caps: Caps, *, now: datetime) -> Load:
    """Return the person's load on study day `day` as it stands at `now`."""
    return loads_of(session, [person_id], day, caps, now=now)[person_id]


def loads_of(session: Session, person_ids: Iterable[int], day: date, caps: Caps, *, now: datetime) -> dict[int, Load]:
    """Return the load of each person on `day` at `now`, in one statement; who did nothing has an empty one."""
    found = {person_id: _Days() for person_id in person_ids}
    for person_id, kind, on, *counts in session.execute(_days_of(list(found), day, now)):
        found[person_id].note(kind, on, counts)
    return {person_id: each.load(day, caps) for person_id, each in found.items()}


DONE, FAILED, OFF, HOLIDAY, WORKS = range(5)
LOOK_BACK = timedelta(days=LONGEST_OFF + 14)  # five working days lie in it even after the longest time away


@dataclass
class _Days:
    """What is known of a person's days up to one of them."""

    done: Sequence[int] = (0, 0, 0, 0, 0)
    failed: dict[date, int] = field(default_factory=dict)
    own: set[date] = field(default_factory=set)
    holidays: set[date] = field(default_factory=set)
    works: set[date] = field(default_factory=set)

    def note(self, kind: int, on: date, counts: Sequence[int]) -> None:
        if kind == DONE:
            self.done = counts
        elif kind == FAILED:
            self.failed[on] = counts[0]
        else:
            {OFF: self.own, HOLIDAY: self.holidays, WORKS: self.works}[kind].add(on)

    def load(self, day: date, caps: Caps) -> Load:
        off, works = frozenset(self.own | self.holidays), frozenset(self.works)
        points, seconds, graded, graded_week, too_much = self.done
        failed = failed_lately(self.failed, day, caps.weekdays, off, works)
        return Load(caps, points, seconds, graded, graded_week, failed, too_much > 0, day in self.own)


def _days_of(ids: list[int], day: date, now: datetime) -> CompoundSelect[Any]:
    """Return the statement that finds this week's work, failed quizzes, days off and holidays of people."""
    monday, today, since = week_start(day), StudyDay.day == day, day - LOOK_BACK
    nothing = [literal(0)] * 4
    done = (
        select(
            StudyDay.person_id,
            literal(DONE),
            func.max(StudyDay.day),
            func.sum(case((today, StudyDay.new_points), else_=0)),
            func.sum(case((today, StudyDay.focused_seconds), else_=0)),
            func.sum(case((today, StudyDay.graded_quizzes), else_=0)),
            func.sum(StudyDay.graded_quizzes),
            func.sum(case((today & (StudyDay.too_much_at <= now), 1), else_=0)),
        )
        .where(StudyDay.person_id.in_(ids), StudyDay.day.between(monday, day))
        .group_by(StudyDay.person_id)
    )
    failed = select(StudyDay.person_id, literal(FAILED), StudyDay.day, StudyDay.failed_quizzes, *nothing)
    failed = failed.where(StudyDay.person_id.in_(ids), StudyDay.day.between(since, day), StudyDay.failed_quizzes > 0)
    off = select(DayOff.person_id, literal(OFF), DayOff.day, literal(0), *nothing)
    off = off.where(DayOff.person_id.in_(ids), DayOff.day.between(since, day))
    works = case((Holiday.works.is_(True), WORKS), else_=HOLIDAY)
    holidays = select(Person.id, works, Holiday.day, literal(0), *nothing)
    holidays = holidays.join(Holiday, Holiday.site_id == Person.site_id)
    holidays = holidays.where(Person.id.in_(ids), Holiday.day.between(since, day))
    return union_all(done, failed, off, holidays)


def last_seen(session: Session, person_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each person last studied or sat a quiz, in one statement; who never did is left out."""
    rows = session.execute(
        select(StudyDay.person_id, func.max(StudyDay.last_seen_at))
        .where(StudyDay.person_id.in_(list(person_ids)))
        .group_by(StudyDay.person_id)
    )
    return dict(rows.all())


def free_days(session: Session, person_ids: Iterable[int], *, since: date, until: date) -> dict[int, frozenset[date]]:
    """Return the days from `since` to `until` that each is off, holidays of their site included, in one statement."""
    ids = list(person_ids)
    own = select(DayOff.person_id, DayOff.day).where(DayOff.person_id.in_(ids), DayOff.day.between(since, until))
    everybody = (
        select(Person.id, Holiday.day)
        .join(Holiday, Holiday.site_id == Person.site_id)
        .where(Person.id.in_(ids), Holiday.works.is_(False), Holiday.day.between(since, until))
    )
    found: dict[int, set[date]] = defaultdict(set)
    for person_id, day in session.execute(union_all(own, everybody)):
        found[person_id].add(day)
    return {person_id: frozenset(found[person_id]) for person_id in ids}


@dataclass(frozen=True)
class DaysOff:
    """A person with their days off, from a month ago on, as spans."""

    person: Person
    spans: tuple[Span, ...]


def own_days_off(session: Session, person_id: int, *, today: date) -> tuple[Span, ...]:
    """Return one's own days off, from a month ago on, in one statement."""
    since = today - timedelta(days=OFF_LATEST_ENTRY)
    return spans(session.scalars(select(DayOff.day).where(DayOff.person_id == person_id, DayOff.day >= since)))


def persons_days_off(session: Session, identity: Identity, employee_no: str, *, today: date) -> DaysOff:
    """Return a person's days off: of a learner in a class one advises, or, for HR, of anybody of the site.

    Two statements; NotFound for anybody else.
    """
    found = select(Person).where(Person.employee_no == employee_no, Person.site_id == identity.site_id)
    if not identity.holds(Role.HR):
        now_in = select(Enrolment.id).join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        mine = now_in.where(Enrolment.learner_id == Person.id, Enrolment.ended_on.is_(None), advised(identity))
        found = found.where(mine.exists())
    person = session.scalar(found)
    if person is None:
        raise NotFound
    return DaysOff(person, own_days_off(session, person.id, today=today))


@dataclass(frozen=True)
class ClassDaysOff:
    """A class with the learners who are in it now, each with their days off of today and later."""

    training_class: TrainingClass
    rows: tuple[DaysOff, ...]


def class_days_off(session: Session, identity: Identity, class_id: int, *, today: date) -> ClassDaysOff:
    """Return who of a class one advises, or, for HR, of a class of the site is off; three statements."""
    reach = TrainingClass.site_id == identity.site_id
    if not identity.holds(Role.HR):
        reach = reach & advised(identity)
    group = session.scalar(select(TrainingClass).where(TrainingClass.id == class_id, reach))
    if group is None:
        raise NotFound
    members = class_members(session, class_id)
    ahead = select(DayOff).where(DayOff.person_id.in_([one.id for one in members]), DayOff.day >= today)
    days: dict[int, list[date]] = defaultdict(list)
    for row in session.scalars(ahead):
        days[row.person_id].append(row.day)
    return ClassDaysOff(group, tuple(DaysOff(one, spans(days[one.id])) for one in members))

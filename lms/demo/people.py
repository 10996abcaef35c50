"""Fills the house: teams, staff with their roles, classes, and learners as they come and go."""

from datetime import datetime
from functools import partial

from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.accounts.rules import ClassValue, PersonValue, Role
from lms.demo.cast import Member, class_name
from lms.demo.centre import Centre
from lms.demo.timeline import Timeline
from lms.mentoring import actions as mentoring

OPENS = -6  # the working day, counted from a class's first, on which it is opened
STAFF = ("admin", "hr", "auditor", "trainer", "adviser", "lead", "mentor")
ENTERED_BY = {"admin": "system", "hr": "admin", "auditor": "admin"}  # all others by HR
LEAVES = "个人原因辞职，提前七天告知"
HANDED_OVER = "已上岗，转入班组"


def staff(centre: Centre, timeline: Timeline) -> datetime:
    """Let teams and staff be there before the first of all classes, and return when they are."""
    oldest = centre.calendar(max(member.class_days for member in centre.cast.members))
    founded = oldest.at(OPENS - 1, 8)
    timeline.add(founded, partial(_teams, centre))
    for role in STAFF:
        for member in centre.cast.of(role):
            timeline.add(founded, partial(_staff_member, centre, member))
    return founded


def _teams(centre: Centre, at: datetime) -> None:
    for slug, (zh, en) in centre.cast.teams.items():
        centre.teams[slug] = accounts.add_team(centre.session, centre.site_id, zh, en, by="system", now=at)


def _staff_member(centre: Centre, member: Member, at: datetime) -> None:
    giver = ENTERED_BY.get(member.role, "hr")
    by = giver if giver == "system" else centre.first(giver)
    person = _person(centre, member, team=member.team, by=by, at=at)
    if member.role == "adviser":
        return  # held for a class, from the day one is opened
    team_id = centre.teams[member.team].id if member.role == "lead" else None
    accounts.grant_role(centre.session, person, Role(member.role), team_id=team_id, by=by, now=at)
    if member.capacity:
        mentoring.set_capacity(centre.session, centre.identity(by), person.id, member.capacity, now=at)


def _person(centre: Centre, member: Member, *, team: str, by: str, at: datetime) -> Person:
    person = accounts.add_person(centre.session, centre.site_id, _value(centre, member, team), by=by, now=at)
    centre.people[member.employee_no] = person
    person.password_hash = centre.password_hash
    return person


def _value(centre: Centre, member: Member, team: str) -> PersonValue:
    team_id = centre.teams[team].id if team else None
    return PersonValue(member.employee_no, member.name, member.latin_name, member.locale, team_id)


def classes(centre: Centre, timeline: Timeline, programme_id: int) -> None:
    """Open the class of today and those before it; each gives the adviser the role for it."""
    for class_days in sorted({m.class_days for m in centre.cast.members if m.role in ("learner", "agent")}):
        opened = centre.calendar(class_days).at(OPENS, 9)
        timeline.add(opened, partial(_class, centre, programme_id, class_days))


def _class(centre: Centre, programme_id: int, class_days: int, at: datetime) -> None:
    starts_on = centre.calendar(class_days).starts_on
    adviser = centre.people[centre.first("adviser")]
    value = ClassValue(*class_name(starts_on), adviser.id, programme_id, starts_on)
    made = accounts.add_class(centre.session, centre.site_id, value, by=centre.first("hr"), now=at)
    centre.classes[class_days] = made


def learner(centre: Centre, timeline: Timeline, member: Member, mentor: str) -> None:
    """Let a learner be entered by HR, join their class, get a mentor, and perhaps leave."""
    days, story = centre.calendar(member.class_days), member.story
    first = story.first_day if story.early else story.joined
    timeline.add(days.at(first - 1, 15), partial(_enter, centre, member))
    timeline.add(days.at(first, 8, 30), partial(_enrol, centre, member))
    timeline.add(days.at(first, 8, 45), partial(pair, centre, member, mentor))
    if story.left is not None:
        timeline.add(days.at(story.left, 17, 30), partial(_leave, centre, member))


def _enter(centre: Centre, member: Member, at: datetime) -> None:
    _person(centre, member, team="", by=centre.first("hr"), at=at)


def _enrol(centre: Centre, member: Member, at: datetime) -> None:
    person, joined = centre.people[member.employee_no], centre.classes[member.class_days]
    accounts.enrol(centre.session, person, joined, on=at.date(), by=centre.first("adviser"), now=at)


def pair(centre: Centre, member: Member, mentor: str | None, at: datetime) -> None:
    """Let the adviser give a learner a mentor, or none."""
    person, adviser = centre.people[member.employee_no], centre.identity(centre.first("adviser"))
    mentor_id = centre.people[mentor].id if mentor else None
    class_id = centre.classes[member.class_days].id
    mentoring.assign_mentor(centre.session, adviser, class_id, person.id, mentor_id, now=at)


def end_enrolment(centre: Centre, member: Member, why: str, at: datetime) -> None:
    """Let the adviser take a learner out of the class, and the mentor be free again."""
    pair(centre, member, None, at)
    person, left = centre.people[member.employee_no], centre.classes[member.class_days]
    accounts.end_enrolment(centre.session, left, person.id, why=why, on=at.date(), by=centre.first("adviser"), now=at)


def _leave(centre: Centre, member: Member, at: datetime) -> None:
    end_enrolment(centre, member, LEAVES, at)
    hr = centre.identity(centre.first("hr"))
    accounts.set_suspended(centre.session, centre.people[member.employee_no], suspended=True, by=hr, now=at)


def move_to_team(centre: Centre, member: Member, at: datetime) -> None:
    """Let HR enter that a learner belongs to their team from now on."""
    person, value = centre.people[member.employee_no], _value(centre, member, member.team)
    accounts.change_person(centre.session, person, value, by=centre.first("hr"), now=at)

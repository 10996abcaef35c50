"""Lets people sign and certify: the first gate for those who are there, go-live for agents of earlier classes."""

from datetime import date, datetime
from functools import partial

from sqlalchemy import select

from lms.certification import actions as certification
from lms.certification.actions import EndValue, SignOffValue
from lms.certification.models import Gate, Period
from lms.demo import mentoring, people, quizzes
from lms.demo.cast import Call, Member
from lms.demo.centre import Centre, Shelf
from lms.demo.papers import Paper
from lms.demo.timeline import Timeline
from lms.pace.rules import working_days_back

WORD = {"mentor": "听得稳，问得清，可以往前走。", "adviser": "谈过了，状态稳，同意上岗。"}
GOOD_CALLS = ((3, 3, 2, 3, 3, 3, None, 3, 3, 2), (3, 3, 3, 3, 3, 2, 3, 3, 3, 3))


def first_gate(centre: Centre, timeline: Timeline, shelf: Shelf, member: Member, mentor: str) -> None:
    """Plan the mentor's signature for the first gate, and the adviser's certificate."""
    days, story, gate = centre.calendar(member.class_days), member.story, shelf.gates[0].slug
    if story.signed is not None:
        timeline.add(days.at(story.signed, 9, 40), partial(_sign, centre, member, mentor, ("mentor", gate)))
    if story.issued is not None:
        by = centre.first("adviser")
        timeline.add(days.at(story.issued, 16, 50), partial(_issue, centre, member, by, gate))


def adviser_signs(centre: Centre, timeline: Timeline, shelf: Shelf, member: Member) -> None:
    """Plan the adviser's word for go-live, where the story has it."""
    days, day = centre.calendar(member.class_days), member.story.adviser
    if day is not None:
        signs = partial(_sign, centre, member, centre.first("adviser"), ("adviser", shelf.gates[-1].slug))
        timeline.add(days.at(day, 15, 10), signs)


def _sign(centre: Centre, member: Member, signer: str, as_what: tuple[str, str], now: datetime) -> None:
    role, gate = as_what
    value = SignOffValue(gate=gate, role=role, password=centre.password, note=WORD[role])
    learner_id = centre.people[member.employee_no].id
    certification.sign_off(centre.session, centre.identity(signer), learner_id, value, now=now)


def _issue(centre: Centre, member: Member, by: str, gate: str, now: datetime) -> None:
    learner_id = centre.people[member.employee_no].id
    certification.issue(centre.session, centre.identity(by), learner_id, gate, now=now)


def go_live(  # who, by which mentor, after which quiz
    centre: Centre, timeline: Timeline, shelf: Shelf, member: Member, mentor: str, paper: Paper
) -> None:
    """Plan the last days before an agent's certificate, the hand-over, and its early end where there was one."""
    days, gate = centre.calendar(member.class_days), shelf.gates[-1].slug
    certified = centre.days.ago(member.certified_days)

    def before(working_days: int) -> date:
        return working_days_back(certified, working_days + 1)

    quizzes.sit_at(centre, timeline, shelf, member, paper, days.at(before(5), 16, 5))
    for back, scores in zip((4, 2), GOOD_CALLS, strict=True):
        mentoring.hear(centre, timeline, shelf, member, mentor, Call(back, scores), days.at(before(back), 10, 25))
    timeline.add(days.at(before(1), 10), partial(_sign, centre, member, mentor, ("mentor", gate)))
    adviser = centre.first("adviser")
    timeline.add(days.at(before(1), 15), partial(_sign, centre, member, adviser, ("adviser", gate)))
    timeline.add(days.at(certified, 9, 30), partial(_issue, centre, member, centre.first("hr"), gate))
    timeline.add(days.at(certified, 17), partial(_hand_over, centre, member))
    if member.ended is not None:
        ended = centre.days.ago(member.ended.days)
        timeline.add(days.at(ended, 11), partial(_end, centre, member, shelf.gates[-1]))


def _hand_over(centre: Centre, member: Member, now: datetime) -> None:
    people.end_enrolment(centre, member, people.HANDED_OVER, now)
    people.move_to_team(centre, member, now)


def _end(centre: Centre, member: Member, gate: Gate, now: datetime) -> None:
    if member.ended is None:
        return
    learner_id = centre.people[member.employee_no].id
    mine = select(Period.number).where(Period.learner_id == learner_id, Period.scope == gate.scope)
    number = centre.session.scalars(mine).one()
    value = EndValue(cause=member.ended.cause, why=member.ended.why)
    certification.end_period(centre.session, centre.identity(centre.first("hr")), number, value, now=now)

"""Lets mentors do their part: talks arranged and kept, calls scored, and the scores read by the learner."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from lms.demo.cast import Call, Member
from lms.demo.centre import Centre, Shelf, chance
from lms.demo.timeline import Timeline
from lms.mentoring import actions as mentoring
from lms.mentoring.rules.calls import CallValue
from lms.mentoring.rules.pairing import MeetingValue
from lms.mentoring.rules.scorecard import LOW, Mark

PLACES = ("三楼会议角", "听线席 12 号", "二楼窗边小桌", "培训室 B", "茶水间旁的小圆桌")
WELCOME = "第一次见面：怎么听、怎么问、有事找谁"
TOPICS = {
    "steady": "这周错题里最不踏实的两条",
    "fast": "把话说慢：一次只说一件事",
    "behind": "补课怎么排，先补哪两节",
    "overloaded": "把节奏放慢，哪些可以往后挪",
    "quiet_start": "边吃边聊：这两天听线的疑问",
    "failing_quiz": "时限数字一起过一遍，再练十分钟",
    "about_to_certify": "最后一项：听一通来电，聊完签字",
}
REMARK = {"listening": "客户话没说完就接了，停一拍再说。", "after-call": "工单一半是挂机后补的，边听边记。"}
COMMENT = "底子不错，下一通就盯住一件事。"
MOST_TALKS = 6
NO_TALK_AHEAD = ("absent", "left")
MINUTES_TO_SCORE = 12


def mentors(members: Sequence[Member], capacity: Mapping[str, int]) -> dict[str, str]:
    """Return each learner's mentor: the one the cast names, else the one with fewest apprentices."""
    given = {member.employee_no: member.mentor for member in members if member.mentor}
    taken = Counter(given.values())
    for member in members:
        if member.employee_no not in given:
            free = [mentor for mentor, places in capacity.items() if taken[mentor] < places]
            given[member.employee_no] = min(free, key=lambda mentor: (taken[mentor], mentor))
            taken[given[member.employee_no]] += 1
    return given


def talk(centre: Centre, timeline: Timeline, member: Member, mentor: str, place: int) -> None:
    """Plan a first talk, one in the second week, and the next one; `place` is the learner's turn with this mentor."""
    days, luck = centre.calendar(member.class_days), chance(member.employee_no, "talk")
    topic = TOPICS.get(member.kind, TOPICS["steady"])
    first = member.story.joined
    for day, about in ((first, WELCOME), (max(first + 1, 7), topic)):
        starts_at = days.at(day, 11 + place // 2, 30 * (place % 2))
        meeting = MeetingValue(starts_at, luck.choice(PLACES), about)
        timeline.add(starts_at - timedelta(hours=2), partial(_meet, centre, member, mentor, meeting))
    if member.kind not in NO_TALK_AHEAD:
        ahead = MeetingValue(days.next_talk(place), luck.choice(PLACES), topic)
        timeline.add(days.at(11, 16, 40), partial(_meet, centre, member, mentor, ahead))


def _meet(centre: Centre, member: Member, mentor: str, value: MeetingValue, at: datetime) -> None:
    mentor_id, learner_id = centre.people[mentor].id, centre.people[member.employee_no].id
    mentoring.arrange_meeting(centre.session, mentor_id, learner_id, value, now=at)


def listen(centre: Centre, timeline: Timeline, shelf: Shelf, member: Member, mentor: str) -> None:
    """Plan the observed calls of the story and, a little later, the learner's reading of the score."""
    days = centre.calendar(member.class_days)
    for n, call in enumerate(member.story.calls):
        hear(centre, timeline, shelf, member, mentor, call, days.at(call.day, 10, 20 + 20 * n))


def hear(  # who hears whose call, and how it was
    centre: Centre, timeline: Timeline, shelf: Shelf, member: Member, mentor: str, call: Call, at: datetime
) -> None:
    """Plan one observed call that came in at `at`."""
    scored_at = at + timedelta(minutes=MINUTES_TO_SCORE)
    drafts: list[int] = []
    timeline.add(scored_at, lambda now: drafts.append(_score(centre, shelf, member, mentor, (call, at), now)))
    timeline.add(at + timedelta(hours=3), lambda now: _read(centre, member, drafts[0], now))


def _score(
    centre: Centre, shelf: Shelf, member: Member, mentor: str, heard: tuple[Call, datetime], now: datetime
) -> int:
    call, call_at = heard
    observer = centre.identity(mentor)
    learner_id = centre.people[member.employee_no].id
    reference = f"C{call_at:%y%m%d}-{chance(member.employee_no, call_at.date()).randrange(10_000):04}"
    value = CallValue(reference, call_at, shelf.scorecard.id)
    draft = mentoring.start_observation(centre.session, observer, learner_id, value, now=call_at)
    marks = [
        Mark(criterion.id, score, remark=REMARK.get(criterion.slug, "") if score is not None and score <= LOW else "")
        for criterion, score in zip(shelf.criteria, call.scores, strict=True)
    ]
    mentoring.save_scores(centre.session, draft.id, observer.id, marks, comment=COMMENT)
    return mentoring.finish_observation(centre.session, draft.id, observer, now=now).id


def _read(centre: Centre, member: Member, observation_id: int, now: datetime) -> None:
    mentoring.acknowledge(centre.session, observation_id, centre.identity(member.employee_no), now=now)

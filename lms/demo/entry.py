"""The check that everybody sits on the first day: one form for all, before anything was taught, so much is wrong.

It gives reports their figures, one key that those who did well do not share, and hints that are worth a question:
two sheets much alike, and two that were answered faster than one reads.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from lms.demo.cast import Member
from lms.demo.centre import Centre, Shelf, chance
from lms.demo.days import TODAY
from lms.demo.papers import Paper
from lms.demo.quizzes import Asked, Sheet, Sitting, hand_in
from lms.demo.responses import right_response, wrong_response
from lms.demo.timeline import Timeline
from lms.quizzes.actions.fairness import judge
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.rules.responses import Response
from lms.quizzes.rules.signals import LEAST_SHEETS

CHECK, SITS = "first-day-check", (16, 40)
SECONDS = (19, 34)  # of most, for an answer
WEAKEST, STRONGEST, EASE = 0.25, 0.9, 0.1
KNOWN = {"E3103": 0.97, "E3110": 0.4, "E3116": 0.4}  # how able some are
EASY, HARD = "se-03-02", "ro-02-02"  # nearly all are right, nearly nobody
DISPUTED, RIVAL = "ro-01-01", "d"  # who does well writes the danger first, and the key says the place
ABLE = 0.6
IN_A_HURRY = {"E3103": 2.0, "E3118": 2.5}  # seconds an answer
BESIDE = {"E3113": "E3116", "E3122": "E3110"}  # who wrote what a neighbour wrote
LOOKED_INTO = (  # what, about whom, what came of it
    ("speed", ("E3103",), "nothing", "三年前在这里接过线，这些题她早就熟了；随口问了三题，都说得出为什么。"),
    (
        "similarity",
        ("E3110", "E3122"),
        "talked",
        "两人同桌，不知道要各答各的，边看边商量。已说明摸底不计成绩，下次分开坐。",
    ),
)
Sat = dict[str, int]  # attempts by employee number


def everybody(centre: Centre, timeline: Timeline, shelf: Shelf) -> None:
    """Plan the check of all who learn or learned, and what the trainer found who looked into two of the hints."""
    members = {one.employee_no: one for one in (*centre.cast.of("agent"), *centre.cast.of("learner"))}
    quiz, sat = shelf.quizzes[CHECK], Sat()
    for number, member in members.items():
        story, days, luck = member.story, centre.calendar(member.class_days), chance(number, CHECK)
        if not story.lessons:
            continue
        at = days.at(story.first_day if story.early else story.joined, *SITS) + timedelta(seconds=luck.randrange(600))
        takes = timedelta(seconds=IN_A_HURRY.get(number, luck.uniform(*SECONDS)) * quiz.draw)
        sitting = Sitting(quiz, Paper(CHECK, luck.getrandbits(63)), 0, 0, takes)
        author = members.get(BESIDE.get(number, ""), member)
        timeline.add(at, partial(_sit, centre, member, author, sitting, sat), over_at=at + takes)
    for hint in LOOKED_INTO:
        timeline.add(centre.days.at(TODAY - 1, 17, 40), partial(_look_into, centre, sat, *hint))


def _sit(  # whose answers, who thought of them, on what
    centre: Centre, member: Member, author: Member, sitting: Sitting, sat: Sat, at: datetime
) -> None:
    refs = dict(centre.session.execute(select(Question.id, Question.ref)).all())

    def answers(asked: Asked) -> Sheet:
        return {n: _response(author, refs[version.question_id], version) for n, version in asked.items()}

    sat[member.employee_no] = hand_in(centre, member, sitting, answers, at)


def _response(member: Member, ref: str, version: QuestionVersion) -> Response:
    """Return what somebody answers to a question, the same whenever it is asked."""
    number = member.employee_no
    able, luck = chance(number, "able").uniform(WEAKEST, STRONGEST), chance(number, CHECK, ref)
    able = KNOWN.get(number, able)
    if ref == DISPUTED:
        return RIVAL if able > ABLE else right_response(version, member.locale, luck)
    ease = {EASY: 1.0, HARD: -0.5}.get(ref, chance("ease", ref).uniform(-EASE, EASE))
    sent = right_response if luck.random() < able + ease else wrong_response
    return sent(version, member.locale, luck)


def _look_into(  # which hint, about whom, with what outcome and words
    centre: Centre, sat: Sat, kind: str, about: tuple[str, ...], verdict: str, note: str, at: datetime
) -> None:
    attempts = sorted(sat[number] for number in about if number in sat)
    first, other = (*attempts, None, None)[:2]
    if first is None or len(sat) < LEAST_SHEETS:
        return
    trainer = centre.identity(centre.first("trainer"))
    judge(centre.session, trainer, CHECK, (kind, first, other), verdict, note, now=at)

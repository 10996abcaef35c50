"""Lets a learner sit quizzes: each question read, answered and saved in its time, then handed in, or time runs out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from lms.demo import cast
from lms.demo.cast import Member
from lms.demo.centre import Centre, Shelf, chance
from lms.demo.papers import Paper, Papers
from lms.demo.responses import right_response, wrong_response
from lms.demo.timeline import Timeline
from lms.quizzes.actions import Given, save_answer, settle_overdue, start_attempt, submit_attempt
from lms.quizzes.models import AttemptQuestion, QuestionVersion, Quiz
from lms.quizzes.rules.responses import Response

SITS, PRACTISES = (16, 20), (11, 40)
LATEST = 15  # minutes that a quiz may begin later than planned
BETWEEN = timedelta(minutes=9)  # from one practice to the next
SWEEPER = timedelta(seconds=20)  # after the grace, until an attempt that nobody hands in is settled
Asked = Mapping[int, QuestionVersion]  # by position
Sheet = Mapping[int, Response]
MISSED = 12  # of a paper that covers the post one in so many is missed, none of those that are needed


@dataclass(frozen=True)
class Sitting:
    """One sitting as it will be: the paper, how many answers are wrong, how many are not given, how long it takes."""

    quiz: Quiz
    paper: Paper
    wrong: int
    unanswered: int
    takes: timedelta

    @property
    def over_after(self) -> timedelta:
        """Return how long after the start nothing of it changes any more."""
        closes = timedelta(minutes=self.quiz.limit_minutes, seconds=self.quiz.grace_seconds)
        return closes + SWEEPER if self.unanswered else self.takes


def sit(centre: Centre, timeline: Timeline, shelf: Shelf, member: Member, papers: Papers) -> None:
    """Plan the quizzes of a learner; `papers` are those that cover the post, one for each quiz of the story."""
    days, story = centre.calendar(member.class_days), member.story
    for n, planned in enumerate(story.quizzes):
        luck = chance(member.employee_no, "quiz", n)
        clock = PRACTISES if shelf.quizzes[planned.quiz].purpose == "practice" else SITS
        at = days.at(planned.day, *clock) + timedelta(seconds=luck.randrange(LATEST * 60))
        sitting = _covering(shelf, papers.asked[n], luck) if planned.covers else _planned(shelf, planned, luck)
        _add(centre, timeline, member, sitting, at)
    if story.practice is not None:
        for n, paper in enumerate(papers.practice):
            at = days.at(story.practice, *PRACTISES) + n * BETWEEN
            _add(centre, timeline, member, _covering(shelf, paper, chance(member.employee_no, "practice", n)), at)


def sit_at(  # who sits which paper when
    centre: Centre, timeline: Timeline, shelf: Shelf, member: Member, paper: Paper, at: datetime
) -> None:
    """Plan one sitting of a paper that covers the post."""
    _add(centre, timeline, member, _covering(shelf, paper, chance(member.employee_no, paper.quiz)), at)


def _planned(shelf: Shelf, planned: cast.Sitting, luck: Random) -> Sitting:
    quiz = shelf.quizzes[planned.quiz]
    wrong = quiz.draw - luck.randint(*planned.right) - planned.unanswered
    return Sitting(quiz, Paper(quiz.slug, luck.getrandbits(63)), wrong, planned.unanswered, _takes(quiz, luck))


def _covering(shelf: Shelf, paper: Paper, luck: Random) -> Sitting:
    quiz = shelf.quizzes[paper.quiz]
    return Sitting(quiz, paper, quiz.draw // MISSED, 0, _takes(quiz, luck))


def _takes(quiz: Quiz, luck: Random) -> timedelta:
    return timedelta(seconds=round(quiz.limit_minutes * 60 * luck.uniform(0.5, 0.85)))


def _add(centre: Centre, timeline: Timeline, member: Member, sitting: Sitting, at: datetime) -> None:
    over_at = at + sitting.over_after
    timeline.add(at, partial(take, centre, member, sitting), over_at=over_at)


def take(centre: Centre, member: Member, sitting: Sitting, at: datetime) -> int:
    """Let a learner sit a quiz with so many wrong answers as planned, and return the attempt's id."""
    luck = chance(member.employee_no, sitting.quiz.slug, at.isoformat(), "answers")

    def answers(asked: Asked) -> Sheet:
        wrong = _missed(asked, sitting, member.story.wrong_first, luck)
        reached = range(1, len(asked) - sitting.unanswered + 1)
        return {n: (wrong_response if n in wrong else right_response)(asked[n], member.locale, luck) for n in reached}

    return hand_in(centre, member, sitting, answers, at)


def hand_in(centre: Centre, member: Member, sitting: Sitting, answers: Callable[[Asked], Sheet], at: datetime) -> int:
    """Start, answer at an even pace, hand in, and return the attempt's id; who leaves answers out runs out of time."""
    session, learner_id = centre.session, centre.people[member.employee_no].id
    lease = f"{chance(member.employee_no, sitting.quiz.slug, at.isoformat()).getrandbits(128):032x}"
    begun = start_attempt(session, sitting.quiz.slug, learner_id, lease=lease, now=at, seed=sitting.paper.seed)
    asked = _asked(centre, begun.attempt_id)
    for position, response in answers(asked).items():
        saved_at = at + sitting.takes * position / (len(asked) + 1)
        given = Given(position, response, int(saved_at.timestamp() * 1000), client_time=saved_at, lease=lease)
        save_answer(session, begun.attempt_id, learner_id, given, now=saved_at)
    finish = settle_overdue if sitting.unanswered else submit_attempt
    finish(session, begun.attempt_id, learner_id, now=at + sitting.over_after)
    return begun.attempt_id


def _asked(centre: Centre, attempt_id: int) -> dict[int, QuestionVersion]:
    rows = centre.session.execute(
        select(AttemptQuestion.position, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.position)
    )
    return dict(rows.all())


def _missed(asked: Asked, sitting: Sitting, first: str, luck: Random) -> frozenset[int]:
    """Return the positions that are answered wrong, those of the kind `first` before others."""
    reached = [n for n in asked if n <= len(asked) - sitting.unanswered]
    free = [n for n in reached if asked[n].id not in sitting.paper.needed]
    luck.shuffle(free)
    return frozenset(sorted(free, key=lambda n: asked[n].kind != first)[: sitting.wrong])

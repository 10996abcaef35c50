"""Lets a question be withdrawn after somebody passed by it: marks follow, the certificate stays until HR has looked."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import select

from lms.demo.cast import Member
from lms.demo.centre import Centre, Shelf
from lms.demo.timeline import Timeline
from lms.quizzes.actions.rulings import make_ruling
from lms.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion, Quiz
from lms.quizzes.queries.ruling_pages import Decision, RulingAsked, considered
from lms.quizzes.rules.regrading import Verdict

REASON = "公司新规发布后，题干里的说法不再成立，没有哪个选项是对的：整题作废，各人成绩重算。"
SECOND = 1  # of the trainers: the one who did not write it


def withdraw(centre: Centre, timeline: Timeline, shelf: Shelf, member: Member) -> None:
    """Plan the decision for the evening of the day on which the first certificate was issued."""
    story = member.story
    if story.withdrawn and story.issued is not None:
        quiz = shelf.quizzes[story.withdrawn]
        timeline.add(centre.calendar(member.class_days).at(story.issued, 17, 25), partial(_void, centre, member, quiz))


def _void(centre: Centre, member: Member, quiz: Quiz, at: datetime) -> None:
    """Void the first question that was all they had to spare, and that costs nobody else their pass."""
    session, trainer = centre.session, centre.cast.of("trainer")[SECOND].employee_no
    asked = RulingAsked(Verdict.VOID)
    for version in _right_last(centre, member, quiz):
        found = considered(session, version, asked)
        if (found.changes.up, found.changes.down) == (0, 1):
            by, decision = centre.identity(trainer), Decision(asked, found.seal, REASON)
            make_ruling(session, by, version.question_id, version.version, decision, now=at)
            return


def _right_last(centre: Centre, member: Member, quiz: Quiz) -> Iterator[QuestionVersion]:
    """Yield what they answered rightly in their last form."""
    mine = (Attempt.learner_id == centre.people[member.employee_no].id) & (Attempt.quiz_id == quiz.id)
    last = select(Attempt.id).where(mine).order_by(Attempt.id.desc()).limit(1).scalar_subquery()
    yield from centre.session.scalars(
        select(QuestionVersion)
        .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(AttemptQuestion.attempt_id == last, AttemptQuestion.marks == AttemptQuestion.weight)
        .order_by(Question.ref)
    ).all()

"""A learner in a quiz: what the tests of this folder share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.quizzes import actions
from lms.quizzes.actions import Given, Saved
from lms.quizzes.models import AnswerConflict, Attempt, AttemptEvent, AttemptQuestion, QuestionVersion, Quiz
from tests.make import Make

LEASE = "a" * 32
OTHER = "b" * 32


@dataclass
class Sitting:
    """An attempt under way, with the few things that tests do to it."""

    session: Session
    learner: Person
    quiz: Quiz
    id: int
    now: datetime

    def save(self, position: int, response: Any, at: datetime | None = None, **more: Any) -> Saved:
        """Save an answer at `at`, made then, from the tab that holds the lease."""
        at = at or self.now
        values = {"client_seq": int(at.timestamp() * 1000), "client_time": at, "lease": LEASE} | more
        given = Given(position, response, **values)
        return actions.save_answer(self.session, self.id, self.learner.id, given, now=at)

    def submit(self, at: datetime | None = None) -> Attempt:
        """Hand in at `at`."""
        return actions.submit_attempt(self.session, self.id, self.learner.id, now=at or self.now)

    @property
    def attempt(self) -> Attempt:
        """The row as it is now."""
        return self.session.execute(
            select(Attempt).where(Attempt.id == self.id).execution_options(populate_existing=True)
        ).scalar_one()

    @property
    def deadline(self) -> datetime:
        """The end of the time."""
        return self.attempt.deadline

    def right(self, position: int) -> Any:
        """What is right at `position`."""
        return self.version(position).key["ids"][0]

    def version(self, position: int) -> QuestionVersion:
        """The version that was drawn to `position`."""
        query = select(QuestionVersion).join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        return self.session.scalars(
            query.where(AttemptQuestion.attempt_id == self.id, AttemptQuestion.position == position)
        ).one()

    def answer_all(self, right: int) -> None:
        """Answer every question, the first `right` of them rightly."""
        for position in range(1, int(self.attempt.max_score) + 1):
            self.save(position, self.right(position) if position <= right else "d")

    def events(self) -> list[str]:
        """The kinds of events on the log, in order."""
        query = select(AttemptEvent.kind).where(AttemptEvent.attempt_id == self.id).order_by(AttemptEvent.id)
        return list(self.session.scalars(query))

    def conflicts(self) -> list[AnswerConflict]:
        """The answers kept beside the attempt."""
        return list(self.session.scalars(select(AnswerConflict).where(AnswerConflict.attempt_id == self.id)))


@pytest.fixture
def sit(session: Session, make: Make, now: datetime) -> Any:
    """Return a function that begins an attempt: `sit(quiz=…, learner=…, at=…)`."""

    def begin(quiz: Quiz | None = None, learner: Person | None = None, at: datetime | None = None) -> Sitting:
        quiz, learner, at = quiz or make.quiz(), learner or make.learner(), at or now
        started = actions.start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=at)
        return Sitting(session, learner, quiz, started.attempt_id, at)

    return begin


MS = timedelta(milliseconds=1)
GRACE = timedelta(seconds=60)

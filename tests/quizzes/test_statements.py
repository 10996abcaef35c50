"""A whole class starts and hands in at once: as many statements for 70 questions as for three, and not many."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.quizzes import actions
from lms.reviews.listening import listen
from tests.make import Make
from tests.quizzes.conftest import LEASE, Sitting

START, HAND_IN = {"practice": 10, "daily": 12, "gate": 9}, {"practice": 11, "daily": 13, "gate": 13}


@pytest.mark.parametrize("many", [3, 70])
@pytest.mark.parametrize("purpose", ["practice", "daily", "gate"])
def test_start_and_hand_in_take_constant_statements(
    session: Session, make: Make, now: Any, statements: Callable[[], Any], purpose: str, many: int
) -> None:
    listen()  # memory hears of attempts, as in the application
    learner, quiz = make.learner(), make.quiz(purpose=purpose, questions=many, draw=many)
    with statements() as begun:
        started = actions.start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now)
    sitting = Sitting(session, learner, quiz, started.attempt_id, now)
    sitting.answer_all(many - 1)
    with statements() as ended:
        actions.submit_attempt(session, started.attempt_id, learner.id, now=now)
    assert (len(begun), len(ended)) == (START[purpose], HAND_IN[purpose])

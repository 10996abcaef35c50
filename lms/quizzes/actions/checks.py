"""Answers checks inside lessons: feedback at once, no grade, no limit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.courses.models import Lesson
from lms.courses.rules.reader import Reader
from lms.errors import Invalid, Refused
from lms.quizzes.models import CheckAnswer
from lms.quizzes.queries.checks import asked_in_open_attempt, check_question
from lms.quizzes.queries.results import right_answer, shown
from lms.quizzes.rules import marks, responses
from lms.quizzes.rules.kinds import Tally


@dataclass(frozen=True)
class Checked:
    """What a try at a check came to."""

    question_id: int
    kind: str
    stem: dict[str, str]
    options: tuple[dict[str, Any], ...]
    unit: dict[str, str]
    body: dict[str, Any]
    response: Any
    given: tuple[dict[str, str], ...]
    right: tuple[dict[str, str], ...]
    share: float
    tally: Tally | None  # how the parts of the response came to a share of the mark
    correct: bool
    explanation: dict[str, str]
    lesson: Lesson


@dataclass(frozen=True)
class CheckAnswered:
    """What listeners are told: `key_point` is the number of the point in the lesson, where the question asks one."""

    person_id: int
    lesson_id: int
    key_point: int | None
    correct: bool
    at: datetime


Listener = Callable[[Session, CheckAnswered], None]
_listeners: dict[Listener, None] = {}


def on_answer(listener: Listener) -> None:
    """Let a feature above this one hear of every answer to a check, once each, in the same transaction."""
    _listeners[listener] = None


def answer_check(
    session: Session, question_id: int, reader: Reader, *, lesson_id: int, response: object, now: datetime
) -> Checked:
    """Keep a try at a check and say whether it is right; Invalid at `response` where nothing, or nothing fitting, came.

    Refused while the same question is asked in the person's open attempt, which it would answer.
    """
    version, lesson = check_question(session, question_id, lesson_id, reader)
    if asked_in_open_attempt(session, question_id, reader.person_id):
        raise Refused(code="in_open_attempt")
    options = tuple(option["id"] for option in version.options)
    units = tuple(version.unit.values())
    kept, flaw = responses.accepted(version.kind, response, options, units, version.body)
    if flaw is not None or kept is None:
        raise Invalid(code=flaw or "nothing_given", field="response")
    share = marks.share(version.kind, version.key, kept, units, version.body)
    correct = share == marks.WHOLE
    tried = CheckAnswer(question_id=question_id, version_id=version.id, response=kept, correct=correct, at=now)
    tried.person_id = reader.person_id
    session.add(tried)
    session.flush()
    answered = CheckAnswered(reader.person_id, lesson_id, version.key_point, correct=correct, at=now)
    for listener in _listeners:
        listener(session, answered)
    return Checked(
        question_id=question_id,
        kind=version.kind,
        stem=version.stem,
        options=tuple(version.options),
        unit=version.unit,
        body=version.body,
        response=kept,
        given=shown(version, kept),
        right=right_answer(version),
        share=share,
        tally=marks.tally(version.kind, version.key, kept, units, version.body, earned=share),
        correct=correct,
        explanation=version.explanation,
        lesson=lesson,
    )

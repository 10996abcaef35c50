"""Which files of a lesson its questions show: who is asked one may see what it shows."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.rules.media import media_base
from lms.media.rules.shown import shown_in
from lms.media.rules.tags import name_in
from lms.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion

_SHOWN = select(QuestionVersion.stem, QuestionVersion.body).join(Question, Question.id == QuestionVersion.question_id)


def asked_files(session: Session, person_id: int, lesson_id: int) -> frozenset[str]:
    """Return the files of a lesson that questions show which the person was asked in a quiz, open or handed in."""
    rows = session.execute(
        _SHOWN.join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .where(Attempt.learner_id == person_id, Question.lesson_id == lesson_id)
    )
    return _names(rows, lesson_id)


def question_files(session: Session, lesson_id: int) -> frozenset[str]:
    """Return the files of a lesson that any version of its questions shows: attempts may ask an older one."""
    return _names(session.execute(_SHOWN.where(Question.lesson_id == lesson_id)), lesson_id)


def _names(rows: Iterable[Any], lesson_id: int) -> frozenset[str]:
    base, names = media_base(lesson_id), set[str]()
    for stem, body in rows:
        names |= {name for html in stem.values() for name in shown_in(base, html)}
        names |= {name for name in (name_in(str(body.get("audio", ""))),) if name}
    return frozenset(names)

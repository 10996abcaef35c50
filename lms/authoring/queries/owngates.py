"""Whose questions somebody is asked themselves: keys of these are not for them, whatever else they may do here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring.models import Draft, Submission
from lms.courses.models import Lesson
from lms.quizzes.models import Question
from lms.quizzes.queries.reach import courses_asked_of

COURSE_OF = {
    "question_id": select(Lesson.course_id).join(Question, Question.lesson_id == Lesson.id),
    "lesson_id": select(Lesson.course_id),
    "draft_id": select(Draft.course_id),
    "submission_id": select(Draft.course_id).join(Submission, Submission.draft_id == Draft.id),
}
NAMED = {"question_id": Question.id, "lesson_id": Lesson.id, "draft_id": Draft.id, "submission_id": Submission.id}


def is_asked_themselves(session: Session, person_id: int, named: Mapping[str, Any]) -> bool:
    """Say whether quizzes of a person's own programme ask what `named` leads to: a question, a lesson, a draft.

    Where it names none of these, whether they ask anything at all.
    """
    courses = courses_asked_of(session, person_id)
    name = next((each for each in COURSE_OF if each in named), None)
    if name is None or not courses:
        return bool(courses)
    return session.scalar(COURSE_OF[name].where(NAMED[name] == named[name])) in courses

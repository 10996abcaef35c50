"""Checks inside lessons."""

from flask import Response

from lms import clock
from lms.accounts.rules import Role
from lms.courses.rules.reader import SEES_ALL, reader
from lms.errors import Invalid, LmsError, Refused
from lms.quizzes import actions
from lms.quizzes.forms.taking import CheckForm
from lms.quizzes.sentences import in_words
from lms.quizzes.views.routes import blueprint
from lms.web import allow, is_htmx, me, page, writing


@blueprint.post("/checks/<int:question_id>")
@allow(Role.LEARNER, *SEES_ALL)
def answer_check(question_id: int) -> Response:
    """Say at once whether an answer to a lesson's check is right, and why."""
    value = CheckForm().value()
    try:
        with in_words(), writing() as session:
            checked = actions.answer_check(
                session,
                question_id,
                reader(me()),
                lesson_id=value.lesson_id,
                response=value.response,
                now=clock.now(),
            )
    except (Invalid, Refused) as error:
        return _unchecked(value.lesson_id, error)
    return page("quizzes/check.html", fragment="quizzes/_check.html", checked=checked, lesson=checked.lesson)


def _unchecked(lesson_id: int, error: LmsError) -> Response:
    template = "quizzes/_unchecked.html" if is_htmx() else "quizzes/unchecked.html"
    status = 422 if is_htmx() else error.status  # htmx puts a fragment in its place for this one only
    return page(template, problem=error.text, lesson_id=lesson_id, status=status)

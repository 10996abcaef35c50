"""Quizzes as they are listed, and the page before one begins."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Refused
from lms.quizzes import actions, queries
from lms.quizzes.forms.taking import StartForm
from lms.quizzes.rules.timing import Refusal
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint, new_lease
from lms.web import allow, in_turn, me, page, reading, see_other, writing
from lms.web.filters import moment


@blueprint.get("/quizzes")
@allow(Role.LEARNER, Role.TRAINER)
def library() -> Response:
    """Show a learner the quizzes of their programme, a trainer all with how they go."""
    person, now = me(), clock.now()
    with reading() as session:
        mine = queries.quizzes_of(session, person.id, now=now) if person.holds(Role.LEARNER) else []
        counts = queries.quiz_counts(session) if person.holds(Role.TRAINER) else []
    return page("quizzes/library.html", mine=mine, counts=counts, trainer=person.holds(Role.TRAINER), sentence=sentence)


@blueprint.get("/quizzes/<slug>")
@allow(Role.LEARNER)
def quiz(slug: str) -> Response:
    """Show what a quiz asks, before its clock runs."""
    with reading() as session:
        row = queries.start_page(session, slug, me().id, now=clock.now())
    return _start_page(row)


def why_not_now(row: queries.QuizRow) -> str:
    """Return why a quiz cannot be started now, with the moment from which it can where there is one."""
    if row.refusal is Refusal.RETAKE_WAIT and row.again_from is not None:
        return str(_("You may try again from %(moment)s.", moment=moment(row.again_from)))
    return sentence(row.refusal)


def _start_page(row: queries.QuizRow, problem: str = "", status: int = 200) -> Response:
    why_not = why_not_now(row) if row.refusal and not row.open else ""
    return page("quizzes/start.html", row=row, lease=new_lease(), why_not=why_not, problem=problem, status=status)


@blueprint.post("/quizzes/<slug>/attempts")
@allow(Role.LEARNER)
def start_attempt(slug: str) -> BaseResponse:
    """Begin an attempt, or lead to the open one."""
    now, value = clock.now(), StartForm().value()
    try:
        with in_turn(), writing() as session:
            started = actions.start_attempt(
                session, slug, me().id, lease=value.lease or new_lease(), now=now, consent=value.consent
            )
    except Refused as error:
        with reading() as session:
            row = queries.start_page(session, slug, me().id, now=now)
        problem = "" if error.code == row.refusal else sentence(error.code)  # the page says it below
        return _start_page(row, problem=problem, status=error.status)
    held = value.lease if started.holds_lease and value.lease else None
    return see_other("quizzes.attempt", attempt_id=started.attempt_id, lease=held)

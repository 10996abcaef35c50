"""Attempts under way, and more minutes for one of them."""

from flask import flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.quizzes import actions, queries
from lms.quizzes.forms.more_time import ExtensionForm
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, number_asked, page, reading, see_other, writing
from lms.web.filters import moment
from lms.web.forms import refuse

STAFF = (Role.TRAINER, Role.ADVISER)


@blueprint.get("/attempts/running")
@allow(*STAFF)
def running() -> Response:
    """List who is in a quiz now, of one quiz or class where the address names it."""
    now = clock.now()
    quiz_id, class_id = number_asked("quiz", default=0) or None, number_asked("class", default=0) or None
    with reading() as session:
        rows = queries.running_attempts(session, me(), now=now, quiz_id=quiz_id, class_id=class_id)
    return page("quizzes/running.html", rows=rows, now=now, filtered=quiz_id or class_id)


@blueprint.get("/attempts/running/<int:running_id>/extension")
@allow(*STAFF)
def extension(running_id: int) -> Response:
    """Ask for minutes and the reason."""
    return _page(running_id)


def _page(running_id: int, form: ExtensionForm | None = None, status: int = 200) -> Response:
    with reading() as session:
        row = queries.reachable_attempt(session, me(), running_id)
    form = form or ExtensionForm(formdata=None)
    return page("quizzes/extension.html", row=row, attempt=row.attempt, form=form, status=status)


@blueprint.post("/attempts/running/<int:running_id>/extension")
@allow(*STAFF)
def extend_attempt(running_id: int) -> Response:
    """Give an attempt under way more minutes."""
    with reading() as session:
        queries.reachable_attempt(session, me(), running_id)
    form = ExtensionForm()
    if not form.validate():
        return _page(running_id, form, 422)
    given = form.value()
    try:
        with writing() as session:
            found = actions.extend_attempt(session, running_id, **vars(given), actor=me().employee_no, now=clock.now())
    except (Invalid, Refused) as error:
        refuse(form.minutes, sentence(error.code))
        return _page(running_id, form, error.status)
    flash(_("The attempt now ends on %(moment)s.", moment=moment(found.deadline)), "ok")
    return see_other("quizzes.running")

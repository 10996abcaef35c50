"""Hints of unfair answers: a list for trainers, and what came of each. Nobody is judged by a machine."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.quizzes.actions.fairness import judge
from lms.quizzes.forms.reports import HintForm
from lms.quizzes.queries import signals as queries
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, page, reading, see_other, writing

Key = tuple[str, int, int | None]


@blueprint.get("/quizzes/<slug>/signals")
@allow(Role.TRAINER)
def signals(slug: str) -> Response:
    """List the hints of a quiz with their evidence."""
    with reading() as session:
        found = queries.signals_page(session, me(), slug)
    return page("quizzes/signals.html", found=found, quiz=found.quiz)


def _key(sign: str, attempt_id: int) -> Key:
    return sign, attempt_id, request.args.get("other", type=int)


@blueprint.get("/quizzes/<slug>/signals/<any(similarity, speed):sign>/<int:attempt_id>")
@allow(Role.TRAINER)
def signal(slug: str, sign: str, attempt_id: int) -> Response:
    """Show one hint, and ask what came of looking into it."""
    return _signal(slug, _key(sign, attempt_id), HintForm(formdata=None))


def _signal(slug: str, key: Key, form: HintForm, status: int = 200) -> Response:
    with reading() as session:
        found, one = queries.one_signal(session, me(), slug, key)
    return page("quizzes/signal.html", found=found, quiz=found.quiz, signal=one, form=form, status=status)


@blueprint.post("/quizzes/<slug>/signals/<any(similarity, speed):sign>/<int:attempt_id>")
@allow(Role.TRAINER)
def judge_signal(slug: str, sign: str, attempt_id: int) -> BaseResponse:
    """Keep what came of looking into a hint."""
    form, key = HintForm(), _key(sign, attempt_id)
    if not form.validate():
        return _signal(slug, key, form, 422)
    value = form.value()
    try:
        with writing() as session:
            judge(session, me(), slug, key, value.verdict, value.note, now=clock.now())
    except (Invalid, Refused) as error:
        flash(sentence(error.code), "warn")
        return _signal(slug, key, form, error.status)
    flash(_("Kept on the record."), "ok")
    return see_other("quizzes.signals", slug=slug)

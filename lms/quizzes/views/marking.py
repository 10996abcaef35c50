"""The marking queue: typed answers that no accepted form took, read and marked by trainers, names hidden at first."""

from flask import Response, flash, request
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.quizzes.actions.marking import mark_answers
from lms.quizzes.forms.rulings import MarkForm
from lms.quizzes.queries.marking import marking_page
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, number_asked, page, reading, see_other, writing

SHOWN = ("names", "marked", "page")


@blueprint.get("/marking")
@allow(Role.TRAINER)
def marking() -> Response:
    """Show the answers that wait, by question, equal ones together; or those that were marked."""
    return _marking()


def _marking(problem: str = "", answer: str = "", form: MarkForm | None = None, status: int = 200) -> Response:
    marked = bool(request.args.get("marked"))
    with reading() as session:
        found = marking_page(session, marked=marked, page=number_asked("page", default=1))
    kept = {name: request.args[name][:10] for name in SHOWN if request.args.get(name)}
    return page(
        "quizzes/marking.html",
        page=found,
        marked=marked,
        names=bool(request.args.get("names")),
        kept=kept,
        problem=problem,
        answer=answer,
        form=form or MarkForm(formdata=None),
        status=status,
    )


@blueprint.post("/marking/<int:version_id>/<answer>")
@allow(Role.TRAINER)
def mark(version_id: int, answer: str) -> BaseResponse:
    """Give all equal answers to a version the same mark."""
    form = MarkForm()
    if not form.validate():
        return _marking(sentence("reason" if form.comment.errors else "marks"), answer, form, 422)
    try:
        with writing() as session:
            made = mark_answers(session, me(), version_id, answer, form.value(), now=clock.now())
    except (Invalid, Refused) as error:
        return _marking(sentence(error.code), answer, form, error.status)
    said = ngettext("Marked: %(num)s answer.", "Marked: %(num)s answers.", made.answers)
    if made.changed:
        scored = ngettext("%(num)s attempt was scored again.", "%(num)s attempts were scored again.", made.changed)
        said = f"{said} {scored}"
    flash(said, "ok")
    kept = {name: request.args[name][:10] for name in SHOWN if request.args.get(name)}
    return see_other("quizzes.marking", **kept)

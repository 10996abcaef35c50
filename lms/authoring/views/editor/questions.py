"""Forms for the questions of a draft; they rewrite its list, which experts may write as YAML."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring import queries
from lms.authoring.actions.questions import put_question, remove_question
from lms.authoring.forms.drafts import RemovalForm
from lms.authoring.forms.questions import QuestionForm
from lms.authoring.queries.questions import QuestionPage
from lms.authoring.views.editor.routes import blueprint
from lms.authoring.words.bank import KINDS
from lms.authoring.words.drafts import worded
from lms.errors import Invalid, Refused
from lms.web import allow, me, page, reading, see_other, writing


@blueprint.get("/drafts/<int:draft_id>/questions/new")
@allow(Role.TRAINER)
def new_question(draft_id: int) -> Response:
    """Show an empty form of the kind that the address names."""
    kind = request.args.get("kind", "single")
    with reading() as session:
        found = queries.question_page(session, draft_id, None, kind=kind if kind in KINDS else "single")
    return _page(found, QuestionForm.empty(found))


@blueprint.get("/drafts/<int:draft_id>/questions/<ref>")
@allow(Role.TRAINER)
def question(draft_id: int, ref: str) -> Response:
    """Show the form of one question."""
    with reading() as session:
        found = queries.question_page(session, draft_id, ref)
    return _page(found, QuestionForm.of(found))


@blueprint.post("/drafts/<int:draft_id>/questions")
@allow(Role.TRAINER)
def add_question(draft_id: int) -> BaseResponse:
    """Add a question at the end of the list."""
    kind = request.form.get("kind", "")
    with reading() as session:
        found = queries.question_page(session, draft_id, None, kind=kind if kind in KINDS else "single")
    return _put(draft_id, found)


@blueprint.post("/drafts/<int:draft_id>/questions/<ref>")
@allow(Role.TRAINER)
def change_question(draft_id: int, ref: str) -> BaseResponse:
    """Change a question."""
    with reading() as session:
        found = queries.question_page(session, draft_id, ref)
    return _put(draft_id, found)


@blueprint.post("/drafts/<int:draft_id>/questions/<ref>/removal")
@allow(Role.TRAINER)
def drop_question(draft_id: int, ref: str) -> BaseResponse:
    """Take a question out of the list."""
    form = RemovalForm()
    if not form.validate():
        raise Invalid(field="version")
    try:
        with worded(), writing() as session:
            remove_question(session, me(), draft_id, ref, int(form.version.data or 1), now=clock.now())
    except Refused as refused:
        flash(refused.text, "warn")
    else:
        flash(_("The question is out of the list. The former list stands among the revisions."), "ok")
    return see_other("drafts.edit", draft_id=draft_id, part="questions")


def _put(draft_id: int, found: QuestionPage) -> BaseResponse:
    form = QuestionForm.sent(found)
    if not form.validate():
        return _page(found, form, status=422)
    try:
        with worded(), writing() as session:
            ref = put_question(session, me(), draft_id, form.value(), int(form.version.data or 1), now=clock.now())
    except Refused as refused:
        return _page(found, form, status=409, problem=refused.text)
    flash(_("Question %(ref)s is saved in the draft.", ref=ref), "ok")
    return see_other("drafts.edit", draft_id=draft_id, part="questions")


def _page(found: QuestionPage, form: QuestionForm, *, status: int = 200, problem: str = "") -> Response:
    return page("authoring/question.html", page=found, form=form, problem=problem, status=status)

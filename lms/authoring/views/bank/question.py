"""One question of the bank: its versions, how learners see it, its review and its tags."""

from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import banking as actions
from lms.authoring.forms.bank import ReviewForm, TagsForm
from lms.authoring.queries.bank import QuestionPage, question_page
from lms.authoring.views.bank.routes import UNPROCESSABLE, WORDS, blueprint
from lms.authoring.words.bank import sentence
from lms.courses.rules.languages import in_language
from lms.courses.rules.media import media_base, with_sound
from lms.errors import Refused
from lms.quizzes.rules.kinds import Asked, kind_of
from lms.quizzes.rules.marks import WHOLE, share
from lms.quizzes.rules.responses import accepted
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.filters import local
from lms.web.i18n import language


@blueprint.get("/bank/questions/<int:question_id>")
@allow(Role.TRAINER)
def question(question_id: int) -> Response:
    """Show a question with everything that is known of it."""
    return _page(question_id)


@blueprint.post("/bank/questions/<int:question_id>/trial")
@allow(Role.TRAINER)
def try_question(question_id: int) -> Response:
    """Say what an answer would be worth; nothing of it is kept."""
    with reading() as session:
        found = question_page(session, question_id)
    version = found.row.version
    units, ids = tuple(version.unit.values()), [option["id"] for option in version.options]
    response, flaw = accepted(version.kind, request.form.getlist("response"), ids, units, version.body)
    worth = share(version.kind, version.key, response, units, version.body)
    kind, given = kind_of(version.kind), Asked(ids, units, version.body)
    verdict = {
        "flaw": flaw is not None,
        "right": worth == WHOLE,
        "percent": round(worth * 100),
        "words": [local(text) for text in kind.right_words(version.key, given, version.options)],
    }
    return _shown(found, given=kind.typed(response), verdict=verdict)


def _page(question_id: int, *, status: int = 200, **forms: Any) -> Response:
    with reading() as session:
        found = question_page(session, question_id)
    return _shown(found, status=status, **forms)


def _shown(found: QuestionPage, *, given: Any = (), verdict: Any = None, status: int = 200, **forms: Any) -> Response:
    row = found.row
    body: dict[str, Any] = with_sound(in_language(row.version.body, language()), media_base(row.lesson.id))
    asking = {
        "kind": row.version.kind,
        "options": [{"id": option["id"], "text": local(option["text"])} for option in row.version.options],
        "body": body,
        "unit": local(row.version.unit) if row.version.unit else "",
        "given": given or kind_of(row.version.kind).typed(None),
        "place": "response",
        "described": "stem",
        "disabled": False,
    }
    forms.setdefault("review", ReviewForm(formdata=None, state=_other(row.question.review_state)))
    forms.setdefault("tags", TagsForm(formdata=None, tags=", ".join(row.question.tags)))
    return page(
        "bank/question.html", found=found, row=row, asking=asking, verdict=verdict, words=WORDS, status=status, **forms
    )


def _other(state: str) -> str:
    return "withheld" if state == "approved" else "approved"


@blueprint.post("/bank/questions/<int:question_id>/review")
@allow(Role.TRAINER)
def review_question(question_id: int) -> BaseResponse:
    """Approve a question, or withhold it."""
    form = ReviewForm()
    if not form.validate():
        return _page(question_id, review=form, status=UNPROCESSABLE)
    try:
        with writing() as session:
            actions.review(session, me(), [question_id], form.state.data, form.note.data or "", now=clock.now())
    except Refused as refused:
        flash(sentence(refused), "warn")
        return _page(question_id, review=form, status=409)
    withheld = form.state.data == "withheld"
    flash(_("Withheld. No quiz draws it until it is approved.") if withheld else _("Approved."), "ok")
    return see_other("bank.question", question_id=question_id)


@blueprint.post("/bank/questions/<int:question_id>/tags")
@allow(Role.TRAINER)
def tag_question(question_id: int) -> BaseResponse:
    """Give a question exactly the tags that were typed."""
    form = TagsForm()
    if not form.validate():
        return _page(question_id, tags=form, status=UNPROCESSABLE)
    with writing() as session:
        actions.retag(session, me(), question_id, form.value())
    flash(_("Saved."), "ok")
    return see_other("bank.question", question_id=question_id)

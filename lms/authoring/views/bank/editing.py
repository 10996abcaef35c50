"""One act for many questions: first what it would do, then, when somebody is sure, the act."""

from typing import Any

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import banking as actions
from lms.authoring.forms.bank import BulkForm
from lms.authoring.queries.bank import places
from lms.authoring.rules.banking import Change, tags_of
from lms.authoring.views.bank.routes import UNPROCESSABLE, WORDS, blueprint
from lms.authoring.words.bank import sentence
from lms.errors import Invalid, Refused
from lms.quizzes.queries.bank import Row, Wanted, bank_rows
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.filters import local
from lms.web.forms import options, refuse

STATES = {"approve": actions.APPROVED, "withhold": actions.WITHHELD}
IN_DRAFTS = ("level", "competency", "retire", "revive")


@blueprint.post("/bank/changes")
@allow(Role.TRAINER)
def change_questions() -> BaseResponse:
    """Show what would be done with the questions that were ticked, or do it."""
    form = BulkForm()
    with reading() as session:
        found = places(session)
    form.competency.choices = options([("", "–"), *((row.slug, local(row)) for row in found.competencies)])
    try:
        ids = form.ids()
    except Invalid:
        flash(_("Tick 1 to 200 questions first."), "warn")
        return see_other("bank.questions")
    with reading() as session:
        rows = bank_rows(session, Wanted(), ids=ids)
    if not form.validate() or not form.sure.data or not _whole(form):
        failed = bool(form.sure.data or form.errors)
        return _confirm(form, rows, status=UNPROCESSABLE if failed else 200)
    try:
        with writing() as session:
            told = _do(session, form, ids)
    except Refused as refused:
        flash(sentence(refused), "warn")
        return _confirm(form, rows, status=409)
    flash(told, "ok")
    return see_other("bank.questions")


def _whole(form: BulkForm) -> bool:
    """Say whether what the act needs was given; where not, the field says so."""
    act = form.act.data
    typed = {"add_tags": form.tags, "remove_tags": form.tags, "approve": form.note, "withhold": form.note}.get(act)
    listed: Any = {"level": form.level, "competency": form.competency}.get(act)
    if typed is not None and not typed.data:
        refuse(typed, _("Please fill this in."))
        return False
    if listed is not None and (not listed.data or listed.data not in {each.value for each in listed.choices}):
        refuse(listed, _("Please choose one of these."))
        return False
    return True


def _confirm(form: BulkForm, rows: list[Row], *, status: int) -> Response:
    in_drafts = form.act.data in IN_DRAFTS
    return page("bank/changes.html", form=form, rows=rows, in_drafts=in_drafts, words=WORDS, status=status)


def _do(session: Session, form: BulkForm, ids: list[int]) -> str:
    """Do the act and return what is said of it, with how to undo it."""
    act, now = form.act.data, clock.now()
    if act in STATES:
        count = actions.review(session, me(), ids, STATES[act], form.note.data or "", now=now)
        done = ngettext("%(num)s question changed.", "%(num)s questions changed.", count)
        return f"{done} {_('To undo it, tick them again and choose the opposite.')}"
    if act in ("add_tags", "remove_tags"):
        tags = tags_of(form.tags.data or "")
        add, remove = (tags, ()) if act == "add_tags" else ((), tags)
        count = actions.tag(session, me(), ids, add, remove)
        done = ngettext("%(num)s question changed.", "%(num)s questions changed.", count)
        return f"{done} {_('To undo it, tick them again and choose the opposite.')}"
    value = {"level": form.level.data, "competency": form.competency.data}.get(act) or ""
    drafts = actions.revise(session, me(), ids, Change(act, value), now=now)
    done = ngettext("%(num)s draft was changed.", "%(num)s drafts were changed.", len(drafts))
    return f"{done} {_('Nothing is different for learners before they are published; to undo it, discard them.')}"

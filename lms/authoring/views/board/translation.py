"""Two languages side by side: blocks of the source, a field for each block of the translation."""

from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions.drafts import Conflict, save_part
from lms.authoring.actions.translation import confirm
from lms.authoring.forms.board import LONGEST, MOST_SECTIONS, TranslationForm
from lms.authoring.queries.drafts import live_draft
from lms.authoring.queries.translation import translation_page
from lms.authoring.rules import diff
from lms.authoring.rules.drafts import LANGUAGES, cleaned
from lms.authoring.rules.translation import joined
from lms.authoring.views.board.routes import blueprint
from lms.authoring.words.board import sentence
from lms.authoring.words.drafts import worded
from lms.errors import Invalid, Refused
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.i18n import language


@blueprint.get("/drafts/<int:draft_id>/translation")
@allow(Role.TRAINER)
def translation(draft_id: int) -> Response:
    """Show both languages of a draft side by side."""
    asked = request.args.get("to", "")
    with reading() as session:
        found = translation_page(session, draft_id, asked if asked in LANGUAGES else None, language())
    return page("authoring/translation.html", page=found)


@blueprint.post("/drafts/<int:draft_id>/translation")
@allow(Role.TRAINER)
def save_translation(draft_id: int) -> BaseResponse:
    """Save the blocks of a translation and, if asked, note that it says what its source says."""
    form = TranslationForm()
    if not form.validate():
        raise Invalid(field=next(iter(form.errors)))
    part, version = str(form.part.data), int(form.version.data or 1)
    mine = joined([cleaned(block) for block in request.form.getlist("block")[:MOST_SECTIONS]])
    if len(mine) > LONGEST:
        raise Invalid(field="block")
    with worded(), writing() as session:
        saved = save_part(session, me(), draft_id, part, mine, version, now=clock.now())
    if isinstance(saved, Conflict):
        with reading() as session:
            found = live_draft(session, draft_id)
        rows = diff.rows(saved.theirs.text, mine)
        shown: dict[str, Any] = {"view": found, "part": part, "theirs": saved.theirs, "mine": mine, "rows": rows}
        return page("authoring/conflict.html", status=409, snapshot_id=saved.snapshot_id, **shown)
    if form.confirm.data:
        _confirm(draft_id, part, int(form.against.data or 1))
    else:
        flash(_("Saved."), "ok")
    return see_other("authoring.translation", draft_id=draft_id, to=part)


def _confirm(draft_id: int, part: str, against: int) -> None:
    """Note that the translation is up to date; what was saved stays saved where that is refused."""
    try:
        with writing() as session:
            confirm(session, me(), draft_id, part, against)
    except Refused as error:
        flash(sentence(error), "warn")
    else:
        flash(_("Saved. Both languages are up to date."), "ok")

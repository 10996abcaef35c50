"""What a part ever was: its list, the difference of any two, and the way back."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring import queries
from lms.authoring.actions.restoring import restore_text
from lms.authoring.forms.drafts import RestoreForm
from lms.authoring.views.editor.routes import blueprint, part_asked
from lms.authoring.words.drafts import worded
from lms.errors import Invalid, Refused
from lms.web import allow, me, page, reading, see_other, writing


@blueprint.get("/drafts/<int:draft_id>/revisions")
@allow(Role.TRAINER)
def revisions(draft_id: int) -> Response:
    """List every text that a part was, and show how two of them differ."""
    old, new = request.args.get("old", "")[:20], request.args.get("new", "now")[:20]
    with reading() as session:
        found = queries.revisions_page(session, draft_id, part_asked(), old, new)
    return page("authoring/revisions.html", page=found)


@blueprint.post("/drafts/<int:draft_id>/restorations")
@allow(Role.TRAINER)
def restore(draft_id: int) -> BaseResponse:
    """Bring a former text back as a new version."""
    form = RestoreForm()
    if not form.validate():
        raise Invalid(field=next(iter(form.errors)))
    asked = form.value()
    try:
        with worded(), writing() as session:
            restore_text(session, me(), draft_id, asked.part, asked.name, asked.version, now=clock.now())
    except Refused as refused:
        flash(refused.text, "warn")
        return see_other("drafts.revisions", draft_id=draft_id, part=asked.part)
    flash(_("Brought back. The text it replaced stands in the list and can be brought back, too."), "ok")
    return see_other("drafts.edit", draft_id=draft_id, part=asked.part, yaml=1 if asked.part == "questions" else None)

"""Brings a former text back as a new version; the one it replaces is kept, so that this can be undone too."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.authoring.actions.drafts import Conflict, keep, permit, save_in
from lms.authoring.queries.drafts import live_draft
from lms.authoring.queries.history import text_named
from lms.errors import NotFound, Refused


def restore_text(
    session: Session, actor: Identity, draft_id: int, part: str, name: str, version: int, *, now: datetime
) -> int:
    """Make the text called `name` the present one of a part whose `version` was looked at; return the new version.

    Raises NotFound, and Refused where somebody saved meanwhile.
    """
    permit(actor)
    view = live_draft(session, draft_id, lock=True)
    present = view.parts.get(part)
    if present is None:
        raise NotFound
    text = text_named(session, view, part, name)
    if present.version != version:
        raise Refused(code="changed_meanwhile")
    if present.text == text:
        return present.version
    keep(session, draft_id, part, present.version, present.text, present.saved_by_id, why="saved", at=present.saved_at)
    saved = save_in(session, view, actor.id, part, text, version, now=now)
    if isinstance(saved, Conflict):
        raise Refused(code="changed_meanwhile")
    keep(session, draft_id, part, saved.version, text, actor.id, why="restored", at=now)
    return saved.version

"""Says that a translation follows its source, so that marks begin from here."""

from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.authoring.actions.drafts import keep, permit
from lms.authoring.models import DraftPart
from lms.authoring.queries.drafts import DraftView, live_draft, newest_kept
from lms.authoring.rules.translation import OTHER
from lms.errors import Refused


def confirm(session: Session, actor: Identity, draft_id: int, language: str, version: int) -> None:
    """Note that the text in `language` says what its source says in `version`; raises NotFound.

    Refused where the source has been saved meanwhile: nobody confirms what they have not seen.
    """
    permit(actor)
    view = live_draft(session, draft_id, lock=True)
    if view.parts[OTHER[language]].version != version:
        raise Refused(code="source_changed_meanwhile")
    _agree(session, view, language)


def confirm_both(session: Session, view: DraftView) -> None:
    """Note that both languages of a draft say the same as they stand."""
    for language in OTHER:
        _agree(session, view, language)


def _agree(session: Session, view: DraftView, language: str) -> None:
    """Keep the source's text as it is now, for comparing later, and hold the translation against it."""
    source = view.parts[OTHER[language]]
    newest = newest_kept(session, view.draft.id, source.part)
    if newest is None or newest.version != source.version:
        keep(
            session,
            view.draft.id,
            source.part,
            source.version,
            source.text,
            source.saved_by_id,
            why="saved",
            at=source.saved_at,
        )
    row = session.get_one(DraftPart, (view.draft.id, language))
    row.against_version = source.version
    session.flush()

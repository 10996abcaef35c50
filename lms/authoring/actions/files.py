"""What trainers do with the files of lessons: a name that readers have seen is never given to other bytes."""

from datetime import datetime
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.authoring.actions.drafts import permit
from lms.authoring.models import Draft, Submission
from lms.courses.models import Course
from lms.courses.queries.media import shown_files
from lms.errors import Refused
from lms.media import actions
from lms.media.actions import Place, Uploader
from lms.media.intake import Taken
from lms.media.rules.medium import Medium


def add_file(
    session: Session, actor: Identity, place: Place, taken: Taken, original: str, *, now: datetime
) -> tuple[str, Medium]:
    """Let a lesson name a file that is kept, by a name that none of its texts ever showed; raises NotFound."""
    permit(actor)
    ever = shown_files(session, place.course_slug, place.lesson_slug).ever
    return actions.add_medium(session, place, taken, original, by=_uploader(actor), now=now, reserved=ever)


def remove_file(session: Session, actor: Identity, place: Place, name: str, *, now: datetime) -> None:
    """Let a lesson forget a file.

    Raises NotFound, and Refused while the published text shows it or a text that waits for a second person does.
    """
    permit(actor)
    if name in shown_files(session, place.course_slug, place.lesson_slug).now:
        raise Refused(code="file_shown")
    if _waits(session, place, name):
        raise Refused(code="file_waits")
    actions.remove_medium(session, place, name, by=_uploader(actor), now=now)


def _waits(session: Session, place: Place, name: str) -> bool:
    """Say whether a text that waits names the file; captions go with their film, so they stay as long as any waits."""
    waiting = session.scalars(
        select(Submission.texts)
        .join(Draft, Draft.id == Submission.draft_id)
        .join(Course, Course.id == Draft.course_id)
        .where(Course.slug == place.course_slug, Draft.slug == place.lesson_slug)
        .where(Submission.decision.is_(None), Draft.discarded_at.is_(None))
    )
    named = (f"media/{name}", f"media/{quote(name)}")
    return any(name.endswith(".vtt") or way in text for texts in waiting for text in texts.values() for way in named)


def _uploader(actor: Identity) -> Uploader:
    return Uploader(actor.employee_no, actor.id)

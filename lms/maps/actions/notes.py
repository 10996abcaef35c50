"""One's own words at a node of a course's map."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.courses.rules.reader import Reader
from lms.db import insert
from lms.errors import Refused
from lms.maps.models import MapNote
from lms.maps.queries import readable_node
from lms.maps.rules.tree import words

LONGEST = 2_000
MOST_NOTES = 2_000  # a person


def set_note(session: Session, reader: Reader, node: str, text: str, *, now: datetime) -> str:
    """Keep `text` as the reader's own note at `node` and return it as kept; an empty one takes the note away.

    Raises NotFound for a node that this reader cannot open, Refused (`too_many_notes`).
    """
    readable_node(session, reader, node, "zh")
    kept = words(text, LONGEST)
    own = MapNote.person_id == reader.person_id
    if not kept:
        session.execute(delete(MapNote).where(own, MapNote.node == node))
        return ""
    if (session.scalar(select(func.count()).select_from(MapNote).where(own)) or 0) >= MOST_NOTES:
        raise Refused(code="too_many_notes")
    row = insert(session, MapNote).values(person_id=reader.person_id, node=node, text=kept, updated_at=now)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[MapNote.person_id, MapNote.node], set_={"text": kept, "updated_at": now}
        )
    )
    return kept

"""Own maps of their owner, and those that an owner shares with the mentor they have now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.errors import NotFound
from lms.maps.models import OwnMap
from lms.mentoring.models import Pairing

MOST_MAPS = 200  # a person
UNDO = timedelta(hours=24)  # for so long a deleted map can be brought back


@dataclass(frozen=True)
class MapLine:
    """A map in a list."""

    id: int
    title: str
    nodes: int
    lesson_id: int | None
    updated_at: datetime
    shared_at: datetime | None


@dataclass(frozen=True)
class MapSeen:
    """A map as one reader sees it: its owner may change it, a mentor may only look."""

    map: OwnMap
    owner: Person
    own: bool


def own_maps(session: Session, owner_id: int) -> list[MapLine]:
    """Return somebody's own maps, the latest first, in one statement; the trees stay where they are."""
    return _lines(session, owner_id, shared=False)


def own_map(
    session: Session, map_id: int, owner_id: int, *, lock: bool = False, deleted_since: datetime | None = None
) -> OwnMap:
    """Return a map of its owner, locked where asked for, or raise NotFound; deleted ones only since `deleted_since`."""
    query = select(OwnMap).where(OwnMap.id == map_id, OwnMap.owner_id == owner_id)
    if deleted_since is None:
        query = query.where(OwnMap.deleted_at.is_(None))
    else:
        query = query.where(OwnMap.deleted_at > deleted_since)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def readable_map(session: Session, map_id: int, reader_id: int) -> MapSeen:
    """Return a map to its owner, or a shared one to the owner's mentor of now, or raise NotFound."""
    mentored = select(Pairing.learner_id).where(Pairing.mentor_id == reader_id, Pairing.ended_at.is_(None))
    row = session.execute(
        select(OwnMap, Person)
        .join(Person, Person.id == OwnMap.owner_id)
        .where(OwnMap.id == map_id, OwnMap.deleted_at.is_(None))
        .where(or_(OwnMap.owner_id == reader_id, and_(OwnMap.shared_at.is_not(None), OwnMap.owner_id.in_(mentored))))
    ).first()
    if row is None:
        raise NotFound
    return MapSeen(row.OwnMap, row.Person, own=row.OwnMap.owner_id == reader_id)


def shared_maps(session: Session, learner_id: int, mentor_id: int) -> tuple[Person, list[MapLine]]:
    """Return an apprentice and the maps they share with this mentor, or raise NotFound."""
    learner = session.scalar(
        select(Person)
        .join(Pairing, Pairing.learner_id == Person.id)
        .where(Person.id == learner_id, Pairing.mentor_id == mentor_id, Pairing.ended_at.is_(None))
    )
    if learner is None:
        raise NotFound
    return learner, _lines(session, learner_id, shared=True)


def _lines(session: Session, owner_id: int, *, shared: bool) -> list[MapLine]:
    query = select(OwnMap.id, OwnMap.title, OwnMap.nodes, OwnMap.lesson_id, OwnMap.updated_at, OwnMap.shared_at).where(
        OwnMap.owner_id == owner_id, OwnMap.deleted_at.is_(None)
    )
    if shared:
        query = query.where(OwnMap.shared_at.is_not(None))
    rows = session.execute(query.order_by(OwnMap.updated_at.desc(), OwnMap.id.desc()).limit(MOST_MAPS))
    return [MapLine(*row) for row in rows]


def deleted_map(session: Session, map_id: int, owner_id: int, *, now: datetime) -> OwnMap:
    """Return a map that its owner has put away within a day, or raise NotFound."""
    return own_map(session, map_id, owner_id, deleted_since=now - UNDO)

"""Own maps: made, saved with a version, shared with one's mentor, deleted with a way back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.errors import Invalid, Refused
from lms.maps.models import OwnMap
from lms.maps.queries.own_maps import MOST_MAPS, UNDO, own_map
from lms.maps.rules.tree import Node, clean, flaw, stored, words
from lms.mentoring.queries import live_mentor

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Saved:
    """A map after saving; `conflict`: it was saved elsewhere in between, nothing was overwritten, `map` is that."""

    map: OwnMap
    conflict: bool = False


def create_map(
    session: Session,
    owner_id: int,
    title: str,
    tree: Node | None = None,
    *,
    lesson_id: int | None = None,
    now: datetime,
) -> OwnMap:
    """Make a map of one's own, empty but for its title unless a tree is given.

    Raises Invalid at `title` or `tree`, Refused (`too_many_maps`). Locked on the person, so that two requests at once
    stay within what one may have.
    """
    named = _title(title)
    kept = _tree(tree or Node(named))
    session.execute(select(Person.id).where(Person.id == owner_id).with_for_update())
    mine = select(func.count()).select_from(OwnMap).where(OwnMap.owner_id == owner_id, OwnMap.deleted_at.is_(None))
    if (session.scalar(mine) or 0) >= MOST_MAPS:
        raise Refused(code="too_many_maps")
    made = OwnMap(
        owner_id=owner_id,
        title=named,
        lesson_id=lesson_id,
        tree=stored(kept),
        nodes=kept.size,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    return made


def import_map(session: Session, owner_id: int, tree: Node, *, now: datetime) -> OwnMap:
    """Keep a map that came out of a file; what it calls lessons and points of ours is not believed."""
    return create_map(session, owner_id, tree.text.replace("\n", " ") or "…", _without_refs(tree), now=now)


def save_map(
    session: Session, owner_id: int, map_id: int, *, title: str, tree: Node, version: int, now: datetime
) -> Saved:
    """Keep the whole tree as the next version; where `version` is not the one that is stored, keep nothing.

    Raises NotFound for a map of somebody else, Invalid at `title` or `tree`.
    """
    named, kept = _title(title), _tree(tree)
    found = own_map(session, map_id, owner_id, lock=True)
    if found.version != version:
        return Saved(found, conflict=True)
    found.title, found.tree, found.nodes = named, stored(kept), kept.size
    found.version += 1
    found.updated_at = now
    session.flush()
    return Saved(found)


def share_map(session: Session, owner_id: int, map_id: int, *, now: datetime) -> OwnMap:
    """Let the owner's mentor look at the map. Raises Refused (`no_mentor`)."""
    found = own_map(session, map_id, owner_id, lock=True)
    if live_mentor(session, owner_id) is None:
        raise Refused(code="no_mentor")
    found.shared_at = found.shared_at or now
    session.flush()
    return found


def unshare_map(session: Session, owner_id: int, map_id: int) -> OwnMap:
    """Take the map back from the mentor's eyes."""
    found = own_map(session, map_id, owner_id, lock=True)
    found.shared_at = None
    session.flush()
    return found


def delete_map(session: Session, owner_id: int, map_id: int, *, now: datetime) -> OwnMap:
    """Put the map away; for a day it can be brought back."""
    found = own_map(session, map_id, owner_id, lock=True)
    found.deleted_at = now
    session.flush()
    return found


def restore_map(session: Session, owner_id: int, map_id: int, *, now: datetime) -> OwnMap:
    """Bring back a map that was deleted within a day, or raise NotFound."""
    found = own_map(session, map_id, owner_id, lock=True, deleted_since=now - UNDO)
    found.deleted_at = None
    session.flush()
    return found


def _title(title: str) -> str:
    named = " ".join(words(title, LONGEST_TITLE).split())
    if not named:
        raise Invalid(code="no_title", field="title")
    return named


def _tree(tree: Node) -> Node:
    why = flaw(tree)
    if why is not None:
        raise Invalid(code=why, field="tree")
    return clean(tree)


def _without_refs(tree: Node) -> Node:
    children = tuple(_without_refs(child) for child in tree.children)
    return Node(tree.text, tree.note, tree.link, "", tree.folded, children)

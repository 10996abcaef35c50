"""What is stored of maps: one's own notes at nodes, and maps of one's own. Course maps are made of stored outlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class MapNote(Base):
    """One person's own words at a node of a course's map; nobody else reads them."""

    __tablename__ = "map_notes"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    node: Mapped[str] = mapped_column(String(80), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class OwnMap(Base):
    """A map that somebody draws; `version` counts its savings, so that two tabs cannot overwrite one another."""

    __tablename__ = "own_maps"
    __table_args__ = (
        CheckConstraint("version >= 1 AND nodes >= 1", name="from_one"),
        Index("ix_own_maps_owner", "owner_id", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    title: Mapped[str] = mapped_column(String(200))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"))
    tree: Mapped[dict[str, Any]]
    nodes: Mapped[int]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

"""What is stored of career tracks: the file's own statement of rungs and branches."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class Track(Base):
    """A career track as its file states it."""

    __tablename__ = "tracks"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    rungs: Mapped[list[dict[str, Any]]]
    branches: Mapped[list[dict[str, Any]]]

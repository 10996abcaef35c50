"""What is stored of media: files by the fingerprint of their content, and what lessons call them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class MediaFile(Base):
    """One content, stored once, whoever shows it; its bytes lie in the storage and never change.

    What no lesson names any more is `unnamed_at` that moment, and swept a day later; a name given meanwhile keeps it.
    """

    __tablename__ = "media_files"
    __table_args__ = (CheckConstraint("bytes > 0", name="not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    ext: Mapped[str] = mapped_column(String(4))
    bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[float | None]
    original_name: Mapped[str] = mapped_column(String(200))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: by an import
    added_at: Mapped[datetime]
    unnamed_at: Mapped[datetime | None] = mapped_column(index=True)


class LessonMedia(Base):
    """What a lesson, published or not, calls a file: `media/<name>` in its text.

    A lesson is named by its slugs: a draft has them before it has a row. Retired names are not exported, but stay
    fetchable for those who read an earlier wording.
    """

    __tablename__ = "lesson_media"
    __table_args__ = (
        UniqueConstraint("course_slug", "lesson_slug", "name"),
        Index("ix_lesson_media_file_id", "file_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_slug: Mapped[str] = mapped_column(String(80), ForeignKey("courses.slug"))
    lesson_slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    file_id: Mapped[int] = mapped_column(ForeignKey("media_files.id"))
    source_hash: Mapped[str] = mapped_column(String(64))  # of the file as it came, before it was cleaned
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

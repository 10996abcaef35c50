"""The tables of media."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "0003_media"
down_revision = "0002_append_only"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("ext", sa.String(4), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("original_name", sa.String(200), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_media_files_not_empty")),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_media_files_added_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_files")),
        sa.UniqueConstraint("sha256", name=op.f("uq_media_files_sha256")),
    )
    op.create_table(
        "lesson_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_slug", sa.String(80), nullable=False),
        sa.Column("lesson_slug", sa.String(80), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_lesson_media_added_by_id_people")),
        sa.ForeignKeyConstraint(["course_slug"], ["courses.slug"], name=op.f("fk_lesson_media_course_slug_courses")),
        sa.ForeignKeyConstraint(["file_id"], ["media_files.id"], name=op.f("fk_lesson_media_file_id_media_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_media")),
        sa.UniqueConstraint(
            "course_slug", "lesson_slug", "name", name=op.f("uq_lesson_media_course_slug_lesson_slug_name")
        ),
    )
    op.create_index("ix_lesson_media_file_id", "lesson_media", ["file_id"])

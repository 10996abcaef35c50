"""A learner's own notes at the nodes of maps, and maps of one's own."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0006_maps"
down_revision = "0005_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "map_notes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_map_notes_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "node", name=op.f("pk_map_notes")),
    )
    op.create_table(
        "own_maps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.Column("nodes", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("shared_at", db.UtcDateTime(), nullable=True),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("version >= 1 AND nodes >= 1", name=op.f("ck_own_maps_from_one")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_own_maps_owner_id_people")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_own_maps_lesson_id_lessons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_maps")),
    )
    op.create_index("ix_own_maps_owner", "own_maps", ["owner_id", "updated_at"])

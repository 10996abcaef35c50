"""What a second trainer must agree to besides texts: retiring, bringing back, moving; files that nothing names."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "0010_authoring_acts"
down_revision = "0009_knowledge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _proposals()
    with op.batch_alter_table("media_files") as table:
        table.add_column(sa.Column("unnamed_at", UtcDateTime(), nullable=True))
        table.create_index("ix_media_files_unnamed_at", ["unnamed_at"])


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer()),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("stage", sa.String(170)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("decision", sa.String(20)),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("act IN ('retire', 'revive', 'move')", name=op.f("ck_proposals_known_act")),
        sa.CheckConstraint("(act = 'move') = (stage IS NOT NULL)", name=op.f("ck_proposals_stage_of_a_move")),
        sa.CheckConstraint("act <> 'move' OR lesson_id IS NULL", name=op.f("ck_proposals_courses_move")),
        sa.CheckConstraint(
            "decision IN ('approved', 'declined', 'withdrawn')", name=op.f("ck_proposals_known_decision")
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_proposals_decided_at_a_moment")),
        sa.CheckConstraint(
            "decision IS NULL OR decided_by_id IS NOT NULL", name=op.f("ck_proposals_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR (decision = 'withdrawn') = (decided_by_id = by_id)",
            name=op.f("ck_proposals_second_person"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_proposals_course_id_courses")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_proposals_lesson_id_lessons")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_proposals_by_id_people")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_proposals_decided_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_course_id"), "proposals", ["course_id"])
    op.create_index(op.f("ix_proposals_lesson_id"), "proposals", ["lesson_id"])
    for name, column, waiting in (
        ("uq_proposals_lesson", "lesson_id", "decision IS NULL"),
        ("uq_proposals_course", "course_id", "decision IS NULL AND lesson_id IS NULL"),
    ):
        where = sa.text(waiting)
        op.create_index(name, "proposals", [column], unique=True, sqlite_where=where, postgresql_where=where)

"""Drafts, their parts, every text that was ever in them (for ever), and what was handed in for publication."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0004_authoring"
down_revision = "0003_media"
branch_labels = None
depends_on = None

KEPT = "draft_snapshots"


def upgrade() -> None:
    _drafts()
    _submissions()
    if op.get_bind().dialect.name == "sqlite":
        stop = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        op.execute(f"CREATE TRIGGER {KEPT}_no_update BEFORE UPDATE ON {KEPT} {stop}")
        op.execute(f"CREATE TRIGGER {KEPT}_no_delete BEFORE DELETE ON {KEPT} {stop}")
    else:
        run = "FOR EACH ROW EXECUTE FUNCTION append_only()"
        op.execute(f"CREATE TRIGGER {KEPT}_append_only BEFORE UPDATE OR DELETE ON {KEPT} {run}")


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("discarded_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("base_revision >= 0", name=op.f("ck_drafts_not_negative")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_drafts_course_id_courses")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_drafts_created_by_id_people")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_drafts_lesson_id_lessons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_course_id"), "drafts", ["course_id"], unique=False)
    op.create_index(op.f("ix_drafts_lesson_id"), "drafts", ["lesson_id"], unique=False)
    op.create_index(
        "uq_drafts_lesson",
        "drafts",
        ["lesson_id"],
        unique=True,
        sqlite_where=sa.text("discarded_at IS NULL"),
        postgresql_where=sa.text("discarded_at IS NULL"),
    )
    op.create_index(
        "uq_drafts_slug",
        "drafts",
        ["course_id", "slug"],
        unique=True,
        sqlite_where=sa.text("discarded_at IS NULL"),
        postgresql_where=sa.text("discarded_at IS NULL"),
    )
    op.create_table(
        "draft_parts",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", db.UtcDateTime(), nullable=False),
        sa.Column("against_version", sa.Integer(), nullable=True),
        sa.CheckConstraint("part IN ('zh', 'en', 'questions')", name=op.f("ck_draft_parts_known_part")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_draft_parts_counted_from_one")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_parts_draft_id_drafts")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["people.id"], name=op.f("fk_draft_parts_saved_by_id_people")),
        sa.PrimaryKeyConstraint("draft_id", "part", name=op.f("pk_draft_parts")),
    )
    op.create_table(
        "draft_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.CheckConstraint("part IN ('zh', 'en', 'questions')", name=op.f("ck_draft_snapshots_known_part")),
        sa.CheckConstraint(
            "why IN ('began', 'saved', 'conflict', 'restored', 'submitted')", name=op.f("ck_draft_snapshots_known_why")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_draft_snapshots_author_id_people")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_snapshots_draft_id_drafts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_snapshots")),
    )
    op.create_index("ix_draft_snapshots_of_part", "draft_snapshots", ["draft_id", "part", "id"], unique=False)


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "NOT needs_approval OR decision IS NULL OR decision <> 'published'",
            name=op.f("ck_submissions_approval_needed"),
        ),
        sa.CheckConstraint(
            "decision IN ('published', 'approved', 'sent_back', 'withdrawn')",
            name=op.f("ck_submissions_known_decision"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision <> 'approved' OR decided_by_id <> by_id",
            name=op.f("ck_submissions_second_person"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_submissions_decided_at_a_moment")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decided_by_id IS NOT NULL", name=op.f("ck_submissions_decided_by_somebody")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_submissions_by_id_people")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_submissions_decided_by_id_people")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_submissions_draft_id_drafts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_draft_id"), "submissions", ["draft_id"], unique=False)
    op.create_index(
        "uq_submissions_waiting",
        "submissions",
        ["draft_id"],
        unique=True,
        sqlite_where=sa.text("decision IS NULL"),
        postgresql_where=sa.text("decision IS NULL"),
    )

"""The tables of timetable, and which courses are electives."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0007_timetable"
down_revision = "0006_maps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would make the table anew, and rows point at it.
    op.add_column("courses", sa.Column("elective", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.create_table(
        "calendar_tokens",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_tokens_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_tokens_token_hash")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", db.UtcDateTime(), nullable=False),
        sa.Column("ends_at", db.UtcDateTime(), nullable=False),
        sa.Column("place_zh", sa.String(length=120), nullable=False),
        sa.Column("place_en", sa.String(length=120), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("signup_opens_at", db.UtcDateTime(), nullable=True),
        sa.Column("signup_closes_at", db.UtcDateTime(), nullable=True),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("changed_at", db.UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_runs_ends_after_start")),
        sa.CheckConstraint("seats IS NULL OR seats >= 1", name=op.f("ck_runs_seats")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_runs_class_id_classes")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_runs_course_id_courses")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_runs_site_id_sites")),
        sa.ForeignKeyConstraint(["trainer_id"], ["people.id"], name=op.f("fk_runs_trainer_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_class_id"), ["class_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_course_id"), ["course_id"], unique=False)
        batch_op.create_index("ix_runs_when", ["site_id", "starts_at"], unique=False)

    op.create_table(
        "run_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("taken_at", db.UtcDateTime(), nullable=False),
        sa.Column("moved_up_at", db.UtcDateTime(), nullable=True),
        sa.Column("left_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("seat IS NULL OR seat >= 1", name=op.f("ck_run_places_seat")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_run_places_person_id_people")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_places_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_places")),
    )
    with op.batch_alter_table("run_places", schema=None) as batch_op:
        batch_op.create_index("ix_run_places_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_run_places_person",
            ["run_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.create_index(
            "uq_run_places_seat",
            ["run_id", "seat"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL AND seat IS NOT NULL"),
            postgresql_where=sa.text("left_at IS NULL AND seat IS NOT NULL"),
        )

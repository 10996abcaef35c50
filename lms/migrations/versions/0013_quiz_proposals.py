"""What a second trainer must agree to of a gate's quiz: its blueprint with what goes with it, and its pass mark."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "0013_quiz_proposals"
down_revision = "0012_term_revisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiz_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("decision", sa.String(20)),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("act IN ('forms', 'cut')", name=op.f("ck_quiz_proposals_known_act")),
        sa.CheckConstraint(
            "decision IN ('approved', 'declined', 'withdrawn')", name=op.f("ck_quiz_proposals_known_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_quiz_proposals_decided_at_a_moment")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decided_by_id IS NOT NULL", name=op.f("ck_quiz_proposals_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR (decision = 'withdrawn') = (decided_by_id = by_id)",
            name=op.f("ck_quiz_proposals_second_person"),
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_quiz_proposals_quiz_id_quizzes")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_quiz_proposals_by_id_people")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_quiz_proposals_decided_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_proposals")),
    )
    waiting = sa.text("decision IS NULL")
    op.create_index(
        "uq_quiz_proposals_waiting",
        "quiz_proposals",
        ["quiz_id", "act"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )

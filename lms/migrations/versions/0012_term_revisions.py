"""Every wording of a term of the glossary is kept; those that stand now are the first that are."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "0012_term_revisions"
down_revision = "0011_quizzes"
branch_labels = None
depends_on = None

STANDING = """
    INSERT INTO term_revisions (term_id, number, term_zh, term_en, also, text_zh, text_en, saved_by, saved_at)
    SELECT id, version, term_zh, term_en, also, text_zh, text_en, 'system', updated_at FROM glossary_terms
"""


def upgrade() -> None:
    op.create_table(
        "term_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("term_zh", sa.String(120), nullable=False),
        sa.Column("term_en", sa.String(120), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(40), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["term_id"], ["glossary_terms.id"], name=op.f("fk_term_revisions_term_id_glossary_terms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_revisions")),
        sa.UniqueConstraint("term_id", "number", name=op.f("uq_term_revisions_term_id_number")),
    )
    op.execute(STANDING)
    if op.get_bind().dialect.name == "sqlite":
        stop = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        op.execute(f"CREATE TRIGGER term_revisions_no_update BEFORE UPDATE ON term_revisions {stop}")
        op.execute(f"CREATE TRIGGER term_revisions_no_delete BEFORE DELETE ON term_revisions {stop}")
    else:
        run = "FOR EACH ROW EXECUTE FUNCTION append_only()"
        op.execute(f"CREATE TRIGGER term_revisions_append_only BEFORE UPDATE OR DELETE ON term_revisions {run}")

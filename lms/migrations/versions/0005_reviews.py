"""Cards, reviews and review sessions; a review, once written, stays."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0005_reviews"
down_revision = "0004_authoring"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key_point_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("due_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_review_at", db.UtcDateTime(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.CheckConstraint("stability > 0", name=op.f("ck_cards_stability_positive")),
        sa.CheckConstraint("reviews >= lapses AND lapses >= 0", name=op.f("ck_cards_lapses_of_reviews")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cards_person_id_people")),
        sa.ForeignKeyConstraint(["key_point_id"], ["key_points.id"], name=op.f("fk_cards_key_point_id_key_points")),
        sa.PrimaryKeyConstraint("person_id", "key_point_id", name=op.f("pk_cards")),
    )
    op.create_index("ix_cards_key_point_id", "cards", ["key_point_id"])
    op.create_table(
        "review_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("branch", sa.String(length=120), nullable=False),
        sa.Column("key_points", sa.JSON(), nullable=False),
        sa.Column("started_at", db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 60", name=op.f("ck_review_sessions_minutes_in_range")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_sessions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_sessions")),
    )
    op.create_index("ix_review_sessions_person", "review_sessions", ["person_id", "started_at"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key_point_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 4", name=op.f("ck_reviews_known_rating")),
        sa.CheckConstraint("source IN ('card', 'map', 'check', 'quiz')", name=op.f("ck_reviews_known_source")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_reviews_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reviews_person_id_people")),
        sa.ForeignKeyConstraint(["key_point_id"], ["key_points.id"], name=op.f("fk_reviews_key_point_id_key_points")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["review_sessions.id"], name=op.f("fk_reviews_session_id_review_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("session_id", "key_point_id", name=op.f("uq_reviews_session_id_key_point_id")),
    )
    op.create_index("ix_reviews_person", "reviews", ["person_id", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reviews_no_{deed.lower()} BEFORE {deed} ON reviews "
                "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER reviews_append_only BEFORE UPDATE OR DELETE ON reviews "
            "FOR EACH ROW EXECUTE FUNCTION append_only()"
        )

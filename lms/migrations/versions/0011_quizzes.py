"""Every kind of question, more time for who needs it, pauses, daily quizzes, re-scores, and roll-ups for reports."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0011_quizzes"
down_revision = "0010_authoring_acts"
branch_labels = None
depends_on = None

FOR_EVER = ("rulings", "regrades", "fairness_notes")
# Columns are added by plain statements: SQLite would otherwise make the tables anew and lose what guards them.
COLUMNS = {
    "questions": (
        "tags JSON DEFAULT '[]' NOT NULL",
        (
            "review_state VARCHAR(20) DEFAULT 'unreviewed' NOT NULL CONSTRAINT ck_questions_known_review_state "
            "CHECK (review_state IN ('unreviewed', 'approved', 'withheld'))"
        ),
        "reviewed_at {instant}",
        "reviewed_by_id INTEGER CONSTRAINT fk_questions_reviewed_by_id_people REFERENCES people (id)",
    ),
    "quizzes": (
        (
            "at_end VARCHAR(20) DEFAULT 'submit' NOT NULL CONSTRAINT ck_quizzes_known_at_end "
            "CHECK (at_end IN ('submit', 'submit_in_grace', 'discard')) "
            "CONSTRAINT ck_quizzes_only_practice_is_discarded CHECK (at_end <> 'discard' OR purpose = 'practice')"
        ),
        (
            "pauses_allowed INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_quizzes_a_gate_never_pauses "
            "CHECK (pauses_allowed = 0 OR purpose <> 'gate')"
        ),
        "pause_minutes INTEGER DEFAULT 10 NOT NULL",
        "asks_confidence BOOLEAN DEFAULT {false} NOT NULL",
        "blueprint JSON DEFAULT '[]' NOT NULL",
        (
            "borderline_percent INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_quizzes_borderline "
            "CHECK (borderline_percent BETWEEN 0 AND 20)"
        ),
        "retake_wait_hours INTEGER DEFAULT 0 NOT NULL",
        "class_id INTEGER CONSTRAINT fk_quizzes_class_id_classes REFERENCES classes (id)",
        "day DATE CONSTRAINT ck_quizzes_class_and_day CHECK ((class_id IS NULL) = (day IS NULL))",
    ),
    "attempts": (
        "limit_minutes INTEGER DEFAULT 0 NOT NULL",
        "factor FLOAT DEFAULT 1.0 NOT NULL",
        "extra_minutes INTEGER DEFAULT 0 NOT NULL",
        "unlimited BOOLEAN DEFAULT {false} NOT NULL",
        "at_end VARCHAR(20) DEFAULT 'submit' NOT NULL",
        "pauses INTEGER DEFAULT 0 NOT NULL",
        (
            "paused_at {instant} CONSTRAINT ck_attempts_paused_while_open "
            "CHECK (paused_at IS NULL OR finished_at IS NULL)"
        ),
        "paused_seconds INTEGER DEFAULT 0 NOT NULL",
        "form INTEGER DEFAULT 1 NOT NULL",
        (
            "pools_id INTEGER CONSTRAINT fk_attempts_pools_id_attempts REFERENCES attempts (id) "
            "CONSTRAINT ck_attempts_second_form_pools CHECK (form IN (1, 2) AND (form = 1) = (pools_id IS NULL))"
        ),
    ),
    "attempt_questions": ("weight FLOAT DEFAULT 1.0 NOT NULL",),
    "answers": (
        (
            "confidence VARCHAR(10) CONSTRAINT ck_answers_known_confidence "
            "CHECK (confidence IS NULL OR confidence IN ('sure', 'unsure'))"
        ),
    ),
}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    words = {"instant": "DATETIME", "false": "0"} if sqlite else {"instant": "TIMESTAMPTZ", "false": "false"}
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {column}".format(**words).replace(":", "\\:")))
    with op.batch_alter_table("question_versions", recreate="always" if sqlite else "never") as versions:
        versions.add_column(sa.Column("body", sa.JSON(), server_default="{}", nullable=False))
        versions.drop_constraint(op.f("ck_question_versions_known_kind"), type_="check")  # kinds are code, a file each
    op.create_index("uq_quizzes_class_id_day", "quizzes", ["class_id", "day"], unique=True)
    op.create_index("uq_attempts_pools_id", "attempts", ["pools_id"], unique=True)
    _days()
    _sitting()
    _later()
    _statistics()
    _guard(sqlite=sqlite)


def _days() -> None:
    op.create_table(
        "holidays",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_holidays_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_holidays")),
    )
    op.create_table(
        "days_off",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_days_off_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_days_off")),
    )
    op.create_table(
        "daily_plans",
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.Column("pauses_allowed", sa.Integer(), nullable=False),
        sa.Column("pause_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "pass_percent BETWEEN 0 AND 100 AND opens < closes", name=op.f("ck_daily_plans_sane_window")
        ),
        sa.CheckConstraint(
            "questions BETWEEN 1 AND 60 AND minutes BETWEEN 1 AND 120", name=op.f("ck_daily_plans_sane_numbers")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_daily_plans_class_id_classes")),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_daily_plans")),
    )


def _sitting() -> None:
    op.create_table(
        "accommodations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("unlimited", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "factor BETWEEN 1 AND 3 AND extra_minutes BETWEEN 0 AND 240", name=op.f("ck_accommodations_sane_numbers")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accommodations_person_id_people")),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=op.f("fk_accommodations_set_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodations")),
    )
    op.create_index(
        "uq_accommodations_now",
        "accommodations",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _later() -> None:
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("accept", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('void', 'accept', 'full_credit')", name=op.f("ck_rulings_known_kind")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_rulings_decided_by_id_people")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_rulings_version_id_question_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
    )
    op.create_index(op.f("ix_rulings_version_id"), "rulings", ["version_id"], unique=False)
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("ruling_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("score_before", sa.Double(), nullable=False),
        sa.Column("max_before", sa.Double(), nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("score_after", sa.Double(), nullable=False),
        sa.Column("max_after", sa.Double(), nullable=False),
        sa.Column("passed_after", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(cause = 'ruling') = (ruling_id IS NOT NULL)", name=op.f("ck_regrades_ruling_named")),
        sa.CheckConstraint("cause IN ('ruling', 'marking')", name=op.f("ck_regrades_known_cause")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_regrades_attempt_id_attempts")),
        sa.ForeignKeyConstraint(["ruling_id"], ["rulings.id"], name=op.f("fk_regrades_ruling_id_rulings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_attempt_id"), "regrades", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_regrades_ruling_id"), "regrades", ["ruling_id"], unique=False)
    op.create_table(
        "markings",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", db.UtcDateTime(), nullable=False),
        sa.Column("marks", sa.Double(), nullable=True),
        sa.Column("comment", sa.String(length=400), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("(marked_at IS NULL) = (marks IS NULL)", name=op.f("ck_markings_marked_once")),
        sa.CheckConstraint("marks IS NULL OR (marks >= 0 AND marks <= 1)", name=op.f("ck_markings_marks_in_range")),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["attempt_questions.attempt_id", "attempt_questions.position"],
            name=op.f("fk_markings_attempt_id_position_attempt_questions"),
        ),
        sa.ForeignKeyConstraint(["marked_by_id"], ["people.id"], name=op.f("fk_markings_marked_by_id_people")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_markings_version_id_question_versions")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position", name=op.f("pk_markings")),
    )
    op.create_index("ix_markings_version", "markings", ["version_id", "marked_at"], unique=False)
    op.create_table(
        "fairness_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("other_attempt_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('speed', 'similarity')", name=op.f("ck_fairness_notes_known_kind")),
        sa.CheckConstraint(
            "verdict IN ('nothing', 'talked', 'sit_again')", name=op.f("ck_fairness_notes_known_verdict")
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_fairness_notes_attempt_id_attempts")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_fairness_notes_by_id_people")),
        sa.ForeignKeyConstraint(
            ["other_attempt_id"], ["attempts.id"], name=op.f("fk_fairness_notes_other_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairness_notes")),
    )
    op.create_index("ix_fairness_notes_attempt", "fairness_notes", ["attempt_id"], unique=False)
    op.create_table(
        "angoff_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", db.UtcDateTime(), nullable=False),
        sa.Column("second_round_at", db.UtcDateTime(), nullable=True),
        sa.Column("applied_at", db.UtcDateTime(), nullable=True),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("cut_percent", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (cut_percent IS NULL)", name=op.f("ck_angoff_sheets_applied_with_cut")
        ),
        sa.ForeignKeyConstraint(["applied_by_id"], ["people.id"], name=op.f("fk_angoff_sheets_applied_by_id_people")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["people.id"], name=op.f("fk_angoff_sheets_opened_by_id_people")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_angoff_sheets_quiz_id_quizzes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angoff_sheets")),
    )
    op.create_index(op.f("ix_angoff_sheets_quiz_id"), "angoff_sheets", ["quiz_id"], unique=False)
    op.create_table(
        "angoff_ratings",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_angoff_ratings_percent_in_range")),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_angoff_ratings_known_round")),
        sa.ForeignKeyConstraint(["judge_id"], ["people.id"], name=op.f("fk_angoff_ratings_judge_id_people")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["angoff_sheets.id"], name=op.f("fk_angoff_ratings_sheet_id_angoff_sheets")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_angoff_ratings_version_id_question_versions")
        ),
        sa.PrimaryKeyConstraint("sheet_id", "judge_id", "round", "version_id", name=op.f("pk_angoff_ratings")),
    )


def _statistics() -> None:
    op.create_table(
        "item_rollups",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Double(), nullable=False),
        sa.Column("marks_squared", sa.Double(), nullable=False),
        sa.Column("rest", sa.Double(), nullable=False),
        sa.Column("rest_squared", sa.Double(), nullable=False),
        sa.Column("marks_rest", sa.Double(), nullable=False),
        sa.Column("sure_and_wrong", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0 AND drawn >= n AND answered <= n", name=op.f("ck_item_rollups_counts")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_item_rollups_quiz_id_quizzes")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_item_rollups_version_id_question_versions")
        ),
        sa.PrimaryKeyConstraint("quiz_id", "version_id", name=op.f("pk_item_rollups")),
    )
    op.create_index(op.f("ix_item_rollups_version_id"), "item_rollups", ["version_id"], unique=False)
    op.create_table(
        "option_rollups",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.String(length=80), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_option_rollups_quiz_id_quizzes")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_option_rollups_version_id_question_versions")
        ),
        sa.PrimaryKeyConstraint("quiz_id", "version_id", "option", name=op.f("pk_option_rollups")),
    )
    op.create_table(
        "score_rollups",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("max_score", sa.Double(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("in_time", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_score_rollups_quiz_id_quizzes")),
        sa.PrimaryKeyConstraint("quiz_id", "score", "max_score", name=op.f("pk_score_rollups")),
    )


def _guard(*, sqlite: bool) -> None:
    """Let no ruling, re-score or finding of a person be changed or deleted."""
    for table in FOR_EVER:
        if sqlite:
            stop = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {stop}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {stop}")
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION append_only()"
            )

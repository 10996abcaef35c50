"""The tables of games. Answers and points never change; no answer is kept that came when its round was not open."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0008_games"
down_revision = "0007_timetable"
branch_labels = None
depends_on = None

NEVER = ("game_answers", "game_scores")
IN_TIME = (
    "EXISTS (SELECT 1 FROM game_rounds r WHERE r.game_id = NEW.game_id AND r.position = NEW.position "
    "AND r.closed_at IS NULL AND r.opened_at <= NEW.answered_at AND NEW.answered_at < r.deadline)"
)


def upgrade() -> None:
    op.create_table(
        "live_versions",
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_live_versions")),
    )
    op.create_table(
        "game_code_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_game_code_tries_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_game_code_tries")),
    )
    with op.batch_alter_table("game_code_tries", schema=None) as batch_op:
        batch_op.create_index("ix_game_code_tries_who", ["person_id", "at"], unique=False)

    op.create_table(
        "games",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("teams", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("left_ms", sa.Integer(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'finished') = (finished_at IS NOT NULL)", name=op.f("ck_games_finished_at_its_time")
        ),
        sa.CheckConstraint("(state = 'paused') = (left_ms IS NOT NULL)", name=op.f("ck_games_paused_with_time_left")),
        sa.CheckConstraint(
            "state IN ('lobby', 'open', 'paused', 'closed', 'finished')", name=op.f("ck_games_known_state")
        ),
        sa.CheckConstraint("teams BETWEEN 1 AND 4 AND seconds BETWEEN 5 AND 120", name=op.f("ck_games_sane_numbers")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_games_class_id_classes")),
        sa.ForeignKeyConstraint(["host_id"], ["people.id"], name=op.f("fk_games_host_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_games")),
    )
    with op.batch_alter_table("games", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_games_class_id"), ["class_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_games_host_id"), ["host_id"], unique=False)
        batch_op.create_index(
            "uq_games_live_class",
            ["class_id"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.create_index(
            "uq_games_live_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "game_players",
        sa.Column("game_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Integer(), nullable=False),
        sa.Column("joined_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("team BETWEEN 1 AND 4", name=op.f("ck_game_players_known_team")),
        sa.ForeignKeyConstraint(["game_id"], ["games.id"], name=op.f("fk_game_players_game_id_games")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_game_players_person_id_people")),
        sa.PrimaryKeyConstraint("game_id", "person_id", name=op.f("pk_game_players")),
    )
    with op.batch_alter_table("game_players", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_game_players_person_id"), ["person_id"], unique=False)

    op.create_table(
        "game_rounds",
        sa.Column("game_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.JSON(), nullable=False),
        sa.Column("opened_at", db.UtcDateTime(), nullable=True),
        sa.Column("deadline", db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", db.UtcDateTime(), nullable=True),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (deadline IS NULL)", name=op.f("ck_game_rounds_opened_with_deadline")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_game_rounds_closed_after_opened")
        ),
        sa.ForeignKeyConstraint(["game_id"], ["games.id"], name=op.f("fk_game_rounds_game_id_games")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_game_rounds_version_id_question_versions")
        ),
        sa.PrimaryKeyConstraint("game_id", "position", name=op.f("pk_game_rounds")),
    )
    op.create_table(
        "game_answers",
        sa.Column("game_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("answered_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["game_id", "person_id"],
            ["game_players.game_id", "game_players.person_id"],
            name=op.f("fk_game_answers_game_id_person_id_game_players"),
        ),
        sa.ForeignKeyConstraint(
            ["game_id", "position"],
            ["game_rounds.game_id", "game_rounds.position"],
            name=op.f("fk_game_answers_game_id_position_game_rounds"),
        ),
        sa.PrimaryKeyConstraint("game_id", "position", "person_id", name=op.f("pk_game_answers")),
    )
    with op.batch_alter_table("game_answers", schema=None) as batch_op:
        batch_op.create_index("ix_game_answers_who", ["person_id", "answered_at"], unique=False)

    op.create_table(
        "game_scores",
        sa.Column("game_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("team", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("right_answers", sa.Integer(), nullable=False),
        sa.Column("players", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_game_scores_points_in_range")),
        sa.CheckConstraint(
            "right_answers BETWEEN 0 AND players", name=op.f("ck_game_scores_no_more_right_than_players")
        ),
        sa.ForeignKeyConstraint(
            ["game_id", "position"],
            ["game_rounds.game_id", "game_rounds.position"],
            name=op.f("fk_game_scores_game_id_position_game_rounds"),
        ),
        sa.PrimaryKeyConstraint("game_id", "position", "team", name=op.f("pk_game_scores")),
    )

    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    stop = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    for table in NEVER:
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {stop}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {stop}")
    op.execute(
        f"CREATE TRIGGER game_answers_in_time BEFORE INSERT ON game_answers WHEN NOT {IN_TIME} "
        "BEGIN SELECT RAISE(ABORT, 'not in time'); END"
    )


def _postgresql() -> None:
    for table in NEVER:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only()"
        )
    op.execute(
        "CREATE FUNCTION game_answer_in_time() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT {IN_TIME} THEN RAISE EXCEPTION 'not in time' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER game_answers_in_time BEFORE INSERT ON game_answers "
        "FOR EACH ROW EXECUTE FUNCTION game_answer_in_time()"
    )

"""Entries, sign-offs and periods cannot be changed or deleted; the end of a period is written once."""

from alembic import op

revision = "0002_append_only"
down_revision = "0001_first"
branch_labels = None
depends_on = None

NEVER = ("audit_entries", "sign_offs", "attempt_events")
PERIOD_FIXED = (
    "id, learner_id, programme_id, gate_id, scope, number, code, time_zone, requested_at, certified_at, valid_from, "
    "valid_until, issued_by_id, evidence, evidence_hash"
)
PERIOD_END = "ended_at, ended_by, ended_why, ended_by_id"


def upgrade() -> None:
    op.execute(f"INSERT INTO audit_head (id, entry_id, hash) VALUES (1, 0, '{'0' * 64}')")
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    stop = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    for table in NEVER:
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {stop}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {stop}")
    op.execute(f"CREATE TRIGGER periods_no_delete BEFORE DELETE ON periods {stop}")
    op.execute(f"CREATE TRIGGER periods_fixed BEFORE UPDATE OF {PERIOD_FIXED} ON periods {stop}")
    op.execute(
        f"CREATE TRIGGER periods_end_once BEFORE UPDATE OF {PERIOD_END} ON periods WHEN OLD.ended_at IS NOT NULL {stop}"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'check_violation'; END $$"
    )
    run = "FOR EACH ROW EXECUTE FUNCTION append_only()"
    for table in NEVER:
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} {run}")
    op.execute(f"CREATE TRIGGER periods_no_delete BEFORE DELETE ON periods {run}")
    op.execute(f"CREATE TRIGGER periods_fixed BEFORE UPDATE OF {PERIOD_FIXED} ON periods {run}")
    op.execute(
        f"CREATE TRIGGER periods_end_once BEFORE UPDATE OF {PERIOD_END} ON periods "
        f"FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION append_only()"
    )

"""The tables of games."""

revision = "0008_games"
down_revision = "0007_timetable"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""

"""The tables of timetable."""

revision = "0007_timetable"
down_revision = "0006_maps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""

"""The tables of knowledge."""

revision = "0009_knowledge"
down_revision = "0008_games"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""

"""The tables of maps."""

revision = "0006_maps"
down_revision = "0005_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""

"""The tables of reviews."""

revision = "0005_reviews"
down_revision = "0004_authoring"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""

"""The tables of media."""

revision = "0003_media"
down_revision = "0002_append_only"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""

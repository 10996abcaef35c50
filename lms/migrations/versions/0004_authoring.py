"""The tables of authoring."""

revision = "0004_authoring"
down_revision = "0003_media"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""

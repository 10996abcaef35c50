"""Alembic's entry: runs migrations on the connection that `lms.schema` hands over."""

from alembic import context

from lms.models import metadata
from lms.schema import is_modelled

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="db.",
    include_object=is_modelled,
    compare_type=False,  # SQLite reports affinities, not types
    transaction_per_migration=False,
)
context.run_migrations()

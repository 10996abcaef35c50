"""`lms content reindex`: makes anew what search finds."""

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms import db, settings
from lms.knowledge import actions


@click.command()
@click.option("--stale", is_flag=True, help="Only what has changed since it was indexed.")
def reindex(*, stale: bool) -> None:
    """Index all lessons for search again; the worker does by itself what has changed."""
    try:
        with db.Database(db.connect(settings.load().database)).writing() as session:
            done = actions.index_lessons(session) if stale else actions.reindex(session)
    except settings.SettingsError as wrong:
        raise click.ClickException(str(wrong)) from None
    except (OperationalError, ProgrammingError) as failed:
        reason = str(getattr(failed, "orig", failed)).splitlines()[0]
        raise click.ClickException(f"The database is not ready ({reason}); run `lms db upgrade`.") from None
    click.echo(f"{done} lessons indexed.")

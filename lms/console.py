"""What the commands share: texts that fit their column, failures as one clear line, the database of the settings."""

import re
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from lms import db, schema
from lms.errors import LmsError
from lms.settings import Settings, SettingsError, load


class Line(click.ParamType[str]):
    """A text of one to `most` characters, as the column that takes it; `plain`: as an employee number is written."""

    name = "text"

    def __init__(self, most: int, *, plain: bool = False) -> None:
        self.pattern = re.compile(
            rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{most - 1}}}" if plain else rf"[^\x00-\x1f]{{1,{most}}}"
        )
        self.words = f"at most {most} " + (
            "Latin letters, digits, dots, hyphens, underscores" if plain else "characters"
        )

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return `value`, or fail with a sentence."""
        if not self.pattern.fullmatch(str(value)):
            self.fail(f"{self.words}, please", param, ctx)
        return str(value)


class Commands(click.Group):
    """A group whose failures are one line on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; our own errors are told without a stack."""
        try:
            return super().invoke(ctx)
        except (LmsError, SettingsError, OSError) as error:
            click.echo(f"lms: {error or type(error).__name__}", err=True)
            ctx.exit(1)
        except SQLAlchemyError as error:
            first = next(iter(str(getattr(error, "orig", error)).splitlines()), type(error).__name__)
            click.echo(f"lms: the database: {first}", err=True)
            ctx.exit(1)


def opened() -> tuple[Settings, db.Database]:
    """Return settings and database; stops with a sentence where the tables are not up to date."""
    settings = load()
    engine = db.connect(settings.database)
    found, expected = schema.revisions(engine)
    if found != expected:
        raise SettingsError(
            f"the database is at {found or 'nothing'}, this version needs {expected}: run `lms db upgrade`"
        )
    return settings, db.Database(engine)

"""What an administrator types: `lms content check | import | export | convert`."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from lms import clock, db, paths, settings
from lms.accounts.queries import person_by_number
from lms.console import Line
from lms.content import queries
from lms.content.actions import LibraryRefused, import_library, preview_library
from lms.content.commands import telling
from lms.content.commands.converting import convert
from lms.content.commands.indexing import reindex
from lms.content.commands.telling import as_json, in_language
from lms.content.ondisk.doors import Parcel, is_zip, opened, write_zip
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import NotEmpty, write_library
from lms.content.rules.library import Library
from lms.content.rules.parts import only, rows, whole
from lms.content.rules.recognition import FOREIGN, OURS
from lms.content.rules.standard import check as standard
from lms.courses.rules.findings import N_, error, errors
from lms.storage import Storage

PLACE = click.Path(path_type=Path, exists=True)
NUMBER = Line(40, plain=True)


@click.group()
def content() -> None:
    """Check, import and export the library of courses (docs/content-format.md)."""


content.add_command(convert)
content.add_command(reindex)


@content.command()
@click.argument("path", type=PLACE, default=paths.CONTENT)
@as_json
@in_language
def check(path: Path, *, as_json: bool, language: str | None) -> None:
    """Check the library in PATH, a folder or a zip, against the courseware standard, by file and line.

    Without PATH, the library that came with this installation is checked. Ends with 1 where there are errors.
    """
    with _read(path, quiet=as_json) as library:
        findings = standard(library)
    if as_json:
        counts = telling.counts(library)
        click.echo(telling.dump({"path": str(path), "counts": counts, "findings": telling.rows(findings, language)}))
    else:
        telling.say(findings, language)
        click.echo(telling.summed(library, findings))
    if errors(findings):
        raise SystemExit(1)


@content.command("import")
@click.argument("path", type=PLACE, default=paths.CONTENT)
@click.option("--keep-missing", is_flag=True, help="Do not retire what PATH does not hold.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, by file and line, and do nothing.")
@click.option("--by", "author", metavar="EMPLOYEE_NO", type=NUMBER, help="Who brings this, for the record.")
@click.option(
    "--approved-by",
    metavar="EMPLOYEE_NO",
    type=NUMBER,
    help="The trainer who agreed to what changes a gate's quiz; without one, such a quiz stays as it is.",
)
@as_json
@in_language
def import_(
    path: Path,
    *,
    keep_missing: bool,
    dry_run: bool,
    author: str | None,
    approved_by: str | None,
    as_json: bool,
    language: str | None,
) -> None:
    """Import the library or the course in PATH, a folder or a zip, all of it or nothing.

    Without PATH, the library that came with this installation is imported. Doing it again changes nothing. What a
    library does not hold any more is retired, never deleted. PATH may hold courses alone, without a programme: then
    what they no longer hold themselves is retired, and all else stays as it is. What decides who passes a gate's quiz
    that exists (its forms, time limit, pass mark, attempts) changes only where somebody else agreed.
    """
    store = _database()
    now, retire = clock.now(), not keep_missing
    try:
        with _read(path, quiet=as_json) as library, store.writing() as session:
            part, actor = not whole(library), _author(session, author)
            if dry_run:
                report = preview_library(
                    session, library, now=now, part=part, retire_missing=retire, actor=actor, approved_by=approved_by
                )
            else:
                report = import_library(
                    session,
                    library,
                    actor=actor,
                    now=now,
                    part=part,
                    retire_missing=retire,
                    approved_by=approved_by,
                    store=_storage(),
                )
    except LibraryRefused as refused:
        if as_json:
            findings = telling.rows(refused.findings, language)
            click.echo(telling.dump({"path": str(path), "changed": False, "findings": findings}))
        else:
            telling.say(refused.findings, language)
        raise click.ClickException(f"Nothing was imported: {len(refused.findings)} error(s).") from None
    except IntegrityError:
        raise click.ClickException(
            "Nothing was imported: somebody else changed the library meanwhile. Run it again."
        ) from None
    except (OperationalError, ProgrammingError) as failed:
        raise click.ClickException(_unready(failed)) from None
    if dry_run:
        telling.forecast(rows(library, report), report, path, language, as_json=as_json)
    else:
        telling.show(report, library, path, language, as_json=as_json)


def _author(session: Session, employee_no: str | None) -> str:
    """Return whom the record names: somebody who is here, or the system."""
    return "system" if employee_no is None else person_by_number(session, employee_no).employee_no


@content.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--course", help="Take along this course alone.")
@as_json
def export(path: Path, *, course: str | None, as_json: bool) -> None:
    """Write the library of the database to PATH, a folder that is new or empty, in the form that import reads.

    Where PATH ends in .zip it becomes a zip, of the same bytes whenever the library is the same.
    """
    try:
        with _database().reading() as session:
            library = queries.library(session)
        if course is not None:
            library = only(library, course)
            if not library.courses:
                raise click.ClickException(f"There is no course “{course}”.")
        files = _write(library, path)
    except NotEmpty:
        raise click.ClickException(f"{path} is not empty; name a new folder.") from None
    except OSError as failed:
        raise click.ClickException(f"{failed.filename or path}: {failed.strerror}") from None
    except (OperationalError, ProgrammingError) as failed:
        raise click.ClickException(_unready(failed)) from None
    counts = telling.counts(library)
    if as_json:
        click.echo(telling.dump({"path": str(path), "files": files, "counts": counts}))
    else:
        click.echo(f"{files} files written to {path}: {telling.words(counts)}.")


def _write(library: Library, path: Path) -> int:
    """Write a folder or a zip, which appears complete or not at all; a file that is there is never written over."""
    if not is_zip(path):
        return write_library(library, path, _storage())
    if path.exists():
        raise NotEmpty(str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as target:
            files = write_zip(library, target, _storage())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return files


def _database() -> db.Database:
    try:
        return db.Database(db.connect(settings.load().database))
    except settings.SettingsError as wrong:
        raise click.ClickException(str(wrong)) from None


def _storage() -> Storage:
    return Storage(settings.load())


def _unready(failed: Exception) -> str:
    reason = str(getattr(failed, "orig", failed)).splitlines()[0]
    return f"The database is not ready ({reason}); run `lms db upgrade`."


@contextmanager
def _read(path: Path, *, quiet: bool) -> Iterator[Library]:
    """Yield the library in a folder or a zip, saying which folder is being read where somebody watches."""

    def say(folder: str) -> None:
        if not quiet and _watched():
            click.echo(f"reading {folder} …", err=True)

    with opened(path) as parcel:
        yield _library(parcel) or read_library(parcel.root, progress=say, course=parcel.course)


def _library(parcel: Parcel) -> Library | None:
    """Return an empty library with what is wrong with a zip; None where it can be read."""
    if errors(parcel.findings):
        return Library(findings=parcel.findings)
    if parcel.what == OURS:
        return None
    if parcel.what == FOREIGN:
        why = N_("This is Markdown of another tool, no course of ours; `lms content convert` makes one of it.")
        return Library(findings=(error(1, why, file="."),))
    return Library(findings=(error(1, N_("There is no course in this zip: no course.yaml was found."), file="."),))


def _watched() -> bool:
    return sys.stderr.isatty()

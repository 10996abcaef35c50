"""What an administrator types: `lms content check | import | export`."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from lms import clock, db, paths, settings
from lms.content import queries
from lms.content.actions import import_library
from lms.content.actions.importing import LibraryRefused
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import NotEmpty, write_library
from lms.content.rules.library import Library
from lms.content.rules.report import Report
from lms.content.rules.standard import check as standard
from lms.courses.rules.findings import Finding, errors
from lms.web.i18n import chinese

FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
in_language = click.option(
    "--language", type=click.Choice(["en", "zh"]), help="Language of the findings; by default that of the terminal."
)


@click.group()
def content() -> None:
    """Check, import and export the library of courses (docs/content-format.md)."""


@content.command()
@click.argument("path", type=FOLDER, default=paths.CONTENT)
@as_json
@in_language
def check(path: Path, *, as_json: bool, language: str | None) -> None:
    """Check the library in PATH against the courseware standard, by file and line.

    Without PATH, the library that came with this installation is checked. Ends with 1 where there are errors.
    """
    library = _read(path, quiet=as_json)
    findings = standard(library)
    if as_json:
        click.echo(_json({"path": str(path), "counts": _counts(library), "findings": _rows(findings, language)}))
    else:
        _print(findings, language)
        click.echo(_sum(library, findings))
    if errors(findings):
        raise SystemExit(1)


@content.command("import")
@click.argument("path", type=FOLDER, default=paths.CONTENT)
@click.option("--keep-missing", is_flag=True, help="Do not retire what PATH does not hold.")
@as_json
@in_language
def import_(path: Path, *, keep_missing: bool, as_json: bool, language: str | None) -> None:
    """Import the library in PATH into the database, all of it or nothing.

    Without PATH, the library that came with this installation is imported. Doing it again changes nothing. What PATH
    does not hold any more is retired, never deleted.
    """
    library = _read(path, quiet=as_json)
    store = _database()
    try:
        with store.writing() as session:
            report = import_library(session, library, actor="system", now=clock.now(), retire_missing=not keep_missing)
    except LibraryRefused as refused:
        if as_json:
            click.echo(_json({"path": str(path), "changed": False, "findings": _rows(refused.findings, language)}))
        else:
            _print(refused.findings, language)
        raise click.ClickException(f"Nothing was imported: {len(refused.findings)} error(s).") from None
    except IntegrityError:
        raise click.ClickException(
            "Nothing was imported: somebody else changed the library meanwhile. Run it again."
        ) from None
    except (OperationalError, ProgrammingError) as failed:
        raise click.ClickException(_unready(failed)) from None
    _show(report, library, path, as_json=as_json)


@content.command()
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
@as_json
def export(path: Path, *, as_json: bool) -> None:
    """Write the library of the database to PATH, a folder that is new or empty, in the form that import reads."""
    try:
        with _database().reading() as session:
            library = queries.library(session)
        files = write_library(library, path)
    except NotEmpty:
        raise click.ClickException(f"{path} is not empty; name a new folder.") from None
    except OSError as failed:
        raise click.ClickException(f"{failed.filename or path}: {failed.strerror}") from None
    except (OperationalError, ProgrammingError) as failed:
        raise click.ClickException(_unready(failed)) from None
    counts = _counts(library)
    if as_json:
        click.echo(_json({"path": str(path), "files": files, "counts": counts}))
    else:
        click.echo(f"{files} files written to {path}: {_words(counts)}.")


def _database() -> db.Database:
    try:
        return db.Database(db.connect(settings.load().database))
    except settings.SettingsError as wrong:
        raise click.ClickException(str(wrong)) from None


def _unready(failed: Exception) -> str:
    reason = str(getattr(failed, "orig", failed)).splitlines()[0]
    return f"The database is not ready ({reason}); run `lms db upgrade`."


def _read(path: Path, *, quiet: bool) -> Library:
    """Read a library, saying which folder is being read where somebody watches."""

    def say(folder: str) -> None:
        if not quiet and _watched():
            click.echo(f"reading {folder} …", err=True)

    return read_library(path, progress=say)


def _watched() -> bool:
    return sys.stderr.isatty()


def _translator(language: str | None) -> Callable[[str], str]:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if (language or spoken[:2].lower()) == "zh":
        return chinese().gettext
    return str


def _rows(findings: Iterable[Finding], language: str | None) -> list[dict[str, Any]]:
    translate = _translator(language)
    return [
        {"file": finding.file, "line": finding.line, "level": finding.level, "message": finding.sentence(translate)}
        for finding in findings
    ]


def _print(findings: Iterable[Finding], language: str | None) -> None:
    for row in _rows(findings, language):
        click.echo(f"{row['file']}:{row['line']}: {row['level']}: {row['message']}")


def _counts(library: Library) -> dict[str, int]:
    lessons = [lesson for course in library.courses for lesson in course.lessons]
    return {
        "courses": len(library.courses),
        "lessons": len(lessons),
        "questions": sum(len(lesson.questions) for lesson in lessons),
        "profiles": len(library.profiles),
        "points": sum(len(profile.points) for profile in library.profiles),
        "programmes": len(library.programmes),
        "scorecards": len(library.scorecards),
        "tracks": len(library.tracks),
    }


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _sum(library: Library, findings: tuple[Finding, ...]) -> str:
    wrong = len(errors(findings))
    return f"{wrong} errors, {len(findings) - wrong} warnings in {_words(_counts(library))}."


def _show(report: Report, library: Library, path: Path, *, as_json: bool) -> None:
    if as_json:
        changes = [{"kind": c.kind, "slug": c.slug, "deed": c.deed, "detail": c.detail} for c in report.changes]
        sums = report.sums()
        click.echo(_json({"path": str(path), "changed": report.changed, "sums": sums, "changes": changes}))
        return
    for kind, deeds in report.sums().items():
        click.echo(f"{kind}: " + ", ".join(f"{count} {deed}" for deed, count in deeds.items()))
    click.echo(
        f"Imported {_words(_counts(library))}." if report.changed else "Nothing has changed since the last import."
    )


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

"""The `lms` command: what an operator types. Each ends non-zero with one clear line when it fails."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

import click

from lms import __version__, clock, db, schema
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts.rules import PersonValue, Role
from lms.audit import queries as audit
from lms.audit import rules as chain
from lms.console import Commands, Line, opened
from lms.content.commands import content
from lms.settings import SettingsError, load
from lms.storage import Storage
from lms.tokens import token


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="lms")
def main() -> None:
    """Onramp: lessons, timed quizzes, mentoring and certification for contact centres."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes that answer.")
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="Run the worker's jobs beside the server.")
def serve(host: str, port: int, workers: int, jobs: bool) -> None:  # noqa: FBT001  # click hands flags by position
    """Serve the application."""
    from lms.serve import serve as run  # noqa: PLC0415  # builds every page; other commands need not wait for it

    settings, _database = opened()
    _stop_without_storage()
    click.echo(f"Onramp is at {settings.base_url if host != '127.0.0.1' else f'http://{host}:{port}'}")
    run(settings, host=host, port=port, workers=workers, with_jobs=jobs)


def _stop_without_storage() -> None:
    """End with the reason where no file could be stored or read; asked in a process of its own, since we fork."""
    asked = [sys.executable, "-m", "lms.cli", "storage", "check"]
    answered = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if answered.returncode:
        raise SettingsError(answered.stderr.strip().removeprefix("lms: ") or "the storage does not answer")


@main.command()
@click.option("--beside", type=int, hidden=True, help="Process to end with.")
def worker(beside: int | None) -> None:
    """Run the jobs alone, for an installation whose servers run with --no-jobs."""
    from lms.serve import work  # noqa: PLC0415  # as above

    settings, _database = opened()
    work(settings, beside=beside)


@main.command()
@click.option(
    "--employee-no",
    default="admin",
    show_default=True,
    type=Line(40, plain=True),
    help="Number of the first administrator.",
)
@click.option("--name", default="Administrator", show_default=True, type=Line(80))
@click.option("--site", default="Main site", show_default=True, type=Line(120))
def init(employee_no: str, name: str, site: str) -> None:
    """Prepare the database and make the first administrator, who sets a password by a one-time link."""
    settings = load()
    engine = db.connect(settings.database)
    schema.upgrade(engine)
    now = clock.now()
    with db.Database(engine).writing() as session:
        place = accounts.found_site(session, name_zh=site, name_en=site, time_zone=settings.time_zone)
        if people.holders(session, place.id, Role.ADMIN):
            click.echo("There is an administrator already; nothing was changed.")
            return
        value = PersonValue(employee_no, name, None, settings.locale, None)
        admin = accounts.add_person(session, place.id, value, by="system", now=now)
        accounts.grant_role(session, admin, Role.ADMIN, by="system", now=now)
        token = accounts.make_password_link(session, admin, by=None, now=now)
    click.echo(f"The database is ready. {name} ({employee_no}) sets a password here, once, within 48 hours:")
    click.echo(f"{settings.base_url}/link/{token}")


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people already.")
def demo(if_empty: bool) -> None:  # noqa: FBT001  # click hands flags by position
    """Load the starter library and a class in its third week, and print how to sign in."""
    from lms.demo.commands import build  # noqa: PLC0415  # only here

    settings = load()
    engine = db.connect(settings.database)
    schema.upgrade(engine)
    build(db.Database(engine), click.echo, if_empty=if_empty)


@main.group("db")
def database() -> None:
    """Look after the tables."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to this version."""
    engine = db.connect(load().database)
    schema.upgrade(engine)
    click.echo(f"The database is at {schema.revisions(engine)[0]}.")


@database.command("check")
def check() -> None:
    """Say whether the tables are what this version expects."""
    engine = db.connect(load().database)
    found, expected = schema.revisions(engine)
    if found != expected:
        raise SettingsError(
            f"the database is at {found or 'nothing'}, this version needs {expected}: run `lms db upgrade`"
        )
    different = schema.differences(engine)
    if different:
        raise SettingsError(f"the tables differ from the code in {len(different)} places, first: {different[0]}")
    click.echo(f"The database is at {found} and matches the code.")


@main.group()
def storage() -> None:
    """Look after the files that lessons show."""


@storage.command("check")
def check_storage() -> None:
    """Write, read and delete a small file where files are kept."""
    place = Storage(load())
    place.check()
    click.echo(f"{place.where} takes files and gives them back.")


@main.group("audit")
def record() -> None:
    """Look into the record of decisions."""


@record.command("verify")
@click.option("--kept", type=click.File(), help="Lines that `lms audit head` printed before; - reads stdin.")
@click.option("--json", "as_json", is_flag=True)
def verify(kept: TextIO | None, as_json: bool) -> None:  # noqa: FBT001  # click hands flags by position
    """Recompute the chain and name the first entry that does not follow on, or is not the one that was kept."""
    _settings, store = opened()
    with store.reading() as session:
        head = audit.head(session)
        bad = chain.first_bad(audit.links(session), head=head, kept=_heads(kept) if kept else None)
    if as_json:
        click.echo(json.dumps({"entries": head[0], "head": head[1], "first_bad": bad}))
    if bad is not None:
        raise SettingsError(f"the chain breaks at entry {bad}")
    if not as_json:
        click.echo(f"{head[0]} entries follow one another. Head: {head[1]}")


def _heads(lines: Iterable[str]) -> dict[int, str]:
    try:
        heads = [json.loads(line) for line in lines if line.strip()]
        return {int(head["entry"]): str(head["hash"]) for head in heads}
    except (ValueError, KeyError, TypeError):
        raise SettingsError("--kept: a line is not as `lms audit head` prints it") from None


@record.command("head")
def head() -> None:
    """Print number and hash of the last entry, to be kept outside the database."""
    _settings, store = opened()
    with store.reading() as session:
        number, fingerprint = audit.head(session)
    click.echo(json.dumps({"entry": number, "hash": fingerprint}))


@main.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:  # noqa: FBT001  # click hands flags by position
    """Say in words what is wrong with this installation."""
    from lms.doctor import findings  # noqa: PLC0415  # looks at every part

    found = findings()
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            click.echo(f"{'ok  ' if finding.good else 'BAD '} {finding.what}: {finding.words}")
    if not all(finding.good for finding in found):
        sys.exit(1)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write to a file.")
def openapi(out: Path | None) -> None:
    """Print the OpenAPI 3.1 description of the interface for machines."""
    from lms.app import create_app  # noqa: PLC0415  # builds every page; other commands need not wait for it
    from lms.web.openapi import described  # noqa: PLC0415  # the same

    text = json.dumps(described(create_app(load())), ensure_ascii=False, indent=2)
    emit: Callable[[str], object] = out.write_text if out else click.echo
    emit(text)


main.add_command(content)
main.add_command(token)

if __name__ == "__main__":
    main()

"""Looks at an installation as an operator would, and says in words what is wrong and what to do."""

import os
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from lms import clock, db, paths, schema
from lms.accounts import queries as people
from lms.accounts.models import Site
from lms.accounts.rules import Role
from lms.audit import queries as audit
from lms.audit import rules as chain
from lms.settings import Settings, SettingsError, load
from lms.storage import Storage, StorageError


@dataclass(frozen=True)
class Finding:
    """One thing looked at: good or not, and a sentence that says what to do."""

    what: str
    good: bool
    words: str


def findings() -> list[Finding]:
    """Return everything that was looked at, the worst obstacles first to be met."""
    found = [_python(), _assets(), _content()]
    try:
        settings = load()
    except SettingsError as error:
        return [*found, Finding("settings", good=False, words=str(error))]
    found += [_settings(settings), _folder(settings), _storage(settings)]
    try:
        engine = db.connect(settings.database)
        found.append(_tables(engine))
        if found[-1].good:
            found += _inside(db.Database(engine))
    except SQLAlchemyError as error:
        found.append(Finding("database", good=False, words=f"does not answer: {type(error).__name__}"))
    return found


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", good=sys.version_info >= (3, 11), words=f"{version}; SQLite {sqlite3.sqlite_version}")


def _assets() -> Finding:
    good = (paths.STATIC / "manifest.json").is_file()
    words = "built" if good else "missing: install again with `pip install .`"
    return Finding("browser assets", good=good, words=words)


def _content() -> Finding:
    good = any(paths.CONTENT.glob("*/course.yaml"))
    return Finding("starter library", good=good, words=str(paths.CONTENT) if good else "not found beside the code")


def _settings(settings: Settings) -> Finding:
    unset = [name for name in ("LMS_SECRET_KEY", "LMS_BASE_URL") if name not in os.environ]
    where = "PostgreSQL" if settings.database.startswith("postgresql") else "embedded SQLite"
    note = f"; kept by default: {', '.join(unset)}" if unset else ""
    plain = settings.base_url.startswith("http://") and "127.0.0.1" not in settings.base_url
    if plain:
        return Finding("settings", good=False, words="LMS_BASE_URL is not https: sign-ins could be read on the way")
    return Finding("settings", good=True, words=f"{where}, {settings.time_zone}, {settings.locale}{note}")


def _folder(settings: Settings) -> Finding:
    folder = Path(settings.data_dir).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    good = os.access(folder, os.W_OK)
    return Finding("data folder", good=good, words=f"{folder}{'' if good else ' cannot be written to'}")


def _storage(settings: Settings) -> Finding:
    storage = Storage(settings)
    try:
        storage.check()
    except StorageError as error:
        return Finding("file storage", good=False, words=str(error))
    return Finding("file storage", good=True, words=storage.where)


def _tables(engine: Engine) -> Finding:
    found, expected = schema.revisions(engine)
    if found == expected:
        return Finding("tables", good=True, words=f"at {found}")
    return Finding("tables", good=False, words=f"at {found or 'nothing'}, need {expected}: run `lms db upgrade`")


def _inside(store: db.Database) -> list[Finding]:
    with store.reading() as session:
        sites = session.query(Site).all()
        admins = sum(len(people.holders(session, site.id, Role.ADMIN)) for site in sites)
        head = audit.head(session)
        bad = chain.first_bad(audit.links(session), head=head)
    who = f"{admins}" if admins else "none: run `lms init`"
    holds = f"{head[0]} entries follow one another" if bad is None else f"the chain breaks at entry {bad}"
    return [
        Finding("administrators", good=admins > 0, words=who),
        Finding("record", good=bad is None, words=holds),
        Finding("clock", good=clock.now().year > 2025, words=clock.now().isoformat()),  # noqa: PLR2004  # older: not set
    ]

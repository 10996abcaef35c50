"""`lms demo`: the starter library and a class in its third week, in one transaction."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock, db
from lms.accounts.models import Person
from lms.audit import actions as audit
from lms.content.ondisk.reading import read_library
from lms.demo import sign_ins
from lms.demo.cast import load as load_cast
from lms.demo.filling import fill
from lms.errors import Refused
from lms.paths import CONTENT
from lms.settings import load

Tell = Callable[[str], object]


def build(database: db.Database, echo: Tell, *, if_empty: bool) -> None:
    """Fill an empty installation with the demo and print how to sign in.

    Where there are people already, only print the sign-ins of their demo again; without `if_empty`, raise Refused.
    """
    data_dir = load().data_dir
    with database.reading() as session:
        empty = _empty(session)
    if not empty and not if_empty:
        raise Refused("There are people here already; the demo is built only where there is nobody.")
    if empty:
        echo("Reading the starter library …")
        library, cast, now = read_library(CONTENT), load_cast(), clock.now()
        password = sign_ins.passphrase()
        echo("Living through four hundred days of a service centre …")
        with database.writing() as session:
            fill(session, library, cast, now=now, password=password, tell=lambda day: echo(f"  {day:%B %Y}"))
            detail = {"people": len(cast.members)}
            audit.append(session, "demo.built", actor="system", subject=cast.site[1], detail=detail, now=now)
            # Before the commit: a demo whose password is lost is of no use.
            sign_ins.keep(data_dir, sign_ins.table(cast, password))
    known = sign_ins.kept(data_dir)
    if known is not None:
        echo(f"\n{known}\n")


def _empty(session: Session) -> bool:
    return not session.scalar(select(func.count()).select_from(Person))

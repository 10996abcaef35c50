"""Small casts for tests: the demo's people, only those that a test needs, with their story or without one."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.content.ondisk.reading import read_library
from lms.demo.cast import Cast, Story, load
from lms.demo.filling import fill
from lms.paths import CONTENT

PASSWORD = "kettle-lantern-orchard-27"  # noqa: S105  # of a database that lives as long as a test


def few(*learners: str, newcomers: tuple[str, ...] = ()) -> Cast:
    """Return the cast with all of its staff and of its learners only these; `newcomers` have done nothing yet."""
    cast = load()
    wanted = {*learners, *newcomers}
    kept = [one for one in cast.members if one.role not in ("learner", "agent") or one.employee_no in wanted]
    members = tuple(replace(one, story=Story()) if one.employee_no in newcomers else one for one in kept)
    return replace(cast, members=members)


def play(session: Session, cast: Cast, *, now: datetime, password: str = PASSWORD) -> dict[str, Person]:
    """Build the starter library and the centre of `cast` as of `now`; return people by employee number."""
    return fill(session, read_library(CONTENT), cast, now=now, password=password).people


def whole_path(session: Session, *, now: datetime, password: str = PASSWORD) -> dict[str, Person]:
    """Build what one walk from the first lesson to the go-live board needs.

    E3101 has a mentor and has done nothing; E3102 lacks the mentor's signature only, E3103 one observed call besides.
    """
    return play(session, few("E3102", "E3103", "G2103", newcomers=("E3101",)), now=now, password=password)

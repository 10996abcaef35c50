"""Who may take calls: the board, its counts, its filters, and one person or a list for machines."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Enrolment, Person, Team, TrainingClass
from lms.accounts.rules import Identity
from lms.certification.models import Period
from lms.certification.queries import gates, learners
from lms.certification.queries.learners import Learner, Place
from lms.certification.rules import ledger
from lms.certification.rules.requirements import State

ROWS = 50
CHUNK = 500
SEARCHED = (Person.name, Person.latin_name, Person.employee_no)
API_ROWS = 1000
FIRST_ZONE = timedelta(hours=14)  # where a day begins first: nobody who had joined anywhere is left out
Joined = aliased(Enrolment)


@dataclass(frozen=True)
class Filter:
    """What is asked of the board; `at` None means now."""

    at: datetime | None = None
    class_id: int | None = None
    team_id: int | None = None
    scope: str = ""
    status: str = ""
    q: str = ""
    expiring: bool = False
    page: int = 1
    class_name: str = ""
    team_name: str = ""


@dataclass(frozen=True)
class Row:
    """One person on the board."""

    at: datetime
    learner: Learner
    standing: ledger.Standing
    scope: str
    soon: bool
    period: Period | None
    upcoming: gates.GateState | None = None

    @property
    def closed(self) -> bool:
        """Say whether the account was closed by then; who has left takes no calls, whatever they hold."""
        return self.learner.left_at is not None and self.learner.left_at <= self.at

    @property
    def certified(self) -> bool:
        """Say whether what was asked for may be done."""
        return self.standing.held and not self.closed

    @property
    def last_day(self) -> date | None:
        """Return the last valid day of what is or was held; none where it was stopped before."""
        stopped = self.standing.status in (ledger.Status.SUSPENDED, ledger.Status.REVOKED)
        return self.period.valid_until if self.period and not stopped else None


@dataclass(frozen=True)
class Board:
    """One page of rows with what the whole selection comes to."""

    at: datetime
    rows: tuple[Row, ...]
    found: int
    people: int
    pages: int
    counts: dict[str, int]
    classes: tuple[Place, ...]
    teams: tuple[Place, ...]


def board(session: Session, identity: Identity, asked: Filter, *, now: datetime) -> Board:
    """Return one page of the board at the instant asked for, in a constant number of statements."""
    at = asked.at or now
    everybody = _rows(session, _people(identity, asked, at), at)
    chosen = [row for row in everybody if _wanted(row, asked)]
    pages = max(1, -(-len(chosen) // ROWS))
    first = (min(asked.page, pages) - 1) * ROWS
    classes, teams = _places(session, identity)
    return Board(
        at=at,
        rows=tuple(_with_gates(session, chosen[first : first + ROWS], at)),
        found=len(chosen),
        people=len(everybody),
        pages=pages,
        counts=_counts(everybody),
        classes=classes,
        teams=teams,
    )


def export(session: Session, identity: Identity, asked: Filter, *, now: datetime) -> list[Row]:
    """Return all rows of a selection; the work behind the last column is done 500 people at a time."""
    at = asked.at or now
    chosen = [row for row in _rows(session, _people(identity, asked, at), at) if _wanted(row, asked)]
    made: list[Row] = []
    for start in range(0, len(chosen), CHUNK):
        made += _with_gates(session, chosen[start : start + CHUNK], at)
    return made


def one(session: Session, identity: Identity, employee_no: str, scope: str, *, at: datetime) -> Row:
    """Return what holds about one person at `at` for calls, or for `scope` where it is given; or raise NotFound."""
    learner = learners.by_number(session, identity, employee_no)
    row = _row(learner, gates.periods_of(session, learner.id), at, (scope,) if scope else ledger.CALLS)
    return _with_gates(session, [row], at)[0]


def listed(
    session: Session, identity: Identity, asked: Filter, cursor: str, *, at: datetime
) -> tuple[list[Row], str | None]:
    """Return those of the next thousand people after employee number `cursor` who are asked for, and the next cursor.

    A page may hold fewer rows than a thousand when a status is asked for; only a missing cursor means the end.
    """
    query = _people(identity, asked, at).where(Person.employee_no > cursor).order_by(None)
    page = _rows(session, query.order_by(Person.employee_no).limit(API_ROWS + 1), at)
    more = page[API_ROWS - 1].learner.employee_no if len(page) > API_ROWS else None
    chosen = [row for row in page[:API_ROWS] if _wanted(row, asked)]
    return _with_gates(session, chosen, at), more


def reasons(row: Row) -> list[str]:
    """Return stable codes for why a person may not: the ledger's word, then each requirement of the next gate.

    `account_closed`, `never_certified`, `lapsed`, `suspended`, `revoked`; then `missing:` or `stale:` with gate/slug.
    """
    if row.certified:
        return []
    codes = ["account_closed"] if row.closed else []
    if not row.standing.held:
        never = row.standing.status is ledger.Status.NEVER
        codes.append("never_certified" if never else row.standing.status.value)
    ahead = row.upcoming
    left = [state for state in ahead.states if state.state is not State.MET] if ahead else []
    return codes + [f"{one.state.value}:{ahead.gate.slug}/{one.requirement.slug}" for one in left if ahead]


def _people(identity: Identity, asked: Filter, at: datetime) -> Select[*tuple[Any, ...]]:
    query = learners.learners().where(
        learners.reach(identity, learners.BOARD),
        or_(Person.suspended_at.is_(None), Person.suspended_at > at),
        _was_here(at),
    )
    if asked.class_id is not None:
        query = query.where(TrainingClass.id == asked.class_id)
    if asked.team_id is not None:
        query = query.where(Team.id == asked.team_id)
    if asked.class_name:
        query = query.where(or_(TrainingClass.name_zh == asked.class_name, TrainingClass.name_en == asked.class_name))
    if asked.team_name:
        query = query.where(or_(Team.name_zh == asked.team_name, Team.name_en == asked.team_name))
    if asked.q:
        query = query.where(or_(*(column.icontains(asked.q, autoescape=True) for column in SEARCHED)))
    return query.order_by(Person.employee_no)


def _was_here(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a person had joined a class by `at`, was certified by then, or never joined one."""
    joined = select(Joined.learner_id).where(Joined.joined_on <= (at + FIRST_ZONE).date())
    certified = select(Period.learner_id).where(Period.certified_at <= at)
    return or_(Enrolment.id.is_(None), Person.id.in_(joined), Person.id.in_(certified))


def _rows(session: Session, query: Select[*tuple[Any, ...]], at: datetime) -> list[Row]:
    people = learners.rows(session, query)
    ids = query.with_only_columns(Person.id).subquery()
    periods = gates.periods_by_learner(session, select(ids.c.id))
    return [_row(person, periods.get(person.id, []), at) for person in people]


def _row(learner: Learner, periods: Sequence[Period], at: datetime, scopes: Iterable[str] = ledger.CALLS) -> Row:
    standing = ledger.standing(periods, at, tuple(scopes))
    decided = next((period for period in periods if period is standing.period), None)
    scope = decided.scope if decided else ledger.highest_scope(periods, at)
    return Row(at, learner, standing, scope, soon=ledger.expires_soon(standing, at), period=decided)


def _wanted(row: Row, asked: Filter) -> bool:
    if asked.status and row.standing.status != asked.status:
        return False
    if asked.scope and row.scope != asked.scope:
        return False
    return row.soon or not asked.expiring


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    rows = list(rows)
    by_status = Counter(row.standing.status for row in rows)
    stopped = (ledger.Status.LAPSED, ledger.Status.SUSPENDED, ledger.Status.REVOKED)
    return {
        "may": sum(row.standing.held for row in rows),
        "soon": sum(row.soon for row in rows),
        "stopped": sum(by_status[status] for status in stopped),
        "not_yet": by_status[ledger.Status.NEVER],
    }


def _with_gates(session: Session, rows: Sequence[Row], at: datetime) -> list[Row]:
    """Return `rows` with the gate that stands before each person who may not take calls."""
    waiting = [row.learner for row in rows if not row.standing.held]
    periods = gates.periods_by_learner(session, [learner.id for learner in waiting])
    ahead = gates.next_gates(session, waiting, periods, at=at)
    return [replace(row, upcoming=ahead.get(row.learner.id)) for row in rows]


def _places(session: Session, identity: Identity) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Return the classes and teams that the asker's people are in."""
    within = learners.learners().where(learners.reach(identity, learners.BOARD))
    found = []
    for table in (TrainingClass, Team):
        columns = (table.id, table.name_zh, table.name_en)
        query = within.with_only_columns(*columns).distinct().where(table.id.is_not(None))
        found.append(tuple(Place(*row) for row in session.execute(query.order_by(table.id))))
    return found[0], found[1]

"""What a person gets beyond the limits of quizzes: for starting, for HR, and for themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person
from lms.errors import NotFound
from lms.quizzes.models import Accommodation, Quiz
from lms.quizzes.rules.spans import STANDARD, Allowance


def hold_place(session: Session, person_id: int, *, alone: bool = False) -> None:
    """Keep what changes somebody's allowance, their starts of gates and their other starts apart.

    All begin here, until the transaction ends, with the place in the class, which nothing else locks: who comes second
    sees what the first did. Starts of other quizzes do not wait for one another; who asks for it `alone` waits for all.
    """
    session.execute(HELD if alone else SHARED, {"person_id": person_id}).all()


_place = select(Enrolment.id).where(Enrolment.learner_id == bindparam("person_id"), Enrolment.ended_on.is_(None))
SHARED, HELD = _place.with_for_update(read=True), _place.with_for_update()


def in_force(session: Session, person_id: int) -> Accommodation | None:
    """Return the accommodation of a person that is in force, or None."""
    return session.scalar(IN_FORCE, {"person_id": person_id})


IN_FORCE = (
    select(Accommodation)
    .where(Accommodation.person_id == bindparam("person_id"), Accommodation.ended_at.is_(None))
    .execution_options(populate_existing=True)
)


def allowance_of(session: Session, person_id: int) -> Allowance:
    """Return what a person is allowed beyond limits; it stays so for who holds their place."""
    return allowed_by(in_force(session, person_id))


def allowed_by(found: Accommodation | None) -> Allowance:
    """Return what an accommodation allows; none allows nothing besides."""
    return STANDARD if found is None else Allowance(found.factor, found.extra_minutes, found.unlimited)


def with_allowance(person_id: int) -> Select[Quiz, Accommodation | None]:
    """Return a query of quizzes, each beside the accommodation of a person that is in force."""
    mine = and_(Accommodation.person_id == person_id, Accommodation.ended_at.is_(None))
    return select(Quiz, Accommodation).outerjoin(Accommodation, mine)


@dataclass(frozen=True)
class Granted:
    """An accommodation as HR reads it: what, why, by whom, from when until when."""

    allowance: Allowance
    reason: str
    set_by: Person
    set_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class PersonsTime:
    """A person with their accommodations, newest first."""

    person: Person
    granted: tuple[Granted, ...]

    @property
    def now(self) -> Granted | None:
        """Return the accommodation in force."""
        return next((each for each in self.granted if each.ended_at is None), None)


def persons_time(session: Session, employee_no: str, site_id: int) -> PersonsTime:
    """Return a person of the asker's site with all their accommodations; two statements. NotFound elsewhere."""
    person = session.scalar(select(Person).where(Person.employee_no == employee_no, Person.site_id == site_id))
    if person is None:
        raise NotFound
    rows = session.execute(
        select(Accommodation, Person)
        .join(Person, Person.id == Accommodation.set_by_id)
        .where(Accommodation.person_id == person.id)
        .order_by(Accommodation.id.desc())
    )
    granted = tuple(
        Granted(Allowance(row.factor, row.extra_minutes, row.unlimited), row.reason, set_by, row.set_at, row.ended_at)
        for row, set_by in rows
    )
    return PersonsTime(person, granted)

"""What is read of course dates: the calendar as one person sees it, a run, feeds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.queries import advised, fingerprint
from lms.accounts.rules import Identity, Role
from lms.courses.models import Course, Programme
from lms.errors import NotFound
from lms.timetable.models import CalendarToken, Run, RunPlace
from lms.timetable.rules import KEEP_PAST, NEWS, Refusal, Terms, leaving_refusal, refusal

STAFF = (Role.TRAINER, Role.HR)


@dataclass(frozen=True)
class Line:
    """A run as one person sees it; `waiting_before` counts those before them on the waiting list."""

    run: Run
    taken: int
    waiting: int
    place: RunPlace | None
    of_class: bool
    refusal: Refusal | None
    may_leave: bool

    @property
    def full(self) -> bool:
        """Say whether every seat is taken."""
        return self.run.seats is not None and self.taken >= self.run.seats

    @property
    def mine(self) -> bool:
        """Say whether the person is expected there."""
        return self.of_class or (self.place is not None and self.place.seat is not None)


def terms_of(run: Run) -> Terms:
    """Return what a run, loaded with its course, says about signing up."""
    return Terms(
        starts_at=run.starts_at,
        opens_at=run.signup_opens_at,
        closes_at=run.signup_closes_at,
        cancelled_at=run.cancelled_at,
        for_class=run.class_id is not None,
        posts=tuple(run.posts),
        elective=run.course.elective,
    )


def post_of(session: Session, person_id: int) -> str | None:
    """Return the post that a person learns for, or None."""
    query = (
        select(Programme.post)
        .join(TrainingClass, TrainingClass.programme_id == Programme.id)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
    )
    return session.scalar(query.where(Enrolment.learner_id == person_id, Enrolment.ended_on.is_(None)))


def _own_classes(identity: Identity) -> ColumnElement[bool]:
    learns = select(Enrolment.class_id).where(Enrolment.learner_id == identity.id, Enrolment.ended_on.is_(None))
    advises = select(TrainingClass.id).where(advised(identity))
    own = Run.class_id.in_(learns)
    return or_(own, Run.class_id.in_(advises)) if identity.holds(Role.ADVISER) else own


def _visible(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on runs that a person may know of: of their site, and of a class only if it is theirs."""
    staff = true() if identity.holds(*STAFF) else false()
    for_them = or_(Run.class_id.is_(None), _own_classes(identity), staff)
    standing = or_(Run.cancelled_at.is_(None), RunPlace.id.is_not(None), _own_classes(identity), staff)
    return and_(Run.site_id == identity.site_id, for_them, standing)


def _lines(identity: Identity) -> Select[tuple[Run, RunPlace, int, int, bool]]:
    live = and_(RunPlace.run_id == Run.id, RunPlace.person_id == identity.id, RunPlace.left_at.is_(None))
    other = RunPlace.__table__.alias("other")
    counted = select(func.count()).select_from(other).where(other.c.run_id == Run.id, other.c.left_at.is_(None))
    return (
        select(
            Run,
            RunPlace,
            counted.where(other.c.seat.is_not(None)).scalar_subquery().label("taken"),
            counted.where(other.c.seat.is_(None)).scalar_subquery().label("waiting"),
            func.coalesce(_own_classes(identity), false()).label("of_class"),
        )
        .outerjoin(RunPlace, live)
        .options(joinedload(Run.course), joinedload(Run.trainer), joinedload(Run.training_class))
        .where(_visible(identity))
    )


def month_runs(
    session: Session,
    identity: Identity,
    first: datetime,
    until: datetime,
    *,
    mine: bool,
    electives: bool,
    now: datetime,
) -> list[Line]:
    """Return the runs that begin in a span of time, in order; two statements. What is for other posts is left out."""
    query = _lines(identity).where(Run.starts_at >= first, Run.starts_at < until)
    if electives:
        query = query.where(Run.course_id.in_(select(Course.id).where(Course.elective.is_(True))))
    post = post_of(session, identity.id)
    found = [_line(row, post, now) for row in session.execute(query.order_by(Run.starts_at, Run.id))]
    staff = identity.holds(*STAFF)
    return [line for line in found if _concerns(line, identity, staff=staff) and (not mine or _is_mine(line, identity))]


def _line(row, post: str | None, now: datetime) -> Line:  # type: ignore[no-untyped-def]  # a row of _lines
    terms = terms_of(row.Run)
    may_leave = row.RunPlace is not None and leaving_refusal(terms, now) is None
    return Line(row.Run, row.taken, row.waiting, row.RunPlace, bool(row.of_class), refusal(terms, post, now), may_leave)


def _concerns(line: Line, identity: Identity, *, staff: bool) -> bool:
    return staff or line.refusal is not Refusal.OTHER_POST or _is_mine(line, identity)


def _is_mine(line: Line, identity: Identity) -> bool:
    return line.of_class or line.place is not None or line.run.trainer_id == identity.id


def run_line(session: Session, identity: Identity, run_id: int, *, now: datetime) -> Line:
    """Return a run as the person sees it, or raise NotFound."""
    row = session.execute(_lines(identity).where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound
    line = _line(row, post_of(session, identity.id), now)
    if not _concerns(line, identity, staff=identity.holds(*STAFF)):
        raise NotFound
    return line


def people_of(session: Session, run_id: int) -> list[tuple[Person, int | None]]:
    """Return who has a seat, then who waits, each in the order they came."""
    query = (
        select(Person, RunPlace.seat)
        .join(RunPlace, RunPlace.person_id == Person.id)
        .where(RunPlace.run_id == run_id, RunPlace.left_at.is_(None))
        .order_by(RunPlace.seat.is_(None), RunPlace.id)
    )
    return [(row.Person, row.seat) for row in session.execute(query)]


def site_run(session: Session, identity: Identity, run_id: int, *, lock: bool = False) -> Run:
    """Return a run of the asker's own site with its course, or raise NotFound."""
    query = select(Run).options(joinedload(Run.course)).where(Run.id == run_id, Run.site_id == identity.site_id)
    if lock:
        query = query.with_for_update(of=Run).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def course_choices(session: Session) -> list[Course]:
    """Return the courses that can be given a date, electives last."""
    query = select(Course).where(Course.retired_at.is_(None))
    return list(session.scalars(query.order_by(Course.elective, Course.position, Course.slug)))


def post_names(session: Session) -> dict[str, Programme]:
    """Return the programme that bears the name of each post."""
    return {each.post: each for each in session.scalars(select(Programme).order_by(Programme.id))}


def class_choices(session: Session, identity: Identity) -> list[TrainingClass]:
    """Return the classes of the site, newest first."""
    query = select(TrainingClass).where(TrainingClass.site_id == identity.site_id)
    return list(session.scalars(query.order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())))


def electives(session: Session) -> list[Course]:
    """Return the electives, in order."""
    query = select(Course).where(Course.elective.is_(True), Course.retired_at.is_(None))
    return list(session.scalars(query.order_by(Course.position, Course.slug)))


def moved_up(session: Session, person_id: int, *, now: datetime) -> list[Run]:
    """Return the runs to come in which a seat became free for the person of late; one statement."""
    query = (
        select(Run)
        .join(RunPlace, RunPlace.run_id == Run.id)
        .options(joinedload(Run.course))
        .where(RunPlace.person_id == person_id, RunPlace.left_at.is_(None), RunPlace.moved_up_at > now - NEWS)
        .where(Run.starts_at > now, Run.cancelled_at.is_(None))
    )
    return list(session.scalars(query.order_by(Run.starts_at)))


def has_feed(session: Session, person_id: int) -> CalendarToken | None:
    """Return the person's feed, if they have one; its address is not stored."""
    return session.get(CalendarToken, person_id)


def person_of_feed(session: Session, token: str) -> Person:
    """Return whose feed this secret opens, or raise NotFound; a suspended person's opens nothing."""
    query = select(Person).join(CalendarToken, CalendarToken.person_id == Person.id)
    found = session.scalar(query.where(CalendarToken.token_hash == fingerprint(token), Person.suspended_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def feed_runs(session: Session, person_id: int, *, now: datetime) -> list[Run]:
    """Return the runs that a person is expected at: by seat, by class or as trainer; cancelled ones say so."""
    seated = select(RunPlace.run_id).where(
        RunPlace.person_id == person_id, RunPlace.left_at.is_(None), RunPlace.seat.is_not(None)
    )
    learns = select(Enrolment.class_id).where(Enrolment.learner_id == person_id, Enrolment.ended_on.is_(None))
    query = (
        select(Run)
        .options(joinedload(Run.course))
        .where(or_(Run.id.in_(seated), Run.class_id.in_(learns), Run.trainer_id == person_id))
        .where(Run.starts_at > now - KEEP_PAST)
    )
    return list(session.scalars(query.order_by(Run.starts_at, Run.id)))

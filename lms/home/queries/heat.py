"""A class's heat-map: competencies by learners or by days, as far as the reader may see each."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, Site, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.certification.models import CompetencyPoint, Profile
from lms.courses.models import Programme
from lms.errors import NotFound
from lms.mentoring.models import Pairing
from lms.quizzes.models import Quiz
from lms.quizzes.queries.heat import GRADED, earned_lately
from lms.quizzes.rules.heat import LEAST_GROUP, Cell, Earned, grid

MOST_DAYS = 10


@dataclass(frozen=True)
class HeatRow:
    """A competency with a cell for each column; None where nothing is known or may be shown."""

    competency: str
    title: CompetencyPoint | None
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class HeatMap:
    """The page: columns are learners or days; `singly`: the reader may see single learners."""

    training_class: TrainingClass
    singly: bool
    by_learner: bool
    learners: tuple[Person, ...]
    days: tuple[date, ...]
    rows: tuple[HeatRow, ...]
    quizzes: tuple[Quiz, ...]
    hidden: bool  # something is there and too few gave it


def visible_classes(session: Session, reader: Identity) -> list[TrainingClass]:
    """Return the classes with learners now whose heat-map `reader` may open, the newest first; one statement."""
    held = select(Enrolment.class_id).where(Enrolment.ended_on.is_(None))
    query = select(TrainingClass).where(_within_reach(reader), TrainingClass.id.in_(held))
    return list(session.scalars(query.order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())))


def _within_reach(reader: Identity) -> ColumnElement[bool]:
    mine = (
        select(Enrolment.class_id)
        .join(Pairing, Pairing.learner_id == Enrolment.learner_id)
        .where(Pairing.mentor_id == reader.id, Pairing.ended_at.is_(None), Enrolment.ended_on.is_(None))
    )
    of_site = TrainingClass.site_id == reader.site_id if reader.holds(Role.TRAINER, Role.HR) else false()
    mentored = TrainingClass.id.in_(mine) if reader.holds(Role.MENTOR) else false()
    return or_(of_site, advised(reader), mentored)


def heat_map(session: Session, reader: Identity, class_id: int, *, by_day: bool, now: datetime) -> HeatMap:
    """Return the heat-map of a class as `reader` may see it, in at most six statements; NotFound for other classes.

    Trainers and the class's advisers see all learners, mentors their own apprentices, HR days of five or more.
    """
    row = session.execute(
        select(TrainingClass, Site.time_zone, advised(reader).label("advised"))
        .join(Site, Site.id == TrainingClass.site_id)
        .where(TrainingClass.id == class_id, _within_reach(reader))
    ).one_or_none()
    if row is None:
        raise NotFound
    everybody = bool(row.advised) or (reader.holds(Role.TRAINER) and row.TrainingClass.site_id == reader.site_id)
    learners = _learners(session, class_id, None if everybody else reader)
    singly = everybody or (reader.holds(Role.MENTOR) and bool(learners))
    if not singly:  # HR: the class as a whole
        learners = _learners(session, class_id, None)
    ids = [learner.id for learner in learners]
    earned = earned_lately(session, ids, time_zone=row.time_zone, now=now)
    by_learner = singly and not by_day
    days = tuple(sorted({each.day for each in earned})[-MOST_DAYS:])
    columns: tuple[Hashable, ...] = tuple(ids) if by_learner else days
    cells: Mapping[tuple[str, Hashable], Cell | None] = grid(
        earned, _learner if by_learner else _day, least_group=1 if singly else LEAST_GROUP
    )
    return HeatMap(
        training_class=row.TrainingClass,
        singly=singly,
        by_learner=by_learner,
        learners=tuple(learners) if by_learner else (),
        days=() if by_learner else days,
        rows=_rows(_titles(session, row.TrainingClass.programme_id), earned, columns, cells),
        quizzes=_quizzes(session, row.TrainingClass.programme_id),
        hidden=None in cells.values(),
    )


def _learner(each: Earned) -> Hashable:
    return each.learner_id


def _day(each: Earned) -> Hashable:
    return each.day


def _learners(session: Session, class_id: int, mentor: Identity | None) -> list[Person]:
    query = (
        select(Person)
        .join(Enrolment, Enrolment.learner_id == Person.id)
        .where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None))
        .order_by(Person.employee_no)
    )
    if mentor is not None:
        query = query.join(Pairing, Pairing.learner_id == Person.id)
        query = query.where(Pairing.mentor_id == mentor.id, Pairing.ended_at.is_(None))
    return list(session.scalars(query))


def _titles(session: Session, programme_id: int) -> dict[str, CompetencyPoint]:
    """Return the points of the programme's profile by name, in the profile's order; one statement."""
    points = session.scalars(
        select(CompetencyPoint)
        .join(Profile, Profile.id == CompetencyPoint.profile_id)
        .join(Programme, Programme.post == Profile.slug)
        .where(Programme.id == programme_id)
        .order_by(CompetencyPoint.position)
    )
    return {point.slug: point for point in points}


def _rows(
    titles: Mapping[str, CompetencyPoint],
    earned: Iterable[Earned],
    columns: tuple[Hashable, ...],
    cells: Mapping[tuple[str, Hashable], Cell | None],
) -> tuple[HeatRow, ...]:
    asked = {each.competency for each in earned}
    order = [slug for slug in titles if slug in asked] + sorted(asked - titles.keys())
    return tuple(
        HeatRow(slug, titles.get(slug), tuple(cells.get((slug, column)) for column in columns)) for slug in order
    )


def _quizzes(session: Session, programme_id: int) -> tuple[Quiz, ...]:
    """Return the graded quizzes of a programme that stand for themselves, to lead to their reports."""
    query = select(Quiz).where(
        Quiz.programme_id == programme_id,
        Quiz.purpose.in_(GRADED),
        Quiz.class_id.is_(None),
        Quiz.retired_at.is_(None),
    )
    return tuple(session.scalars(query.order_by(Quiz.position, Quiz.id)))

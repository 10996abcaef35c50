"""Observed calls: the observer's own drafts, finished ones for those who may read them, and what others build on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.mentoring.models import Criterion, Observation, ObservationScore, Pairing, Scorecard
from lms.mentoring.rules.scorecard import Asked, Mark, Result, lacking, result

Learner = aliased(Person)
Observer = aliased(Person)


@dataclass(frozen=True)
class ObservationRow:
    """One observed call in a list."""

    observation: Observation
    scorecard: Scorecard
    learner: Person
    observer: Person


@dataclass(frozen=True)
class ObservationPage:
    """One observed call with its scorecard and marks."""

    observation: Observation
    scorecard: Scorecard
    learner: Person
    observer: Person
    criteria: tuple[Criterion, ...]
    marks: dict[int, Mark]

    @property
    def finished(self) -> bool:
        """Say whether it is fixed for good."""
        return self.observation.finished_at is not None

    @property
    def result(self) -> Result | None:
        """Return what the marks so far amount to."""
        return result(self.asked, self.marks, self.scorecard.pass_percent)

    @property
    def lacking(self) -> tuple[tuple[Criterion, str], ...]:
        """Return the criteria that keep it from being finished, and why."""
        of_id = {one.id: one for one in self.criteria}
        return tuple((of_id[lack.criterion_id], lack.why) for lack in lacking(self.asked, self.marks))

    def scored(self, *scores: int | None) -> tuple[tuple[Criterion, Mark], ...]:
        """Return the criteria that were given one of `scores`, in order; None: it did not come up."""
        given = ((one, self.marks[one.id]) for one in self.criteria if one.id in self.marks)
        return tuple((one, mark) for one, mark in given if mark.given and mark.score in scores)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Return the criteria as the rules want them."""
        return asked_of(self.criteria)


def asked_of(criteria: Sequence[Criterion]) -> tuple[Asked, ...]:
    """Return criteria as the rules want them."""
    return tuple(Asked(one.id, one.slug, one.weight, one.critical) for one in criteria)


def own_observation(session: Session, observation_id: int, observer_id: int, *, lock: bool = False) -> Observation:
    """Return an observation that `observer_id` made or is making, locked where asked, or raise NotFound."""
    query = select(Observation).where(Observation.id == observation_id, Observation.observer_id == observer_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def readable_observation(session: Session, observation_id: int, identity: Identity) -> Observation:
    """Return an observation that `identity` may read, or raise NotFound.

    A draft is the observer's alone. A finished one is read by observer and learner, by the learner's mentor of now, the
    adviser of their class and the lead of their team; by HR and auditors as evidence of the record.
    """
    found = session.scalar(
        select(Observation)
        .join(Learner, Learner.id == Observation.learner_id)
        .where(Observation.id == observation_id, _readable(identity))
    )
    if found is None:
        raise NotFound
    return found


def _readable(identity: Identity) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [Observation.learner_id == identity.id]
    if identity.holds(Role.MENTOR):
        ways.append(_as_mentor(identity))
    if identity.holds(Role.ADVISER):
        ways.append(in_advised_class(Observation.learner_id, identity))
    if identity.holds(Role.LEAD):
        ways.append(_in_own_team(identity))
    if identity.holds(Role.HR, Role.AUDITOR):
        ways.append(Learner.site_id == identity.site_id)
    return or_(Observation.observer_id == identity.id, and_(Observation.finished_at.is_not(None), or_(*ways)))


def _as_mentor(identity: Identity) -> ColumnElement[bool]:
    return exists().where(
        Pairing.learner_id == Observation.learner_id, Pairing.mentor_id == identity.id, Pairing.ended_at.is_(None)
    )


def _in_own_team(identity: Identity) -> ColumnElement[bool]:
    """Return the condition for a lead; one whose grant names no team leads the team that they are in."""
    teams = [grant.team_id for grant in identity.grants if grant.role is Role.LEAD]
    own = select(Person.team_id).where(Person.id == identity.id).scalar_subquery()
    return or_(
        Learner.team_id.in_([team for team in teams if team]), Learner.team_id == own if None in teams else false()
    )


def in_advised_class(learner_id: InstrumentedAttribute[int], identity: Identity) -> ColumnElement[bool]:
    """Return the condition that a learner is in a class that `identity` advises."""
    return exists().where(
        Enrolment.learner_id == learner_id,
        Enrolment.ended_on.is_(None),
        TrainingClass.id == Enrolment.class_id,
        advised(identity),
    )


def observation_page(session: Session, observation_id: int, identity: Identity) -> ObservationPage:
    """Return an observation that `identity` may read with all that is on its scorecard, in four statements."""
    observation = readable_observation(session, observation_id, identity)
    row = _rows(session, Observation.id == observation.id, 1)[0]
    criteria = criteria_of(session, observation.scorecard_id)
    marks = marks_of(session, observation.id)
    return ObservationPage(observation, row.scorecard, row.learner, row.observer, criteria, marks)


def criteria_of(session: Session, scorecard_id: int) -> tuple[Criterion, ...]:
    """Return the criteria of a scorecard in order."""
    query = select(Criterion).where(Criterion.scorecard_id == scorecard_id)
    return tuple(session.scalars(query.order_by(Criterion.position)))


def marks_of(session: Session, observation_id: int) -> dict[int, Mark]:
    """Return what was given so far, by criterion."""
    rows = session.scalars(select(ObservationScore).where(ObservationScore.observation_id == observation_id))
    return {
        row.criterion_id: Mark(row.criterion_id, row.score, row.at_second, row.remark, given=row.given) for row in rows
    }


def scorecards(session: Session) -> list[Scorecard]:
    """Return the scorecards in use: the newest version of each, by title."""
    query = select(Scorecard).where(Scorecard.retired_at.is_(None)).order_by(Scorecard.slug, Scorecard.version)
    newest = {card.slug: card for card in session.scalars(query)}
    return list(newest.values())


def observations_of(session: Session, learner_id: int, *, limit: int = 100) -> list[ObservationRow]:
    """Return a learner's finished observations, newest first, in one statement."""
    return _rows(session, and_(Observation.learner_id == learner_id, Observation.finished_at.is_not(None)), limit)


def drafts_of(session: Session, observer_id: int) -> list[ObservationRow]:
    """Return the scorecards that an observer has open, newest first, in one statement."""
    return _rows(session, and_(Observation.observer_id == observer_id, Observation.finished_at.is_(None)), 100)


def _rows(session: Session, condition: ColumnElement[bool], limit: int) -> list[ObservationRow]:
    rows = session.execute(
        select(Observation, Scorecard, Learner, Observer)
        .join(Scorecard, Scorecard.id == Observation.scorecard_id)
        .join(Learner, Learner.id == Observation.learner_id)
        .join(Observer, Observer.id == Observation.observer_id)
        .where(condition)
        .order_by(Observation.call_at.desc(), Observation.id.desc())
        .limit(limit)
    )
    return [ObservationRow(*row) for row in rows]


def finished_observations(
    session: Session, learner_id: int, scorecard_slug: str, *, until: datetime | None = None
) -> list[Observation]:
    """Return a learner's finished observations on any version of a scorecard, oldest first, those until then."""
    query = select(Observation).join(Scorecard, Scorecard.id == Observation.scorecard_id)
    query = query.where(
        Observation.learner_id == learner_id, Scorecard.slug == scorecard_slug, Observation.finished_at.is_not(None)
    )
    if until is not None:
        query = query.where(Observation.finished_at <= until)
    return list(session.scalars(query.order_by(Observation.finished_at, Observation.id)))

"""A mentor's apprentices, a row each: where they are, how full the day is, what was missed, what needs the mentor."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.rules import Identity
from lms.courses.models import Lesson, Programme, Stage
from lms.mentoring.models import Meeting, Observation, Pairing
from lms.mentoring.queries.observations import ObservationRow, drafts_of
from lms.mentoring.queries.pairings import next_meetings
from lms.mentoring.rules.needs import MISSED_WITHIN, Need, Signs, need
from lms.pace.queries import free_days, last_seen, loads_of
from lms.pace.rules import LONGEST_OFF, Caps, Load, study_day, working_day_number
from lms.quizzes.queries.evidence import Missed, missed_of


@dataclass(frozen=True)
class ApprenticeRow:
    """One apprentice as the mentor sees them; `stage` None: in no class now."""

    id: int
    employee_no: str
    name: str
    latin_name: str | None
    since: datetime
    day: int
    stage: Stage | None
    training_class: TrainingClass | None
    load: Load
    last_seen_at: datetime | None
    missed: tuple[Missed, ...]
    meeting: Meeting | None
    draft_id: int | None
    need: Need

    @property
    def first_missed(self) -> Lesson | None:
        """Return the lesson that was missed last."""
        return self.missed[0].lesson if self.missed else None

    @property
    def sure_and_wrong(self) -> tuple[Missed, ...]:
        """Return what was missed by somebody who was sure of it, newest first."""
        return tuple(missed for missed in self.missed if missed.sure)


@dataclass(frozen=True)
class Apprentices:
    """The mentor's page: who needs them first, and the scorecards that are open, other people's calls included."""

    rows: tuple[ApprenticeRow, ...]
    drafts: tuple[ObservationRow, ...]

    @property
    def waiting(self) -> tuple[ApprenticeRow, ...]:
        """Return those who need the mentor now."""
        return tuple(row for row in self.rows if row.need.urgent)


@dataclass(frozen=True)
class _Paired:
    pairing: Pairing
    person: Person
    training_class: TrainingClass | None
    programme: Programme | None

    @property
    def caps(self) -> Caps:
        return Caps.from_programme(self.programme.caps, self.programme.calendar) if self.programme else Caps()


def apprentices(session: Session, identity: Identity, *, now: datetime) -> Apprentices:
    """Return the mentor's page at `now`; the number of statements does not grow with the apprentices."""
    paired = _paired(session, Pairing.mentor_id == identity.id)
    drafts = drafts_of(session, identity.id)
    rows = _rows(session, paired, drafts, identity, now)
    return Apprentices(tuple(sorted(rows, key=lambda row: not row.need.urgent)), tuple(drafts))


def apprentice_row(session: Session, learner_id: int, identity: Identity, *, now: datetime) -> ApprenticeRow | None:
    """Return the row of one learner with a live mentor, or None; who may ask is decided before."""
    paired = _paired(session, Pairing.learner_id == learner_id)
    return next(iter(_rows(session, paired, drafts_of(session, identity.id), identity, now)), None)


def _paired(session: Session, condition: ColumnElement[bool]) -> list[_Paired]:
    rows = session.execute(
        select(Pairing, Person, TrainingClass, Programme)
        .join(Person, Person.id == Pairing.learner_id)
        .outerjoin(Enrolment, (Enrolment.learner_id == Person.id) & Enrolment.ended_on.is_(None))
        .outerjoin(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .outerjoin(Programme, Programme.id == TrainingClass.programme_id)
        .where(Pairing.ended_at.is_(None), condition)
        .order_by(Pairing.started_at, Pairing.id)
    )
    return [_Paired(*row) for row in rows]


def _rows(
    session: Session, paired: Sequence[_Paired], drafts: Sequence[ObservationRow], identity: Identity, now: datetime
) -> list[ApprenticeRow]:
    ids = [one.person.id for one in paired]
    stages = _stages(session, {one.programme.id for one in paired if one.programme})
    loads = _loads(session, paired, identity, now)
    seen = last_seen(session, ids)
    today = study_day(now, identity.time_zone)
    off = free_days(session, ids, since=today - timedelta(days=LONGEST_OFF), until=today)
    missed = missed_of(session, ids, since=now - MISSED_WITHIN)
    meetings = next_meetings(session, ids, now)
    contact = _last_contact(session, [one.pairing for one in paired], now)
    open_cards = {draft.learner.id: draft.observation.id for draft in drafts}
    made = []
    for one in paired:
        learner, caps = one.person.id, one.caps
        meeting = meetings.get(learner)
        signs = Signs(
            learner_since=one.pairing.started_at,
            too_much=loads[learner].too_much,
            failed_quizzes=loads[learner].failed_quizzes,
            failed_cap=caps.failed_quizzes,
            draft_id=open_cards.get(learner),
            missed=len(missed[learner]),
            last_seen_at=seen.get(learner),
            last_contact_at=contact.get(learner),
            meeting_at=meeting.starts_at if meeting else None,
            time_zone=identity.time_zone,
            weekdays=caps.weekdays,
            days_off=off[learner],
        )
        day = _day(one, identity, now)
        made.append(
            ApprenticeRow(
                id=learner,
                employee_no=one.person.employee_no,
                name=one.person.name,
                latin_name=one.person.latin_name,
                since=one.pairing.started_at,
                day=day,
                stage=_stage(stages, one, day),
                training_class=one.training_class,
                load=loads[learner],
                last_seen_at=seen.get(learner),
                missed=tuple(missed[learner]),
                meeting=meeting,
                draft_id=open_cards.get(learner),
                need=need(signs, now),
            )
        )
    return made


def _day(one: _Paired, identity: Identity, now: datetime) -> int:
    if one.training_class is None or one.programme is None:
        return 0
    today = study_day(now, identity.time_zone)
    return working_day_number(one.training_class.starts_on, today, one.programme.calendar.get("working_days"))


def _stages(session: Session, programme_ids: set[int]) -> dict[int, list[Stage]]:
    grouped: dict[int, list[Stage]] = defaultdict(list)
    query = select(Stage).where(Stage.programme_id.in_(programme_ids)).order_by(Stage.position)
    for stage in session.scalars(query):
        grouped[stage.programme_id].append(stage)
    return grouped


def _stage(stages: dict[int, list[Stage]], one: _Paired, day: int) -> Stage | None:
    """Return the step that the calendar plans: the last one that has begun."""
    if one.programme is None:
        return None
    return next((stage for stage in reversed(stages[one.programme.id]) if stage.first_day <= max(day, 1)), None)


def _loads(session: Session, paired: Sequence[_Paired], identity: Identity, now: datetime) -> dict[int, Load]:
    """Return today's load of each; one statement for every programme that is followed."""
    today = study_day(now, identity.time_zone)
    by_programme: dict[int | None, list[_Paired]] = defaultdict(list)
    for one in paired:
        by_programme[one.programme.id if one.programme else None].append(one)
    loads: dict[int, Load] = {}
    for group in by_programme.values():
        loads |= loads_of(session, [one.person.id for one in group], today, group[0].caps, now=now)
    return loads


def _last_contact(session: Session, pairings: Sequence[Pairing], now: datetime) -> dict[int, datetime]:
    """Return when each learner's mentor last met them or scored a call of theirs, in one statement."""
    ids = [pairing.id for pairing in pairings]
    met = (
        select(Pairing.learner_id, Meeting.starts_at.label("at"))
        .join(Meeting, Meeting.pairing_id == Pairing.id)
        .where(Pairing.id.in_(ids), Meeting.cancelled_at.is_(None), Meeting.starts_at < now)
    )
    heard = (
        select(Pairing.learner_id, Observation.started_at.label("at"))
        .join(
            Observation,
            (Observation.learner_id == Pairing.learner_id) & (Observation.observer_id == Pairing.mentor_id),
        )
        .where(Pairing.id.in_(ids))
    )
    both = union_all(met, heard).subquery()
    rows = session.execute(select(both.c.learner_id, func.max(both.c.at)).group_by(both.c.learner_id))
    return dict(rows.all())

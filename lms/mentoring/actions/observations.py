"""An observed call from start to acknowledgement: a draft saved with every tap, then fixed for good."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.db import insert
from lms.errors import Invalid, NotFound, Refused
from lms.mentoring.models import Observation, ObservationScore, Scorecard
from lms.mentoring.queries.observations import asked_of, criteria_of, marks_of, own_observation
from lms.mentoring.queries.pairings import live_mentor
from lms.mentoring.rules import scorecard as rules
from lms.mentoring.rules.calls import CallValue, call_refusal, may_observe
from lms.mentoring.rules.scorecard import Mark


def start_observation(
    session: Session, observer: Identity, learner_id: int, value: CallValue, *, now: datetime
) -> Observation:
    """Open a scorecard for one call of a learner; the same call again returns the draft that is open.

    Raise NotFound for a learner whose calls `observer` may not score; Refused `call_ahead`, `call_too_old`,
    `already_scored` or `no_scorecard`, with the field.
    """
    learner = session.get(Person, learner_id)
    if learner is None:
        raise NotFound
    mentor = live_mentor(session, learner_id)
    if not may_observe(observer, learner.id, learner.site_id, mentor.id if mentor else None):
        raise NotFound
    return _open(session, observer, learner, value, now)


def start_observation_by_number(
    session: Session, observer: Identity, employee_no: str, value: CallValue, *, now: datetime
) -> Observation:
    """Do the same for the learner with this employee number; Refused `unknown_number` says no more than that."""
    learner_id = session.scalar(select(Person.id).where(Person.employee_no == employee_no))
    try:
        return start_observation(session, observer, learner_id or 0, value, now=now)
    except NotFound:
        raise Refused(code="unknown_number", field="employee_no") from None


def _open(session: Session, observer: Identity, learner: Person, value: CallValue, now: datetime) -> Observation:
    code = call_refusal(value.call_at, now)
    if code:
        raise Refused(code=code, field="call_at")
    card = session.get(Scorecard, value.scorecard_id)
    if card is None or card.retired_at is not None:
        raise Refused(code="no_scorecard", field="scorecard")
    session.execute(select(Person.id).where(Person.id == observer.id).with_for_update(key_share=True))  # two taps
    query = select(Observation).where(
        Observation.observer_id == observer.id,
        Observation.learner_id == learner.id,
        Observation.call_ref == value.call_ref,
    )
    before = session.scalars(query.order_by(Observation.id.desc())).first()
    if before is not None and before.finished_at is not None:
        raise Refused(code="already_scored", field="call_ref")
    if before is not None:
        return before
    draft = Observation(
        learner_id=learner.id,
        observer_id=observer.id,
        scorecard_id=card.id,
        call_ref=value.call_ref,
        call_at=value.call_at,
        started_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def save_scores(
    session: Session, observation_id: int, observer_id: int, marks: Collection[Mark], *, comment: str | None = None
) -> None:
    """Store marks of the observer's own draft, one row a criterion; sending the same again changes nothing.

    A remark without a score, as an older page sends it, takes no score away.

    Raise NotFound for another's observation, Refused `finished` once it is fixed, Invalid for a criterion of another
    scorecard.
    """
    draft = own_observation(session, observation_id, observer_id, lock=True)
    if draft.finished_at is not None:
        raise Refused(code="finished")
    if not {one.id for one in criteria_of(session, draft.scorecard_id)} >= {mark.criterion_id for mark in marks}:
        raise Invalid(code="other_scorecard")
    if comment is not None:
        draft.comment = comment
    if marks:
        rows = [
            {
                "observation_id": draft.id,
                "criterion_id": mark.criterion_id,
                "score": mark.score,
                "given": mark.given,
                "at_second": mark.at_second,
                "remark": mark.remark,
            }
            for mark in marks
        ]
        new = insert(session, ObservationScore).values(rows)
        changed = {
            "score": case((new.excluded.given, new.excluded.score), else_=ObservationScore.score),
            "given": or_(ObservationScore.given, new.excluded.given),
            "at_second": new.excluded.at_second,
            "remark": new.excluded.remark,
        }
        keys = [ObservationScore.observation_id, ObservationScore.criterion_id]
        session.execute(new.on_conflict_do_update(index_elements=keys, set_=changed))
    session.flush()


def finish_observation(session: Session, observation_id: int, observer: Identity, *, now: datetime) -> Observation:
    """Fix the draft's percent and verdict for good and enter them in the record; a second time returns the first.

    Raise NotFound for another's observation; Refused `incomplete` or `nothing_scored`.
    """
    draft = own_observation(session, observation_id, observer.id, lock=True)
    if draft.finished_at is not None:
        return draft
    card = session.get_one(Scorecard, draft.scorecard_id)
    asked = asked_of(criteria_of(session, card.id))
    marks = marks_of(session, draft.id)
    code = rules.refusal(asked, marks)
    result = rules.result(asked, marks, card.pass_percent)
    if code or result is None:
        raise Refused(code=code or "nothing_scored")
    draft.finished_at = now
    draft.percent, draft.critical_failed, draft.passed = result.percent, result.critical_failed, result.passed
    session.flush()
    learner = session.get_one(Person, draft.learner_id)
    detail = {
        "observation": draft.id,
        "call": draft.call_ref,
        "scorecard": card.slug,
        "version": card.version,
        "percent": result.percent,
        "critical_failed": result.critical_failed,
        "passed": result.passed,
        "scores": {one.slug: marks[one.id].score for one in asked},
    }
    by, about = observer.employee_no, learner.employee_no
    audit.append(session, "observation.finished", actor=by, subject=about, detail=detail, now=now)
    return draft


def acknowledge(session: Session, observation_id: int, learner: Identity, *, now: datetime) -> Observation:
    """Note that the learner has read a finished observation of their own call; the first time stays.

    Raise NotFound for a draft or for another's call.
    """
    query = select(Observation).where(
        Observation.id == observation_id,
        Observation.learner_id == learner.id,
        Observation.finished_at.is_not(None),
    )
    found = session.scalar(query.with_for_update())
    if found is None:
        raise NotFound
    if found.acknowledged_at is None:
        found.acknowledged_at = now
        detail = {"observation": found.id, "call": found.call_ref}
        who = learner.employee_no
        audit.append(session, "observation.acknowledged", actor=who, subject=who, detail=detail, now=now)
    return found

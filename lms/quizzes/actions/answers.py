"""Keeps answers: each is one idempotent write of two statements."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from lms.at_once import Asked
from lms.db import insert, insert_into
from lms.errors import Invalid, Refused
from lms.quizzes.models import Answer, AnswerConflict, Attempt, AttemptEvent
from lms.quizzes.queries.attempts import SaveFacts, facts_at_a_glance, save_facts
from lms.quizzes.rules import responses, timing
from lms.quizzes.rules.responses import Flaw, Response

LARGEST_SEQ = 2**63 - 1  # what the column holds; a browser may send it, and nothing follows it


@dataclass(frozen=True)
class Given:
    """An answer as it was sent. `client_seq` and `client_time` are None from a page without scripts.

    `lease` is None where a machine, which has no tabs, answers; a tab always states its own. `confidence` is "sure",
    "unsure" or None, which is "not said".
    """

    position: int
    response: object
    client_seq: int | None = None
    client_time: datetime | None = None
    lease: str | None = None
    confidence: str | None = None
    question: int | None = None  # the version it answers; a page may be older than a question that took its place


@dataclass(frozen=True)
class Saved:
    """What is stored now; `refusal`: the answer was kept beside it, as a conflict."""

    saved_at: datetime
    deadline: datetime
    client_seq: int
    late_received: bool
    refusal: timing.Refusal | None = None


def save_answer(session: Session, attempt_id: int, learner_id: int, given: Given, *, now: datetime) -> Saved:
    """Keep one answer of the learner's own attempt and return what is stored, in two statements.

    A repeated or older `client_seq` changes nothing, at any time. Refused (with a code) once time is over; Invalid at
    `response` for what the question cannot take. An answer from a tab that lost its lease is kept as a conflict and
    returned with its refusal: `accepted` raises it, after the commit.
    """
    facts = save_facts(session, attempt_id, learner_id, given.position)
    refused = _refusal(facts, given, now)
    stored = _already_stored(session, attempt_id, given, facts) if refused is not None else None
    if stored is not None:
        return stored
    if refused not in (None, timing.Refusal.LEASE_LOST):
        raise Refused(code=refused)
    response, flaw = _response(facts, given)
    if flaw is not None:
        raise Invalid(code=flaw, field="response")
    if refused is not None:
        return _keep_conflict(session, attempt_id, facts, given, response, now=now)
    place = {"attempt_id": attempt_id, "position": given.position, "client_seq": given.client_seq or 0}
    statement = _keep(session.get_bind().dialect.name, numbered=given.client_seq is not None)
    row = session.execute(statement, place | _values(facts, given, response, now)).one()
    return Saved(row.saved_at, facts.sitting.deadline, row.client_seq, row.late_received)


def save_at_once(asked: Asked, attempt_id: int, learner_id: int, given: Given, *, now: datetime) -> Saved | None:
    """Do what `save_answer` does for an answer that is simply kept, without a transaction around its two statements.

    The first reads without a lock. The second locks the attempt and writes only if all that was judged still stands,
    so that nothing is kept which `save_answer` would not keep. None, and nothing is written, where it is refused, not
    a response, without a number, or where the attempt changed in between: then `save_answer` judges it, and says why.
    """
    facts = facts_at_a_glance(asked, attempt_id, learner_id, given.position)
    if given.client_seq is None or _refusal(facts, given, now) is not None:
        return None
    response, flaw = _response(facts, given)
    if flaw is not None:
        return None
    judged = {"of_attempt": attempt_id, "of_deadline": facts.sitting.deadline, "of_lease": facts.lease}
    judged |= {"of_pauses": facts.pauses}
    place = {"attempt_id": attempt_id, "position": given.position, "client_seq": given.client_seq}
    values = place | _values(facts, given, response, now) | judged
    row = asked.execute(_keep_if_it_stands(asked.dialect.name), values).one_or_none()
    return None if row is None else Saved(row.saved_at, facts.sitting.deadline, row.client_seq, row.late_received)


def _refusal(facts: SaveFacts, given: Given, now: datetime) -> timing.Refusal | None:
    holds = given.lease is None or given.lease == facts.lease
    same = given.question in (None, facts.version_id)
    client_time = timing.bounded(given.client_time)
    return timing.refusal(timing.Save(facts.sitting, client_time, holds_lease=holds, same_question=same), now)


def _response(facts: SaveFacts, given: Given) -> tuple[Response, Flaw | None]:
    return responses.accepted(facts.kind, given.response, facts.options, facts.units, facts.body)


def _values(facts: SaveFacts, given: Given, response: Response, now: datetime) -> dict[str, object]:
    """Return the columns of an answer that are written, but for its place and its number."""
    return {
        "response": response,
        "lease": facts.lease,
        "saved_at": now,
        "late_received": timing.late_received(facts.sitting, now),
        "client_time": timing.bounded(given.client_time),
        "confidence": responses.confidence(given.confidence),
    }


def _already_stored(session: Session, attempt_id: int, given: Given, facts: SaveFacts) -> Saved | None:
    """Return what is stored if it is this answer, or a newer one of the same tab: a reply was lost on its way."""
    stored = session.get(Answer, (attempt_id, given.position), populate_existing=True)
    if stored is None or given.client_seq is None or stored.client_seq < given.client_seq:
        return None
    if given.lease not in (None, stored.lease):
        return None
    return Saved(stored.saved_at, facts.sitting.deadline, stored.client_seq, stored.late_received)


TABLE = cast(Table, Answer.__table__)
WRITTEN = ("response", "lease", "saved_at", "late_received", "client_time", "confidence")
PLACE = ("attempt_id", "position", "client_seq")


@cache
def _keep(dialect: str, *, numbered: bool) -> ReturningInsert[Any]:
    """Return the statement that writes an answer unless what is stored is newer, and returns what is stored then.

    Built once (measured: building it took half the time of a save). Numbers are compared within one lease only. A page
    without scripts sends none: what it sends last counts.
    """
    return _unless_newer(insert_into(dialect, TABLE), numbered=numbered)


@cache
def _keep_if_it_stands(dialect: str) -> ReturningInsert[Any]:
    """Return the statement that does the same only while the attempt is open and stands as it was judged.

    The lock waits for whoever ends, pauses or hands over the attempt, and looks again afterwards.
    """
    attempts = cast(Table, Attempt.__table__).c
    names = (*PLACE, *WRITTEN)
    stands = (
        select(*(bindparam(name, type_=TABLE.c[name].type) for name in names))
        .select_from(Attempt.__table__)
        .where(
            attempts.id == bindparam("of_attempt"),
            attempts.finished_at.is_(None),
            attempts.paused_at.is_(None),
            attempts.deadline == bindparam("of_deadline"),
            attempts.lease == bindparam("of_lease"),
            attempts.pauses == bindparam("of_pauses"),  # a pause may put another question in the place
        )
        .with_for_update(of=Attempt.__table__)
    )
    new = insert_into(dialect, TABLE)
    return _unless_newer(new.from_select(names, stands, include_defaults=False), numbered=True)


def _unless_newer(new: postgresql.Insert, *, numbered: bool) -> ReturningInsert[Any]:
    stored = TABLE.c
    newer = or_(new.excluded.client_seq > stored.client_seq, new.excluded.lease != stored.lease)
    room = stored.client_seq < LARGEST_SEQ
    sequence = new.excluded.client_seq if numbered else case((room, stored.client_seq + 1), else_=stored.client_seq)
    set_ = {name: new.excluded[name] for name in WRITTEN} | {"client_seq": sequence}
    if numbered:
        set_ = {name: case((newer, value), else_=stored[name]) for name, value in set_.items()}
    added = new.on_conflict_do_update(index_elements=[stored.attempt_id, stored.position], set_=set_)
    return added.returning(stored.saved_at, stored.client_seq, stored.late_received)


def _keep_conflict(  # what was sent, and what it was sent to
    session: Session, attempt_id: int, facts: SaveFacts, given: Given, response: Response, *, now: datetime
) -> Saved:
    """Keep an answer of a lost lease beside the others, once, and note it on the attempt's log."""
    sequence = given.client_seq if given.client_seq is not None else int(now.timestamp() * 1000)
    new = insert(session, AnswerConflict).values(
        attempt_id=attempt_id, position=given.position, response=response, client_seq=sequence, received_at=now
    )
    kept = session.execute(new.on_conflict_do_nothing().returning(AnswerConflict.id)).one_or_none()
    if kept is not None:
        session.add(AttemptEvent(attempt_id=attempt_id, at=now, kind="conflict", detail={"position": given.position}))
        session.flush()
    return Saved(now, facts.sitting.deadline, sequence, late_received=False, refusal=timing.Refusal.LEASE_LOST)


def accepted(saved: Saved) -> Saved:
    """Return `saved`, or raise Refused for one that was only kept as a conflict; call it after the commit."""
    if saved.refusal is not None:
        raise Refused(code=saved.refusal)
    return saved


__all__ = ["Given", "Saved", "accepted", "save_answer", "save_at_once"]

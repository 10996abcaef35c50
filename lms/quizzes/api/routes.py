"""Quizzes and attempts for machines, as the learner who asks may see them: no keys, no marks of single questions."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from flask import request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from lms import clock
from lms.accounts.rules import Role
from lms.quizzes import actions, queries
from lms.quizzes.actions import Given
from lms.quizzes.api.values import (
    AnswerBody,
    AnswerPath,
    AttemptPath,
    AttemptState,
    Clock,
    Lease,
    ListQuery,
    Paper,
    PauseBody,
    QuizItem,
    QuizList,
    QuizPath,
    Result,
    SavedItem,
    SavedReply,
    StartQuery,
)
from lms.quizzes.queries.facts import result_of, sitting_of
from lms.quizzes.rules.timing import overdue
from lms.quizzes.sentences import in_words
from lms.web import allow, at_once, in_turn, me, reading, writing

api = APIBlueprint("quizzes_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Quizzes")])


def _lease_of(key: str) -> str:
    """Return the lease of who starts with this Idempotency-Key: the same key, the same right to write."""
    return hashlib.sha256(f"{me().id}:{key}".encode()).hexdigest()[:32]


def _fresh(attempt_id: int, now: datetime) -> None:
    with reading() as session:
        attempt = queries.own_attempt(session, attempt_id, me().id)
    if overdue(sitting_of(attempt), now):
        with writing() as session:
            actions.settle_overdue(session, attempt_id, me().id, now=now)


@api.get("/quizzes", summary="List quizzes with own standing", responses={200: QuizList})
@allow(Role.LEARNER, scope="read")
def quizzes(query: ListQuery) -> dict[str, Any]:
    """List the quizzes of one's own programme."""
    with reading() as session:
        rows = queries.quizzes_of(session, me().id, now=clock.now(), after=query.cursor, limit=query.limit + 1)
    shown = rows[: query.limit]
    more = shown[-1].quiz.id if len(rows) > query.limit else None
    return QuizList(items=[QuizItem.of(row) for row in shown], next_cursor=more).model_dump(mode="json")


@api.post("/quizzes/<slug>/attempts", summary="Start, or return the open attempt", responses={200: Paper, 201: Paper})
@allow(Role.LEARNER, scope="learn")
def start(path: QuizPath, query: StartQuery) -> tuple[dict[str, Any], int]:
    """Begin an attempt (201) or return the open one (200) with its questions in a frozen order; 409 while it pauses."""
    now = clock.now()
    held = _lease_of(request.headers.get("Idempotency-Key") or secrets.token_hex(16))
    with in_words(), in_turn(), writing() as session:
        started = actions.start_attempt(session, path.slug, me().id, lease=held, now=now, consent=query.consent)
        items = queries.shown_paper(session, started.attempt_id, pauses=started.pauses)
    paper = Paper.of(started, items, lease=held if started.holds_lease else None, server_now=now)
    return paper.model_dump(mode="json"), 201 if started.is_new else 200


@api.get("/attempts/<int:attempt_id>", summary="State, deadline, what is saved", responses={200: AttemptState})
@allow(Role.LEARNER, scope="read")
def attempt(path: AttemptPath) -> dict[str, Any]:
    """Return one's own attempt."""
    now = clock.now()
    _fresh(path.attempt_id, now)
    with reading() as session:
        found = queries.own_attempt(session, path.attempt_id, me().id)
        items = queries.paper(session, found.id)
    saved = [
        SavedItem(
            position=item.position,
            response=item.given,
            client_seq=item.client_seq,
            saved_at=item.saved_at,
            late_received=item.late_received,
            confidence=item.confidence,
        )
        for item in items
    ]
    return AttemptState(
        id=found.id,
        quiz=found.quiz.slug,
        state="open" if found.finished_at is None else "finished",
        started_at=found.started_at,
        deadline=found.deadline,
        server_now=now,
        paused_until=queries.running_of(session, found).until,
        finished_at=found.finished_at,
        settled_by=found.settled_by,
        answers=saved,
        result=None if found.finished_at is None else Result.of(result_of(found), passed=found.passed),
    ).model_dump(mode="json")


@api.put("/attempts/<int:attempt_id>/answers/<int:position>", summary="Save an answer", responses={200: SavedReply})
@allow(Role.LEARNER, scope="learn")
def save_answer(path: AnswerPath, body: AnswerBody) -> dict[str, Any]:
    """Keep one answer; repeating it changes nothing. 409 with the reason where it cannot count."""
    now = clock.now()
    given = Given(path.position, **body.model_dump(exclude={"response"}), response=body.response)
    with in_words():
        with at_once() as connection:
            saved = actions.save_at_once(connection, path.attempt_id, me().id, given, now=now)
        if saved is None:
            with writing() as session:
                saved = actions.save_answer(session, path.attempt_id, me().id, given, now=now)
        actions.accepted(saved)
    return SavedReply(
        saved_at=saved.saved_at,
        server_now=now,
        deadline=saved.deadline,
        client_seq=saved.client_seq,
        late_received=saved.late_received,
    ).model_dump(mode="json")


@api.post("/attempts/<int:attempt_id>/pause", summary="Pause for a call", responses={200: Clock})
@allow(Role.LEARNER, scope="learn")
def pause(path: AttemptPath, body: PauseBody) -> dict[str, Any]:
    """Stop the clock; pausing twice is pausing once, so that no Idempotency-Key is needed. 409 where none is allowed.

    While it pauses no question is given out and no answer taken.
    """
    now = clock.now()
    with in_words(), writing() as session:
        found = actions.pause_attempt(
            session, path.attempt_id, me().id, position=body.position, lease=body.lease, now=now
        )
        stands = queries.running_of(session, found)
    return Clock.of(stands, server_now=now).model_dump(mode="json")


@api.delete("/attempts/<int:attempt_id>/pause", summary="Go on after a call", responses={200: Clock})
@allow(Role.LEARNER, scope="learn")
def resume(path: AttemptPath) -> dict[str, Any]:
    """Let the clock go on, with the question that stands now where the pause began; an open attempt stays as it is."""
    now = clock.now()
    with in_words(), writing() as session:
        pausing = queries.pause_page(session, path.attempt_id, me().id)
        found = actions.resume_attempt(session, path.attempt_id, me().id, now=now)
        stands = queries.running_of(session, found, left_at=pausing.position if pausing else None)
    return Clock.of(stands, server_now=now).model_dump(mode="json")


@api.post("/attempts/<int:attempt_id>/lease", summary="Continue here", responses={200: Lease})
@allow(Role.LEARNER, scope="learn")
def take_over(path: AttemptPath, body: Lease) -> dict[str, Any]:
    """Take the right to write; the tab that held it loses it."""
    with in_words(), writing() as session:
        found = actions.take_over(session, path.attempt_id, me().id, lease=body.lease, now=clock.now())
    return Lease(lease=found.lease).model_dump(mode="json")


@api.post("/attempts/<int:attempt_id>/submission", summary="Hand in", responses={200: Result})
@allow(Role.LEARNER, scope="learn")
def submit(path: AttemptPath) -> dict[str, Any]:
    """Grade once; the same answer always after, so that it needs no Idempotency-Key and takes any."""
    with in_words(), in_turn(), writing() as session:
        found = actions.submit_attempt(session, path.attempt_id, me().id, now=clock.now())
    return Result.of(result_of(found), passed=found.passed).model_dump(mode="json")

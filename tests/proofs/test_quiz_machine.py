"""Every order of starting, answering, leaving, pausing, handing in, re-scoring, extending and accommodating.

Hypothesis finds them. After each step the database is held against a ledger that knows only what was acknowledged.
A short run in every run of the tests; the proof is 200 of 50 steps, part of `make proof` (`RUNS=` says how many):
`ONRAMP_RUNS=200 pytest tests/proofs/test_quiz_machine.py`.
"""

import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.rules import Grant, Identity, Role
from lms.errors import LmsError, Refused
from lms.quizzes import actions, jobs
from lms.quizzes.actions import Given, MoreTime
from lms.quizzes.actions.rulings import make_ruling
from lms.quizzes.models import Answer, Attempt, AttemptEvent, AttemptQuestion, Question, QuestionVersion
from lms.quizzes.queries.facts import end_of
from lms.quizzes.queries.ruling_pages import Decision, RulingAsked, considered
from lms.quizzes.rules.spans import Allowance
from tests.conftest import NOW
from tests.make import Make

ASKED = os.environ.get("ONRAMP_RUNS")
RUNS = int(ASKED or "6")
STEPS = 50
LEASES = tuple(letter * 32 for letter in "ab")
GRANTS = (Allowance(1.25), Allowance(1.5), Allowance(extra_minutes=10), Allowance(1.5, 5), Allowance(unlimited=True))
SECOND = timedelta(seconds=1)
RARELY = st.sampled_from((False, False, False, True))

pytestmark = [pytest.mark.slow] if ASKED else []  # a proof where so many runs are asked for


class Sittings(RuleBasedStateMachine):
    """One learner in one quiz, with staff around them, and a clock that only goes on."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.execution_options(lms_write=True).connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        self.now: datetime = NOW
        self.make = Make(self.session, NOW)
        self.ledger: dict[int, dict[int, Any]] = {}
        self.finished: dict[int, tuple[Any, ...]] = {}
        self.sequence = 0
        self.credited: set[int] = set()

    @initialize(
        terms=st.sampled_from(
            (
                {"purpose": "daily", "pauses_allowed": 2, "pause_minutes": 10, "attempts_allowed": 3},
                {"purpose": "daily", "at_end": "submit_in_grace", "attempts_allowed": 4},
                {"purpose": "practice", "at_end": "discard"},
                {"purpose": "practice"},
                {"purpose": "gate", "attempts_allowed": 2, "retake_wait_hours": 1},
            )
        ),
        stops=st.sampled_from((None, 20, 240)),
    )
    def open_quiz(self, terms: dict[str, Any], stops: int | None) -> None:
        """A quiz over six questions that asks three of them."""
        hard_stop = None if stops is None else NOW + timedelta(minutes=stops)
        self.quiz = self.make.quiz(questions=6, hard_stop_at=hard_stop, **terms | {"draw": 3})
        self.learner = self.make.learner()
        hr = self.make.person("hr")
        self.hr = Identity(hr.id, hr.employee_no, hr.name, None, "en", hr.site_id, "Asia/Shanghai", (Grant(Role.HR),))

    def attempts(self) -> list[Attempt]:
        query = select(Attempt).options(joinedload(Attempt.quiz, innerjoin=True)).order_by(Attempt.id)
        return list(self.session.scalars(query.execution_options(populate_existing=True)))

    def current(self) -> Attempt | None:
        return next((each for each in reversed(self.attempts())), None)

    def act(self, act: Any, *args: Any, **more: Any) -> Any:
        """Do something in a transaction of its own, as views do; what is refused leaves nothing behind."""
        try:
            with self.session.begin_nested():
                return act(self.session, *args, **more, now=self.now)
        except LmsError as error:
            self.session.expire_all()
            return error

    @rule(lease=st.sampled_from(LEASES))
    def start(self, lease: str) -> None:
        """Start, or start again."""
        made = self.act(actions.start_attempt, self.quiz.slug, self.learner.id, lease=lease, consent=True)
        if not isinstance(made, LmsError):
            self.ledger.setdefault(made.attempt_id, {})

    @precondition(lambda self: self.ledger)
    @rule(
        position=st.integers(1, 3),
        response=st.sampled_from(("a", "b", None)),
        elsewhere=RARELY,
        late=st.sampled_from((0, 0, 5, 90)),
        stale=RARELY,
    )
    def answer(self, position: int, response: Any, elsewhere: bool, late: int, stale: bool) -> None:
        """Answer, made `late` seconds ago; `elsewhere`: in the other tab; `stale`: on a page that a pause made old."""
        attempt = self.current()
        assert attempt is not None
        lease = next(each for each in LEASES if (each == attempt.lease) is not elsewhere)
        deadline, open_ = attempt.deadline, attempt.finished_at is None
        asked = self.session.get_one(AttemptQuestion, (attempt.id, position), populate_existing=True).version_id
        self.sequence += 1
        made = self.now - late * SECOND
        given = Given(position, response, self.sequence, made, lease, question=0 if stale else asked)
        saved = self.act(actions.save_answer, attempt.id, self.learner.id, given)
        if isinstance(saved, LmsError) or saved.refusal is not None:
            return
        self.ledger[attempt.id][position] = response
        assert open_
        assert not stale
        assert attempt.paused_at is None
        assert not elsewhere
        grace = attempt.grace_seconds * SECOND if attempt.at_end == "submit" else 0 * SECOND
        assert self.now <= deadline + grace
        assert self.now <= deadline or made < deadline

    @precondition(lambda self: self.ledger)
    @rule(position=st.integers(1, 3), response=st.sampled_from(("a", "b")))
    def answer_here(self, position: int, response: Any) -> None:
        """Answer as one does most of the time."""
        self.answer(position, response, elsewhere=False, late=0, stale=False)

    @precondition(lambda self: self.ledger)
    @rule(position=st.integers(1, 3), seconds=st.sampled_from((-1, 0, 1, 60, 61)), late=st.sampled_from((0, 90)))
    def answer_at_the_end(self, position: int, seconds: int, late: int) -> None:
        """Answer about when the time ends, or the grace."""
        self.clock_on_to_the_end(seconds)
        self.answer(position, "a", elsewhere=False, late=late, stale=False)

    @precondition(lambda self: self.ledger)
    @rule(position=st.integers(1, 3))
    def answer_during_a_call(self, position: int) -> None:
        """Pause, and answer all the same."""
        self.pause(position)
        self.answer(position, "a", elsewhere=False, late=0, stale=False)

    @rule(seconds=st.sampled_from((1, 20, 60, 60, 200, 900, 3 * 3600)))
    def clock_on(self, seconds: int) -> None:
        """Leave, and come back."""
        self.now += seconds * SECOND

    @precondition(lambda self: self.ledger)
    @rule(seconds=st.sampled_from((-1, 0, 1, 59, 60, 61)))
    def clock_on_to_the_end(self, seconds: int) -> None:
        """Come back about when the time ends, or the grace."""
        attempt = self.current()
        assert attempt is not None
        self.now = max(self.now, attempt.deadline + seconds * SECOND)

    @precondition(lambda self: self.ledger)
    @rule(lease=st.sampled_from(LEASES))
    def take_over(self, lease: str) -> None:
        """Go on in another tab."""
        self.act(actions.take_over, max(self.ledger), self.learner.id, lease=lease)

    @precondition(lambda self: self.ledger)
    @rule(position=st.integers(1, 3))
    def pause(self, position: int) -> None:
        """A call comes in."""
        attempt = self.current()
        assert attempt is not None
        before = attempt.pauses
        done = self.act(actions.pause_attempt, attempt.id, self.learner.id, position=position, lease=attempt.lease)
        if isinstance(done, Refused) or done.pauses == before:
            return
        assert self.quiz.purpose != "gate"
        assert self.quiz.purpose == "practice" or done.pauses <= self.quiz.pauses_allowed

    @precondition(lambda self: self.ledger)
    @rule()
    def resume(self) -> None:
        """The call is over; what stood where one left may be replaced, and its answer goes to the log."""
        attempt_id = max(self.ledger)
        before = self.versions(attempt_id)
        self.act(actions.resume_attempt, attempt_id, self.learner.id)
        for position, version in self.versions(attempt_id).items():
            if version != before[position]:
                gone = self.ledger[attempt_id].pop(position, None)
                assert self.logged(attempt_id, "question_replaced")[-1]["response"] == gone

    def versions(self, attempt_id: int) -> dict[int, int]:
        places = select(AttemptQuestion.position, AttemptQuestion.version_id)
        return {row[0]: row[1] for row in self.session.execute(places.where(AttemptQuestion.attempt_id == attempt_id))}

    def logged(self, attempt_id: int, kind: str) -> list[dict[str, Any]]:
        query = select(AttemptEvent.detail).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == kind)
        return list(self.session.scalars(query.order_by(AttemptEvent.id)))

    @precondition(lambda self: self.ledger)
    @rule()
    def submit(self) -> None:
        """Hand in, perhaps again, perhaps late."""
        done = self.act(actions.submit_attempt, max(self.ledger), self.learner.id)
        assert done.finished_at is not None

    @rule()
    def sweep(self) -> None:
        """The sweeper comes by."""
        self.act(jobs.sweep)

    @precondition(lambda self: self.ledger)
    @rule(minutes=st.integers(1, 30))
    def extend(self, minutes: int) -> None:
        """A trainer gives minutes."""
        attempt = self.current()
        assert attempt is not None
        before = attempt.deadline
        done = self.act(actions.extend_attempt, attempt.id, minutes=minutes, reason="Fire drill", actor="T1")
        if not isinstance(done, LmsError):
            assert before < done.deadline <= before + minutes * 60 * SECOND

    @rule(allowance=st.sampled_from(GRANTS))
    def accommodate(self, allowance: Allowance) -> None:
        """HR grants more time."""
        self.act(actions.set_accommodation, self.learner, MoreTime(allowance, "Reads slowly"), by=self.hr)

    @rule()
    def end_accommodation(self) -> None:
        """HR takes it back; what is under way does not end in the past."""
        attempt = self.current()
        before = attempt.deadline if attempt and attempt.finished_at is None else None
        self.act(actions.end_accommodation, self.learner, by=self.hr)
        if attempt and before:
            assert self.attempts()[-1].deadline >= min(before, self.now)

    @precondition(lambda self: self.finished)
    @rule(position=st.integers(1, 3))
    def credit(self, position: int) -> None:
        """A trainer gives full credit for a bad question: who has finished is scored anew, who ends later hears."""
        version_id = self.versions(max(self.finished))[position]
        version = self.session.get_one(QuestionVersion, version_id)
        asked = RulingAsked("full_credit")
        try:
            seal = considered(self.session, version, asked).seal
        except LmsError:
            assert version_id in self.credited
            return
        decision = Decision(asked, seal, "Two answers are right")
        self.act(make_ruling, self.hr, version.question_id, version.version, decision)
        self.credited.add(version_id)
        for each in self.attempts():
            if each.id in self.finished:
                self.finished[each.id] = self.held(each)

    @rule()
    def edit_bank(self) -> None:
        """A trainer retires a question, or brings it back, while it is asked."""
        question = self.session.scalars(select(Question).order_by(Question.id).limit(1)).one()
        question.retired_at = None if question.retired_at else self.now
        self.session.flush()

    @invariant()
    def one_attempt_is_open_and_numbers_are_within_the_limit(self) -> None:
        attempts = self.attempts()
        assert sum(each.finished_at is None for each in attempts) <= 1
        allowed = getattr(getattr(self, "quiz", None), "attempts_allowed", None)
        assert allowed is None or len(attempts) <= allowed
        assert [each.number for each in attempts] == list(range(1, len(attempts) + 1))

    @invariant()
    def the_limit_is_kept(self) -> None:
        for each in self.attempts():
            stop = each.quiz.hard_stop_at
            assert stop is None or each.deadline <= stop
            assert each.finished_at is None or each.started_at <= each.finished_at <= each.deadline
            assert each.deadline == end_of(each)

    @invariant()
    def there_is_one_grade_and_it_is_that_of_the_ledger(self) -> None:
        for each in self.attempts():
            settled = self.logged(each.id, "settled")
            assert len(settled) == (each.finished_at is not None)
            if each.finished_at is not None:
                given = self.ledger[each.id]
                places = self.versions(each.id).items()
                right = sum(given.get(place) == "a" or version in self.credited for place, version in places)
                assert each.score == (0 if each.settled_by == "discarded" else right)

    @invariant()
    def nothing_is_lost(self) -> None:
        rows = self.session.execute(select(Answer.attempt_id, Answer.position, Answer.response)).all()
        kept: dict[int, dict[int, Any]] = {attempt_id: {} for attempt_id in self.ledger}
        for attempt_id, position, response in rows:
            kept[attempt_id][position] = response
        assert kept == self.ledger

    @invariant()
    def what_is_finished_never_changes(self) -> None:
        for each in self.attempts():
            if each.finished_at is not None:
                now = self.held(each)
                assert self.finished.setdefault(each.id, now) == now

    def held(self, each: Attempt) -> tuple[Any, ...]:
        """Return all that is stored of a finished attempt; only a ruling, which is on the record, may change it."""
        places = select(AttemptQuestion.version_id, AttemptQuestion.marks, AttemptQuestion.option_order)
        paper = self.session.execute(
            places.where(AttemptQuestion.attempt_id == each.id).order_by(AttemptQuestion.position)
        ).all()
        columns = tuple(getattr(each, name) for name in Attempt.__table__.columns.keys())  # noqa: SIM118  # names
        return columns, tuple(map(str, paper)), tuple(sorted(self.ledger[each.id].items()))

    @invariant()
    def every_change_of_a_deadline_is_on_the_log(self) -> None:
        for each in self.attempts():
            moved = [*self.logged(each.id, "deadline_changed"), *self.logged(each.id, "paused")]
            resumed = self.logged(each.id, "resumed")
            said = {detail["after"] for detail in moved} | {detail["deadline"] for detail in resumed}
            started = self.logged(each.id, "started")[0]["deadline"]
            assert each.deadline.isoformat() in said | {started}

    def teardown(self) -> None:
        """Forget all of it."""
        self.session.close()
        self.outer.rollback()
        self.connection.close()


def test_no_order_of_steps_breaks_what_a_timed_quiz_promises(engine: Engine) -> None:
    """Hold the promises in every order that hypothesis finds."""
    health = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    chosen = settings(
        max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=health, database=None
    )
    run_state_machine_as_test(lambda: Sittings(engine), settings=chosen)  # type: ignore[no-untyped-call]


def test_the_machine_reaches_what_it_is_about(engine: Engine) -> None:
    """Walk one path by hand, so that a machine that refuses everything would be noticed."""
    machine = Sittings(engine)
    try:
        machine.open_quiz({"purpose": "daily", "pauses_allowed": 2, "pause_minutes": 10}, None)
        machine.start(LEASES[0])
        machine.answer(1, "a", elsewhere=False, late=0, stale=False)
        machine.pause(2)
        machine.clock_on(60)
        machine.accommodate(GRANTS[1])
        machine.resume()
        machine.extend(5)
        machine.answer(2, "a", elsewhere=False, late=0, stale=False)
        machine.submit()
        attempt = machine.current()
        assert attempt is not None
        assert (attempt.score, attempt.paused_seconds, attempt.extra_minutes) == (2, 60, 5)
        assert machine.session.scalar(select(func.count(AttemptEvent.id))) == 7
    finally:
        machine.teardown()

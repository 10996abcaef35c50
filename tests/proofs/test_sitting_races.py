"""Races of what else moves an attempt: second forms, rulings, pauses, minutes given, accommodations.

Learners ask over HTTP, two processes of SQLite and four of PostgreSQL; staff, sweeper and telephone act from this
process, all at one instant. A few trials in every run; the proof is `python -m tests.proofs.races`, 100 trials each.
"""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Person
from lms.accounts.rules import Grant, Identity, Role
from lms.courses.models import Course, Lesson
from lms.errors import Refused
from lms.quizzes import actions, jobs
from lms.quizzes.actions import MoreTime, rollups
from lms.quizzes.actions.rulings import make_ruling
from lms.quizzes.models import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptQuestion,
    Question,
    QuestionVersion,
    Quiz,
    QuizCourse,
    Regrade,
)
from lms.quizzes.queries.facts import end_of
from lms.quizzes.queries.ruling_pages import Decision, RulingAsked, considered
from lms.quizzes.rules.spans import Allowance
from tests.proofs import test_processes
from tests.proofs.server import Client
from tests.proofs.test_processes import BEFORE_THE_END, SAVES, Site
from tests.proofs.test_races import AT_ONCE, TRIALS, at_once
from tests.quizzes.test_rollups import everything, same

site = test_processes.site
MINUTE = timedelta(minutes=1)
BORDERLINE = {"purpose": "gate", "draw": 4, "pass_percent": 75, "attempts_allowed": 1}

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


def attempt_of(site: Site, attempt_id: int) -> Attempt:
    """Return an attempt as it is now, with its quiz, its deadline as it follows from what was given."""
    with site.store.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        session.refresh(attempt, ["quiz"])
        assert attempt.deadline == end_of(attempt)
        return attempt


def logged(site: Site, attempt_id: int, kind: str) -> list[dict[str, Any]]:
    """Return what the log of an attempt says of one kind of event."""
    query = select(AttemptEvent.detail).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == kind)
    with site.store.reading() as session:
        return list(session.scalars(query.order_by(AttemptEvent.id)))


def done(site: Site, act: Callable[..., Any], *args: Any, **more: Any) -> str:
    """Do something in a transaction of its own, as a view does; return the reason of a refusal, or nothing."""
    try:
        with site.store.writing() as session:
            act(session, *args, **more, now=clock.now())
    except Refused as refused:
        return str(refused.code)
    return ""


@pytest.mark.parametrize("trial", range(TRIALS))
def test_eight_starts_of_a_second_form_are_one_form(site: Site, trial: int) -> None:
    clients, slug, learner_id = site.sitting(**BORDERLINE, questions=12, borderline_percent=10)
    status, paper = clients[0].start(slug)
    assert status == 201
    for position in range(1, 4):
        assert clients[0].save(paper["id"], position, "a", 1)[0] == 200
    status, result = clients[0].submit(paper["id"])
    assert (status, result["passed"], result["borderline"]) == (200, False, True)
    answers = at_once(lambda n: clients[n].start(slug, str(n)))
    assert sorted(status for status, _body in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({body["id"] for _status, body in answers}) == 1
    assert len({str(body["questions"]) for _status, body in answers}) == 1
    with site.store.reading() as session:
        rows = session.scalars(select(Attempt).where(Attempt.learner_id == learner_id).order_by(Attempt.id)).all()
        places = select(AttemptQuestion.version_id).where(AttemptQuestion.attempt_id.in_([row.id for row in rows]))
        asked = list(session.scalars(places))
    assert [(row.form, row.pools_id) for row in rows] == [(1, None), (2, paper["id"])]
    assert len(asked) == len(set(asked)) == 8
    assert len({str(clients[n].submit(rows[1].id)) for n in range(2)}) == 1
    assert clients[0].start(slug)[0] == 409


@pytest.mark.parametrize("trial", range(TRIALS))
def test_starts_of_a_gate_and_of_a_daily_quiz_at_once_leave_one_of_them_open(site: Site, trial: int) -> None:
    clients, slug, learner_id = site.sitting(questions=4)
    with site.store.writing() as session:
        daily = session.scalars(select(Quiz).where(Quiz.slug == slug)).one()
        course = session.scalars(select(QuizCourse.course_id).where(QuizCourse.quiz_id == daily.id)).one()
        gate = site.make(session).quiz(session.get_one(Course, course), questions=0, slug=f"gate-{slug}")
        gate.purpose, gate.draw, gate.programme_id = "gate", 4, daily.programme_id
    answers = at_once(lambda n: clients[n].start(slug if n % 2 else gate.slug, str(n)))
    assert sorted(status for status, _body in answers) == [200] * (AT_ONCE // 2 - 1) + [201] + [409] * (AT_ONCE // 2)
    assert len({body["code"] for status, body in answers if status == 409}) == 1
    with site.store.reading() as session:
        rows = session.scalars(select(Attempt).where(Attempt.learner_id == learner_id)).all()
    assert len(rows) == 1


def bad_version(session: Session, quiz: Quiz) -> QuestionVersion:
    """Return the version of a quiz over questions of its own that will turn out to be bad."""
    lesson_ids = select(Lesson.id).join(QuizCourse, QuizCourse.course_id == Lesson.course_id)
    versions = select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
    mine = versions.where(Question.lesson_id.in_(lesson_ids.where(QuizCourse.quiz_id == quiz.id)))
    return session.scalars(mine.order_by(QuestionVersion.id).limit(1)).one()


def sitting(client: Client, slug: str, bad: QuestionVersion) -> int:
    """Begin an attempt at three questions, answer one of the good ones, and return the attempt's id."""
    status, paper = client.start(slug)
    assert status == 201
    good = next(each["position"] for each in paper["questions"] if bad.stem["en"] not in each["stem"])
    assert client.save(paper["id"], good, "a", 1)[0] == 200
    return int(paper["id"])


def full_credit(site: Site, by: Identity, version: QuestionVersion) -> None:
    """Look at what a ruling would change and decide, again and again until nothing changes in between."""
    asked = RulingAsked("full_credit")
    while True:
        with site.store.reading() as session:
            seal = considered(session, version, asked).seal
        decision = Decision(asked, seal, "Two answers are right")
        if not done(site, make_ruling, by, version.question_id, version.version, decision):
            return


def staff(person: Person, role: Role) -> Identity:
    return Identity(
        person.id, person.employee_no, person.name, None, "en", person.site_id, "Asia/Shanghai", (Grant(role),)
    )


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_ruling_against_starts_of_the_second_form_decides_by_one_form_or_by_both(site: Site, trial: int) -> None:
    """The first form leaves the band by the ruling: it passes by itself only where no second form has begun."""
    clients, slug, learner_id = site.sitting(**BORDERLINE, questions=12, borderline_percent=10)
    _status, paper = clients[0].start(slug)
    for position in range(1, 4):
        assert clients[0].save(paper["id"], position, "a", 1)[0] == 200
    assert clients[0].submit(paper["id"])[1]["borderline"] is True
    with site.store.writing() as session:
        by = staff(site.make(session).person("trainer"), Role.TRAINER)
        place = session.get_one(AttemptQuestion, (paper["id"], 4))
        missed = session.get_one(QuestionVersion, place.version_id)

    def act(n: int) -> int:
        if n != trial % AT_ONCE:
            return clients[n].start(slug, str(n))[0]
        full_credit(site, by, missed)
        return 200

    assert set(at_once(act)) <= {200, 201, 409}
    with site.store.reading() as session:
        rows = session.scalars(select(Attempt).where(Attempt.learner_id == learner_id).order_by(Attempt.id)).all()
    assert rows[0].score == 4
    if len(rows) == 1:
        assert rows[0].passed is True
    else:
        assert [(row.form, row.passed) for row in rows] == [(1, None), (2, None)]


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_ruling_against_hand_ins_and_starts_reaches_every_attempt_once(site: Site, trial: int) -> None:
    """Four hand in, three begin anew after a time that is over, as one decides that a question was bad."""
    with site.store.writing() as session:
        make = site.make(session)
        by, quiz = staff(make.person("trainer"), Role.TRAINER), make.quiz(questions=3, limit_minutes=10)
        clients = [site.client(session, make.learner()) for _ in range(AT_ONCE - 1)]
        quiz_id, slug, bad = quiz.id, quiz.slug, bad_version(session, quiz)
    first = [sitting(client, slug, bad) for client in clients]
    assert [client.submit(each)[1]["score"] for client, each in zip(clients, first, strict=True)] == [1] * len(first)
    then = [sitting(client, slug, bad) for client in clients]
    with site.store.writing() as session:
        began = clock.now() - 12 * MINUTE
        moved = {"started_at": began, "deadline": began + 10 * MINUTE}
        session.execute(update(Attempt).where(Attempt.id.in_(then[SAVES:])).values(**moved))

    def act(n: int) -> int:
        if n == AT_ONCE - 1:
            full_credit(site, by, bad)
            return 200
        return (clients[n].submit(then[n]) if n < SAVES else clients[n].start(slug))[0]

    assert at_once(act) == [200] * SAVES + [201] * (AT_ONCE - SAVES - 1) + [200]
    with site.store.writing() as session:
        ended = session.scalars(select(Attempt).where(Attempt.quiz_id == quiz_id, Attempt.finished_at.is_not(None)))
        assert sorted((each.id, each.score, each.max_score) for each in ended) == [
            (each, 2.0, 3.0) for each in first + then
        ]
        told = select(Regrade.attempt_id, Regrade.score_before, Regrade.score_after)
        rows = session.execute(told.where(Regrade.attempt_id.in_(first + then))).all()
        assert len({row.attempt_id for row in rows}) == len(rows)
        assert set(first) <= {row.attempt_id for row in rows}
        assert {(row.score_before, row.score_after) for row in rows} == {(1.0, 2.0)}
        kept = everything(session)
        rollups.rebuild(session, quiz_id)
        assert all(same(one, other) for one, other in zip(kept, everything(session), strict=True))


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_pause_against_answers_keeps_those_that_were_taken_and_takes_no_others(site: Site, trial: int) -> None:
    """Four answer, three take a call, one comes back from it; nothing lies under a question it was not given to."""
    clients, attempt_id, learner_id = site.begun(questions=SAVES + 2, draw=SAVES, pauses_allowed=1)
    asked = versions(site, attempt_id)

    def act(n: int) -> tuple[int, Any]:
        if n < SAVES:
            return clients[n].save(attempt_id, n + 1, "a", 1, question=asked[n + 1])
        if n < AT_ONCE - 1:
            return 0, done(site, actions.pause_attempt, attempt_id, learner_id, position=1, lease=None)
        return 0, done(site, actions.resume_attempt, attempt_id, learner_id)

    answers = at_once(act)
    assert {said for _status, said in answers[SAVES:]} <= {"", "no_pauses_left"}
    done(site, actions.resume_attempt, attempt_id, learner_id)
    assert {status for status, _body in answers[:SAVES]} <= {200, 409}
    codes = {body["code"] for status, body in answers[:SAVES] if status == 409}
    assert codes <= {"paused", "question_replaced"}
    assert len(logged(site, attempt_id, "paused")) == len(logged(site, attempt_id, "resumed")) == 1
    gone = logged(site, attempt_id, "question_replaced")
    assert [each["position"] for each in gone] == [1]
    assert versions(site, attempt_id) | {1: asked[1]} == asked
    told = {n + 1 for n in range(SAVES) if answers[n][0] == 200}
    assert gone[0]["response"] == ("a" if 1 in told else None)
    with site.store.reading() as session:
        kept = set(session.scalars(select(Answer.position).where(Answer.attempt_id == attempt_id)))
    assert kept == told - {1}
    assert attempt_of(site, attempt_id).pauses == 1
    assert clients[0].submit(attempt_id)[1]["score"] == len(kept)


def versions(site: Site, attempt_id: int) -> dict[int, int]:
    """Return which version an attempt asks at each place."""
    places = select(AttemptQuestion.position, AttemptQuestion.version_id)
    with site.store.reading() as session:
        return {row[0]: row[1] for row in session.execute(places.where(AttemptQuestion.attempt_id == attempt_id))}


@pytest.mark.parametrize("trial", range(TRIALS))
def test_minutes_given_against_the_sweeper_count_or_are_refused_and_never_both(site: Site, trial: int) -> None:
    """The last moment of the grace comes while four give five minutes each and four sweep."""
    _clients, attempt_id, learner_id = site.begun()
    with site.store.writing() as session:
        grace = timedelta(seconds=session.get_one(Attempt, attempt_id).grace_seconds)
        soon = clock.now() + BEFORE_THE_END * (trial % 10 + 1) - grace
        moved = {"started_at": soon - 10 * MINUTE, "deadline": soon}
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(**moved))

    def act(n: int) -> str:
        if n % 2:
            until = soon + grace + BEFORE_THE_END
            while clock.now() < until:
                done(site, jobs.sweep)
            return ""
        time.sleep(random.uniform(0, 2 * BEFORE_THE_END.total_seconds()) * (trial % 10 + 1))
        return done(site, actions.extend_attempt, attempt_id, minutes=5, reason="Fire drill", actor="T1")

    said = at_once(act)[::2]
    done(site, jobs.sweep)  # who gave minutes may have been refused after the last of the four
    assert set(said) <= {"", "finished"}
    given = said.count("")
    assert len(logged(site, attempt_id, "deadline_changed")) == given
    attempt = attempt_of(site, attempt_id)
    assert attempt.deadline == soon + 5 * given * MINUTE
    assert (attempt.finished_at is None) is (given > 0)
    if not given:
        assert attempt.finished_at == soon
        site.settled_once(attempt_id, learner_id)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_minutes_given_against_the_hand_in_come_before_it_or_are_refused(site: Site, trial: int) -> None:
    clients, attempt_id, learner_id = site.begun()
    before = attempt_of(site, attempt_id).deadline

    def act(n: int) -> Any:
        if n % 2:
            return clients[n].submit(attempt_id)[0]
        return done(site, actions.extend_attempt, attempt_id, minutes=5, reason="Fire drill", actor="T1")

    said = at_once(act)
    assert said[1::2] == [200] * SAVES
    assert set(said[::2]) <= {"", "finished"}
    given = said[::2].count("")
    assert attempt_of(site, attempt_id).deadline == before + 5 * given * MINUTE
    assert len(logged(site, attempt_id, "deadline_changed")) == given
    site.settled_once(attempt_id, learner_id)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_more_time_granted_against_a_start_is_in_its_deadline(site: Site, trial: int) -> None:
    """Six start while HR grants half as much time again; whoever was first, the attempt has it."""
    clients, slug, learner_id = site.sitting()
    with site.store.writing() as session:
        by, learner = staff(site.make(session).person("hr"), Role.HR), session.get_one(Person, learner_id)

    def act(n: int) -> int:
        if n < AT_ONCE - 2:
            return clients[n].start(slug, str(n))[0]
        done(site, actions.set_accommodation, learner, MoreTime(Allowance(1.5), "Reads slowly"), by=by)
        return 0

    answers = at_once(act)
    assert sorted(answers) == [0, 0] + [200] * (AT_ONCE - 3) + [201]
    with site.store.reading() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.learner_id == learner_id)).one()
    attempt = attempt_of(site, attempt_id)
    assert attempt.deadline == attempt.started_at + 15 * MINUTE
    assert attempt.factor == 1.5

"""The whole demo, built once on each database with real commits."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import db, schema
from lms.accounts import passwords
from lms.accounts.models import Enrolment, Person, RoleGrant, TrainingClass
from lms.accounts.rules import Role
from lms.audit import queries as audit
from lms.audit import rules as chain
from lms.audit.models import AuditEntry
from lms.certification.models import Period
from lms.certification.queries import gates, learners
from lms.certification.queries.changed import changed_evidence
from lms.certification.rules import ledger
from lms.courses.models import Course, Exposure, KeyPoint, Lesson, LessonProgress
from lms.demo.cast import load
from lms.demo.commands import build
from lms.demo.crowd import crowd
from lms.demo.sign_ins import FILE
from lms.errors import Refused
from lms.mentoring.models import Meeting, Pairing
from lms.pace.models import DayOff, StudyDay
from lms.pace.rules import Caps, study_day, week_start, working_day_number
from lms.quizzes.models import Answer, Attempt, AttemptEvent, AttemptQuestion, CheckAnswer, Quiz, Regrade
from lms.quizzes.queries import plan_page, quizzes_of
from lms.quizzes.queries.keys import suspects
from lms.quizzes.queries.reports import report_page
from lms.quizzes.queries.signals import Signal, signals_page
from lms.reviews.queries import memory_states
from tests.authoring.writers import identity
from tests.conftest import NOW

pytestmark = pytest.mark.slow  # a demo of a few learners is built each time, in test_scenario
SHANGHAI = "Asia/Shanghai"
CAPS = Caps()


@dataclass
class Built:
    """A database with the demo in it, and what was printed."""

    database: db.Database
    data_dir: Path
    printed: list[str]

    def again(self, *, if_empty: bool) -> list[str]:
        said: list[str] = []
        build(self.database, said.append, if_empty=if_empty)
        return said


@pytest.fixture(scope="module")
def built(
    engine: Engine,
    database_kind: str,
    new_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Built]:
    made = db.connect(new_database(database_kind))
    schema.upgrade(made)
    demo = Built(db.Database(made), tmp_path_factory.mktemp("demo"), [])
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(NOW, tick=False):
        patch.setenv("LMS_DATA_DIR", str(demo.data_dir))
        build(demo.database, demo.printed.append, if_empty=True)
        yield demo
    made.dispose()


@pytest.fixture
def reading(built: Built) -> Iterator[Session]:
    with built.database.reading() as session:
        yield session


def by_number(session: Session) -> dict[str, Person]:
    return {person.employee_no: person for person in session.scalars(select(Person))}


def test_there_are_24_learners_in_their_third_week_and_six_mentors(reading: Session) -> None:
    group = reading.scalars(select(TrainingClass).order_by(TrainingClass.starts_on.desc())).first()
    assert group is not None
    assert working_day_number(group.starts_on, study_day(NOW, SHANGHAI)) == 12
    enrolled = reading.scalars(select(Enrolment).where(Enrolment.class_id == group.id)).all()
    assert len(enrolled) == 24
    assert [one.ended_why for one in enrolled if one.ended_on] == ["个人原因辞职，提前七天告知"]
    roles = Counter(reading.scalars(select(RoleGrant.role)))
    assert roles["mentor"] == 6
    assert set(roles) == {role.value for role in Role}


def test_every_learner_has_a_mentor_and_no_mentor_too_many(reading: Session) -> None:
    live = Counter(reading.scalars(select(Pairing.mentor_id).where(Pairing.ended_at.is_(None))))
    assert sum(live.values()) == 23
    assert max(live.values()) <= 5
    ahead = reading.scalars(select(Meeting).where(Meeting.starts_at > NOW, Meeting.cancelled_at.is_(None))).all()
    assert len(ahead) == 22
    assert len({(one.arranged_by_id, one.starts_at) for one in ahead}) == 22, "nobody is at two talks at once"


def test_the_go_live_board_lives(reading: Session) -> None:
    people = by_number(reading)
    found: Counter[str] = Counter()
    for member in load().of("agent"):
        state = ledger.standing(gates.periods_of(reading, people[member.employee_no].id), NOW)
        found["soon" if ledger.expires_soon(state, NOW) else state.status] += 1
    assert found == {"valid": 5, "soon": 3, "lapsed": 2, "revoked": 1, "suspended": 1}


def test_some_have_passed_the_first_gate_and_two_are_about_to_go_live(reading: Session) -> None:
    people = {one.employee_no: one for one in learners.rows(reading, learners.learners())}
    held = {no: gates.periods_of(reading, one.id) for no, one in people.items()}
    shadow = sorted(no for no, periods in held.items() if no[0] == "E" and [p.scope for p in periods] == ["shadow"])
    assert shadow == ["E3101", "E3102", "E3103", "E3106", "E3107", "E3108", "E3111", "E3123", "E3124"]
    lacking = {}
    for no in ("E3102", "E3103", "E3113"):
        one = people[no]
        ahead = gates.next_gates(reading, [one], {one.id: held[no]}, at=NOW)[one.id]
        lacking[no] = (ahead.gate.slug, {s.requirement.slug: s.lacking for s in ahead.states if s.lacking})
    assert lacking == {
        "E3102": ("go-live", {"mentor": 1}),
        "E3103": ("go-live", {"calls": 1, "mentor": 1}),
        "E3113": ("listening-in", {}),
    }


def test_the_record_is_one_chain_in_the_order_of_time(reading: Session) -> None:
    assert chain.first_bad(audit.links(reading), head=audit.head(reading)) is None
    moments = reading.scalars(select(AuditEntry.at).order_by(AuditEntry.id)).all()
    assert moments == sorted(moments)
    actions = set(reading.scalars(select(AuditEntry.action)))
    assert {"class.opened", "mentor.assigned", "gate.signed_off", "period.issued", "demo.built"} <= actions


def test_no_attempt_breaks_its_own_terms(reading: Session) -> None:
    attempts = reading.scalars(select(Attempt)).all()
    assert len(attempts) > 100
    for one in attempts:
        assert one.finished_at is not None
        assert one.started_at < one.finished_at <= one.deadline
        saved = reading.scalars(select(Answer.saved_at).where(Answer.attempt_id == one.id)).all()
        assert all(one.started_at < at < one.finished_at for at in saved)
        held = select(AttemptQuestion.marks, AttemptQuestion.weight).where(AttemptQuestion.attempt_id == one.id)
        marks, weights = zip(*reading.execute(held).all(), strict=True)
        assert (fsum(marks), fsum(weights)) == (one.score, one.max_score)
        kinds = reading.scalars(select(AttemptEvent.kind).where(AttemptEvent.attempt_id == one.id)).all()
        assert kinds == ["started", "settled"]
    assert Counter(one.settled_by for one in attempts)["time"] == 2


def test_graded_quizzes_keep_the_caps_of_day_and_week(reading: Session) -> None:
    days: Counter[tuple[int, date]] = Counter()
    weeks: Counter[tuple[int, date]] = Counter()
    graded = select(Attempt).join(Quiz, Quiz.id == Attempt.quiz_id).where(Quiz.purpose != "practice")
    for one in reading.scalars(graded):
        day = study_day(one.finished_at, SHANGHAI)
        days[one.learner_id, day] += 1
        weeks[one.learner_id, week_start(day)] += 1
    assert max(days.values()) <= CAPS.quizzes_a_day
    assert max(weeks.values()) <= CAPS.quizzes_a_week
    stored = {(row.person_id, row.day): row.graded_quizzes for row in reading.scalars(select(StudyDay))}
    assert {key: count for key, count in stored.items() if count} == days


def test_the_sums_of_a_day_are_the_sums_of_what_was_met(reading: Session) -> None:
    met: Counter[tuple[int, date]] = Counter()
    for one in reading.scalars(select(Exposure)):
        met[one.person_id, study_day(one.at, SHANGHAI)] += 1
    stored = {(row.person_id, row.day): row.new_points for row in reading.scalars(select(StudyDay))}
    assert {key: points for key, points in stored.items() if points} == met
    seconds = dict(
        reading.execute(
            select(LessonProgress.person_id, func.sum(LessonProgress.seconds)).group_by(LessonProgress.person_id)
        ).all()
    )
    focused = dict(
        reading.execute(
            select(StudyDay.person_id, func.sum(StudyDay.focused_seconds)).group_by(StudyDay.person_id)
        ).all()
    )
    assert focused == seconds


def test_only_the_overloaded_ran_over_the_cap(reading: Session) -> None:
    people = {person.id: no for no, person in by_number(reading).items()}
    over = Counter(
        people[row.person_id] for row in reading.scalars(select(StudyDay)) if row.new_points > CAPS.new_points
    )
    assert over == {"E3104": 3, "E3115": 3}
    pressed = reading.scalars(select(StudyDay.person_id).where(StudyDay.too_much_at.is_not(None)))
    assert {people[one] for one in pressed} == {"E3104", "E3120"}


def test_the_class_is_quizzed_each_day_and_some_sat_it_some_did_not_and_one_was_off(reading: Session) -> None:
    people = by_number(reading)
    trainer = identity(people["T1001"], Role.TRAINER)
    group = reading.scalars(select(TrainingClass).order_by(TrainingClass.starts_on.desc())).first()
    assert group is not None
    today = study_day(NOW, SHANGHAI)
    shown = plan_page(reading, trainer, group.id, today=today)
    assert shown.plan is not None
    assert shown.plan.is_on
    assert [line.quiz.day for line in shown.latest] == [today, today - timedelta(days=1), today - timedelta(days=4)]
    assert [(line.sat, line.off) for line in shown.latest] == [(0, 0), (11, 1), (8, 0)]
    assert all(line.others > 0 for line in shown.latest)
    assert [each.works for each in shown.holidays] == [False, True]
    off = {row.person_id: row.day for row in reading.scalars(select(DayOff))}
    assert off == {people["E3104"].id: today - timedelta(days=1), people["E3123"].id: today + timedelta(days=3)}
    own = {row.quiz.slug for row in quizzes_of(reading, people["E3101"].id, now=NOW)}
    assert f"daily-{group.id}-{today.isoformat()}" in own


def test_one_landed_so_near_to_the_pass_mark_that_a_second_form_decides(reading: Session) -> None:
    gates_sat = reading.execute(select(Attempt, Quiz).join(Quiz).where(Quiz.purpose == "gate")).all()
    pooled = {attempt.pools_id for attempt, _quiz in gates_sat}
    near = [attempt for attempt, _quiz in gates_sat if attempt.passed is None and attempt.id not in pooled]
    assert [one.learner_id for one in near] == [by_number(reading)["E3119"].id]
    assert 15 <= (near[0].score or 0) <= 17
    assert {quiz.borderline_percent for _attempt, quiz in gates_sat} == {5}
    waiting = {row.quiz.slug for row in quizzes_of(reading, near[0].learner_id, now=NOW) if row.second_form}
    assert waiting == {"gate-study"}


def test_everybody_sat_the_check_of_the_first_day_and_its_hints_and_its_doubtful_key_wait(reading: Session) -> None:
    trainer = identity(by_number(reading)["T1001"], Role.TRAINER)
    found = signals_page(reading, trainer, "first-day-check")
    assert found.papers == 36

    def told(signals: tuple[Signal, ...]) -> list[tuple[str, tuple[str, ...], str | None]]:
        return [
            (
                each.kind,
                tuple(sorted(sat.learner.employee_no for sat in (each.first, each.other) if sat)),
                each.note.verdict if each.note else None,
            )
            for each in signals
        ]

    assert told(found.waiting) == [("similarity", ("E3113", "E3116"), None), ("speed", ("E3118",), None)]
    assert told(found.looked_into) == [
        ("similarity", ("E3110", "E3122"), "talked"),
        ("speed", ("E3103",), "nothing"),
    ]
    assert [(each.line.quiz.slug, each.line.question.ref) for each in suspects(reading)] == [
        ("first-day-check", "ro-01-01")
    ]
    lines = report_page(reading, trainer, "first-day-check").items
    assert lines is not None
    assert {line.facility.flag for line in lines if line.facility} == {"hard", "easy", None}
    assert all(line.options for line in lines)
    better = {line.question.ref: [each.choice.option for each in line.options if each.better] for line in lines}
    assert {ref: found for ref, found in better.items() if found} == {"ro-01-01": ["d"]}


def test_a_question_was_withdrawn_after_somebody_passed_by_it_and_hr_looks_at_the_certificate(reading: Session) -> None:
    people = by_number(reading)
    changed = changed_evidence(reading, identity(people["H1001"], Role.HR), at=NOW)
    assert [(each.learner.employee_no, each.period.scope, each.quiz.slug) for each in changed] == [
        ("E3124", "shadow", "gate-study")
    ]
    assert changed[0].reason.startswith("公司新规")
    assert (changed[0].pass_percent, changed[0].first) == (80, (16, 20))
    lost = select(Regrade).where(Regrade.passed_before.is_(True), Regrade.passed_after.is_(False))
    assert [each.attempt_id for each in reading.scalars(lost)] == [changed[0].regrade.attempt_id]


def test_one_failed_yesterdays_quiz_and_practised_what_was_missed(reading: Session) -> None:
    learner = by_number(reading)["E3108"].id
    mine = select(Attempt).join(Quiz).where(Attempt.learner_id == learner).order_by(Attempt.started_at.desc())
    practised, failed = reading.scalars(mine).all()[:2]
    assert (failed.score, failed.passed, practised.score, practised.passed) == (6, False, 5, True)
    assert study_day(practised.started_at, SHANGHAI) == study_day(failed.started_at, SHANGHAI)
    asked = select(AttemptQuestion.version_id)
    missed = reading.scalars(asked.where(AttemptQuestion.attempt_id == failed.id, AttemptQuestion.marks < 1)).all()
    again = reading.scalars(asked.where(AttemptQuestion.attempt_id == practised.id)).all()
    assert set(missed) & set(again)


def test_nothing_but_talks_lies_ahead(reading: Session) -> None:
    for column in (
        AuditEntry.at, LessonProgress.updated_at, Exposure.at, Attempt.finished_at, CheckAnswer.at, Period.certified_at,
        Meeting.arranged_at,
    ):  # fmt: skip
        latest = reading.scalar(select(func.max(column)))
        assert latest is not None
        assert latest <= NOW, column


def test_somebody_has_a_lesson_open_to_continue(reading: Session) -> None:
    people = by_number(reading)
    # 10:30 by the clock: what is planned for half past eleven has not happened yet
    done = select(func.count()).where(LessonProgress.person_id == people["E3101"].id)
    assert reading.scalar(done.where(LessonProgress.done_at.is_not(None))) == 17
    yesterday = NOW - timedelta(days=1)
    assert reading.scalar(done.where(LessonProgress.updated_at > yesterday)) == 1


def test_maps_of_those_named_first_live(reading: Session) -> None:
    people = by_number(reading)
    course = select(Course.id).where(Course.slug == "fault-repair").scalar_subquery()
    points = reading.scalars(select(KeyPoint.id).join(Lesson).where(Lesson.course_id == course)).all()
    for number in ("E3101", "E3104"):
        states = Counter(one.state for one in memory_states(reading, people[number].id, points, at=NOW).values())
        assert min(states["ok"], states["warn"], states["new"]) >= 1, (number, states)


def test_the_sign_ins_are_printed_kept_for_the_operator_alone_and_good(built: Built, reading: Session) -> None:
    kept = (built.data_dir / FILE).read_text(encoding="utf-8")
    assert kept.strip() in "\n".join(built.printed)
    if os.name == "posix":
        assert stat.S_IMODE((built.data_dir / FILE).stat().st_mode) == 0o600
    password = kept.splitlines()[2].strip()
    for no in ("E3102", "M2001", "H1001"):
        assert passwords.matches(by_number(reading)[no].password_hash, password)


def test_a_second_time_changes_nothing(built: Built) -> None:
    def counted() -> dict[str, int | None]:
        with built.database.reading() as session:
            tables = db.Base.metadata.sorted_tables
            return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}

    before = counted()
    assert "M2001" in "\n".join(built.again(if_empty=True))
    with pytest.raises(Refused):
        built.again(if_empty=False)
    assert counted() == before


def test_a_crowd_joins_the_newest_class_with_sums_that_agree(built: Built) -> None:
    with built.database.reading() as session:
        ids = crowd(session, 30, now=NOW) + crowd(session, 20, now=NOW)
        assert len(set(ids)) == 50
        met = session.scalar(select(func.count()).select_from(Exposure).where(Exposure.person_id.in_(ids)))
        sums = session.scalar(select(func.sum(StudyDay.new_points)).where(StudyDay.person_id.in_(ids)))
        assert met == sums
        assert crowd(session, 0, now=NOW) == []
        session.rollback()

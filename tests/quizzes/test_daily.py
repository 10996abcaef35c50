"""The daily quiz of a class: on its working days, once, in its window, of what is weak and fresh."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, TrainingClass
from lms.audit.models import AuditEntry
from lms.courses.models import Course, Lesson, Programme, Stage
from lms.errors import Invalid, NotFound
from lms.pace.models import DayOff, Holiday
from lms.quizzes.actions import start_attempt, submit_attempt
from lms.quizzes.actions.daily import PlanValue, change_plan, make_daily_quizzes
from lms.quizzes.models import AttemptQuestion, CheckAnswer, DailyPlan, Question, QuestionVersion, Quiz, QuizCourse
from lms.quizzes.queries import quizzes_of
from lms.quizzes.rules import daily
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]
TUESDAY = date(2026, 3, 17)


@pytest.fixture
def klass(make: Make, session: Session) -> TrainingClass:
    """A class with a plan, whose programme teaches one course from its first day and another from its 60th."""
    made = make.training_class()
    programme = session.get(Programme, made.programme_id)
    assert programme is not None
    session.add(DailyPlan(class_id=made.id, questions=4, minutes=8))
    session.flush()
    return made


def course_in_stage(make: Make, session: Session, klass: TrainingClass, first_day: int) -> Course:
    stage = make.add(
        Stage(
            programme_id=klass.programme_id,
            position=first_day,
            slug=f"from-{first_day}",
            scope="study",
            title_zh="学习",
            title_en="Study",
            summary_zh="",
            summary_en="",
            first_day=first_day,
            last_day=first_day + 5,
        )
    )
    return make.course(stage)


def of_class(session: Session, klass: TrainingClass) -> list[Quiz]:
    return list(session.scalars(select(Quiz).where(Quiz.class_id == klass.id)))


@pytest.mark.parametrize(
    ("day", "holidays", "expected"),
    [
        (date(2026, 3, 17), {}, True),
        (date(2026, 3, 21), {}, False),
        (date(2026, 3, 17), {date(2026, 3, 17): False}, False),
        (date(2026, 3, 21), {date(2026, 3, 21): True}, True),
    ],
    ids=["a Tuesday", "a Saturday", "a holiday", "a Saturday worked in exchange"],
)
def test_a_working_day_follows_the_week_and_the_holidays(day: date, holidays: dict[date, bool], expected: bool) -> None:
    assert daily.works(day, frozenset(range(5)), holidays) is expected


def test_whoever_starts_last_still_has_the_whole_time() -> None:
    window = daily.window(daily.Plan(minutes=30, opens="08:00", closes="20:00"), TUESDAY, "Asia/Shanghai")
    assert window.hard_stop_at - window.last_start_at == timedelta(minutes=30)
    assert window.opens_at.isoformat() == "2026-03-17T08:00:00+08:00"


@pytest.mark.parametrize(
    ("facts", "rank"),
    [
        ({"missed": True, "weak": False, "met_days_ago": 9, "confirmed": True}, 0),
        ({"missed": False, "weak": True, "met_days_ago": 9, "confirmed": True}, 0),
        ({"missed": False, "weak": False, "met_days_ago": 5, "confirmed": False}, 1),
        ({"missed": False, "weak": False, "met_days_ago": 6, "confirmed": False}, 2),
        ({"missed": False, "weak": False, "met_days_ago": 1, "confirmed": True}, 3),
        ({"missed": True, "weak": True, "met_days_ago": None, "confirmed": False}, 4),
    ],
    ids=["missed", "weak", "met lately", "met long ago", "sits", "never met"],
)
def test_what_is_weak_comes_before_what_is_fresh(facts: dict[str, object], rank: int) -> None:
    assert daily.weight_of(**facts) == rank  # type: ignore[arg-type]  # a table of cases


def test_the_quiz_of_the_day_is_made_once(make: Make, session: Session, klass: TrainingClass, now: datetime) -> None:
    begun, later = (course_in_stage(make, session, klass, first_day) for first_day in (1, 60))
    assert make_daily_quizzes(session, now=now) == 1
    assert make_daily_quizzes(session, now=now + timedelta(hours=1)) == 0
    (quiz,) = of_class(session, klass)
    assert (quiz.purpose, quiz.draw, quiz.limit_minutes, quiz.day) == ("daily", 4, 8, TUESDAY)
    drawn_from = set(session.scalars(select(QuizCourse.course_id).where(QuizCourse.quiz_id == quiz.id)))
    assert drawn_from == {begun.id}
    assert later.id not in drawn_from


def test_there_is_none_on_a_holiday(make: Make, session: Session, klass: TrainingClass, now: datetime) -> None:
    course_in_stage(make, session, klass, 1)
    session.add(Holiday(site_id=klass.site_id, day=TUESDAY, works=False, name_zh="公休", name_en="Day of rest"))
    session.flush()
    assert make_daily_quizzes(session, now=now) == 0


def test_there_is_none_where_the_plan_is_off(make: Make, session: Session, klass: TrainingClass, now: datetime) -> None:
    course_in_stage(make, session, klass, 1)
    plan = session.get(DailyPlan, klass.id)
    assert plan is not None
    plan.is_on = False
    session.flush()
    assert make_daily_quizzes(session, now=now) == 0


def test_it_is_the_classs_own_and_leaves_the_list_when_its_day_is_over(
    make: Make, session: Session, klass: TrainingClass, now: datetime
) -> None:
    course = course_in_stage(make, session, klass, 1)
    make.question(make.lesson(course))
    make_daily_quizzes(session, now=now)
    (quiz,) = of_class(session, klass)
    learner, stranger = make.learner(klass), make.learner(make.training_class())
    assert quiz.slug in {row.quiz.slug for row in quizzes_of(session, learner.id, now=now)}
    assert quiz.slug not in {row.quiz.slug for row in quizzes_of(session, learner.id, now=now + timedelta(days=1))}
    assert quiz.slug not in {row.quiz.slug for row in quizzes_of(session, stranger.id, now=now)}
    with pytest.raises(NotFound):
        start_attempt(session, quiz.slug, stranger.id, lease="a" * 32, now=now)


def test_it_asks_first_what_was_missed(make: Make, session: Session, klass: TrainingClass, now: datetime) -> None:
    course = course_in_stage(make, session, klass, 1)
    lesson: Lesson = make.lesson(course)
    questions = [make.question(lesson, competency=f"point-{n}") for n in range(12)]
    learner = make.learner(klass)
    make.progress(learner, lesson)
    practice = make.quiz(course, questions=0, draw=12)
    begun = start_attempt(session, practice.slug, learner.id, lease="a" * 32, now=now - timedelta(days=2))
    submit_attempt(session, begun.attempt_id, learner.id, now=now - timedelta(days=2))
    for question in questions[4:]:
        version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
        tried = {"person_id": learner.id, "question_id": question.id, "version_id": version.id}
        make.add(CheckAnswer(**tried, response="a", correct=True, at=now - timedelta(days=1)))
    make_daily_quizzes(session, now=now)
    (quiz,) = of_class(session, klass)
    sitting = start_attempt(session, quiz.slug, learner.id, lease="b" * 32, now=now)
    asked = session.scalars(
        select(Question.competency)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        .where(AttemptQuestion.attempt_id == sitting.attempt_id)
    )
    assert set(asked) == {f"point-{n}" for n in range(4)}


def test_a_changed_plan_is_a_decision(session: Session, klass: TrainingClass, now: datetime) -> None:
    value = PlanValue(True, 35, 30, 80, "17:00", "21:00")
    change_plan(session, klass.id, value, actor="A1001", now=now)
    change_plan(session, klass.id, value, actor="A1001", now=now)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "daily_plan.changed")).all()
    assert [json.loads(entry.payload)["detail"]["after"]["questions"] for entry in entries] == [35]


def test_a_window_shorter_than_the_quiz_is_refused(session: Session, klass: TrainingClass, now: datetime) -> None:
    with pytest.raises(Invalid) as invalid:
        change_plan(session, klass.id, PlanValue(True, 35, 30, 80, "17:00", "17:20"), actor="A1001", now=now)
    assert invalid.value.field == "closes"


PLAN = {
    "is_on": "y",
    "questions": "35",
    "minutes": "30",
    "pass_percent": "80",
    "opens": "17:00",
    "closes": "21:00",
    "pauses_allowed": "2",
    "pause_minutes": "10",
}


def test_an_adviser_says_how_the_class_is_quizzed(
    make: Make, session: Session, client_of: ClientOf, klass: TrainingClass
) -> None:
    adviser = session.get(Person, klass.adviser_id)
    assert adviser is not None
    browser = client_of(adviser)
    assert browser.get(f"/classes/{klass.id}/daily-quiz").status_code == 200
    assert browser.post(f"/classes/{klass.id}/daily-quiz", data=PLAN).status_code == 303
    session.expire_all()
    plan = session.get(DailyPlan, klass.id)
    assert plan is not None
    assert (plan.questions, plan.minutes, plan.opens) == (35, 30, "17:00")


@pytest.mark.parametrize(
    "wrong",
    [{"opens": "25:00"}, {"questions": "0"}, {"closes": "17:10"}, {"minutes": "x"}, {"pause_minutes": "0"}],
    ids=["no time of day", "no question", "too short a window", "no number", "an empty pause"],
)
def test_a_plan_that_cannot_be_keeps_what_was_typed(
    make: Make, session: Session, client_of: ClientOf, klass: TrainingClass, wrong: dict[str, str]
) -> None:
    adviser = session.get(Person, klass.adviser_id)
    assert adviser is not None
    answer = client_of(adviser).post(f"/classes/{klass.id}/daily-quiz", data=PLAN | wrong)
    assert answer.status_code == 422
    assert 'value="80"' in answer.text


@pytest.mark.parametrize("role", ["adviser", "learner", "hr", "lead"])
def test_another_classs_quiz_is_nobodys(make: Make, client_of: ClientOf, klass: TrainingClass, role: str) -> None:
    assert client_of(make.person(role)).get(f"/classes/{klass.id}/daily-quiz").status_code == 404


def test_hr_sets_and_cancels_a_holiday(make: Make, session: Session, client_of: ClientOf) -> None:
    browser = client_of(make.person("hr"))
    day = {"day": "2026-10-01", "name_zh": "国庆节", "name_en": "National Day"}
    assert browser.post("/holidays", data=day).status_code == 303
    assert "National Day" in browser.get("/holidays").text
    assert browser.post("/holidays/2026-10-01/removal").status_code == 303
    assert browser.post("/holidays/2026-10-01/removal").status_code == 404
    assert browser.post("/holidays/never/removal").status_code == 404
    assert session.scalars(select(Holiday)).all() == []


def test_the_class_page_costs_the_same_for_many_days(
    make: Make, session: Session, client_of: ClientOf, klass: TrainingClass, statements: Any
) -> None:
    adviser = session.get(Person, klass.adviser_id)
    assert adviser is not None
    browser = client_of(adviser)
    with statements() as few:
        browser.get(f"/classes/{klass.id}/daily-quiz")
    for n in range(1, 20):
        off = date(2026, 5, n)
        session.add(Holiday(site_id=klass.site_id, day=off, works=False, name_zh="假", name_en="Off"))
    session.commit()
    with statements() as many:
        browser.get(f"/classes/{klass.id}/daily-quiz")
    assert len(many) == len(few) <= 7


def test_who_had_the_day_off_is_not_among_those_who_did_not_sit_it(
    make: Make, session: Session, client_of: ClientOf, klass: TrainingClass, now: datetime
) -> None:
    make.question(make.lesson(course_in_stage(make, session, klass, 1)))
    make_daily_quizzes(session, now=now)
    (quiz,) = of_class(session, klass)
    sat, off, out = (make.learner(klass) for _ in range(3))
    begun = start_attempt(session, quiz.slug, sat.id, lease="a" * 32, now=now)
    submit_attempt(session, begun.attempt_id, sat.id, now=now)
    session.add_all([DayOff(person_id=off.id, day=TUESDAY), DayOff(person_id=out.id, day=date(2026, 3, 18))])
    session.commit()
    adviser = session.get(Person, klass.adviser_id)
    assert adviser is not None
    shown = client_of(adviser).get(f"/classes/{klass.id}/daily-quiz").text
    assert "1 sat it · 1 had the day off · 1 not yet" in shown
    card = client_of(off).get("/today").text
    assert "You have the day off" in card

"""Makes the daily quiz of each class on its working days, once, whoever asks first; changes how a class is quizzed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Site, TrainingClass
from lms.audit import actions as audit
from lms.courses.models import Programme, Stage, StageCourse
from lms.db import insert
from lms.errors import Invalid, NotFound
from lms.pace.models import Holiday
from lms.pace.rules import study_day, working_day_number, working_weekdays
from lms.quizzes.models import DailyPlan, Quiz, QuizCourse
from lms.quizzes.rules import daily

PASS_PERCENT = 80


@dataclass(frozen=True)
class _Due:
    """A class whose quiz of `day` is to be made."""

    training_class: TrainingClass
    plan: DailyPlan
    programme: Programme
    time_zone: str
    day: date

    @property
    def slug(self) -> str:
        return f"daily-{self.training_class.id}-{self.day.isoformat()}"


def make_daily_quizzes(session: Session, *, now: datetime) -> int:
    """Make today's quiz of each class that has a plan and works today; return how many were made just now.

    The unique index on class and day decides between several workers. Of each site the study day counts, which ends
    at 04:00. A class is quizzed from its first working day to the last day that its programme plans.
    """
    rows = session.execute(
        select(TrainingClass, DailyPlan, Programme, Site.time_zone)
        .join(DailyPlan, DailyPlan.class_id == TrainingClass.id)
        .join(Programme, Programme.id == TrainingClass.programme_id)
        .join(Site, Site.id == TrainingClass.site_id)
        .where(DailyPlan.is_on.is_(True))
        .order_by(TrainingClass.id)
    ).all()
    due = [_Due(*row, study_day(now, row.time_zone)) for row in rows]
    if not due:
        return 0
    holidays: dict[int, dict[date, bool]] = {}
    for off in session.scalars(select(Holiday).where(Holiday.day.in_({each.day for each in due}))):
        holidays.setdefault(off.site_id, {})[off.day] = off.works
    stages = _stages(session, {each.programme.id for each in due})
    made = 0
    for each in due:
        weekdays = working_weekdays(each.programme.calendar.get("working_days"))
        if daily.works(each.day, weekdays, holidays.get(each.training_class.site_id, {})):
            made += _make(session, each, stages.get(each.programme.id, []))
    return made


def _stages(session: Session, programme_ids: set[int]) -> dict[int, list[tuple[Stage, int]]]:
    """Return the stages of programmes with a row for each of their courses, in order."""
    found: dict[int, list[tuple[Stage, int]]] = {}
    rows = session.execute(
        select(Stage, StageCourse.course_id)
        .join(StageCourse, StageCourse.stage_id == Stage.id)
        .where(Stage.programme_id.in_(programme_ids))
        .order_by(Stage.position, StageCourse.position)
    )
    for stage, course_id in rows:
        found.setdefault(stage.programme_id, []).append((stage, course_id))
    return found


def _make(session: Session, due: _Due, stages: list[tuple[Stage, int]]) -> int:
    number = working_day_number(due.training_class.starts_on, due.day, due.programme.calendar.get("working_days"))
    courses = dict.fromkeys(course_id for stage, course_id in stages if stage.first_day <= number)
    if not courses or number > due.programme.calendar.get("days", number):
        return 0
    plan = due.plan
    window = daily.window(daily.Plan(plan.questions, plan.minutes, plan.opens, plan.closes), due.day, due.time_zone)
    values = {
        "slug": due.slug,
        "programme_id": due.programme.id,
        "position": 0,
        "purpose": "daily",
        "title_zh": f"每日小测（{due.day.month}月{due.day.day}日）",
        "title_en": f"Daily quiz, {due.day.day} {due.day:%B}",
        "draw": plan.questions,
        "limit_minutes": plan.minutes,
        "grace_seconds": 60,
        "pass_percent": plan.pass_percent,
        "attempts_allowed": 1,
        "feedback": "at_once",
        "opens_at": window.opens_at,
        "last_start_at": window.last_start_at,
        "hard_stop_at": window.hard_stop_at,
        "at_end": "submit",
        "pauses_allowed": plan.pauses_allowed,
        "pause_minutes": plan.pause_minutes,
        "asks_confidence": True,
        "blueprint": [],
        "borderline_percent": 0,
        "retake_wait_hours": 0,
        "class_id": due.training_class.id,
        "day": due.day,
    }
    made = session.execute(insert(session, Quiz).values(values).on_conflict_do_nothing().returning(Quiz.id)).first()
    if made is None:
        return 0
    session.add_all(QuizCourse(quiz_id=made.id, course_id=course_id) for course_id in courses)
    session.flush()
    return 1


@dataclass(frozen=True)
class PlanValue:
    """How a class is to be quizzed."""

    is_on: bool
    questions: int
    minutes: int
    pass_percent: int
    opens: str
    closes: str
    pauses_allowed: int = 2
    pause_minutes: int = 10


def change_plan(session: Session, class_id: int, value: PlanValue, *, actor: str, now: datetime) -> DailyPlan:
    """Keep how a class is quizzed from its next daily quiz on; a decision. The caller has made sure that one may.

    Invalid at `closes` where the window does not hold the quiz. Quizzes that are made already stay as they are.
    """
    if session.get(TrainingClass, class_id) is None:
        raise NotFound
    minutes_open = _minutes(value.closes) - _minutes(value.opens)
    if minutes_open < value.minutes:
        raise Invalid(code="window_too_short", field="closes")
    plan = session.get(DailyPlan, class_id) or DailyPlan(class_id=class_id)
    before = {name: getattr(plan, name) for name in PlanValue.__dataclass_fields__}
    after = {name: getattr(value, name) for name in PlanValue.__dataclass_fields__}
    if before == after:
        return plan
    for name, each in after.items():
        setattr(plan, name, each)
    session.add(plan)
    session.flush()
    detail = {"class": class_id, "after": after}
    audit.append(session, "daily_plan.changed", actor=actor, subject=str(class_id), detail=detail, now=now)
    return plan


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)

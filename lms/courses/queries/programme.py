"""What is read of the programme that a learner follows: the class it comes by, its steps and its caps."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, TrainingClass
from lms.courses.models import Programme, Stage
from lms.pace.rules import Caps, working_day_number


@dataclass(frozen=True)
class StageLine:
    """One step of a programme with the working days it is planned for."""

    id: int
    slug: str
    scope: str
    position: int
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    first_day: int
    last_day: int


@dataclass(frozen=True)
class LearnerProgramme:
    """The programme of a learner's open enrolment, with the class it comes by."""

    id: int
    slug: str
    post: str
    title_zh: str
    title_en: str
    caps: Caps
    calendar: dict[str, Any]
    class_id: int
    class_zh: str
    class_en: str
    adviser_id: int
    starts_on: date
    joined_on: date
    stages: tuple[StageLine, ...]

    def day_number(self, day: date) -> int:
        """Return the how-manieth working day of the class `day` is."""
        return working_day_number(self.starts_on, day, self.calendar.get("working_days"))

    def stage_on(self, day: date) -> StageLine | None:
        """Return the step that the calendar plans for `day`: the last one that has begun."""
        number = self.day_number(day)
        begun = [stage for stage in self.stages if stage.first_day <= max(number, 1)]
        return begun[-1] if begun else None


def learner_programme(session: Session, learner_id: int) -> LearnerProgramme | None:
    """Return the programme that the learner's open enrolment leads to, with its stages, in one statement."""
    rows = session.execute(
        select(Enrolment.joined_on, TrainingClass, Programme, Stage)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .join(Programme, TrainingClass.programme_id == Programme.id)
        .outerjoin(Stage, Stage.programme_id == Programme.id)
        .where(Enrolment.learner_id == learner_id, Enrolment.ended_on.is_(None))
        .order_by(Stage.position)
    ).all()
    if not rows:
        return None
    joined_on, group, programme, _stage = rows[0]
    return LearnerProgramme(
        id=programme.id,
        slug=programme.slug,
        post=programme.post,
        title_zh=programme.title_zh,
        title_en=programme.title_en,
        caps=Caps.from_programme(programme.caps, programme.calendar),
        calendar=programme.calendar,
        class_id=group.id,
        class_zh=group.name_zh,
        class_en=group.name_en,
        adviser_id=group.adviser_id,
        starts_on=group.starts_on,
        joined_on=joined_on,
        stages=tuple(_stage_line(row.Stage) for row in rows if row.Stage is not None),
    )


def _stage_line(stage: Stage) -> StageLine:
    return StageLine(**{name: getattr(stage, name) for name in StageLine.__dataclass_fields__})

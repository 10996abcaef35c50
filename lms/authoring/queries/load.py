"""What is read to plan a programme's days: its stages, gates and lessons, with one lesson as it would become."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring.rules.chart import Chart, chart
from lms.certification.models import Gate
from lms.courses.models import Course, Lesson, Programme, Stage, StageCourse
from lms.courses.rules.load import Cut, Day, Move, Piece, Plan, Step, advice, plan
from lms.pace.rules import Caps


@dataclass(frozen=True)
class Proposed:
    """A lesson as a draft would make it."""

    course_id: int
    key: str
    title_zh: str
    title_en: str
    points: int
    minutes: int
    prerequisites: tuple[str, ...]


@dataclass(frozen=True)
class Title:
    """What a lesson of a plan is called, and where it belongs."""

    title_zh: str
    title_en: str
    course_slug: str


@dataclass(frozen=True)
class Said:
    """A piece of advice with the lesson it names."""

    day: int
    points: int
    minutes: int
    lesson: Title | None = None
    move: Move | None = None
    cut: Cut | None = None


@dataclass(frozen=True)
class Change:
    """A day that a draft changes."""

    before: Day
    after: Day


@dataclass(frozen=True)
class ProgrammeLoad:
    """The days of one programme; `before` only where a draft is looked at."""

    programme: Programme
    plan: Plan
    titles: dict[str, Title]
    before: Plan | None = None
    own_day: int | None = None

    @property
    def chart(self) -> Chart:
        """Return the chart of its days."""
        return chart(self.plan, self.before)

    @property
    def advice(self) -> tuple[Said, ...]:
        """Return what to do about each day over a cap."""
        said = []
        for each in advice(self.plan):
            day = self.plan.days[each.day - 1]
            if isinstance(each, Move):
                said.append(Said(day.number, day.points, day.minutes, self.titles.get(each.piece.key), move=each))
            else:
                said.append(Said(day.number, day.points, day.minutes, cut=each))
        return tuple(said)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the days that the draft makes fuller or emptier."""
        if self.before is None:
            return ()
        pairs = zip(self.before.days, self.plan.days, strict=True)
        return tuple(Change(b, a) for b, a in pairs if (b.points, b.minutes) != (a.points, a.minutes))

    @property
    def newly_over(self) -> int:
        """Return how many days are over a cap that were not before."""
        before = {day.number for day in self.before.over} if self.before else set()
        return sum(day.number not in before for day in self.plan.over)


def loads(
    session: Session, *, course_id: int | None = None, proposed: Proposed | None = None
) -> tuple[ProgrammeLoad, ...]:
    """Return the days of all programmes (of those that teach a course, if one is named), in four statements."""
    programmes = {row.id: row for row in session.scalars(select(Programme).order_by(Programme.slug))}
    stages: dict[int, list[Stage]] = defaultdict(list)
    taught: dict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(Stage, StageCourse.course_id)
        .outerjoin(StageCourse, StageCourse.stage_id == Stage.id)
        .order_by(Stage.position, StageCourse.position)
    )
    for stage, taught_id in rows:
        if stage not in stages[stage.programme_id]:
            stages[stage.programme_id].append(stage)
        if taught_id is not None:
            taught[stage.id].append(taught_id)
    gates: dict[int, set[str]] = defaultdict(set)
    for programme_id, after in session.execute(
        select(Gate.programme_id, Gate.after_stage).where(Gate.retired_at.is_(None))
    ):
        gates[programme_id].add(after)
    lessons = _lessons(session)
    made = []
    for row in programmes.values():
        own = stages[row.id]
        if course_id is not None and not any(course_id in taught[stage.id] for stage in own):
            continue
        order = [(step, course) for step, stage in enumerate(own) for course in taught[stage.id]]
        steps = tuple(Step(stage.first_day, stage.last_day, stage.slug in gates[row.id]) for stage in own)
        made.append(_load(row, steps, order, lessons, proposed))
    return tuple(made)


def _lessons(session: Session) -> dict[int, list[tuple[str, Lesson]]]:
    found = defaultdict(list)
    rows = session.execute(
        select(Course.slug, Lesson)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
        .order_by(Lesson.position, Lesson.slug)
    )
    for slug, lesson in rows:
        found[lesson.course_id].append((slug, lesson))
    return found


def _load(
    programme: Programme,
    steps: tuple[Step, ...],
    order: Iterable[tuple[int, int]],
    lessons: dict[int, list[tuple[str, Lesson]]],
    proposed: Proposed | None,
) -> ProgrammeLoad:
    caps = Caps.from_programme(programme.caps, programme.calendar)
    days = int(programme.calendar.get("days") or 0)
    titles: dict[str, Title] = {}
    before: list[Piece] = []
    after: list[Piece] = []
    for step, course_id in order:
        for slug, row in lessons.get(course_id, ()):
            key = f"{slug}/{row.slug}"
            piece = Piece(key, row.point_count, row.minutes, step, tuple(row.prerequisites))
            titles.setdefault(key, Title(row.title_zh, row.title_en, slug))
            before.append(piece)
            after.append(_as_proposed(proposed, step) if proposed and proposed.key == key else piece)
        if proposed and proposed.course_id == course_id and all(piece.key != proposed.key for piece in after):
            after.append(_as_proposed(proposed, step))
            titles[proposed.key] = Title(proposed.title_zh, proposed.title_en, proposed.key.split("/", maxsplit=1)[0])
    now = plan(before, steps, caps, days=days)
    if proposed is None:
        return ProgrammeLoad(programme, now, titles)
    then = plan(after, steps, caps, days=days)
    return ProgrammeLoad(programme, then, titles, before=now, own_day=then.day_of(proposed.key))


def _as_proposed(proposed: Proposed, step: int) -> Piece:
    return Piece(proposed.key, proposed.points, proposed.minutes, step, proposed.prerequisites)

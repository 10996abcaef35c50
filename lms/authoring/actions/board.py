"""What trainers decide about courses and lessons: their facts, where they are taught, and in what order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.authoring.actions.drafts import permit
from lms.authoring.actions.proposals import propose
from lms.authoring.actions.staging import stage_id, stages_of, teach_in
from lms.authoring.models import Proposal
from lms.authoring.queries.ties import Subject, fed, live_lessons, named_course
from lms.authoring.rules.acts import MOVE
from lms.authoring.rules.board import course_slug, moved
from lms.courses.models import Course
from lms.errors import Invalid, NotFound, Refused

HIGHEST_PLACE = 999


@dataclass(frozen=True)
class CourseValue:
    """A course as a form states it; `stage` is `programme/stage`, empty: it is no part of a programme.

    `note` says why, to a second person, where a gate asks for the course and its stage changes.
    """

    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    posts: tuple[str, ...]
    owner: str
    review_by: date
    stage: str = ""
    slug: str = ""
    note: str = ""

    def columns(self) -> dict[str, object]:
        """Return the columns that are stored as they are."""
        names = ("title_zh", "title_en", "summary_zh", "summary_en", "owner", "review_by")
        return {name: getattr(self, name) for name in names} | {"posts": list(self.posts)}


def create_course(session: Session, actor: Identity, value: CourseValue, *, now: datetime) -> Course:
    """Add a course at the end of the library; raises NotFound and Invalid."""
    permit(actor)
    slug = value.slug or course_slug(value.title_en)
    if slug in ("", "new") or course_slug(slug.replace("-", " ")) != slug:  # /authoring/courses/new is the form
        raise Invalid(code="bad_course_name", field="slug")
    last = session.scalar(select(func.max(Course.position))) or 0
    course = Course(slug=slug, position=min(last + 1, HIGHEST_PLACE), **value.columns())
    try:
        with session.begin_nested():
            session.add(course)
    except IntegrityError:
        raise Invalid(code="course_name_taken", field="slug") from None
    teach_in(session, course.id, stage_id(session, value.stage))
    _note(session, "course.added", actor, slug, {"stage": value.stage or None}, now)
    return course


def change_course(
    session: Session, actor: Identity, slug: str, value: CourseValue, *, now: datetime
) -> Proposal | None:
    """Change what is said of a course and where it is taught, and return the change that waits for a second person.

    Raises NotFound, Invalid and Refused.
    """
    permit(actor)
    course = named_course(session, slug, lock=True)
    columns = value.columns()
    changed = sorted(name for name, new in columns.items() if getattr(course, name) != new)
    for name in changed:
        setattr(course, name, columns[name])
    waits = None
    if _is_elsewhere(session, course, value.stage):
        waits = _stage(session, actor, course, value, now=now)
        changed += ["stage"] if waits is None else []
    if changed:
        _note(session, "course.changed", actor, slug, {"changed": changed, "stage": value.stage or None}, now)
    return waits


def _is_elsewhere(session: Session, course: Course, wanted: str) -> bool:
    """Say whether the course is taught in another stage than `wanted`, or in none.

    A course that stands in stages of several programmes is not touched: their files say so, on purpose.
    """
    found = stage_id(session, wanted)
    held = stages_of(session, course.id)
    return len(held) <= 1 and held != ([found] if found else [])


def _stage(session: Session, actor: Identity, course: Course, value: CourseValue, *, now: datetime) -> Proposal | None:
    """Teach the course in another stage, or in none; what leaves a stage and feeds a gate waits for a second person.

    A gate may become easier by it.
    """
    if stages_of(session, course.id) and fed(session, Subject(course)):
        if not value.note:
            raise Invalid(code="stage_needs_note", field="note")
        return propose(session, actor, Subject(course), MOVE, value.note, stage=value.stage, now=now)
    teach_in(session, course.id, stage_id(session, value.stage))
    return None


def order_lessons(session: Session, actor: Identity, slug: str, order: Sequence[int], *, now: datetime) -> None:
    """Teach the lessons of a course in `order`, which names each of them once; raises Refused where it does not.

    Names of lessons stay, and with them what builds on them; nobody's progress is touched.
    """
    permit(actor)
    course = named_course(session, slug, lock=True)
    rows = {row.id: row for row in live_lessons(session, course.id)}
    if sorted(order) != sorted(rows):
        raise Refused(code="order_changed_meanwhile")
    places = sorted({row.position for row in rows.values()})
    places += range(places[-1] + 1 if places else 1, (places[-1] if places else 0) + 1 + len(rows) - len(places))
    if [rows[lesson_id].position for lesson_id in order] == places:
        return
    for lesson_id, place in zip(order, places, strict=True):
        rows[lesson_id].position = place
    session.flush()
    _note(session, "lessons.ordered", actor, slug, {"order": [rows[lesson_id].slug for lesson_id in order]}, now)


def move_lesson(session: Session, actor: Identity, slug: str, lesson_id: int, by: int, *, now: datetime) -> None:
    """Move a lesson by so many places; raises NotFound."""
    permit(actor)
    course = named_course(session, slug, lock=True)
    order = [row.id for row in live_lessons(session, course.id)]
    if lesson_id not in order:
        raise NotFound
    order_lessons(session, actor, slug, moved(order, lesson_id, by), now=now)


def _note(
    session: Session, action: str, actor: Identity, subject: str, detail: dict[str, object], now: datetime
) -> None:
    audit.append(session, action, actor=actor.employee_no, subject=subject, detail=detail, now=now)

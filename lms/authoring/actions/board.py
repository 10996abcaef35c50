"""What trainers decide about courses and lessons: their facts, their order, and whether they are taught at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.authoring.actions.drafts import permit
from lms.authoring.queries.board import named_course
from lms.authoring.queries.gates import gate_book, refs_of
from lms.authoring.rules.board import course_slug, moved
from lms.certification.models import CompetencyPoint
from lms.courses.models import Course, Lesson, Programme, Stage, StageCourse
from lms.errors import Invalid, NotFound, Refused
from lms.knowledge.actions import index_lessons
from lms.quizzes.models import Question, Quiz, QuizCourse

HIGHEST_PLACE = 999


@dataclass(frozen=True)
class CourseValue:
    """A course as a form states it; `stage` is `programme/stage`, empty: it is no part of a programme."""

    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    posts: tuple[str, ...]
    owner: str
    review_by: date
    stage: str = ""
    slug: str = ""

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
    _teach_in(session, course, value.stage)
    _note(session, "course.added", actor, slug, {"stage": value.stage or None}, now)
    return course


def change_course(session: Session, actor: Identity, slug: str, value: CourseValue, *, now: datetime) -> Course:
    """Change what is said of a course and where it is taught; raises NotFound, Invalid and Refused."""
    permit(actor)
    course = named_course(session, slug, lock=True)
    columns = value.columns()
    changed = sorted(name for name, new in columns.items() if getattr(course, name) != new)
    for name in changed:
        setattr(course, name, columns[name])
    if _teach_in(session, course, value.stage):
        changed.append("stage")
    if changed:
        _note(session, "course.changed", actor, slug, {"changed": changed, "stage": value.stage or None}, now)
    return course


def _teach_in(session: Session, course: Course, wanted: str) -> bool:
    """Make the course part of one stage, or of none, and say whether that changed anything.

    A course that stands in stages of several programmes is not touched: their files say so, on purpose. Raises Refused
    where it would leave a stage and feeds a gate, which would become easier by one person's word.
    """
    held = session.scalars(select(StageCourse).where(StageCourse.course_id == course.id)).all()
    stage_id = _stage_id(session, wanted) if wanted else None
    if len(held) > 1 or [row.stage_id for row in held] == ([stage_id] if stage_id else []):
        return False
    if held and _course_feeds(session, course):
        raise Refused(code="stage_feeds_gate")
    for row in held:
        session.delete(row)
    session.flush()
    if stage_id:
        last = session.scalar(select(func.max(StageCourse.position)).where(StageCourse.stage_id == stage_id)) or 0
        session.add(StageCourse(stage_id=stage_id, course_id=course.id, position=last + 1))
        session.flush()
    return True


def _stage_id(session: Session, wanted: str) -> int:
    programme, _, stage = wanted.partition("/")
    found = session.scalar(
        select(Stage.id)
        .join(Programme, Programme.id == Stage.programme_id)
        .where(Programme.slug == programme, Stage.slug == stage)
    )
    if found is None:
        raise Invalid(code="no_such_stage", field="stage")
    return found


def retire_course(session: Session, actor: Identity, slug: str, *, now: datetime) -> Course:
    """Take a course out of use; raises Refused where a programme, a quiz or a gate still needs it."""
    permit(actor)
    course = named_course(session, slug, lock=True)
    if course.retired_at is not None:
        return course
    taught = session.scalar(select(func.count()).select_from(StageCourse).where(StageCourse.course_id == course.id))
    asked = session.scalar(
        select(func.count())
        .select_from(QuizCourse)
        .join(Quiz, Quiz.id == QuizCourse.quiz_id)
        .where(QuizCourse.course_id == course.id, Quiz.retired_at.is_(None))
    )
    if taught or asked:
        raise Refused(code="course_in_use")
    keys = {f"{slug}/{lesson.slug}" for lesson in _live(session, course.id)}
    if _needed(session, keys, but_of=course.id):
        raise Refused(code="lesson_needed")
    if _course_feeds(session, course):
        raise Refused(code="feeds_gate")
    course.retired_at = now
    session.flush()
    index_lessons(session, only=[lesson.id for lesson in _live(session, course.id)])
    _note(session, "course.retired", actor, slug, {}, now)
    return course


def revive_course(session: Session, actor: Identity, slug: str, *, now: datetime) -> Course:
    """Bring a retired course back; raises Refused where it feeds a gate."""
    permit(actor)
    course = named_course(session, slug, lock=True)
    if course.retired_at is not None:
        if _course_feeds(session, course):
            raise Refused(code="feeds_gate")
        course.retired_at = None
        session.flush()
        index_lessons(session, only=[lesson.id for lesson in _live(session, course.id)])
        _note(session, "course.revived", actor, slug, {}, now)
    return course


def order_lessons(session: Session, actor: Identity, slug: str, order: Sequence[int], *, now: datetime) -> None:
    """Teach the lessons of a course in `order`, which names each of them once; raises Refused where it does not.

    Names of lessons stay, and with them what builds on them; nobody's progress is touched.
    """
    permit(actor)
    course = named_course(session, slug, lock=True)
    rows = {row.id: row for row in _live(session, course.id)}
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
    order = [row.id for row in _live(session, course.id)]
    if lesson_id not in order:
        raise NotFound
    order_lessons(session, actor, slug, moved(order, lesson_id, by), now=now)


def retire_lesson(session: Session, actor: Identity, lesson_id: int, *, now: datetime) -> tuple[Course, Lesson]:
    """Take a lesson out of use; what learners did stays. Raises Refused where something still builds on it."""
    permit(actor)
    course, lesson = _lesson(session, lesson_id)
    if lesson.retired_at is not None:
        return course, lesson
    key = f"{course.slug}/{lesson.slug}"
    if _needed(session, {key}):
        raise Refused(code="lesson_needed")
    own = select(Question.ref).where(Question.lesson_id == lesson.id, Question.retired_at.is_(None))
    refs = set(session.scalars(own))
    if any(
        key in lessons or not refs.isdisjoint(questions)
        for lessons, questions in session.execute(select(CompetencyPoint.lessons, CompetencyPoint.questions))
    ):
        raise Refused(code="profile_needs_it")
    if quiz_short_of(session, course.id, len(refs)):
        raise Refused(code="quiz_needs_it")
    if gate_book(session).feeds(course.slug, lesson.slug, refs):
        raise Refused(code="feeds_gate")
    lesson.retired_at = now
    session.flush()
    index_lessons(session, only=[lesson.id])
    _note(session, "lesson.retired", actor, key, {}, now)
    return course, lesson


def revive_lesson(session: Session, actor: Identity, lesson_id: int, *, now: datetime) -> tuple[Course, Lesson]:
    """Bring a retired lesson back, at its old place; raises Refused where it feeds a gate."""
    permit(actor)
    course, lesson = _lesson(session, lesson_id)
    if lesson.retired_at is not None:
        refs = refs_of(session, [lesson.id])[lesson.id]
        if gate_book(session).feeds(course.slug, lesson.slug, refs):
            raise Refused(code="feeds_gate")
        lesson.retired_at = None
        session.flush()
        index_lessons(session, only=[lesson.id])
        _note(session, "lesson.revived", actor, f"{course.slug}/{lesson.slug}", {}, now)
    return course, lesson


def quiz_short_of(session: Session, course_id: int, fewer: int) -> bool:
    """Say whether a quiz that draws from a course would have too few questions if there were so many `fewer`."""
    drawing = select(QuizCourse.quiz_id).where(QuizCourse.course_id == course_id)
    there = dict(
        session.execute(
            select(QuizCourse.quiz_id, func.count(Question.id))
            .join(Lesson, Lesson.course_id == QuizCourse.course_id)
            .join(Course, Course.id == Lesson.course_id)
            .join(Question, Question.lesson_id == Lesson.id)
            .where(QuizCourse.quiz_id.in_(drawing), Question.retired_at.is_(None), Lesson.retired_at.is_(None))
            .where(Course.retired_at.is_(None))
            .group_by(QuizCourse.quiz_id)
        ).all()
    )
    wanted = session.execute(select(Quiz.id, Quiz.draw).where(Quiz.id.in_(drawing), Quiz.retired_at.is_(None)))
    return fewer > 0 and any(draw > there.get(quiz_id, 0) - fewer for quiz_id, draw in wanted)


def _live(session: Session, course_id: int) -> list[Lesson]:
    wanted = select(Lesson).where(Lesson.course_id == course_id, Lesson.retired_at.is_(None))
    return list(session.scalars(wanted.order_by(Lesson.position, Lesson.slug)))


def _course_feeds(session: Session, course: Course) -> bool:
    """Say whether a gate asks for the course, or for one of its lessons."""
    lessons, book = _live(session, course.id), gate_book(session)
    refs = refs_of(session, [lesson.id for lesson in lessons])
    named = [(lesson.slug, refs[lesson.id]) for lesson in lessons] or [("", set())]  # a gate may ask for an empty one
    return any(book.feeds(course.slug, slug, ids) for slug, ids in named)


def _needed(session: Session, keys: set[str], *, but_of: int | None = None) -> bool:
    """Say whether a live lesson (outside a course) has one of `keys` as its prerequisite."""
    others = (
        select(Lesson.prerequisites, Lesson.course_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    )
    return any(course_id != but_of and not keys.isdisjoint(needs) for needs, course_id in session.execute(others))


def _lesson(session: Session, lesson_id: int) -> tuple[Course, Lesson]:
    found = session.execute(
        select(Course, Lesson)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Lesson.id == lesson_id)
        .with_for_update()
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _note(
    session: Session, action: str, actor: Identity, subject: str, detail: dict[str, object], now: datetime
) -> None:
    audit.append(session, action, actor=actor.employee_no, subject=subject, detail=detail, now=now)
